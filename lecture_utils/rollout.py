"""Attention rollout: through all layers at once, where does the information of an output come from?"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def attention_rollout(maps: Sequence[Tensor]) -> Tensor:
    """Multiply the layers' attention, each with its residual wire (Abnar and Zuidema 2020, section 3, eq. 1).

    maps: weights of each self-attention layer in order, (B, H, T, T), as `record_attention` has them -> (B, T, T),
    row: the output, column: the input it comes from; rows sum to one. Heads are averaged, the wire counts one half.
    Raises ValueError for no layer, and for maps that are not (B, H, T, T), all alike but for the heads.
    """
    if not maps or any(m.ndim != 4 or m.shape[-1] != m.shape[-2] for m in maps):
        raise ValueError(f"maps {[tuple(m.shape) for m in maps]} must be (B, H, T, T), one of them a layer at least")
    if len({(len(m), m.shape[-1]) for m in maps}) > 1:
        raise ValueError(f"maps {[tuple(m.shape) for m in maps]} must have the same B and T in every layer")
    wire = torch.eye(maps[0].shape[-1], dtype=maps[0].dtype, device=maps[0].device)
    flow = wire.expand(len(maps[0]), -1, -1)  # (B, T, T): before the first layer each place is itself
    for weights in maps:
        flow = (0.5 * weights.mean(1) + 0.5 * wire) @ flow
    return flow

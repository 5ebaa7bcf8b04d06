"""Transformer-XL's relative positions: sinusoids of the distance, seen through the query."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import PositionScheme, split_heads
from lecture_utils.layers.positions import sinusoids


class RelativeSinusoids(PositionScheme):
    """Add (q + v) W r to the scores, r the sinusoidal code of the distance (Dai et al. 2019, section 3.3).

    Their second vector u, which meets the keys, is left out: a query layer with a bias has it already. With theirs
    written in capitals, our query bias is its BIAS + U, our v is V - U, and the scores are the same.
    dim: D, even, a multiple of heads. Raises ValueError for other sizes and for queries that do not fit.
    """

    def __init__(self, *, dim: int, heads: int) -> None:
        super().__init__()
        if heads < 1 or dim < 2 or dim % 2 or dim % heads:
            raise ValueError(f"dim ({dim}) must be even and a multiple of heads ({heads}), which are at least 1")
        self.dim, self.heads = dim, heads
        self.project = nn.Linear(dim, dim, bias=False)  # W
        self.offset = nn.Parameter(torch.zeros(heads, dim // heads))  # v

    def bias(self, queries: Tensor, query_positions: Tensor, key_positions: Tensor) -> Tensor:
        if queries.shape[1] != self.heads or queries.shape[-1] * self.heads != self.dim:
            raise ValueError(
                f"queries of shape {tuple(queries.shape)} must be (B, {self.heads}, T, {self.dim // self.heads})"
            )
        distances = query_positions[:, None] - key_positions  # (T, S), positive where the key came first
        nearest, furthest = int(distances.min()), int(distances.max())
        codes = sinusoids(torch.arange(nearest, furthest + 1), self.dim).to(queries)  # (R, D), one a distance
        codes = split_heads(self.project(codes)[None], self.heads)  # (1, H, R, d)
        products = (queries + self.offset[:, None]) @ codes.mT / queries.shape[-1] ** 0.5  # (B, H, T, R)
        index = (distances - nearest).expand(*products.shape[:2], -1, -1)
        return products.gather(-1, index)  # (B, H, T, S)

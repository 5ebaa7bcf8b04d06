"""The two heads behind in-context learning, found by the pattern of their attention, and tested by silencing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from lecture_utils.layers.attention import MultiHeadAttention, record_attention
from lecture_utils.models.attention_only import AttentionOnly


@dataclass(frozen=True)
class Head:
    """One head, counted from 0: the share of its weight that goes where a previous-token and an induction head look."""

    layer: int
    head: int
    previous_token: float
    induction: float

    def __str__(self) -> str:
        return f"layer {self.layer + 1}, head {self.head + 1}"


def previous_token_pattern(tokens: Tensor) -> Tensor:
    """Where a previous-token head looks in pairs key, value (N, T): each value at the key before it (N, T, T)."""
    length = tokens.shape[1]
    pattern = torch.zeros(length, length, dtype=torch.bool, device=tokens.device)
    values = torch.arange(1, length, 2)
    pattern[values, values - 1] = True
    return pattern.expand(len(tokens), -1, -1)


def induction_pattern(tokens: Tensor) -> Tensor:
    """Where an induction head looks in pairs key, value (N, T): each key at what followed it before (N, T, T).

    Prefix matching, [A][B] ... [A] -> [B] (Olsson et al. 2022). A key that is new has no such place.
    """
    same = (tokens[:, :, None] == tokens[:, None, :]).tril(-1)  # (N, T, T): the same token, earlier
    after = same.roll(1, dims=2)  # one place later; nothing comes round, as no last token is earlier than another
    after[:, 1::2] = False  # values ask nothing
    return after


def pattern_score(weights: Tensor, pattern: Tensor) -> Tensor:
    """Mean weight (H,) that heads (N, H, T, S) put on the places of a pattern (N, T, S), over queries that have any."""
    if not pattern.any():
        raise ValueError("the pattern marks no place: give prompts in which a key comes again")
    share = (weights * pattern[:, None]).sum(-1).transpose(0, 1)  # (H, N, T)
    return share[:, pattern.any(-1)].mean(1)


@torch.no_grad()
def find_heads(model: AttentionOnly, tokens: Tensor) -> tuple[Head, ...]:
    """Both scores of every head, layer by layer, over prompts of pairs (N, T), from the model's own forward."""
    with record_attention(model) as maps:
        model(tokens)
    patterns = previous_token_pattern(tokens), induction_pattern(tokens)
    found = []
    for layer in range(len(model.layers)):
        (weights,) = maps[f"layers.{layer}"]
        scores = [pattern_score(weights, pattern).tolist() for pattern in patterns]
        found += [Head(layer, head, *pair) for head, pair in enumerate(zip(*scores, strict=True))]
    return tuple(found)


@contextmanager
def silenced(attention: MultiHeadAttention, head: int) -> Iterator[None]:
    """Within the context, one head of a layer adds nothing to the output; afterwards the weights are as they were.

    Its columns of the output projection are zero meanwhile (zero ablation). Raises ValueError for no such head.
    """
    if not 0 <= head < attention.heads:
        raise ValueError(f"head {head} does not exist: this layer has heads 0 to {attention.heads - 1}")
    width = attention.dim // attention.heads
    columns = attention.output.weight.data[:, head * width : (head + 1) * width]  # a view
    before = columns.clone()
    columns.zero_()
    try:
        yield
    finally:
        columns.copy_(before)

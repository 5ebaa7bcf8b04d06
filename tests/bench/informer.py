"""Our Informer against the reference formulation of ProbSparse in plain torch; full, fused and sparse over the length.

Run: python tests/bench/informer.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import torch
from report import report
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.benchmark import peak_bytes
from lecture_utils.layers.masks import causal as causal_mask
from lecture_utils.layers.prob_sparse import ProbSparseAttention, budget, prob_sparse_attention
from lecture_utils.models.informer import Informer, InformerConfig

H, d, FACTOR, BATCH = 4, 64, 5, 8
LENGTHS = (96, 512, 2048, 8192)
OURS, REFERENCE, FULL, FUSED = "ProbSparse", "ProbSparse, reference", "full", "fused"
CONFIG = InformerConfig(label=48, horizon=24, width=64, heads=4, hidden=128)


def reference(queries: Tensor, keys: Tensor, values: Tensor, causal: bool = False) -> Tensor:
    """ProbSparse as the paper's authors compute it: for each query keys of its own, gathered from all L x L pairs."""
    B, heads, length, size = keys.shape
    pairs = keys[:, :, None].expand(B, heads, queries.shape[2], length, size)
    drawn = torch.randint(length, (queries.shape[2], budget(length, FACTOR)))
    sampled = pairs[:, :, torch.arange(queries.shape[2])[:, None], drawn]  # (B, H, T, U, d)
    scores = (queries[..., None, :] @ sampled.mT)[..., 0, :]
    measure = scores.max(-1).values - scores.sum(-1) / length
    top = measure.topk(budget(queries.shape[2], FACTOR), sorted=False).indices
    rows = torch.arange(B)[:, None, None], torch.arange(heads)[:, None], top
    scores = queries[rows] @ keys.mT / size**0.5
    if causal:
        scores = scores.masked_fill(~causal_mask(length)[top], float("-inf"))
        context = values.cumsum(2)
    else:
        context = values.mean(2, keepdim=True).expand(-1, -1, queries.shape[2], -1).clone()
    context[rows] = scores.softmax(-1) @ values
    return context


class ReferenceAttention(ProbSparseAttention):
    """The same projections around the reference formulation."""

    def _attend(self, queries, keys, values, mask, bias, causal):
        return reference(queries, keys, values, causal)


def training_steps(context: int) -> dict[str, Callable[[], None]]:
    """Forward and backward pass and an optimiser's step of each, over the same batch."""
    config = replace(CONFIG, context=context)
    torch.manual_seed(0)
    past, future = torch.randn(BATCH, context, 1), torch.randn(BATCH, config.horizon, 1)
    times = torch.randn(BATCH, context + config.horizon, config.features)

    def step_of(model: Informer) -> Callable[[], None]:
        optimizer = torch.optim.AdamW(model.train().parameters(), fused=True)

        def step() -> None:
            optimizer.zero_grad()
            F.mse_loss(model(past, times), future).backward()
            optimizer.step()

        return step

    ours, theirs = Informer(config), Informer(config)
    for layer in (*theirs.encoder, *theirs.decoder):
        layer.attention = ReferenceAttention(dim=config.width, heads=config.heads)
    return {OURS: step_of(ours), REFERENCE: step_of(theirs)}


def full(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """All weights written down."""
    return (queries @ keys.mT / d**0.5).softmax(-1) @ values


def sparse(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Ours, with as many queries and keys as the paper takes."""
    count = budget(queries.shape[2], FACTOR)
    return prob_sparse_attention(queries, keys, values, active=count, sample=torch.randperm(keys.shape[2])[:count])


def passes(length: int, device: str = "cpu") -> dict[str, Callable[[], None]]:
    """Forward and backward through attention alone, one sequence of four heads."""
    inputs = [torch.randn(1, H, length, d, device=device, requires_grad=True) for _ in range(3)]
    ways = {FULL: full, FUSED: F.scaled_dot_product_attention, OURS: sparse, REFERENCE: reference}

    def go(way: Callable) -> None:
        torch.autograd.grad(way(*inputs).sum(), inputs)

    return {name: lambda way=way: go(way) for name, way in ways.items()}


if __name__ == "__main__":
    kept = [
        report(f"One training step, {n} steps of the past", training_steps(n), {(OURS, REFERENCE): ("at most", 1.0)})
        for n in (96, 720)
    ]
    wide = passes(LENGTHS[-1])
    del wide[FULL]  # 3 GB
    kept.append(report(f"Attention alone, L = {LENGTHS[-1]}", wide, {(FUSED, OURS): ("at least", 4.0)}, rounds=3))
    report(f"Attention alone, L = {LENGTHS[0]}", passes(LENGTHS[0]), {})
    print("\nPeak memory of attention, forward and backward, in MB")
    print(f"  {'L':<8}" + "".join(f"{name:>24}" for name in (FULL, FUSED, OURS, REFERENCE)))
    for length in LENGTHS:
        calls = passes(length) | {FULL: passes(length, "meta")[FULL]}  # its bytes are counted without making them
        print(f"  {length:<8}" + "".join(f"{peak_bytes(calls[n]) / 1e6:24.1f}" for n in (FULL, FUSED, OURS, REFERENCE)))
    sys.exit(not all(kept))

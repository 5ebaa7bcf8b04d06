"""Our multi-head attention against torch's layer and against the bare kernel: one training step at B=8, T=256, D=256.

Run: python tests/bench/attention.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from report import report
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.attention import MultiHeadAttention

B, T, D, H = 8, 256, 256, 8
OURS, TORCH, BARE = "MultiHeadAttention", "nn.MultiheadAttention", "projections + scaled_dot_product_attention"


class Bare(nn.Module):
    """What cannot be left out: four projections and torch's fused kernel, without checks, masks or hooks."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(D, D) for _ in range(4))

    def forward(self, x: Tensor, causal: bool) -> Tensor:
        queries, keys, values = (
            projection(x).view(B, T, H, D // H).transpose(1, 2) for projection in (self.query, self.key, self.value)
        )
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=causal)
        return self.output(mixed.transpose(1, 2).reshape(B, T, D))


def training_steps(causal: bool) -> dict[str, Callable[[], None]]:
    """A forward and a backward pass of each, over the same input."""
    torch.manual_seed(0)
    x = torch.randn(B, T, D)
    ours, theirs, bare = MultiHeadAttention(dim=D, heads=H), nn.MultiheadAttention(D, H, batch_first=True), Bare()
    later = nn.Transformer.generate_square_subsequent_mask(T) if causal else None
    passes = {
        OURS: lambda: ours(x, causal=causal),
        TORCH: lambda: theirs(x, x, x, need_weights=False, attn_mask=later, is_causal=causal)[0],
        BARE: lambda: bare(x, causal),
    }
    return {name: lambda forward=forward: forward().sum().backward() for name, forward in passes.items()}


if __name__ == "__main__":
    bounds = {(OURS, TORCH): ("at most", 1.0), (OURS, BARE): ("at most", 1.05)}
    sides = {"All see all": False, "Causal": True}
    kept = [report(title, training_steps(causal), bounds) for title, causal in sides.items()]
    sys.exit(not all(kept))

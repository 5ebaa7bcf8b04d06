"""RMSNorm: each vector scaled to length sqrt(D), and not centred."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Divide by the root of the mean square, then scale each number (Zhang and Sennrich 2019, eq. 4). (..., D) -> same.

    dim: D, from 1. eps: added to the mean square, above 0; 1e-6 in LLaMA, 1e-5 in its successors. No mean is taken off
    and nothing is added, so there is one parameter a number where a LayerNorm has two.
    Raises ValueError for sizes and vectors that do not fit.
    """

    def __init__(self, *, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        if dim < 1 or not eps > 0:
            raise ValueError(f"dim ({dim}) must be at least 1 and eps ({eps}) above 0")
        self.dim, self.eps, self.weight = dim, eps, nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.dim:
            raise ValueError(f"vectors have {x.shape[-1]} numbers, this norm was made for {self.dim}")
        return x * (x.square().mean(-1, keepdim=True) + self.eps).rsqrt() * self.weight

"""The position-wise feed-forward network: the same two maps at every position."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional as F


class FeedForward(nn.Module):
    """W2 f(W1 x + b1) + b2 at every position (Vaswani et al. 2017, eq. 2). (..., dim) -> (..., dim).

    dim, hidden: widths from 1. activation: f, ReLU in the paper. dropout: after f in training.
    Raises ValueError for a width below 1.
    """

    def __init__(
        self, *, dim: int, hidden: int, activation: Callable[[Tensor], Tensor] = F.relu, dropout: float = 0.0
    ) -> None:
        super().__init__()
        if dim < 1 or hidden < 1:
            raise ValueError(f"dim ({dim}) and hidden ({hidden}) must each be at least 1")
        self.expand, self.contract = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        self.activation, self.dropout = activation, nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.contract(self.dropout(self.activation(self.expand(x))))

"""SwiGLU: a feed-forward network in which one half of the hidden numbers opens and shuts the other."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class SwiGLU(nn.Module):
    """W2 (silu(W x) * V x) at every position, without biases (Shazeer 2020, eq. 6). (..., dim) -> (..., dim).

    `gate` is W, `expand` V and `contract` W2. dim, hidden: widths from 1; three matrices with a hidden of 2/3 as much
    have the weights of an ordinary feed-forward's two. Raises ValueError for a width below 1.
    """

    def __init__(self, *, dim: int, hidden: int) -> None:
        super().__init__()
        if dim < 1 or hidden < 1:
            raise ValueError(f"dim ({dim}) and hidden ({hidden}) must each be at least 1")
        self.gate, self.expand = nn.Linear(dim, hidden, bias=False), nn.Linear(dim, hidden, bias=False)
        self.contract = nn.Linear(hidden, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.contract(F.silu(self.gate(x)) * self.expand(x))

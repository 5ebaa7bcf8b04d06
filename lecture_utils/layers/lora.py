"""LoRA: a trained matrix stays as it is, and a thin detour beside it learns the new job."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoRALinear(nn.Module):
    """W x + b + (alpha / rank) B A x, with W and b frozen (Hu et al. 2022, eq. 3 and section 4.1).

    base: the trained map, (..., in) -> (..., out). rank: rows of A (rank, in) and columns of B (out, rank), from 1
    to the smaller of in and out. A starts as noise, B as zeros, so that at the start nothing has changed.
    Raises ValueError for a rank outside that range, and for an alpha that is not above 0.
    """

    def __init__(self, base: nn.Linear, *, rank: int, alpha: float, generator: torch.Generator | None = None) -> None:
        super().__init__()
        widest = min(base.in_features, base.out_features)
        if not 1 <= rank <= widest:
            raise ValueError(f"rank ({rank}) must lie in 1 to {widest}, the smaller side of the matrix")
        if not alpha > 0:
            raise ValueError(f"alpha ({alpha}) must be above 0")
        self.base, self.scale = base.requires_grad_(False), alpha / rank
        noise = torch.randn(rank, base.in_features, generator=generator) / base.in_features**0.5
        self.down = nn.Parameter(noise.to(base.weight))  # A
        self.up = nn.Parameter(torch.zeros(base.out_features, rank).to(base.weight))  # B

    def forward(self, x: Tensor) -> Tensor:
        return self.base(x) + self.scale * F.linear(F.linear(x, self.down), self.up)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """One ordinary map that does the same: W + (alpha / rank) B A. It costs nothing more than W did."""
        linear = deepcopy(self.base)
        linear.weight += self.scale * self.up @ self.down
        return linear


def add_lora(
    model: nn.Module, *, rank: int, alpha: float, seed: int, names: Sequence[str] = ("query", "value")
) -> nn.Module:
    """Freeze a model in place and put a detour around each linear map of these names; returns the model.

    names: attributes that hold a `nn.Linear`; queries and values are the paper's choice (section 4.2). What shall
    learn besides, a new head for instance, is to be thawed afterwards.
    Raises ValueError for a model that has no such map, and as `LoRALinear`.
    """
    found = [(parent, name) for parent, name, child in _children(model) if name in names and type(child) is nn.Linear]
    if not found:
        raise ValueError(f"the model has no linear map named {', '.join(names)}: choose names it has")
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for parent, name in found:
        setattr(parent, name, LoRALinear(getattr(parent, name), rank=rank, alpha=alpha, generator=generator))
    return model


def merge_lora(model: nn.Module) -> nn.Module:
    """Fold every detour into its matrix, in place; returns the model, as fast as it was without them."""
    for parent, name, child in _children(model):
        if isinstance(child, LoRALinear):
            setattr(parent, name, child.merged())
    return model


def remove_lora(model: nn.Module) -> nn.Module:
    """Take every detour off, in place; returns the model with the matrices it had before, bit for bit."""
    for parent, name, child in _children(model):
        if isinstance(child, LoRALinear):
            setattr(parent, name, child.base)
    return model


def _children(model: nn.Module) -> list[tuple[nn.Module, str, nn.Module]]:
    """Every module inside the model with its parent and the name it has there."""
    return [(parent, *child) for parent in model.modules() for child in parent.named_children()]

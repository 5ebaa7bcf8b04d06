"""Residual blocks for vectors: a branch of linear maps, and a wire around it that can be cut."""

from __future__ import annotations

from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """A branch f with a wire around it (He et al. 2016a, eq. 1); the branch alone with skip=False. (..., D) -> same.

    Post-activation (2016a, fig. 2): relu(x + scale f(x)), where f is linear, norm, and ReLU between two of them.
    Pre-activation (He et al. 2016b, fig. 4e), pre=True: x + scale f(x), where f is norm, ReLU, linear, repeated.
    dim: width D. layers: linear maps in the branch. norm: batch normalisation beside each of them, for x (B, D).
    zero: what the branch ends in starts at zero, so the wire alone carries x at first (Goyal et al. 2017, 5.1).
    Raises ValueError for dim or layers below 1, zero without a wire, and input of another width.
    """

    def __init__(
        self,
        *,
        dim: int,
        layers: int = 1,
        norm: bool = False,
        pre: bool = False,
        skip: bool = True,
        scale: float = 1.0,
        zero: bool = False,
    ) -> None:
        super().__init__()
        if dim < 1 or layers < 1:
            raise ValueError(f"dim ({dim}) and layers ({layers}) must be at least 1")
        if zero and not skip:
            raise ValueError("zero=True with skip=False lets nothing through: a zero start needs the wire")
        self.dim, self.pre, self.skip, self.scale = dim, pre, skip, scale
        parts: list[nn.Module] = []
        for _ in range(layers):
            linear = nn.Linear(dim, dim)
            beside = [nn.BatchNorm1d(dim)] if norm else []
            parts += [*beside, nn.ReLU(), linear] if pre else [linear, *beside, nn.ReLU()]
        self.branch = nn.Sequential(*(parts if pre else parts[:-1]))  # the last ReLU comes after the sum
        if zero:
            nn.init.zeros_(self.branch[-1].weight)
            nn.init.zeros_(self.branch[-1].bias)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.dim:
            raise ValueError(f"input of width {x.shape[-1]} does not fit a block of width {self.dim}")
        change = self.branch(x)
        total = x + self.scale * change if self.skip else change
        return total if self.pre else total.relu()


def depth_scale(depth: int) -> float:
    """1/sqrt(depth): branches scaled so do not let the signal grow with the number of blocks (Hayou et al. 2021).

    Raises ValueError for a depth below 1.
    """
    if depth < 1:
        raise ValueError(f"depth ({depth}) must be at least 1 block")
    return depth**-0.5

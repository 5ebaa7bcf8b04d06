"""Ghost batch normalisation: a large batch, normalised as if it were several small ones."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class GhostBatchNorm(nn.Module):
    """Batch normalisation over ghost batches of at most `ghost` rows (Hoffer, Hubara and Soudry 2017, algorithm 1).

    x (B, D) -> (B, D). While training each ghost batch has its own mean and variance; the running statistics, used
    in evaluation, take them in one after another with `momentum`. Of C ghosts the first has rows 0, C, 2 C, ..., so
    that a (ghost, C * D) view normalises all in one call; what is left over is one smaller ghost.
    Raises ValueError for other shapes, and for a ghost batch of one row, which has no variance.
    """

    def __init__(self, features: int, *, ghost: int = 128, momentum: float = 0.02, eps: float = 1e-5) -> None:
        super().__init__()
        if ghost < 2 or not 0 < momentum <= 1:
            raise ValueError(f"ghost ({ghost}) must be at least 2 rows, and momentum ({momentum}) above 0, at most 1")
        self.ghost, self.momentum, self.eps = ghost, momentum, eps
        self.weight, self.bias = nn.Parameter(torch.ones(features)), nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim != 2 or x.shape[1] != len(self.weight):
            raise ValueError(f"x of shape {tuple(x.shape)} must be (rows, {len(self.weight)})")
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        ghosts = max(1, -(-len(x) // self.ghost))
        rows = -(-len(x) // ghosts)  # as even as they can be: only the last ghost is smaller
        left = len(x) % rows
        if not left:
            return self._normalise(x, len(x) // rows)
        return torch.cat([self._normalise(x[:-left], len(x) // rows), self._normalise(x[-left:], 1)])

    def _normalise(self, x: Tensor, ghosts: int) -> Tensor:
        """Normalise rows (C * ghost, D) within each of C ghosts of the same size."""
        rows, features = len(x) // ghosts, x.shape[1]
        if rows < 2:
            raise ValueError(f"a ghost batch of {len(x)} row has no variance: use batches of other sizes")
        mean, variance = x.new_zeros(2, ghosts * features)
        normal = F.batch_norm(
            x.reshape(rows, ghosts * features),  # a view: rows 0, C, 2 C, ... stand below each other
            mean,
            variance,
            self.weight.repeat(ghosts),
            self.bias.repeat(ghosts),
            training=True,
            momentum=1.0,  # mean and variance become those of this batch
            eps=self.eps,
        )
        self._remember(mean.view(ghosts, features), variance.view(ghosts, features))
        return normal.view_as(x)

    @torch.no_grad()
    def _remember(self, means: Tensor, variances: Tensor) -> None:
        """Running statistics after C updates, one ghost after another."""
        ghosts, old = len(means), 1 - self.momentum
        shares = means.new_tensor([self.momentum * old**age for age in reversed(range(ghosts))])  # the last counts most
        for running, seen in ((self.running_mean, means), (self.running_var, variances)):
            running.addmv_(seen.mT, shares, beta=old**ghosts)

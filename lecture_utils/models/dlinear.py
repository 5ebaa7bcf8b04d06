"""DLinear: a forecast by two linear maps, one for the trend and one for the rest."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def moving_average(x: Tensor, width: int) -> Tensor:
    """Mean of `width` neighbours, the ends repeated beyond themselves: (N, C) -> (N, C).

    Raises ValueError for a width that is not odd.
    """
    if width < 1 or width % 2 == 0:
        raise ValueError(f"width ({width}) must be odd, so that a step has as many neighbours before as after")
    return F.avg_pool1d(F.pad(x[:, None], (width // 2, width // 2), mode="replicate"), width, stride=1)[:, 0]


class DLinear(nn.Module):
    """Trend and remainder, a linear map of each, added (Zeng et al. 2023, section 4). (N, C) -> (N, H).

    context, horizon: C and H in steps. width: of the moving average, 25 in the paper. Both maps start as plain means
    of the past, as in the authors' code.
    """

    def __init__(self, *, context: int, horizon: int, width: int = 25) -> None:
        super().__init__()
        self.width = width
        self.trend, self.rest = nn.Linear(context, horizon), nn.Linear(context, horizon)
        for part in (self.trend, self.rest):
            nn.init.constant_(part.weight, 1 / context)

    def forward(self, past: Tensor) -> Tensor:
        trend = moving_average(past, self.width)
        return self.trend(trend) + self.rest(past - trend)

    @torch.no_grad()
    def folded(self) -> tuple[Tensor, Tensor]:
        """The one linear map that the two are: weights (C, H) and bias (H,)."""
        context = self.trend.in_features
        bias = self(torch.zeros(1, context).to(self.trend.weight))[0]
        return self(torch.eye(context).to(self.trend.weight)) - bias, bias

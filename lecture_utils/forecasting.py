"""Forecasting: windows that keep past and future apart, forecasts that need no training, and a line."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lecture_utils.datasets.series import clock


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of a training part, by which everything is measured."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, training: Tensor) -> Scale:
        """From the training part (N,) alone. Raises ValueError for fewer than two values, NaN, or no spread."""
        if len(training) < 2 or not training.std(correction=0) > 0:
            raise ValueError("a scale needs at least two training values that differ, and no NaN among them")
        return cls(training.mean().item(), training.std(correction=0).item())

    def apply(self, values: Tensor) -> Tensor:
        """values -> z, single precision."""
        return ((values - self.mean) / self.deviation).float()


@dataclass(frozen=True)
class Windows:
    """N windows of a series: past (N, C) and future (N, H), which follows it; times (N, C + H, F) of both."""

    past: Tensor
    future: Tensor
    times: Tensor

    def __len__(self) -> int:
        return len(self.past)


def cut_windows(z: Tensor, *, context: int, horizon: int, first: int, last: int, periods: tuple[float, ...]) -> Windows:
    """Every window whose future lies from step `first` to before step `last`; its past may reach back further.

    z (N,). There are last - first - horizon + 1 of them, and none is dropped. periods: of the `clock` that tells time.
    Raises ValueError for a past that would begin before the series, or a future that does not fit.
    """
    count = last - first - horizon + 1
    if context < 1 or horizon < 1 or count < 1 or first < context or last > len(z):
        raise ValueError(
            f"no window of {context} + {horizon} steps with its future in {first} to {last} of {len(z)} steps: "
            f"first must be at least {context}, last at most {len(z)}, with {horizon} steps between"
        )
    start, end = first - context, last
    both = z[start:end].unfold(0, context + horizon, 1)  # (N, C + H)
    times = clock(torch.arange(start, end), *periods).unfold(0, context + horizon, 1).mT  # (N, C + H, F)
    return Windows(both[:, :context], both[:, context:], times.to(z.device))


def mean_squared_error(forecast: Tensor, future: Tensor) -> float:
    """Mean over all windows and steps, (N, H) each. Raises ValueError for shapes that differ."""
    if forecast.shape != future.shape:
        raise ValueError(f"forecast {tuple(forecast.shape)} and future {tuple(future.shape)} must be alike")
    return (forecast - future).square().mean().item()


def last_value(past: Tensor, horizon: int) -> Tensor:
    """As it is now, so it stays: past (N, C) -> (N, H)."""
    return past[:, -1:].expand(-1, horizon)


def seasonal_naive(past: Tensor, horizon: int, season: int) -> Tensor:
    """As it was a season ago: past (N, C) -> (N, H). Raises ValueError for a past shorter than a season."""
    if not 1 <= season <= past.shape[1]:
        raise ValueError(f"a season of {season} steps does not fit into a past of {past.shape[1]}")
    places = torch.arange(horizon) % season - season  # beyond a season, the same season once more
    return past[:, places]


def seasonal_growth(past: Tensor, horizon: int, season: int) -> Tensor:
    """As it was a season ago, plus what has been gained since: past (N, C), C > season -> (N, H).

    Raises ValueError for a past that does not hold the value one season before its last.
    """
    if past.shape[1] <= season:
        raise ValueError(f"growth over {season} steps needs a past of at least {season + 1}, not {past.shape[1]}")
    seasons = torch.arange(horizon) // season + 1  # how many times it has grown by then
    return seasonal_naive(past, horizon, season) + seasons * (past[:, -1:] - past[:, -1 - season, None])


@dataclass(frozen=True)
class Line:
    """A linear forecast of the change since the last value: last + (past - last) W + b, W (C, H), b (H,)."""

    weights: Tensor
    bias: Tensor

    def __call__(self, past: Tensor) -> Tensor:
        """past (N, C) -> (N, H)."""
        return past[:, -1:] + (past - past[:, -1:]) @ self.weights + self.bias

    @classmethod
    def fit(cls, windows: Windows, strength: float = 1.0) -> Line:
        """The best such line in one step: ridge regression, a closed formula, in double precision.

        The family is NLinear of Zeng et al. (2023). strength: penalty on W, not on b, above 0. Raises ValueError
        otherwise.
        """
        if not strength > 0:
            raise ValueError(f"strength ({strength}) must be above 0")
        last = windows.past[:, -1:].double()
        x, y = windows.past.double() - last, windows.future.double() - last  # (N, C), (N, H)
        middle, target = x.mean(0), y.mean(0)
        x, y = x - middle, y - target
        gram = x.T @ x + strength * torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
        weights = torch.linalg.solve(gram, x.T @ y)  # (C, H)
        return cls(weights.float(), (target - middle @ weights).float())

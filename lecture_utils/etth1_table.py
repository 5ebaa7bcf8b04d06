"""The table of the lesson on Informer: the paper's ETTh1, its split, every test window, and forecasts of all kinds.

The data cannot be shipped and training takes too long for the lesson, so `make record` measures it where the file is
at hand, and `lesson.kept("informer-etth1")` reads it everywhere.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from dataclasses import dataclass

import torch
from torch import Tensor

from lecture_utils import forecasting, informer_training
from lecture_utils.datasets import series
from lecture_utils.datasets.series import Series, find_etth1, load_etth1
from lecture_utils.forecasting import (
    Line,
    Scale,
    Windows,
    cut_windows,
    last_value,
    mean_squared_error,
    seasonal_naive,
)
from lecture_utils.informer_training import fit_dlinear, fit_informer, forecast
from lecture_utils.layers import prob_sparse
from lecture_utils.models import dlinear, informer
from lecture_utils.models.informer import InformerConfig

KEPT = "informer-etth1"
MONTH = 30 * 24  # hours, as the authors count them
TRAINING, CHOICE, TEST = 12 * MONTH, 4 * MONTH, 4 * MONTH  # the paper's split
PAPER = {24: 0.098, 48: 0.158, 168: 0.183, 336: 0.222, 720: 0.269}  # Zhou et al. 2021, table 1: Informer, MSE
CONTEXT, LONG = 96, 336  # hours that the Informer and the linear models read
SEEDS = {24: (0, 1, 2), 48: (0, 1, 2), 168: (0, 1, 2), 336: (0,), 720: (0,)}


@dataclass(frozen=True)
class Parts:
    """Windows to learn from and windows to be judged by."""

    training: Windows
    test: Windows


def cut(oil: Series, context: int, horizon: int) -> Parts:
    """The paper's split: 12 months to train, 4 to choose, 4 to test; the scale is the training months' own.

    Every test window counts: 2,880 - horizon + 1 of them.
    """
    z = Scale.of(oil.values[:TRAINING]).apply(oil.values)
    sizes = {"context": context, "horizon": horizon, "periods": (oil.period,)}
    start = TRAINING + CHOICE
    return Parts(
        cut_windows(z, first=context, last=TRAINING, **sizes), cut_windows(z, first=start, last=start + TEST, **sizes)
    )


def untrained(oil: Series, horizon: int) -> dict[str, float]:
    """Test error of what needs no gradient: the last value, yesterday's hours, and the best line."""
    parts = cut(oil, LONG, horizon)

    def error(forecast: Tensor) -> float:
        return mean_squared_error(forecast, parts.test.future)

    past = parts.test.past
    return {
        "last value": error(last_value(past, horizon)),
        "a day ago": error(seasonal_naive(past, horizon, oil.season)),
        "line": error(Line.fit(parts.training)(past)),
    }


def trained_line(oil: Series, horizon: int) -> float:
    """Test error of DLinear, which reads as much as the line."""
    parts = cut(oil, LONG, horizon)
    model = fit_dlinear(parts.training)
    with torch.no_grad():
        return mean_squared_error(model(parts.test.past), parts.test.future)


def our_informer(oil: Series, horizon: int, seed: int, *, minus_last: bool) -> float:
    """Test error of our Informer."""
    parts = cut(oil, CONTEXT, horizon)
    config = InformerConfig(context=CONTEXT, label=CONTEXT // 2, horizon=horizon, minus_last=minus_last)
    model = fit_informer(config, parts.training, steps=300, size=32, lr=2e-3, seed=seed, progress=None)
    return mean_squared_error(forecast(model, parts.test), parts.test.future)


def measure() -> dict[str, float]:
    """The whole table: "24 | plain | 0" -> test error, in squares of the training months' standard deviation.

    Raises FileNotFoundError where ETTh1 is not at hand.
    """
    oil, table = load_etth1(), {}
    for horizon, seeds in SEEDS.items():
        table |= {f"{horizon} | {name}": error for name, error in untrained(oil, horizon).items()}
        table[f"{horizon} | DLinear"] = trained_line(oil, horizon)
        for seed in seeds:
            for name, minus_last in (("plain", False), ("minus last", True)):
                table[f"{horizon} | {name} | {seed}"] = our_informer(oil, horizon, seed, minus_last=minus_last)
    return table


def possible() -> bool:
    """Whether the table can be measured here; where not, the recorded one stands."""
    return find_etth1() is not None


def recipe() -> str:
    """A fingerprint of the code behind the table: numbers of another recipe are out of date."""
    parts = (series, forecasting, prob_sparse, informer, dlinear, informer_training, sys.modules[__name__])
    text = "".join(inspect.getsource(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

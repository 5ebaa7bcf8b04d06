"""Explorer of the lesson on Informer: how far back to read and how far ahead to look, over a real series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from torch import Tensor

from lecture_utils.datasets.series import Series
from lecture_utils.forecasting import (
    Line,
    Scale,
    Windows,
    cut_windows,
    last_value,
    mean_squared_error,
    seasonal_naive,
)
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot

SHOWN = 104  # steps of the past that are drawn
LONGEST = 52  # steps ahead


@dataclass(frozen=True)
class Comparison:
    """Forecasts of every test window (N, H), and their errors in squares of the training part's deviation."""

    test: Windows
    forecasts: dict[str, Tensor]
    errors: dict[str, float]


def compare(series: Series, cut: int, *, context: int, horizon: int) -> Comparison:
    """The last value, the season before and the best line that reads `context` steps; tested from step `cut` on.

    The scale and the line know the steps before `cut` alone. Raises ValueError for windows that do not fit.
    """
    z = Scale.of(series.values[:cut]).apply(series.values)
    reach = max(context, series.season)
    sizes = {"horizon": horizon, "periods": (series.period,)}
    train = cut_windows(z, context=context, first=context, last=cut, **sizes)
    test = cut_windows(z, context=reach, first=cut, last=len(z), **sizes)
    forecasts = {
        "last value": last_value(test.past, horizon),
        "a season ago": seasonal_naive(test.past, horizon, series.season),
        "line": Line.fit(train)(test.past[:, -context:]),
    }
    return Comparison(test, forecasts, {n: mean_squared_error(f, test.future) for n, f in forecasts.items()})


def explore_horizon(
    series: Series, cut: int, *, model: Callable[[int], Tensor] | None = None, name: str = "Informer"
) -> LivePlot:
    """Choose where to stand, how far back the line reads, and how far ahead all look. Tested from step `cut` on.

    model(step): forecast (H,), in the series' unit, of the steps from `step` on; drawn as far as it goes.
    """
    scale = Scale.of(series.values[:cut])
    compared = lru_cache(maxsize=64)(lambda context, horizon: compare(series, cut, context=context, horizon=horizon))
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.9))
    (past,) = ax.plot([], [], color=theme.INPUT)
    (truth,) = ax.plot([], [], color=theme.TRUE, linestyle="--", label="what came")
    names = ("last value", "a season ago", "line") + ((name,) if model else ())
    looks = (theme.MUTED, theme.VALUE, theme.QUERY, theme.OUTPUT)
    lines = {
        each: ax.plot([], [], color=color, marker=marker, markevery=4, label=each)[0]
        for each, color, marker in zip(names, looks, theme.MARKERS, strict=False)
    }
    read = ax.axvspan(0, 1, color=theme.KEY, alpha=0.12, label="the line reads")
    ax.axvline(0, color=theme.MUTED, linewidth=1)
    ax.set(xlim=(-SHOWN, LONGEST), xlabel=f"{series.step}s from now", ylabel=series.unit)
    ax.set_title("How far back, how far ahead?")
    ax.grid(axis="y")
    ax.legend(loc="upper left", ncols=2)

    def update(origin: int, context: int, horizon: int) -> Iterable[Artist] | None:
        now, values = compared(context, horizon), series.values.numpy()
        step = cut + min(origin, len(now.test) - 1)
        past.set_data(np.arange(-SHOWN, 0), values[step - SHOWN : step])
        ahead = np.arange(horizon)
        truth.set_data(ahead, values[step : step + horizon])
        for each, drawn in now.forecasts.items():
            lines[each].set_data(ahead, drawn[step - cut].numpy() * scale.deviation + scale.mean)
        if model:
            said = model(step)[:horizon].numpy(force=True)
            lines[name].set_data(np.arange(len(said)), said)
        read.set_bounds(-min(context, SHOWN), 0, min(context, SHOWN), 1)
        seen = values[max(0, step - SHOWN) : step + LONGEST]
        room = np.ptp(seen) * 0.25
        ax.set_ylim(seen.min() - 0.3 * room, seen.max() + 2.2 * room)
        return None

    def caption(origin: int, context: int, horizon: int) -> str:
        errors = compared(context, horizon).errors
        said = ", ".join(f"{each} {error:.4f}" for each, error in errors.items())
        return f"Mean squared error over all {len(compared(context, horizon).test)} test windows (z): {said}."

    wide = {"style": {"description_width": "initial"}, "layout": widgets.Layout(width="24em")}
    last = len(series) - cut - LONGEST
    return LivePlot(
        figure,
        update,
        alt="A real series, the truth dashed, and forecasts by the last value, the season before, a line and a model.",
        caption=caption,
        origin=widgets.IntSlider(last // 2, min=0, max=last, description=f"stand at test {series.step}", **wide),
        context=widgets.IntSlider(52, min=2, max=SHOWN, description=f"context ({series.step}s)", **wide),
        horizon=widgets.IntSlider(26, min=1, max=LONGEST, description=f"horizon ({series.step}s)", **wide),
    )

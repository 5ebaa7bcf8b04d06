"""Lines with their spread: measurements against a size, a step, a distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from lecture_utils.plots import theme


def plot_series(
    x: Sequence[float],
    series: Mapping[str, np.ndarray],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    colors: Mapping[str, str] | None = None,
    percent: bool = False,
    log: str = "",
    legend: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw one line a series over x, each with its own marker and its name at the line's end; returns the Axes.

    series: name -> values (len(x),), or (seeds, len(x)): then the mean, with the range over seeds shaded.
    percent: the y axis counts 0 to 1 as percent. log: "x", "y" or "xy" for logarithmic axes. legend: names in a
    legend, for lines that end close together. Raises ValueError when lengths differ.
    """
    ax = ax or plt.subplots()[1]
    for index, (name, values) in enumerate(series.items()):
        values = np.atleast_2d(np.asarray(values, dtype=float))  # (seeds, N)
        if values.shape[1] != len(x):
            raise ValueError(f"series {name!r} has {values.shape[1]} values for {len(x)} places on the x axis")
        color = (colors or {}).get(name, theme.SERIES[index % len(theme.SERIES)])
        marker = theme.MARKERS[index % len(theme.MARKERS)] if len(x) <= 24 else None
        mean = values.mean(axis=0)
        ax.plot(x, mean, marker=marker, color=color, label=name)
        if len(values) > 1:
            ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=color, alpha=0.18, linewidth=0)
        if not legend:
            ax.annotate(
                name,
                (x[-1], mean[-1]),
                xytext=(9, 0),
                textcoords="offset points",
                color=color,
                va="center",
                annotation_clip=False,
                fontsize=12,
            )
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if "x" in log:
        ax.set_xscale("log")
        if len(x) <= 10:  # name the places measured, not the powers of ten
            ax.set_xticks(x, [f"{value:g}" for value in x])
            ax.minorticks_off()
    if "y" in log:
        ax.set_yscale("log")
    if percent:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}%"))
    ax.grid(axis="y")
    if legend:
        ax.legend()
    return ax


def mark_level(value: float, text: str, *, ax: Axes, color: str = theme.TRUE) -> Axes:
    """A dashed horizontal line with its name: chance, a published figure, a bound."""
    ax.axhline(value, color=color, linestyle="--", linewidth=1.4)
    ax.annotate(
        text,
        (0.01, value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        color=color,
        fontsize=12,
    )
    return ax


def mark_place(place: float, text: str, *, ax: Axes, color: str = theme.TRUE) -> Axes:
    """A dashed vertical line with its name at the top, on its right: the end of what was trained, for instance."""
    ax.axvline(place, color=color, linestyle="--", linewidth=1.4)
    ax.annotate(
        text,
        (place, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -4),
        textcoords="offset points",
        color=color,
        va="top",
        fontsize=12,
    )
    return ax

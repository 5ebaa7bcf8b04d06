"""Dots in rows: what a few runs of a few models measured under a few conditions, none hidden in a mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from lecture_utils.plots import theme


def plot_dots(
    rows: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    xlabel: str,
    title: str,
    percent: bool = False,
    xlim: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One row a name, in it one dot a run, with a colour and a marker for each condition; returns the Axes.

    rows: row -> condition -> the values of its runs; a thin line joins the means of a row's first and last
    condition. percent: values count 0 to 1 as percent. Raises ValueError for no row or a row without values.
    """
    if not rows or any(not len(values) for row in rows.values() for values in row.values()):
        raise ValueError("plot_dots needs at least one row, and at least one value in each condition")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.42 * len(rows) + 1.3))[1]
    conditions = list(dict.fromkeys(condition for row in rows.values() for condition in row))
    for height, row in enumerate(rows.values()):
        means = [float(np.mean(values)) for values in row.values()]
        if len(means) > 1:
            ax.plot([means[0], means[-1]], [height, height], color=theme.GRID, linewidth=5, zorder=1)
        for condition, values in row.items():
            index = conditions.index(condition)
            color, marker = theme.SERIES[index % len(theme.SERIES)], theme.MARKERS[index % len(theme.MARKERS)]
            name = condition if height == next(i for i, r in enumerate(rows.values()) if condition in r) else None
            ax.scatter(
                values, [height] * len(values), s=70, color=color, marker=marker, alpha=0.75, label=name, zorder=2
            )
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel, title=title)
    ax.tick_params(axis="y", length=0)
    if xlim:
        ax.set_xlim(*xlim)
    if percent:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}%"))
    if len(conditions) > 1:
        ax.figure.legend(loc="outside lower right", ncols=len(conditions))
    ax.grid(axis="x")
    return ax

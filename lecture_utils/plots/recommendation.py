"""Pictures of the lesson on recommendation: a household's evenings, and a list of recommendations against the truth."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from lecture_utils.plots import theme

ROWS = ("one of them", "the other", "a guest")


def plot_evenings(
    titles: Sequence[str], genres: Sequence[int], viewers: Sequence[int], *, title: str, ax: Axes | None = None
) -> Axes:
    """One box an evening, coloured by genre, in the row of whoever watched (0, 1, 2 for a guest); returns the Axes.

    Raises ValueError unless there is one genre and one viewer a title.
    """
    if not len(titles) == len(genres) == len(viewers) or not set(viewers) <= {0, 1, 2}:
        raise ValueError(f"{len(titles)} titles need as many genres, and viewers of 0, 1 or 2, not {list(viewers)}")
    rows = max(viewers, default=0) + 1
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.85 * rows + 1.2))[1]
    for evening, (name, genre, viewer) in enumerate(zip(titles, genres, viewers, strict=True)):
        color = theme.SERIES[genre % len(theme.SERIES)]
        ax.add_patch(plt.Rectangle((evening + 0.04, viewer + 0.08), 0.92, 0.84, facecolor=color))
        text = fill(name, 9, break_long_words=False)
        ax.text(evening + 0.5, viewer + 0.5, text, ha="center", va="center", color="white", fontsize=9.5)
    ax.set_xticks(np.arange(len(titles)) + 0.5, range(1, len(titles) + 1))
    ax.set_yticks(np.arange(rows) + 0.5, ROWS[:rows])
    ax.set(xlim=(0, len(titles)), ylim=(rows, 0), xlabel="evening", title=title)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def plot_recommendations(
    titles: Sequence[str],
    chances: Sequence[float],
    truth: Sequence[float],
    *,
    title: str,
    chosen: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Bars of a model's chances, best first, with the true chance of each as a black line; returns the Axes.

    chosen: the film that was watched, drawn in green where it is listed. Raises ValueError for lengths that differ.
    """
    if not len(titles) == len(chances) == len(truth):
        raise ValueError(f"{len(titles)} titles need as many chances ({len(chances)}) and truths ({len(truth)})")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.34 * len(titles) + 1.3))[1]
    colors = [theme.VALUE if name == chosen else theme.INPUT for name in titles]
    ax.barh(range(len(titles)), chances, color=colors, height=0.7, label="the model")
    ax.plot(truth, range(len(titles)), "|", color=theme.TRUE, markersize=17, markeredgewidth=2.5, label="the truth")
    ax.set_yticks(range(len(titles)), titles)
    ax.set(ylim=(len(titles) - 0.5, -0.5), xlim=(0, None), xlabel="chance to be watched next", title=title)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")
    ax.legend(loc="lower right")
    return ax

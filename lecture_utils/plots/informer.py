"""Pictures of forecasts: what a window is made of, forecasts beside their truth, and the long tail of the lazy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


def plot_window(
    values: Sequence[float],
    *,
    context: int,
    label: int,
    horizon: int,
    xlabel: str,
    ylabel: str,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """One window of a series and what becomes of its parts: read, handed to the decoder, to be written.

    values: context + horizon of them; steps are counted from the last known one. Raises ValueError for another number.
    """
    if len(values) != context + horizon:
        raise ValueError(f"{len(values)} values for a past of {context} and a future of {horizon}: give them all")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.4))[1]
    steps = np.arange(-context + 1, horizon + 1)
    ax.plot(steps[:context], values[:context], color=theme.INPUT)
    ax.plot(steps[context - 1 :], values[context - 1 :], color=theme.TRUE, linestyle="--", linewidth=1.6)
    low, high = ax.get_ylim()
    rooms = (  # from, to, line, colour, words
        (-context + 0.5, 0.5, 1, theme.KEY, "the encoder reads"),
        (-label + 0.5, 0.5, 2, theme.QUERY, "start token"),
        (0.5, horizon + 0.5, 2, theme.OUTPUT, "zeros, to be written"),
    )
    room = (high - low) * 0.16
    for start, end, line, color, words in rooms:
        height = low - line * room
        ax.barh(height, end - start, left=start, height=room * 0.8, color=color, alpha=0.9)
        ax.text((start + end) / 2, height, words, color="white", ha="center", va="center", fontsize=12)
    ax.axvline(0.5, color=theme.MUTED, linewidth=1)
    ax.set(xlim=(steps[0] - 0.5, steps[-1] + 0.5), ylim=(low - 2.5 * room, high))
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    return ax


def plot_forecasts(
    past: Sequence[float],
    future: Sequence[float],
    forecasts: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """The end of a past, what came, and what was forecast; returns the Axes.

    Steps are counted from the last known value. Raises ValueError for a forecast longer than the future.
    """
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.8))[1]
    ax.plot(np.arange(-len(past) + 1, 1), past, color=theme.INPUT)
    ax.plot(np.arange(len(future) + 1), [past[-1], *future], color=theme.TRUE, linestyle="--", label="what came")
    for index, (name, values) in enumerate(forecasts.items()):
        if len(values) > len(future):
            raise ValueError(f"forecast {name!r} has {len(values)} steps, but only {len(future)} came")
        color = theme.SERIES[index % len(theme.SERIES)]
        ax.plot(
            np.arange(1, len(values) + 1), values, color=color, marker=theme.MARKERS[index], markevery=4, label=name
        )
    ax.axvline(0.5, color=theme.MUTED, linewidth=1)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.grid(axis="y")
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.3 * (high - low))  # room for the names
    ax.legend(loc="upper left", ncols=3)
    return ax


def plot_long_tail(measure: Sequence[float], active: int, *, title: str, ax: Axes | None = None) -> Axes:
    """Queries from the most to the least decided, the active ones filled; returns the Axes.

    measure (T,): above even attention, in nats. Raises ValueError unless 1 <= active <= T.
    """
    if not 1 <= active <= len(measure):
        raise ValueError(f"active ({active}) must lie in 1 to {len(measure)}, the number of queries")
    ax = ax or plt.subplots()[1]
    ordered = np.sort(np.asarray(measure, dtype=float))[::-1]
    ranks = np.arange(1, len(ordered) + 1)
    ax.bar(ranks[:active], ordered[:active], width=1.0, color=theme.QUERY, label=f"{active} attend")
    ax.bar(ranks[active:], ordered[active:], width=1.0, color=theme.GRID, label=f"{len(ordered) - active} get the mean")
    ax.set(xlabel="query, by rank", ylabel="how decided (nats)", title=title, xlim=(0.5, len(ordered) + 0.5))
    ax.legend()
    return ax


def plot_errors(
    errors: Mapping[str, Mapping[int, float]], *, xlabel: str, title: str, published: str, ax: Axes | None = None
) -> Axes:
    """Test error over the horizon, one line a forecast; returns the Axes.

    errors: name -> horizon -> mean squared error. published: the name that is drawn dashed, as others report it.
    Raises ValueError where that name is missing.
    """
    if published not in errors:
        raise ValueError(f"{published!r} is none of {', '.join(errors)}: name the published line")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    places = sorted({horizon for row in errors.values() for horizon in row})
    colored = 0
    for name, row in errors.items():
        look = {"color": theme.TRUE, "linestyle": "--", "marker": "x"}
        if name != published:
            look = {"color": theme.SERIES[colored], "marker": theme.MARKERS[colored]}
            colored += 1
        ax.plot([places.index(horizon) for horizon in row], list(row.values()), label=name, **look)
    ax.set_xticks(range(len(places)), places)
    ax.set(xlabel=xlabel, ylabel="mean squared error (z)", title=title, ylim=(0, None))
    ax.grid(axis="y")
    ax.legend(ncols=2, loc="upper left")
    return ax

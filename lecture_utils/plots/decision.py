"""Pictures of deciding: a garden with walks in it, what a walk is as a sequence, asked and achieved returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lecture_utils.plots import theme

WALL = "#B9BEC6"


def plot_grid(
    shape: tuple[int, int],
    places: np.ndarray,
    fruits: Mapping[int, float],
    *,
    title: str = "",
    numbers: np.ndarray | None = None,
    marked: np.ndarray | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A garden seen from above; returns the Axes, with rows downwards.

    shape: rows and columns. places (S, 2): row and column of each state; all else is wall. fruits: state -> its pay.
    numbers (S,): written into the free cells. marked (S,): True for cells that are tinted.
    Raises ValueError for places outside, and for numbers or marks that are not one a state.
    """
    places = np.asarray(places)
    if places.ndim != 2 or (places < 0).any() or (places >= shape).any():
        raise ValueError(f"places of shape {places.shape} must be (S, 2), rows and columns inside {shape}")
    for name, given in (("numbers", numbers), ("marked", marked)):
        if given is not None and np.shape(given) != (len(places),):
            raise ValueError(f"{name} of shape {np.shape(given)} must be one a state, ({len(places)},)")
    rows, columns = shape
    ax = ax or plt.subplots(figsize=(0.72 * columns + 0.4, 0.72 * rows + 0.6))[1]
    ax.add_patch(Rectangle((-0.5, -0.5), columns, rows, facecolor=WALL, edgecolor="none", zorder=0))
    for state, (row, column) in enumerate(places):
        tinted = marked is not None and marked[state]
        color = "#FCE3C9" if tinted else "white"
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=color, edgecolor=theme.GRID, zorder=1))
        if state in fruits:
            ax.scatter(column, row, s=460, color=theme.VALUE, zorder=4)
            ax.text(column, row, f"{fruits[state]:g}", ha="center", va="center", color="white", zorder=5, fontsize=13)
        elif numbers is not None:
            ax.text(column, row, f"{numbers[state]:.0f}", ha="center", va="center", zorder=2, fontsize=13)
    ax.set(xlim=(-0.52, columns - 0.48), ylim=(rows - 0.48, -0.52), xticks=[], yticks=[], title=title)
    ax.set_aspect("equal")
    for side in ax.spines.values():
        side.set_visible(False)
    return ax


def draw_paths(paths: Mapping[str, np.ndarray], *, ax: Axes) -> Axes:
    """Walks over cells (T, 2) of rows and columns, from a dot to an arrow, side by side where they overlap.

    paths: name -> cells; names go into a legend, "" into none. A ring: it stayed there.
    Raises ValueError for a walk without a step.
    """
    for index, (name, cells) in enumerate(paths.items()):
        if len(cells) < 2:
            raise ValueError(f"the walk {name!r} has {len(cells)} cells: it needs two at least")
        color, shift = (theme.OUTPUT, theme.QUERY, theme.KEY)[index % 3], 0.1 * (2 * index + 1 - len(paths))
        rows, columns = np.asarray(cells, dtype=float).T + shift
        ax.plot(columns, rows, color=color, linewidth=3, zorder=3, label=name, solid_capstyle="round")
        ax.scatter(columns[0], rows[0], s=80, color=color, zorder=4)
        stayed = np.flatnonzero((np.diff(rows) == 0) & (np.diff(columns) == 0))
        ax.scatter(columns[stayed], rows[stayed], s=190, facecolor="none", edgecolor=color, linewidth=2, zorder=4)
        style = {"arrowstyle": "-|>", "color": color, "linewidth": 3, "mutation_scale": 18, "shrinkA": 0, "shrinkB": 0}
        middle = (columns[-1] + columns[-2]) / 2, (rows[-1] + rows[-2]) / 2
        ax.annotate("", middle, (columns[-2], rows[-2]), arrowprops=style, zorder=4)
    if any(paths):
        ax.figure.legend(loc="outside lower center", ncols=len(paths))
    return ax


def plot_steps(returns: Sequence[float], seen: Sequence[str], done: Sequence[str], *, title: str) -> Axes:
    """A walk as the model reads it: return-to-go, state, action of each step, in boxes; returns the Axes.

    Raises ValueError unless there is one of each a step, and one step at least.
    """
    if not returns or not len(returns) == len(seen) == len(done):
        raise ValueError(f"{len(returns)} returns, {len(seen)} states and {len(done)} actions: give one each a step")
    ax = plt.subplots(figsize=(theme.WIDTH, 1.9))[1]
    for step, words in enumerate(zip([f"{value:g}" for value in returns], seen, done, strict=True)):
        for part, (word, color) in enumerate(zip(words, (theme.OUTPUT, theme.INPUT, theme.VALUE), strict=True)):
            box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color, "linewidth": 1.8}
            ax.text(3.5 * step + part, 0, word, ha="center", va="center", fontsize=12, color=color, bbox=box)
        bend = {"arrowstyle": "-|>", "color": theme.MUTED, "connectionstyle": "arc3,rad=-0.5", "linewidth": 1.6}
        ax.annotate("", (3.5 * step + 2, 0.35), (3.5 * step + 1, 0.35), arrowprops=bend)
        ax.text(3.5 * step + 1, -0.75, f"step {step}", ha="center", va="center", fontsize=12, color=theme.MUTED)
    names = (("return-to-go", theme.OUTPUT), ("state", theme.INPUT), ("action", theme.VALUE))
    for place, (name, color) in enumerate(names):
        ax.text(1.7 * place - 0.4, 1.15, name, fontsize=12, color=color)
    ax.set(xlim=(-0.6, 3.5 * len(returns) - 0.9), ylim=(-1.0, 1.45), title=title)
    ax.axis("off")
    return ax


def plot_asked(
    asked: Sequence[float],
    achieved: Mapping[str, np.ndarray],
    *,
    title: str,
    shown: float | None = None,
    levels: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """What was achieved against what was asked, with the diagonal of "does as told"; returns the Axes.

    achieved: name -> (len(asked),), or (seeds, len(asked)) with the range shaded. shown: the best return in the data;
    what is asked beyond it is tinted. levels: name -> a return to mark. Raises ValueError when lengths differ.
    """
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    asked = np.asarray(asked, dtype=float)
    ax.plot(asked, asked, color=theme.TRUE, linestyle="--", linewidth=1.6, label="does as told", zorder=1)
    for index, (name, values) in enumerate(achieved.items()):
        values = np.atleast_2d(np.asarray(values, dtype=float))
        if values.shape[1] != len(asked):
            raise ValueError(f"{name!r} has {values.shape[1]} values for {len(asked)} asked returns")
        color, marker = theme.SERIES[index], theme.MARKERS[index]
        ax.plot(asked, values.mean(0), color=color, marker=marker, markersize=6, linewidth=1.6, label=name)
        if len(values) > 1:
            ax.fill_between(asked, values.min(0), values.max(0), color=color, alpha=0.18, linewidth=0)
    for name, level in (levels or {}).items():
        ax.axhline(level, color=theme.MUTED, linewidth=1.4, linestyle=":")
        ax.annotate(name, (0.99, level), (0, 3), xycoords=("axes fraction", "data"), textcoords="offset points",
                    ha="right", color=theme.MUTED, fontsize=12)  # fmt: skip
    if shown is not None and shown < asked.max():
        ax.axvspan(shown, asked.max(), color="#FCE3C9", alpha=0.6, linewidth=0, zorder=0, label="more than was shown")
    ax.set(xlabel="return asked for", ylabel="return achieved", title=title)
    ax.legend()
    ax.grid(axis="y")
    return ax


def plot_lecture(parts: Mapping[str, Sequence[str]], *, title: str) -> Axes:
    """The whole lecture, one row a part and one dot a lesson, numbered through; returns the Axes.

    parts: name of a part -> a word for each of its lessons. Raises ValueError for a part without lessons.
    """
    if not parts or not all(parts.values()):
        raise ValueError("each part needs at least one lesson")
    ax = plt.subplots(figsize=(theme.WIDTH, 0.62 * len(parts) + 0.5))[1]
    number, before = 0, None
    for row, (name, lessons) in enumerate(parts.items()):
        color = theme.SERIES[row % len(theme.SERIES)]
        ax.text(-0.75, row, name, ha="right", va="center", fontsize=12, color=color, fontweight="bold")
        for place, word in enumerate(lessons):
            if place:
                ax.plot([place - 1, place], [row, row], color=theme.GRID, linewidth=4, zorder=0)
            elif before is not None:
                ax.plot([before[0], place], [before[1], row], color=theme.GRID, linewidth=1.5, zorder=0)
            ax.scatter(place, row, s=330, color=color, zorder=2)
            ax.text(place, row, f"{number:02d}", ha="center", va="center", color="white", fontsize=10.5, zorder=3)
            ax.text(place, row + 0.33, word, ha="center", va="top", fontsize=10.5, zorder=3)
            number, before = number + 1, (place, row)
    ax.set(xlim=(-2.6, max(map(len, parts.values())) - 0.4), ylim=(len(parts) - 0.3, -0.5), title=title)
    ax.axis("off")
    return ax

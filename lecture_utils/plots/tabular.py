"""Pictures of tables: a tree of questions, where models look, scores beside the best possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from lecture_utils.plots import theme

GAP = LinearSegmentedColormap.from_list("gap", ["#FFFFFF", "#F3C6A5", theme.KEY])  # nothing lost: white


def plot_tree(tree: object, columns: Sequence[str], *, title: str, ax: Axes | None = None) -> Axes:
    """A tree of `lecture_utils.boosting` as boxes: questions, and at the ends what is said; returns the Axes."""
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.6))[1]
    places: list[int] = []  # of the leaves so far

    def draw(node: object, depth: int) -> float:
        if not hasattr(node, "column"):
            places.append(len(places))
            _box(ax, places[-1], depth, f"{node.value:+.1f}", theme.OUTPUT)
            return places[-1]
        sides = [draw(child, depth + 1) for child in (node.low, node.high)]
        middle = sum(sides) / 2
        for side, answer in zip(sides, ("yes", "no"), strict=True):
            ax.plot([middle, side], [-depth, -depth - 1], color=theme.MUTED, linewidth=1.4, zorder=0)
            where = {"ha": "right" if side < middle else "left", "va": "center"}
            ax.text((middle + side) / 2, -depth - 0.45, f" {answer} ", color=theme.MUTED, fontsize=12, **where)
        _box(ax, middle, depth, f"{columns[node.column]} ≤ {node.threshold:.2f}", theme.QUERY)
        return middle

    draw(tree, 0)
    ax.set(xlim=(-0.6, len(places) - 0.4), title=title)
    ax.margins(y=0.12)
    ax.axis("off")
    return ax


def _box(ax: Axes, x: float, depth: int, text: str, color: str) -> None:
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color}
    ax.text(x, -depth, text, ha="center", va="center", color=color, fontsize=12, bbox=box)


def plot_looks(
    looks: Mapping[str, np.ndarray], relevant: np.ndarray, columns: Sequence[str], *, title: str
) -> np.ndarray:
    """Where models look: one panel each, rows of the table down, columns across; returns the Axes.

    looks: name -> weights (N, F), 0 to 1. relevant (N, F): each column that counts in a row gets a dot.
    Raises ValueError for tables of different shapes.
    """
    shapes = {np.shape(values) for values in looks.values()} | {np.shape(relevant)}
    if not looks or len(shapes) > 1:
        raise ValueError(f"tables of shapes {sorted(shapes)}: looks and relevant must all be the same (N, F)")
    figure, axes = plt.subplots(1, len(looks), figsize=(theme.WIDTH, 4.0), sharey=True, squeeze=False)
    down, across = np.nonzero(relevant)
    for ax, (name, values) in zip(axes[0], looks.items(), strict=True):
        picture = ax.imshow(values, cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto")
        ax.scatter(across, down, s=7, color=theme.KEY, linewidths=0)
        ax.set_xticks(range(len(columns)), columns, rotation=90, fontsize=12 if len(looks) < 4 else 11)
        ax.set_title(name, fontsize=13, fontweight="normal")
        ax.tick_params(length=0)
    axes[0, 0].set(ylabel="rows of the table", yticks=[])
    figure.colorbar(picture, ax=axes[0].tolist(), shrink=0.7, label="weight")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def plot_scores(
    scores: Mapping[str, Mapping[str, float]], best: Mapping[str, float], *, title: str, ax: Axes | None = None
) -> Axes:
    """A table of scores, models down, data sets across, coloured by what is missing to the best; returns the Axes.

    scores: model -> data set -> AUC. best: data set -> the best possible AUC, drawn as the last row.
    A score that is missing leaves its cell empty.
    """
    rows = {**scores, "best possible": best}
    values = np.array([[row.get(name, np.nan) for name in best] for row in rows.values()])
    lost = np.array(list(best.values())) - values
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.42 * len(rows) + 1.0))[1]
    picture = ax.imshow(lost, cmap=GAP, vmin=0, vmax=0.06, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        text = "" if np.isnan(value) else f"{value:.3f}".lstrip("0")
        ax.text(column, row, text, ha="center", va="center", fontsize=12, color=theme.TRUE)
    ax.axhline(len(rows) - 1.5, color=theme.TRUE, linewidth=1.2)
    ax.set_xticks(range(len(best)), list(best))
    ax.set_yticks(range(len(rows)), list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    ax.figure.colorbar(picture, ax=ax, shrink=0.8, label="AUC below the best")
    return ax

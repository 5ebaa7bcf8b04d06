"""Pictures of pre-training: three tasks that need no label, and one set of texts seen by several models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.plots.boundaries import plot_points


def plot_tasks(first: str, second: str, stranger: str, blank: str, *, ax: Axes | None = None) -> Axes:
    """Three tasks from one text: fill the blank, judge whether B follows A, find the other half; returns the Axes.

    first, second: its two sentences. stranger: a sentence of another text. blank: a word of the first to hide.
    Raises ValueError where that word is not in it.
    """
    if blank not in first.split():
        raise ValueError(f"{blank!r} is no word of {first!r}")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    hidden = " ".join("____" if word == blank else word for word in first.split())
    _heading(ax, 0, "Fill the blank")
    _sentence(ax, 0.02, 0.7, f"{hidden}  {second}", theme.INPUT)
    _answer(ax, 0.7, 0.7, f"→ {blank}")
    _heading(ax, 1.55, "Does B follow A?")
    for row, (text, answer) in enumerate(((second, "→ yes"), (stranger, "→ no"))):
        _sentence(ax, 0.02, 2.2 + 0.68 * row, first, theme.QUERY)
        _sentence(ax, 0.36, 2.2 + 0.68 * row, text, theme.KEY)
        _answer(ax, 0.7, 2.2 + 0.68 * row, answer)
    _heading(ax, 3.7, "Find your other half")
    _sentence(ax, 0.02, 4.7, first, theme.QUERY)
    for row, text in enumerate((second, stranger)):
        _sentence(ax, 0.36, 4.36 + 0.68 * row, text, theme.KEY)
    _answer(ax, 0.7, 4.36, "→ this one")
    ax.set(xlim=(0, 1), ylim=(5.4, -0.35))
    ax.axis("off")
    return ax


def _heading(ax: Axes, height: float, text: str) -> None:
    ax.text(0, height, text, va="center", fontsize=14, fontweight="bold", color=theme.TRUE)


def _sentence(ax: Axes, left: float, height: float, text: str, color: str) -> None:
    box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": color}
    ax.text(left, height, text, va="center", fontsize=12, color=color, bbox=box)


def _answer(ax: Axes, left: float, height: float, text: str) -> None:
    ax.text(left, height, text, va="center", fontsize=13, fontweight="bold", color=theme.OUTPUT)


def plot_maps(maps: Mapping[str, np.ndarray], labels: Sequence[int], names: Sequence[str], *, title: str) -> np.ndarray:
    """The same texts as several models see them, a panel a model, a colour and marker a label; returns the Axes.

    maps: panel -> points (N, 2); their axes mean nothing by themselves. labels: N, from 0. names: of the labels.
    Raises ValueError for no map, and where points and labels do not fit.
    """
    if not maps:
        raise ValueError("maps is empty: give at least one panel")
    figure, axes = plt.subplots(1, len(maps), figsize=(theme.WIDTH, 3.3), squeeze=False)
    for ax, (name, points) in zip(axes[0], maps.items(), strict=True):
        if np.shape(points) != (len(labels), 2):
            raise ValueError(f"{name}: points {np.shape(points)} for {len(labels)} labels must be (N, 2)")
        plot_points(np.asarray(points), np.asarray(labels), size=26, ax=ax)
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=13, fontweight="normal")
    handles = axes[0, 0].get_legend_handles_labels()[0]
    figure.legend(handles, [names[label] for label in np.unique(labels)], loc="outside lower right", ncols=len(names))
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]

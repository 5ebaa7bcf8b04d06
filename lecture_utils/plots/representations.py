"""The same things twice: as people see them, and as the matrix a network sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


@dataclass(frozen=True)
class Represented:
    """One thing and its matrix (rows, columns).

    original: text, a picture (height, width, 3), a curve (N,), or rows of numbers, of which 3 x 3 are printed.
    rows, columns: what a row and a column of the matrix stand for.
    """

    name: str
    original: str | np.ndarray
    matrix: np.ndarray
    rows: str
    columns: str


def plot_representations(things: Sequence[Represented]) -> np.ndarray:
    """Draw each thing above its matrix, side by side; returns the array of Axes (2, things).

    Dark is large; each matrix has its own scale. Raises ValueError for no thing, or a matrix that is none.
    """
    if not things or any(np.ndim(thing.matrix) != 2 or not np.size(thing.matrix) for thing in things):
        shapes = [np.shape(thing.matrix) for thing in things]
        raise ValueError(f"matrices of shapes {shapes}: give at least one thing, each with a matrix (rows, columns)")
    size = (theme.WIDTH, 3.7)
    _, axes = plt.subplots(2, len(things), figsize=size, height_ratios=[1, 1.3], squeeze=False)
    for (above, below), thing in zip(axes.T, things, strict=True):
        _draw_original(above, thing.original)
        above.set_title(thing.name, loc="center", fontsize=14)
        matrix = np.asarray(thing.matrix)
        below.imshow(matrix, cmap=theme.INK, aspect="auto", interpolation="nearest")
        below.set(xticks=[], yticks=[])
        below.set_ylabel(f"{matrix.shape[0]} {thing.rows}", fontsize=12)
        below.set_xlabel(f"{matrix.shape[1]} {thing.columns}", fontsize=12)
        below.spines[["top", "right"]].set_visible(True)
    return axes


def _draw_original(ax: Axes, original: str | np.ndarray) -> None:
    """What people see: text, a picture, a curve or the first few numbers."""
    ax.axis("off")
    if isinstance(original, str):
        ax.text(0.5, 0.5, original, ha="center", va="center", fontsize=14, style="italic", transform=ax.transAxes)
        return
    values = np.asarray(original)
    if values.ndim == 3:
        ax.imshow(values, aspect="auto")
    elif values.ndim == 1:
        ax.plot(values, color=theme.INPUT, linewidth=1.0)
        ax.margins(x=0)
    else:
        lines = [" ".join(f"{value:.1f}" for value in row[:3]) for row in values[:3]]
        text = "\n".join([*lines, "..."])
        ax.text(0.5, 0.5, text, ha="center", va="center", fontsize=12, family="monospace", transform=ax.transAxes)

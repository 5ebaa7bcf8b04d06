"""The space inside a network: what every layer makes of the same points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import pyplot as plt

from lecture_utils.plots import theme
from lecture_utils.plots.boundaries import CLASS_COLORS


@dataclass(frozen=True)
class Space:
    """One layer's outputs for points (N, D), the curves (C, M, D) they lie on, and the best straight cut there.

    direction (D,), of length 1, stands across the cut x . direction = offset; accuracy: share on the right
    side, written as whole percent, rounded down.
    """

    name: str
    points: np.ndarray
    curves: np.ndarray
    direction: np.ndarray
    offset: float
    accuracy: float


def upright(space: Space) -> np.ndarray:
    """Two axes (D, 2) to look at a space: across its cut, and along the widest spread that is left over.

    The second is the first principal component of the points with their part across the cut taken out.
    """
    centred = space.points - space.points.mean(axis=0)
    left_over = centred - np.outer(centred @ space.direction, space.direction)
    widest = np.linalg.svd(left_over, full_matrices=False)[2][0]
    widest = widest - (widest @ space.direction) * space.direction  # to the last digit at right angles
    return np.column_stack([space.direction, widest / np.linalg.norm(widest)])


def plot_hidden_spaces(spaces: Sequence[Space], labels: np.ndarray, *, title: str) -> np.ndarray:
    """Draw the spaces in a row, each turned so that its best straight cut is upright; returns the array of Axes.

    labels: (N,), the class of each point; curve c belongs to the c-th class.
    Raises ValueError for no space, or a space whose widths or numbers of points do not fit.
    """
    if not spaces:
        raise ValueError("give at least one space to draw")
    for space in spaces:
        width = space.direction.shape[0]
        if space.points.shape != (len(labels), width) or space.curves.shape[-1] != width or width < 2:
            raise ValueError(
                f"{space.name}: points {space.points.shape}, curves {space.curves.shape} and a direction of {width} "
                f"do not fit {len(labels)} labels: give (N, D), (C, M, D) and (D,), D at least 2"
            )
    figure, axes = plt.subplots(1, len(spaces), figsize=(theme.WIDTH, 2.5), squeeze=False)
    for ax, space in zip(axes[0], spaces, strict=True):
        view = upright(space)
        shift = np.array([space.offset, space.points.mean(axis=0) @ view[:, 1]])
        for index, label in enumerate(np.unique(labels)):
            color, marker = CLASS_COLORS[index % 4], theme.MARKERS[index % 4]
            ax.plot(*(space.curves[index] @ view - shift).T, color=color, linewidth=1.4, alpha=0.7, zorder=2)
            ax.scatter(*(space.points[labels == label] @ view - shift).T, s=9, c=color, marker=marker, linewidths=0)
        ax.axvline(0, color=theme.TRUE, linestyle="--", linewidth=1.6, zorder=3)
        ax.set(xticks=[], yticks=[], box_aspect=1)
        ax.set_title(space.name, loc="center", fontsize=13)
        ax.set_xlabel(f"{int(100 * space.accuracy + 1e-9)}% sorted\nby one cut", fontsize=13)
        ax.spines[["top", "right"]].set_visible(True)
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]

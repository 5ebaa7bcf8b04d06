"""A loss over two weights as a map seen from above, and the path that descent takes on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from lecture_utils.plots import theme

HEIGHT = LinearSegmentedColormap.from_list("height", ["#FFFFFF", "#DCEBF7", "#9CB4CC", "#6F86A0"])  # valley: white
LEVELS = 14
RESOLUTION = 121


def plot_surface(
    loss: Callable[[NDArray], NDArray],
    *,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    names: tuple[str, str] = ("weight 1", "weight 2"),
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw loss (..., 2) -> (...) as lines of equal height, the lower the whiter; returns the Axes.

    Levels are equally spaced in the square root of the loss, so that the floor of a valley shows its shape.
    Raises ValueError for limits in the wrong order, and for a loss that is negative or not finite.
    """
    if not (xlim[0] < xlim[1] and ylim[0] < ylim[1]):
        raise ValueError(f"xlim {xlim} and ylim {ylim} must each name the smaller limit first")
    ax = ax or plt.subplots()[1]
    x, y = np.meshgrid(np.linspace(*xlim, RESOLUTION), np.linspace(*ylim, RESOLUTION))
    heights = np.asarray(loss(np.stack([x, y], axis=-1)))  # (RESOLUTION, RESOLUTION)
    if not np.isfinite(heights).all() or heights.min() < 0:
        raise ValueError("the loss is negative or not finite somewhere inside the limits: choose others")
    levels = np.linspace(np.sqrt(heights.min()), np.sqrt(heights.max()), LEVELS) ** 2
    levels[-1] *= 1.0001  # the highest point belongs to the last band
    bands = np.searchsorted(levels, heights, side="right")
    ax.imshow(bands, cmap=HEIGHT, extent=(*xlim, *ylim), origin="lower", aspect="auto", interpolation="bilinear")
    ax.contour(x, y, heights, levels=levels[1:], colors=theme.MUTED, linewidths=0.6, alpha=0.7)
    ax.set(xlim=xlim, ylim=ylim, xlabel=names[0], ylabel=names[1], title=title)
    return ax


def plot_path(path: NDArray, *, ax: Axes, color: str = theme.OUTPUT, label: str = "") -> Axes:
    """Draw the steps of a descent (steps + 1, 2): a ring at its start, a dot at each step; returns the Axes."""
    path = np.asarray(path, dtype=float)
    if path.ndim != 2 or path.shape[1] != 2 or len(path) == 0:
        raise ValueError(f"a path of shape {path.shape} cannot be drawn: give (steps + 1, 2)")
    ax.plot(*path.T, color=color, marker="o", markersize=4, linewidth=1.6, label=label or None, zorder=3)
    ax.plot(*path[0], color=color, marker="o", markersize=11, markerfacecolor="white", markeredgewidth=2, zorder=4)
    return ax


def mark_minimum(place: tuple[float, float], *, ax: Axes) -> Axes:
    """A black star where the loss is smallest; returns the Axes."""
    ax.plot(*place, color=theme.TRUE, marker="*", markersize=15, markeredgecolor="white", linestyle="", zorder=5)
    return ax

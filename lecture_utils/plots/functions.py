"""A function and the pieces that add up to it; measurements against the bound they must keep."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


def plot_sum(
    x: np.ndarray, pieces: np.ndarray, truth: np.ndarray, *, title: str, name: str = "piece", ax: Axes | None = None
) -> Axes:
    """Draw pieces (N, K) thinly, their sum solid and the truth (N,) dashed, over x (N,); returns the Axes."""
    if pieces.shape[0] != len(x) or truth.shape != (len(x),):
        raise ValueError(f"x has {len(x)} places, but pieces are {pieces.shape} and the truth is {truth.shape}")
    ax = ax or plt.subplots()[1]
    ax.plot(x, pieces, color=theme.HIDDEN, linewidth=1.1, alpha=0.55)
    ax.plot([], [], color=theme.HIDDEN, linewidth=1.1, label=f"each {name}")
    ax.plot(x, pieces.sum(axis=1), color=theme.OUTPUT, linewidth=3, label="their sum")
    ax.plot(x, truth, color=theme.TRUE, linestyle="--", label="the curve asked for")
    margin = 1.5 * np.abs(truth).max()
    ax.set(xlabel="x", ylabel="y", title=title, ylim=(-margin, margin))
    ax.legend(loc="lower left", ncols=3)
    return ax


def plot_below_bound(
    bounds: np.ndarray, measured: np.ndarray, *, xlabel: str, ylabel: str, title: str, ax: Axes | None = None
) -> Axes:
    """One point a trial, its bound across and what was measured up, below the dashed line of equality.

    Both axes are logarithmic; bounds and measured are (N,), zeros are drawn at one half. Returns the Axes.
    """
    ax = ax or plt.subplots()[1]
    measured = np.maximum(measured, 0.5)
    ax.scatter(bounds, measured, color=theme.QUERY, alpha=0.7, label="one trial")
    ends = np.array([0.5, 1.2 * np.max(bounds)])
    ax.plot(ends, ends, color=theme.TRUE, linestyle="--", label="the bound itself")
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel, title=title)
    ax.set(xlim=(0.7 * np.min(bounds), ends[1]))
    ax.legend()
    return ax

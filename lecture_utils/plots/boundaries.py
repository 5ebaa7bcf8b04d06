"""Points in the plane, and where a classifier draws its line between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme

OFF_ON = ("#F1F3F5", "#CFE3F3")  # where a neuron stays off, where it fires
CLASS_COLORS = (theme.QUERY, theme.KEY, theme.VALUE, theme.HIDDEN)


def plot_points(points: np.ndarray, labels: np.ndarray, *, size: float = 60, ax: Axes | None = None) -> Axes:
    """Scatter points (N, 2), each class with its own colour and marker; returns the Axes."""
    ax = ax or plt.subplots()[1]
    for index, label in enumerate(np.unique(labels)):
        chosen = points[labels == label]
        color, marker = CLASS_COLORS[index % 4], theme.MARKERS[index % 4]
        ax.scatter(*chosen.T, s=size, c=color, marker=marker, edgecolors="white", linewidths=0.8, label=str(label))
    return ax


def plot_regions(
    score: Callable[[np.ndarray], np.ndarray],
    *,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    colors: tuple[str, str] = ("#DCEBF7", "#FBE8D3"),
    ax: Axes | None = None,
    resolution: int = 160,
) -> Axes:
    """Shade where score (N, 2) -> (N,) is negative or positive, in two colors, and the line where it is zero."""
    ax = ax or plt.subplots()[1]
    x, y = np.meshgrid(np.linspace(*xlim, resolution), np.linspace(*ylim, resolution))
    values = np.asarray(score(np.column_stack([x.ravel(), y.ravel()]))).reshape(x.shape)
    ax.contourf(x, y, values > 0, levels=[-0.5, 0.5, 1.5], colors=colors, zorder=0)
    if values.min() < 0 < values.max():
        ax.contour(x, y, values, levels=[0.0], colors=[theme.TRUE], linewidths=2, zorder=1)
    ax.set(xlim=xlim, ylim=ylim)
    return ax


def plot_gate(targets: Sequence[int], weights: np.ndarray, bias: float, title: str, *, ax: Axes | None = None) -> Axes:
    """The four inputs of a logic gate, filled where it should fire, and where one neuron does; returns the Axes.

    targets: the gate's answers for (0, 0), (0, 1), (1, 0), (1, 1). A cross marks each input answered wrongly.
    """
    inputs, targets = np.array([(0, 0), (0, 1), (1, 0), (1, 1)]), np.asarray(targets)
    ax = plot_regions(
        lambda x: x @ np.asarray(weights) + bias, xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), colors=OFF_ON, ax=ax
    )
    faces = np.where(targets == 1, theme.TRUE, "white")
    ax.scatter(*inputs.T, s=220, c=faces, edgecolors=theme.TRUE, linewidths=2, zorder=3)
    wrong = inputs[(inputs @ np.asarray(weights) + bias > 0) != (targets == 1)]
    ax.scatter(*wrong.T, s=420, marker="x", color=theme.OUTPUT, linewidths=3, zorder=4)
    ax.set(xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ax.set_title(title, loc="center", fontsize=13)
    return ax

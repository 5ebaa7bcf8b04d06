"""Residual networks drawn: the block with its wire, curves over depth, paths through blocks, valleys of the loss."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from lecture_utils.plots import theme
from lecture_utils.plots.curves import plot_series
from lecture_utils.plots.surfaces import HEIGHT

BLOCKS = {  # name -> what the signal passes; between the two marks the wire runs beside it
    "plain": ("linear", "ReLU", "linear", "ReLU"),
    "residual": ("(", "linear", "ReLU", "linear", ")", "ReLU"),
    "pre-activation": ("(", "ReLU", "linear", "ReLU", "linear", ")"),
}
COLORS = {  # networks keep their colours through the lesson
    "plain": theme.OUTPUT,
    "with wires": theme.QUERY,
    "plain, batch norm": theme.KEY,
    "wires, batch norm": theme.VALUE,
}


def plot_blocks(*, ax: Axes | None = None) -> Axes:
    """Draw plain layers, the residual block and its pre-activation form below each other; returns the Axes."""
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.7))[1]
    for row, (name, steps) in enumerate(BLOCKS.items()):
        _draw_block(ax, -1.35 * row, name, steps)
    ax.set(xlim=(-2.4, 7.0), ylim=(-3.15, 0.75))
    ax.axis("off")
    return ax


def _draw_block(ax: Axes, y: float, name: str, steps: tuple[str, ...]) -> None:
    """One block from left to right at height y."""
    ax.text(-2.4, y, name, va="center", fontweight="bold", fontsize=13)
    ax.text(0.0, y, "x", ha="center", va="center", fontsize=15, color=theme.INPUT)
    before, x, fork = 0.15, 0.0, 0.0
    for step in steps:
        if step == "(":
            fork = before + 0.17
            continue
        x += 1.2
        if step == ")":
            wire = {"arrowstyle": "-|>", "color": theme.QUERY, "linewidth": 3, "shrinkA": 0, "shrinkB": 7}
            ax.annotate("", (x, y), (fork, y + 0.52), arrowprops=wire | {"connectionstyle": "angle,angleA=0,angleB=90"})
            ax.plot([fork, fork], [y, y + 0.52], color=theme.QUERY, linewidth=3, solid_capstyle="projecting")
            ax.text((fork + x) / 2, y + 0.6, "the wire: x as it is", ha="center", color=theme.QUERY, fontsize=12)
            ax.text(x, y, "+", ha="center", va="center", fontsize=15, bbox=_box("circle", theme.QUERY))
        else:
            ax.text(x, y, step, ha="center", va="center", fontsize=13, bbox=_box("round,pad=0.35", theme.HIDDEN))
        gap = 0.2 if step == ")" else 0.42
        ax.annotate("", (x - gap, y), (before, y), arrowprops={"arrowstyle": "-|>", "color": theme.INPUT})
        before = x + gap
    ax.annotate("", (before + 0.45, y), (before, y), arrowprops={"arrowstyle": "-|>", "color": theme.INPUT})
    ax.text(before + 0.6, y, "y", ha="center", va="center", fontsize=15, color=theme.OUTPUT)


def _box(style: str, color: str) -> dict:
    return {"boxstyle": style, "facecolor": "white", "edgecolor": color, "linewidth": 1.8}


def plot_by_depth(
    depths: Sequence[int], series: Mapping[str, np.ndarray], *, xlabel: str = "blocks", ylabel: str, title: str
) -> Axes:
    """Shares (seeds, depths) of each network over a logarithmic axis of depth, spread shaded; returns the Axes."""
    return plot_series(
        depths, series, colors=COLORS, percent=True, log="x", legend=True, xlabel=xlabel, ylabel=ylabel, title=title
    )


def plot_by_block(
    series: Mapping[str, np.ndarray],
    *,
    first: int = 1,
    log: str = "",
    percent: bool = False,
    xlabel: str = "block",
    ylabel: str,
    title: str,
) -> Axes:
    """What each network (seeds, blocks) has at every block, numbered from `first`; returns the Axes."""
    blocks = range(first, first + np.shape(next(iter(series.values())))[-1])
    ax = plot_series(
        blocks, series, colors=COLORS, percent=percent, log=log, legend=True, xlabel=xlabel, ylabel=ylabel, title=title
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def plot_paths(blocks: int, deleted: int, *, title: str, ax: Axes | None = None) -> Axes:
    """Every path through `blocks` residual blocks, one a row; those that block `deleted` (from 1) breaks are grey.

    A box is a branch that the path takes, a line a wire. Raises ValueError for blocks not in 1 to 4, or no such block.
    """
    if not 1 <= blocks <= 4 or not 1 <= deleted <= blocks:
        raise ValueError(f"blocks ({blocks}) must lie in 1 to 4, and deleted ({deleted}) in 1 to blocks")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.36 * 2**blocks + 1.0))[1]
    paths = sorted(itertools.product((False, True), repeat=blocks), key=sum)
    for row, path in enumerate(paths):
        alive = not path[deleted - 1]
        color = theme.QUERY if alive else theme.GRID
        ax.plot([0.3, blocks + 0.7], [row, row], color=color, linewidth=2.4, zorder=1)
        for block, taken in enumerate(path, start=1):
            if taken:
                box = _box("round,pad=0.25", theme.HIDDEN if alive else theme.GRID)
                ink = theme.HIDDEN if alive else theme.MUTED
                ax.text(block, row, f"branch {block}", ha="center", va="center", fontsize=12, color=ink, bbox=box)
        ax.text(blocks + 0.8, row, "arrives" if alive else "broken", va="center", fontsize=12, color=theme.MUTED)
    ax.plot([deleted] * 2, [-0.6, len(paths) - 0.4], color=theme.OUTPUT, linestyle=":", linewidth=2, zorder=0)
    ax.set(xlim=(0.1, blocks + 1.4), ylim=(len(paths) - 0.3, -0.9), title=title)
    ax.axis("off")
    return ax


def plot_valleys(losses: Mapping[str, np.ndarray], reach: float, *, title: str) -> np.ndarray:
    """Maps of the loss around networks, side by side on one scale of colours; returns the array of Axes.

    losses: name -> (rows, columns) of losses above 0, from -reach to reach in both directions.
    Raises ValueError for a loss that is not above 0 or not finite.
    """
    maps = {name: np.asarray(values, dtype=float) for name, values in losses.items()}
    if not maps or not all(np.isfinite(values).all() and (values > 0).all() for values in maps.values()):
        raise ValueError("every map needs losses that are finite and above 0: the colours are logarithmic")
    figure, axes = plt.subplots(1, len(maps), figsize=(theme.WIDTH, 3.9), sharey=True, squeeze=False)
    decades = np.arange(-2.0, 3.01, 0.25)  # of the logarithm; what lies beyond gets the outermost colour
    for ax, (name, values) in zip(axes[0], maps.items(), strict=True):
        places = np.linspace(-reach, reach, len(values))
        image = ax.contourf(
            places, places, np.log10(values), levels=decades, cmap=HEIGHT, extend="both", antialiased=False
        )
        ax.contour(places, places, values, levels=[0.1, 1, 10, 100], colors=theme.MUTED, linewidths=0.7)
        ax.plot(0, 0, marker="*", markersize=13, color=theme.OUTPUT, markeredgecolor="white")
        ax.set(xlabel="step in one direction", aspect="equal")
        ax.set_title(name, fontsize=13)
    axes[0, 0].set_ylabel("step in another")
    bar = figure.colorbar(image, ax=axes, ticks=[-2, -1, 0, 1, 2, 3], label="loss", shrink=0.8)
    bar.ax.set_yticklabels(["0.01", "0.1", "1", "10", "100", "1000"])
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]

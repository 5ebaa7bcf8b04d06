"""Who looks at whom: attention weights as a heatmap, the same in every lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


def plot_attention(
    weights: np.ndarray,
    queries: Sequence[str],
    keys: Sequence[str],
    *,
    title: str | None = None,
    truth: Sequence[Sequence[int]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Heatmap of weights (T, S), 0 (white) to 1: queries down in blue, keys across in orange; returns the Axes.

    weights: an array or a detached tensor. truth: for each query the places among the keys that are right, none or
    several; they are framed in dashed black. A figure of its own gets a colour bar; a given `ax` does not.
    Raises ValueError when shapes do not fit, or weights are not numbers from 0 to 1.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(queries), len(keys)):
        raise ValueError(f"weights {weights.shape} must be (queries, keys): ({len(queries)}, {len(keys)})")
    if not ((weights >= -1e-6) & (weights <= 1 + 1e-6)).all():
        raise ValueError(f"weights from {weights.min():g} to {weights.max():g} must be numbers from 0 to 1")
    own_figure = ax is None
    if ax is None:
        ax = plt.subplots(figsize=(theme.WIDTH, 1.3 + max(1.6, 0.19 * len(queries))))[1]
    image = ax.imshow(weights, cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto")
    _name_the_cells(ax, queries, keys)
    if truth is not None and len(truth) != len(queries):
        raise ValueError(f"truth has {len(truth)} rows for {len(queries)} queries: give one a query, () for none")
    for row, places in enumerate(truth or ()):
        for place in places:
            _frame(ax, row, place)
    if own_figure:
        ax.figure.colorbar(image, ax=ax, ticks=[0, 0.5, 1], pad=0.02, label="weight")
    if title is not None:
        ax.set_title(title)
    return ax


def plot_side_by_side(
    maps: Mapping[str, np.ndarray],
    queries: Sequence[str],
    keys: Sequence[str],
    *,
    title: str = "",
    truth: Sequence[Sequence[int]] | None = None,
) -> np.ndarray:
    """Several heatmaps of the same words, as of two models or of heads: name -> weights (T, S); returns the Axes.

    The queries are named at the first only. Raises ValueError for no map, and as `plot_attention` does.
    """
    if not maps:
        raise ValueError("maps is empty: give at least one name with its weights")
    size = (theme.WIDTH, 1.9 + 0.22 * len(queries))
    figure, axes = plt.subplots(1, len(maps), figsize=size, squeeze=False)
    for ax, (name, weights) in zip(axes[0], maps.items(), strict=True):
        plot_attention(weights, queries, keys, truth=truth, ax=ax)
        ax.set_title(name, fontsize=13, fontweight="normal")
        if ax is not axes[0, 0]:
            ax.set_yticklabels([])
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def _name_the_cells(ax: Axes, queries: Sequence[str], keys: Sequence[str]) -> None:
    """Words along both sides, in the colours of their roles, and a faint line between cells."""
    crowded = len(keys) > 8 or sum(map(len, keys)) > 44
    size = 12 if max(len(queries), len(keys)) <= 14 else 11
    ax.set_xticks(range(len(keys)), keys, rotation=60 if crowded else 0, color=theme.KEY, fontsize=size)
    ax.set_yticks(range(len(queries)), queries, color=theme.QUERY, fontsize=size)
    if crowded:
        for label in ax.get_xticklabels():
            label.set(ha="left", va="bottom", rotation_mode="anchor")
    ax.xaxis.tick_top()
    ax.tick_params(which="both", length=0)
    ax.set_xticks(np.arange(len(keys) + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(queries) + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=theme.GRID, linewidth=0.8)
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, row: int, column: int) -> None:
    """Mark the cell that is right: dashed black on a white line, seen on every colour of the map."""
    for color, style, width in (("white", "-", 2.6), (theme.TRUE, "--", 1.4)):
        corner = (column - 0.42, row - 0.42)
        ax.add_patch(plt.Rectangle(corner, 0.84, 0.84, fill=False, edgecolor=color, linestyle=style, linewidth=width))

"""Encoder and decoder: the one vector between them, a map of such vectors, and the three families' attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.plots.attention import plot_attention
from lecture_utils.plots.recurrence import draw_arrow, draw_step


def plot_encoder_decoder(source: Sequence[str], target: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """An encoder reads the source, one vector is left, a decoder writes the target from it; returns the Axes.

    The decoder hears each word that it has written. Raises ValueError for an empty source or target.
    """
    if not source or not target:
        raise ValueError("source and target must each have at least one word")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.2))[1]
    for t, word in enumerate(source):
        draw_step(ax, 1.1 * t, word)
        if t:
            draw_arrow(ax, (1.1 * t - 0.83, 1.0), (1.1 * t - 0.25, 1.0), theme.HIDDEN)
    middle, begin = 1.1 * len(source) + 0.25, 1.1 * len(source) + 1.6
    vector = {"boxstyle": "round,pad=0.35", "facecolor": theme.TRUE, "edgecolor": theme.TRUE}
    ax.text(middle, 1.0, "the\nvector", ha="center", va="center", fontsize=13, color="white", bbox=vector)
    draw_arrow(ax, (middle - 1.1, 1.0), (middle - 0.5, 1.0), theme.HIDDEN)
    draw_arrow(ax, (middle + 0.5, 1.0), (begin - 0.25, 1.0), theme.HIDDEN)
    for t, (heard, word) in enumerate(zip(["<bos>", *target], [*target, "<eos>"], strict=True)):
        draw_step(ax, begin + 1.25 * t, heard, word)
        if t:
            draw_arrow(ax, (begin + 1.25 * t - 0.98, 1.0), (begin + 1.25 * t - 0.25, 1.0), theme.HIDDEN)
    end = begin + 1.25 * len(target)
    for left, right, name in ((0.0, 1.1 * (len(source) - 1), "encoder"), (begin, end, "decoder")):
        ax.text((left + right) / 2, 2.75, name, fontsize=14, fontweight="bold", ha="center", color=theme.HIDDEN)
    ax.set(xlim=(-0.6, end + 0.7), ylim=(-0.45, 3.0))
    ax.axis("off")
    return ax


def plot_sentence_map(
    points: np.ndarray, sentences: Sequence[str], groups: Sequence[str], *, title: str, ax: Axes | None = None
) -> Axes:
    """Sentences as points (N, 2) with their words beside them, a colour and marker a group; returns the Axes.

    Raises ValueError unless there are as many sentences and groups as points.
    """
    points = np.asarray(points, dtype=float)
    if not len(sentences) == len(groups) == len(points) or points.shape[1:] != (2,):
        raise ValueError(f"points {points.shape}, {len(sentences)} sentences, {len(groups)} groups: N of each, (N, 2)")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    middle = (points[:, 0].min() + points[:, 0].max()) / 2
    for index, group in enumerate(dict.fromkeys(groups)):
        own = [k for k, name in enumerate(groups) if name == group]
        color, marker = theme.SERIES[index % len(theme.SERIES)], theme.MARKERS[index % len(theme.MARKERS)]
        ax.scatter(*points[own].T, color=color, marker=marker, s=55, label=group)
        for k in own:
            side = 1 if points[k, 0] <= middle else -1
            ax.annotate(
                sentences[k],
                points[k],
                xytext=(8 * side, 0),
                textcoords="offset points",
                color=color,
                fontsize=12,
                va="center",
                ha="left" if side > 0 else "right",
            )
    ax.margins(0.08)
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
    return ax


def plot_families(maps: Mapping[str, np.ndarray], words: Sequence[str], *, title: str) -> np.ndarray:
    """A panel a family: its attention weights (T, T) over the same words; returns the array of Axes."""
    figure, axes = plt.subplots(1, len(maps), figsize=(theme.WIDTH, 3.6), squeeze=False)
    for (name, weights), ax in zip(maps.items(), axes[0], strict=True):
        plot_attention(weights, words, words, ax=ax)
        for label in ax.get_xticklabels():
            label.set(rotation=60, ha="left", va="bottom", rotation_mode="anchor")
        ax.set_xlabel(name, fontsize=13)
        ax.set_aspect("equal")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]

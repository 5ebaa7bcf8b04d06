"""Pictures of learning from the prompt: the two steps of induction, heads and where they should look, a best curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.plots.attention import plot_attention


def plot_induction(words: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """A prompt in a row and the two looks back that answer its last word; returns the Axes.

    words: key, value, ..., and last a key that was shown before. Raises ValueError where it was not.
    """
    if len(words) % 2 == 0 or words[-1] not in words[:-1:2]:
        raise ValueError(f"{' '.join(words)!r} must be pairs and then a key that was shown before")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 2.9))[1]
    for place, word in enumerate([*words, "?"]):
        color = theme.OUTPUT if word == "?" else theme.VALUE if place % 2 else theme.KEY
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": color}
        ax.text(place, 0, word, ha="center", va="center", fontsize=15, color=color, bbox=box)
    shown, asking = list(words).index(words[-1]), len(words) - 1
    value = words[shown + 1]
    _look(ax, shown + 1, shown, theme.KEY, f"1  {value} notes who\nstands before it", height=0.7)
    _look(ax, asking, shown + 1, theme.QUERY, f"2  {words[-1]} asks: who has noted {words[-1]}?", height=1.0)
    _look(ax, shown + 1, asking + 1, theme.VALUE, f"and copies what it finds: {value}", height=-0.8)
    ax.set(xlim=(-0.6, len(words) + 0.6), ylim=(-1.4, 1.7))
    ax.axis("off")
    return ax


def _look(ax: Axes, start: float, end: float, color: str, text: str, *, height: float) -> None:
    """A bent arrow from word to word, highest (or lowest) at `height`, and its text there."""
    up = 1 if height > 0 else -1
    edge = 0.32 * up  # of the words' boxes
    bend = 2 * (height - edge) / (start - end)  # the arc's middle lies half as far out as its control point
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 2.2, "connectionstyle": f"arc3,rad={bend}"}
    ax.annotate("", (end, edge), (start, edge), arrowprops={**style, "shrinkA": 0, "shrinkB": 0})
    place = ((start + end) / 2, height + 0.12 * up)
    ax.text(*place, text, color=color, ha="center", va="bottom" if up > 0 else "top", fontsize=13)


def plot_heads_found(
    maps: Mapping[str, np.ndarray], patterns: Sequence[np.ndarray], words: Sequence[str], *, title: str
) -> np.ndarray:
    """Attention maps of a few heads over one prompt, each with its own places framed; returns the Axes.

    maps: name -> weights (T, T). patterns: for each map, where such a head should look, (T, T) of booleans.
    """
    if len(maps) != len(patterns) or not maps:
        raise ValueError(f"{len(maps)} maps and {len(patterns)} patterns: give one pattern a map, and at least one")
    figure, axes = plt.subplots(1, len(maps), figsize=(theme.WIDTH, 1.7 + 0.2 * len(words)), squeeze=False)
    for ax, (name, weights), pattern in zip(axes[0], maps.items(), patterns, strict=True):
        places = [np.flatnonzero(row) for row in np.asarray(pattern)]
        plot_attention(weights, words, words, truth=places, ax=ax)
        ax.set_title(name, fontsize=13, fontweight="normal")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def mark_curve(x: Sequence[float], y: Sequence[float], text: str, *, ax: Axes) -> Axes:
    """A dashed black curve with its name in the legend: the truth, or what nobody can beat."""
    ax.plot(x, y, color=theme.TRUE, linestyle="--", linewidth=1.6, label=text, zorder=3)
    ax.legend()
    return ax

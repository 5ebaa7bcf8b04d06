"""Pictures of the Transformer: its architecture, every head's weights, and a softmax that saturates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from lecture_utils.plots import theme
from lecture_utils.plots.attention import plot_attention
from lecture_utils.plots.curves import plot_series

# From the bottom up: what a box does, the class that does it, its colour.
_START = (("word vectors", "nn.Embedding", theme.INPUT), ("+ positions", "Sinusoidal", theme.INPUT))
_WIRE = ("add, then norm", "Residual", theme.MUTED)
_FORWARD = (("feed-forward", "FeedForward", theme.HIDDEN), _WIRE)
ENCODER = (*_START, ("self-attention", "MultiHeadAttention", theme.QUERY), _WIRE, *_FORWARD)
DECODER = (
    *_START,
    ("causal attention", "MultiHeadAttention", theme.QUERY),
    _WIRE,
    ("cross-attention", "MultiHeadAttention", theme.QUERY),
    _WIRE,
    *_FORWARD,
    ("scores of words", "nn.Linear", theme.OUTPUT),
)
_WIDE, _HIGH, _STEP = 5.0, 0.66, 1.0  # of a box; and from box to box
_RIGHT, _BETWEEN = 5.75, 5.38  # where the decoder begins, and the way of the memory to it


def plot_architecture(source: str, target: str, written: str, *, title: str) -> Axes:
    """Encoder and decoder as stacks of boxes, each with the name of its class; returns the Axes.

    source: the sentence to read. target: what the decoder reads, shifted right. written: what it must say.
    """
    ax = plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    _stack(ax, 0.0, ENCODER, bracket=(2, 5), name="EncoderLayer × N", outside=-1)
    _stack(ax, _RIGHT, DECODER, bracket=(2, 7), name="DecoderLayer × N", outside=1)
    for x, text in ((0.0, source), (_RIGHT, target)):
        ax.text(x + _WIDE / 2, -0.72, text, ha="center", va="center", fontsize=12)
        _arrow(ax, (x + _WIDE / 2, -0.45), (x + _WIDE / 2, -0.05))
    top = len(DECODER) * _STEP
    ax.text(_RIGHT + _WIDE / 2, top + 0.3, written, ha="center", va="center", fontsize=12, color=theme.OUTPUT)
    last, cross = (len(ENCODER) - 1) * _STEP + _HIGH, 4 * _STEP + _HIGH / 2
    path = [(_WIDE / 2, last), (_WIDE / 2, last + 0.45), (_BETWEEN, last + 0.45), (_BETWEEN, cross)]
    ax.plot(*zip(*path, strict=True), color=theme.KEY, linewidth=2.2)
    _arrow(ax, (_BETWEEN, cross), (_RIGHT, cross), color=theme.KEY)
    ax.text(_WIDE / 2, last + 0.6, "memory: keys and values", ha="center", va="bottom", color=theme.KEY, fontsize=12)
    ax.set(xlim=(-1.0, 11.75), ylim=(-1.0, top + 0.55), title=title)
    ax.axis("off")
    return ax


def _stack(
    ax: Axes, x: float, boxes: Sequence[tuple[str, str, str]], *, bracket: tuple[int, int], name: str, outside: int
) -> None:
    """Boxes above each other; a frame around those of one layer, with residual wires on its outer side."""
    for row, (label, kind, color) in enumerate(boxes):
        y = row * _STEP
        shape = FancyBboxPatch(
            (x + 0.08, y + 0.08), _WIDE - 0.16, _HIGH - 0.16, boxstyle="round,pad=0.08", facecolor="white",
            edgecolor=color, linewidth=1.8, zorder=3,
        )  # fmt: skip
        ax.add_patch(shape)
        middle = y + _HIGH / 2
        ax.text(x + 0.14, middle, label, va="center", color=color, fontsize=11, fontweight="bold", zorder=4)
        ax.text(x + _WIDE - 0.12, middle, kind, va="center", ha="right", color=theme.TRUE, fontsize=10, zorder=4)
        if row:
            _arrow(ax, (x + _WIDE / 2, y - _STEP + _HIGH), (x + _WIDE / 2, y))
        if kind == "Residual":
            edge = x if outside < 0 else x + _WIDE
            start = y - _STEP - (_STEP - _HIGH) / 2
            wire = [(x + _WIDE / 2, start), (edge + 0.28 * outside, start), (edge + 0.28 * outside, middle)]
            ax.plot(*zip(*wire, strict=True), color=theme.MUTED, linewidth=1.4, zorder=1)
            _arrow(ax, wire[-1], (edge, middle), color=theme.MUTED)
    low, high = bracket[0] * _STEP - 0.26, bracket[1] * _STEP + _HIGH + 0.12
    left = x - (0.5 if outside < 0 else 0.14)
    frame = Rectangle((left, low), _WIDE + 0.64, high - low, facecolor="#F4F5F7", edgecolor=theme.GRID, zorder=0)
    ax.add_patch(frame)
    edge = left - 0.24 if outside < 0 else left + _WIDE + 0.88
    ax.text(edge, (low + high) / 2, name, rotation=90, ha="center", va="center", fontsize=12, fontweight="bold")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = theme.TRUE) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 1.4}, zorder=2)


def plot_heads(maps: np.ndarray, queries: Sequence[str], keys: Sequence[str], *, title: str) -> np.ndarray:
    """Every head of one kind of attention over one sentence: weights (layers, H, T, S); returns the Axes.

    Layers down, heads across. Raises ValueError for another number of dimensions.
    """
    maps = np.asarray(maps)
    if maps.ndim != 4:
        raise ValueError(f"maps of shape {maps.shape} must be (layers, heads, queries, keys)")
    layers, heads = maps.shape[:2]
    size = (theme.WIDTH, 0.9 + layers * max(1.1, 0.17 * len(queries)))
    axes = plt.subplots(layers, heads, figsize=size, squeeze=False)[1]
    for (layer, head), ax in np.ndenumerate(axes):
        plot_attention(maps[layer, head], queries, keys, ax=ax)
        ax.set_xticklabels(keys if layer == 0 else [], rotation=90, ha="center", fontsize=11, color=theme.KEY)
        ax.set_yticklabels(queries if head == 0 else [], fontsize=11, color=theme.QUERY)
        ax.set_xlabel(f"head {head + 1}" if layer == layers - 1 else "", fontsize=12)
        ax.set_ylabel(f"layer {layer + 1}" if head == 0 else "", fontsize=12)
    axes[0, 0].figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_saturation(
    widths: Sequence[int], entropies: Mapping[str, np.ndarray], gradients: Mapping[str, np.ndarray], *, title: str
) -> np.ndarray:
    """Entropy and gradient of a softmax against the width d of queries and keys, side by side; returns the Axes.

    entropies: name -> (seeds, widths), 0 to 1 of the largest possible. gradients: name -> (seeds, widths).
    """
    axes = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.4))[1]
    colors = dict(zip(entropies, (theme.QUERY, theme.OUTPUT), strict=False))
    shared = {"xlabel": "width d of a head", "colors": colors, "legend": True}
    plot_series(widths, entropies, ylabel="entropy (even: 1)", title="", log="x", ax=axes[0], **shared)
    plot_series(widths, gradients, ylabel="gradient of the softmax", title="", log="xy", ax=axes[1], **shared)
    axes[0].set_ylim(0, 1.02)
    axes[1].get_legend().remove()
    for ax in axes:
        ax.set_xticks(widths[::2], [f"{width}" for width in widths[::2]])
    axes[0].figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_learning(
    losses: Sequence[float], scores: Sequence[tuple[int, float]], least: float, *, title: str
) -> np.ndarray:
    """Loss over steps, with the least that label smoothing allows, and BLEU at some of them; returns the Axes."""
    axes = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.3))[1]
    axes[0].plot(range(1, len(losses) + 1), losses, color=theme.QUERY, linewidth=1.2)
    axes[0].axhline(least, color=theme.TRUE, linestyle="--", linewidth=1.4)
    axes[0].text(len(losses), least * 0.97, "the least possible", ha="right", va="top", fontsize=12)
    axes[0].set(xlabel="training step", ylabel="loss, smoothed labels", yscale="log", ylim=(0.8 * least, None))
    axes[0].set_yticks([1, 2, 4], ["1", "2", "4"])
    axes[0].minorticks_off()
    axes[1].plot(*zip(*scores, strict=True), color=theme.VALUE, marker="o")
    axes[1].set(xlabel="training step", ylabel="BLEU", ylim=(0, 103))
    for ax in axes:
        ax.grid(axis="y")
    axes[0].figure.suptitle(title, x=0.01, ha="left")
    return axes

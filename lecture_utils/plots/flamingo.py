"""Pictures of a model that reads text and images: how it is built, prompts with images, what a word looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from lecture_utils.plots import theme
from lecture_utils.plots.attention import plot_attention
from lecture_utils.plots.curves import plot_series

FROZEN, TRAINED = "#E7EAEE", "#CBE8DE"  # faces of boxes: grey ice, green growth


def plot_flamingo(image: np.ndarray, text: str, written: str) -> Axes:
    """The parts and who feeds whom: frozen ones grey, trained ones green with a thick edge; returns the Axes.

    image (height, width). text: what the language model reads. written: what it says next.
    """
    ax = plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    ax.imshow(image, cmap=theme.INK, extent=(0.4, 2.6, -0.2, 0.9), aspect="auto")
    _box(ax, 0.0, 1.6, 3.0, "vision encoder", trained=False)
    _box(ax, 0.0, 3.4, 3.0, "resampler", trained=True)
    stack = ("gated cross-attention", "layer 1", "gated cross-attention", "layer 2")
    for row, name in enumerate(stack):
        gated = row % 2 == 0
        _box(ax, 5.2, 1.0 + 1.05 * row, 4.2, name, trained=gated)
        _arrow(ax, (7.3, (0.72 if row else 0.52) + 1.05 * row), (7.3, 1.02 + 1.05 * row))
        if gated:
            _arrow(ax, (4.1, 1.36 + 1.05 * row), (5.15, 1.36 + 1.05 * row), theme.KEY)
    ax.plot([3.05, 4.1, 4.1], [3.76, 3.76, 1.36], color=theme.KEY, linewidth=2.2)
    ax.text(3.15, 3.86, "visual tokens", ha="left", va="bottom", color=theme.KEY, fontsize=12)
    _arrow(ax, (1.5, 0.95), (1.5, 1.55))
    _arrow(ax, (1.5, 2.35), (1.5, 3.35))
    ax.text(1.62, 2.85, "patches", va="center", fontsize=12)
    _arrow(ax, (7.3, 4.88), (7.3, 5.2))
    ax.text(7.3, 0.3, text, ha="center", va="center", fontsize=13)
    ax.text(7.3, 5.5, written, ha="center", va="center", fontsize=13, color=theme.OUTPUT)
    ax.text(9.6, 3.0, "language\nmodel", va="center", fontsize=12, color=theme.MUTED)
    for y, name, trained in ((5.45, "frozen", False), (4.85, "trained", True)):
        _box(ax, 0.0, y, 1.5, name, trained=trained, height=0.46)
    ax.set(xlim=(-0.1, 11.2), ylim=(-0.3, 6.0))
    ax.axis("off")
    return ax


def _box(ax: Axes, x: float, y: float, width: float, name: str, *, trained: bool, height: float = 0.72) -> None:
    edge, line = (theme.VALUE, 2.4) if trained else (theme.MUTED, 1.0)
    style = {"boxstyle": "round,pad=0,rounding_size=0.12", "linewidth": line, "edgecolor": edge}
    ax.add_patch(FancyBboxPatch((x, y), width, height, facecolor=TRAINED if trained else FROZEN, **style))
    ax.text(x + width / 2, y + height / 2, name, ha="center", va="center", fontsize=12)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = theme.TRUE) -> None:
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)


def plot_mask(mask: np.ndarray, words: Sequence[str], visual: Sequence[str], *, title: str) -> Axes:
    """Which visual tokens each word may look at, dark where it may; returns the Axes. mask (T, S): booleans."""
    ax = plt.subplots(figsize=(theme.WIDTH, 1.6 + 0.26 * len(words)))[1]
    return plot_attention(np.asarray(mask, dtype=float), words, visual, title=title, ax=ax)


def plot_gates(steps: Sequence[int], gates: Mapping[str, np.ndarray], right: np.ndarray, *, title: str) -> Axes:
    """How far each gate is open over training, and the share of right answers, dotted; returns the Axes."""
    ax = plot_series(steps, gates, xlabel="training step", ylabel="gate (size), share right", title=title, legend=True)
    ax.plot(steps, right, color=theme.MUTED, linestyle=":", label="right answers after four shots")
    ax.get_legend().remove()
    ax.figure.legend(loc="outside lower center", ncols=3)
    return ax


def plot_shots(
    accuracy: Mapping[str, np.ndarray], best: np.ndarray, blind: np.ndarray | None = None, *, title: str
) -> Axes:
    """Share of right answers (K,) after 0, 1, ... shots, between what is best possible with eyes and without.

    Returns the Axes.
    """
    shots = range(len(best))
    ax = plot_series(
        shots,
        accuracy,
        percent=True,
        legend=True,
        xlabel="shots (images with an answer)",
        ylabel="right answers",
        title=title,
    )
    ax.plot(shots, best, color=theme.TRUE, linestyle="--", linewidth=1.6, label="best possible")
    if blind is not None:
        ax.plot(shots, blind, color=theme.MUTED, linestyle=":", linewidth=2, label="best possible without images")
    ax.set(xticks=list(shots), ylim=(0, 1.04))
    ax.legend(loc="center right")
    return ax


def plot_prompts(
    images: Sequence[Sequence[np.ndarray]],
    texts: Sequence[Sequence[str]],
    answers: Sequence[str],
    *,
    title: str,
) -> np.ndarray:
    """Prompts as rows of images, each with its text below; the last image of a row is asked about; returns the Axes.

    images: N rows of K arrays (height, width). texts: N rows of K - 1. answers: the model's, in red, N.
    Raises ValueError when the counts do not fit.
    """
    count = len(images[0]) if len(images) else 0
    fits = [len(row) == count and len(text) == count - 1 for row, text in zip(images, texts, strict=False)]
    if not count or not len(images) == len(texts) == len(answers) or not all(fits):
        raise ValueError("each row needs K images, K - 1 texts and one answer, and there must be a row")
    size = (theme.WIDTH, 1.15 * len(images) + 0.5)
    figure, axes = plt.subplots(len(images), count, figsize=size, squeeze=False)
    for row, text, answer, line in zip(images, texts, answers, axes, strict=True):
        for image, words, ax in zip(row, [*text, f"{answer} !"], line, strict=True):
            asked = ax is line[-1]
            ax.imshow(image, cmap=theme.INK, vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            ax.set_xlabel(words, color=theme.OUTPUT if asked else theme.TRUE, fontsize=13)
            ax.spines[:].set(visible=True, color=theme.OUTPUT if asked else theme.GRID, linewidth=2 if asked else 1)
    figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_gaze(
    images: Sequence[np.ndarray], weights: np.ndarray, words: Sequence[Sequence[str]], *, title: str
) -> np.ndarray:
    """What each word looks at: images in columns, below each its words, the patches shaded by weight; returns the Axes.

    images: N of (height, width). weights (N, W, rows, columns) of patches. words: N rows of W.
    Raises ValueError when shapes do not fit.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 4 or weights.shape[:2] != (len(images), len(words[0]) if len(words) else 0):
        raise ValueError(f"weights {weights.shape} must be ({len(images)} images, words, rows, columns)")
    count = weights.shape[1]
    figure, axes = plt.subplots(count, len(images), figsize=(theme.WIDTH, 1.25 * count + 0.5), squeeze=False)
    for column, (image, names) in enumerate(zip(images, words, strict=True)):
        height, width = np.shape(image)
        for row, name in enumerate(names):
            ax = axes[row, column]
            place = {"extent": (0, width, height, 0), "aspect": "equal"}
            ax.imshow(weights[column, row], cmap=theme.ATTENTION, vmin=0, vmax=weights.max(), **place)
            ink = np.clip(np.asarray(image, dtype=float), 0, 1)
            ax.imshow(np.zeros_like(ink), cmap=theme.INK, vmin=-1, vmax=0, alpha=0.75 * ink, **place)
            ax.set(xticks=[], yticks=[])
            ax.set_xlabel(name, color=theme.QUERY, fontsize=13)
            ax.spines[:].set(visible=True, color=theme.GRID)
    figure.suptitle(title, x=0.01, ha="left")
    return axes

"""Self-attention in numbers and in pictures: words to output, and what a patch of an image looks at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from lecture_utils.plots import theme
from lecture_utils.plots.windows import plot_numbers


def tint(color: str) -> LinearSegmentedColormap:
    """From white to half of a colour: a ground on which black numbers stay readable."""
    return LinearSegmentedColormap.from_list("tint", ["white", tuple((1 + part) / 2 for part in to_rgb(color))])


def plot_words_to_output(
    words: Sequence[str],
    queries: np.ndarray,
    keys: np.ndarray,
    values: np.ndarray,
    weights: np.ndarray,
    outputs: np.ndarray,
) -> np.ndarray:
    """Every number of self-attention over a few words, one matrix a panel; returns the Axes.

    queries and keys (T, d), values and outputs (T, d'), weights (T, T). Raises ValueError when shapes do not fit.
    """
    count = len(words)
    arrays = [np.asarray(array, dtype=float) for array in (queries, keys, values, weights, outputs)]
    if any(len(array) != count for array in arrays) or arrays[3].shape != (count, count):
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"{count} words need {count} rows everywhere and weights ({count}, {count}), not {shapes}")
    titles = ("queries", "keys", "values", "weights", "outputs")
    colors = (theme.QUERY, theme.KEY, theme.VALUE, theme.QUERY, theme.OUTPUT)
    widths = [0.62, 0.62, 0.75, 1.15, 0.95]  # of one number: weights have words below them
    widths = [width * array.shape[1] + 0.5 for width, array in zip(widths, arrays, strict=True)]
    size = (theme.WIDTH, 0.62 * count + 1.0)
    axes = plt.subplots(1, len(arrays), figsize=size, width_ratios=widths)[1]
    for ax, array, title, color in zip(axes, arrays, titles, colors, strict=True):
        limits = (min(0.0, array.min()), max(1.0, array.max()))
        plot_numbers(array.round(2), title=title, cmap=tint(color), limits=limits, ax=ax)
        ax.set_aspect("auto")
        ax.title.set(color=color, fontweight="bold")
        ax.set_yticks(range(count), words if ax in (axes[0], axes[3]) else [""] * count)
        ax.tick_params(length=0)
    axes[3].set_xticks(range(count), words, color=theme.KEY, fontsize=12)
    for ax in (axes[0], axes[3]):
        for label in ax.get_yticklabels():
            label.set_color(theme.QUERY)
    return axes


def plot_looks(
    images: Sequence[np.ndarray],
    weights: np.ndarray,
    asked: Sequence[tuple[int, int] | None],
    titles: Sequence[str],
    *,
    title: str = "",
    columns: int | None = None,
) -> np.ndarray:
    """Images in pale grey, and over each, in blue, how much weight its patches get; returns the array of Axes.

    images: K of them, (height, width) or with colours. weights: (K, rows, columns) of patches, the darkest blue at
    each image's own largest. asked: row and column of the patch that asks, framed, or None where none of this image
    does. Raises ValueError when counts differ.
    """
    weights = np.asarray(weights, dtype=float)
    if not len(images) == len(weights) == len(asked) == len(titles) > 0:
        raise ValueError(
            f"{len(images)} images, {len(weights)} weights, {len(asked)} asked and {len(titles)} titles: one each"
        )
    columns = min(columns or len(images), len(images))
    lines = -(-len(images) // columns)
    ratio = np.shape(images[0])[0] / np.shape(images[0])[1]
    size = (theme.WIDTH, lines * (theme.WIDTH / columns * ratio + 0.35) + (0.45 if title else 0.0))
    figure, axes = plt.subplots(lines, columns, figsize=size, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, looks, place, text in zip(axes.flat, images, weights, asked, titles, strict=False):
        _look(ax, np.asarray(image), looks, place)
        ax.set_title(text, fontsize=13, fontweight="normal", loc="center")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes


def _look(ax: Axes, image: np.ndarray, weights: np.ndarray, asked: tuple[int, int] | None) -> None:
    grey = image if image.ndim == 2 else image.mean(-1)
    height, width = grey.shape
    ax.imshow(grey, cmap=theme.IMAGE if image.ndim == 3 else theme.INK, vmin=0, vmax=1, alpha=0.55)
    share = weights / max(weights.max(), 1e-12)
    blue = theme.ATTENTION(0.35 + 0.4 * share)
    blue[..., 3] = 0.8 * share
    ax.imshow(blue, extent=(-0.5, width - 0.5, height - 0.5, -0.5))
    ax.add_patch(Rectangle((-0.5, -0.5), width, height, fill=False, edgecolor=theme.GRID, linewidth=2))
    if asked is not None:
        tall, wide = height / weights.shape[0], width / weights.shape[1]
        corner = (asked[1] * wide - 0.5, asked[0] * tall - 0.5)
        for color, line in (("white", 5), (theme.QUERY, 2.6)):
            ax.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor=color, linewidth=line))

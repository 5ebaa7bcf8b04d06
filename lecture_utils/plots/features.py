"""What a convolutional network sees: feature maps layer by layer, its kernels, and the evidence for a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt

from lecture_utils.plots import theme


def plot_feature_maps(layers: Mapping[str, np.ndarray], *, columns: int = 8, title: str = "") -> np.ndarray:
    """Draw one image's maps, one row a layer, by name: (C, height, width), the first `columns` of them.

    Each map has its own grey scale, black where it is silent; a map that is silent everywhere is crossed out.
    Returns the array of Axes.
    """
    figure, axes = plt.subplots(
        len(layers), columns, figsize=(theme.WIDTH, 0.7 * len(layers) + (0.4 if title else 0)), squeeze=False
    )
    for row, (name, maps) in zip(axes, layers.items(), strict=True):
        for ax, values in zip(row, maps[:columns], strict=False):
            top = float(values.max())
            ax.imshow(values, cmap=theme.IMAGE, vmin=0, vmax=top or 1.0)
            if top <= 0:
                middle = ((values.shape[1] - 1) / 2, (values.shape[0] - 1) / 2)
                ax.plot(*middle, marker="x", markersize=12, color=theme.MUTED)
        for ax in row:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        size = " × ".join(str(side) for side in maps.shape[1:])
        label = f"{name}\n{size}"
        row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=12)
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_kernels(kernels: np.ndarray, favourites: np.ndarray, *, columns: int = 8, title: str = "") -> np.ndarray:
    """Draw kernels (K, h, w), blue where they want ink and red where not, and below each what it answers most.

    favourites: windows of images (K, h, w), ink from 0 to 1. Returns the array of Axes.
    """
    rows = 2 * -(-len(kernels) // columns)
    side = theme.WIDTH / (columns + 1)
    figure, axes = plt.subplots(
        rows, columns, figsize=(theme.WIDTH, rows * side + (0.4 if title else 0)), squeeze=False
    )
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    for index, (kernel, favourite) in enumerate(zip(kernels, favourites, strict=True)):
        row, column = 2 * (index // columns), index % columns
        bound = np.abs(kernel).max()
        axes[row, column].imshow(kernel, cmap=theme.DIVERGING, vmin=-bound, vmax=bound)
        axes[row + 1, column].imshow(favourite, cmap=theme.INK, vmin=0, vmax=1)
    for row in range(rows):
        label = "likes" if row % 2 else "kernel"
        axes[row, 0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=12)
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_saliency(
    images: np.ndarray, evidence: np.ndarray, titles: Sequence[str], *, title: str = "", strong: float = 0.4
) -> np.ndarray:
    """Images (N, h, w) in a row and, below each, the evidence of its pixels (N, h, w); returns the array of Axes.

    Blue and + speak for the class, red and − against it; signs mark pixels above `strong` of the strongest.
    """
    count = len(images)
    side = min(theme.WIDTH / count, 1.6)
    figure, axes = plt.subplots(2, count, figsize=(theme.WIDTH, 2 * side + 0.6), squeeze=False)
    for column, (image, pixels, text) in enumerate(zip(images, evidence, titles, strict=True)):
        above, below = axes[:, column]
        above.imshow(image, cmap=theme.INK, vmin=0, vmax=1)
        above.set_title(text, fontsize=13, fontweight="normal", loc="center")
        bound = float(np.abs(pixels).max()) or 1.0
        below.imshow(pixels, cmap=theme.DIVERGING, vmin=-bound, vmax=bound)
        for (y, x), value in np.ndenumerate(pixels):
            if abs(value) > strong * bound:
                ink = "white" if abs(value) > 0.55 * bound else "black"
                below.text(x, y, "+" if value > 0 else "−", color=ink, ha="center", va="center", fontsize=12)
        for ax in (above, below):
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_color(theme.GRID)
            ax.spines[:].set_visible(True)
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes

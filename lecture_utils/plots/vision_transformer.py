"""Pictures of the Vision Transformer: an image as a sentence, what positions have learned, films frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import Colormap
from matplotlib.patches import Rectangle

from lecture_utils.plots import theme


def plot_sentence(
    image: np.ndarray, patches: np.ndarray, grid: tuple[int, int], *, title: str, cmap: Colormap = theme.INK
) -> np.ndarray:
    """An image cut by a grid, and beside it its patches (P, h, w) or (P, h, w, 3) in reading order, numbered.

    The class token stands first. Returns the Axes: the image's, then one a word. Raises ValueError unless there are
    rows x columns patches.
    """
    rows, columns = grid
    if len(patches) != rows * columns:
        raise ValueError(f"{len(patches)} patches do not fill a grid of {rows} x {columns}")
    across = max(4, int(np.ceil(np.sqrt(1.8 * (1 + len(patches))))))  # words in a line
    lines = -(-(1 + len(patches)) // across)
    figure = plt.figure(figsize=(theme.WIDTH, 3.5))
    left, right = figure.add_gridspec(1, 2, width_ratios=[1, 1.35])
    whole = figure.add_subplot(left)
    whole.imshow(image, cmap=cmap)
    for axis, count, pixels in ((whole.axhline, rows, image.shape[0]), (whole.axvline, columns, image.shape[1])):
        for cut in range(1, count):
            axis(cut * pixels / count - 0.5, color=theme.KEY if image.ndim == 2 else "white", linewidth=2)
    whole.axis("off")
    words = list(right.subgridspec(lines, across).subplots(squeeze=False).flat)
    for number, ax in enumerate(words):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=0 < number <= len(patches), color=theme.GRID)
        if number == 0:
            ax.text(0.5, 0.5, "class", color=theme.QUERY, ha="center", va="center", fontsize=12, fontweight="bold")
            ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=theme.QUERY, linewidth=2.5, clip_on=False))
            ax.set_box_aspect(1)
        elif number <= len(patches):
            ax.imshow(patches[number - 1], cmap=cmap, vmin=np.min(image), vmax=np.max(image))
        if number <= len(patches):
            ax.set_xlabel(str(number), labelpad=2, fontsize=12)
    figure.suptitle(title, x=0.01, ha="left")
    return np.array([whole, *words][: 2 + len(patches)])


def plot_position_similarity(positions: np.ndarray, grid: tuple[int, int], *, title: str) -> np.ndarray:
    """For each place of a grid, how alike its position (P, D) is to every other's: one small map a place.

    Cosines, negative red, zero white, positive blue; the place itself is framed. Returns the Axes (rows, columns).
    Raises ValueError unless there is one position for each place.
    """
    positions, (rows, columns) = np.asarray(positions, dtype=float), grid
    if positions.ndim != 2 or len(positions) != rows * columns:
        raise ValueError(f"positions {positions.shape} must be ({rows} x {columns}, D): leave the class token's out")
    unit = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    figure, axes = plt.subplots(rows, columns, figsize=(5.2, 4.4), squeeze=False)
    for place, ax in enumerate(axes.flat):
        alike = (unit @ unit[place]).reshape(rows, columns)
        image = ax.imshow(alike, cmap=theme.DIVERGING, vmin=-1, vmax=1)
        row, column = divmod(place, columns)
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=theme.TRUE, linewidth=2))
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, ticks=[-1, 0, 1], label="cosine")
    figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_film(clips: np.ndarray, names: Sequence[str], *, title: str) -> np.ndarray:
    """Clips (N, frames, height, width) of ink, one a row, named by their truth; returns the Axes (N, frames)."""
    clips = np.asarray(clips)
    if clips.ndim != 4 or len(clips) != len(names):
        raise ValueError(f"clips {clips.shape} must be (N, frames, height, width), with {len(names)} names for N")
    size = (min(theme.WIDTH, 1.6 * clips.shape[1] + 1.0), 1.5 * len(clips) + 0.8)
    figure, axes = plt.subplots(*clips.shape[:2], figsize=size, squeeze=False)
    for line, clip, name in zip(axes, clips, names, strict=True):
        for ax, frame in zip(line, clip, strict=True):
            ax.imshow(frame, cmap=theme.INK, vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color=theme.MUTED)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    for number, ax in enumerate(axes[0], start=1):
        ax.set_title(f"frame {number}", fontsize=13, fontweight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left")
    return axes

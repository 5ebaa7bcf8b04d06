"""A window over an image, with its numbers, and the matrix that lays it everywhere at once."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.patches import Rectangle

from lecture_utils.plots import theme


def plot_numbers(
    values: np.ndarray,
    *,
    title: str = "",
    window: tuple[int, int, int, int] | None = None,
    cmap: Colormap = theme.INK,
    limits: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a small array (rows, columns) as pixels with their numbers written on them; returns the Axes.

    window: row, column, height and width of a frame around some of them. limits: values at the colour map's ends.
    """
    ax = ax or plt.subplots()[1]
    values = np.asarray(values, dtype=float)
    low, high = limits or (values.min(), values.max())
    image = ax.imshow(values, cmap=cmap, vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = image.to_rgba(value)
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        ax.text(column, row, f"{value:g}", ha="center", va="center", fontsize=12, color="white" if dark else "black")
    if window is not None:
        row, column, height, width = window
        frame = Rectangle((column - 0.5, row - 0.5), width, height, fill=False, edgecolor=theme.KEY, linewidth=4)
        frame.set_clip_on(False)
        ax.add_patch(frame)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_title(title, fontsize=13, fontweight="normal", loc="center")
    return ax


def plot_window(
    image: np.ndarray, kernel: np.ndarray, answer: np.ndarray, at: tuple[int, int], *, title: str = ""
) -> np.ndarray:
    """Image, kernel and answer side by side, with the window and the number it gives framed; returns the Axes.

    image (H, W) of brightness from 0 to 1. at: row and column of the answer that is framed; stride 1, no padding.
    """
    widths = [image.shape[1], kernel.shape[1], answer.shape[1]]
    figure, axes = plt.subplots(1, 3, figsize=(theme.WIDTH, 3.0), width_ratios=widths)
    frame = (*at, *kernel.shape)
    plot_numbers(image, title="image", window=frame, cmap=theme.IMAGE, limits=(-0.4, 1.0), ax=axes[0])
    bound = np.abs(kernel).max() * 1.6
    whole = (0, 0, *kernel.shape)
    plot_numbers(kernel, title="kernel", window=whole, cmap=theme.DIVERGING, limits=(-bound, bound), ax=axes[1])
    bound = np.abs(answer).max() * 1.6
    plot_numbers(answer, title="answer", window=(*at, 1, 1), cmap=theme.DIVERGING, limits=(-bound, bound), ax=axes[2])
    for ax, sign in zip(axes[1:], ("$\\times$", "$=$"), strict=True):
        ax.annotate(sign, (-0.12, 0.5), xycoords="axes fraction", fontsize=22, ha="right", va="center")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_shared_weights(matrix: np.ndarray, kernel: np.ndarray, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw a convolution's matrix (outputs, pixels); each entry's colour and number name its weight; returns the Axes.

    Entries are recognised by value, so the kernel's weights must differ and none be 0: ValueError where they do not.
    """
    weights = kernel.flatten()
    if len(np.unique(weights[weights != 0])) != len(weights):
        raise ValueError(f"weights {weights.tolist()} must all differ, and none be 0, to be told apart in the matrix")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.4))[1]
    place = {weight: index for index, weight in enumerate(weights.tolist(), start=1)}
    which = np.vectorize(lambda value: place.get(value, 0), otypes=[int])(matrix)  # 0: no weight there
    colors = ["#FFFFFF", *plt.get_cmap("viridis")(np.linspace(0.15, 0.95, len(weights)))]
    ax.imshow(which, cmap=ListedColormap(colors), vmin=0, vmax=len(weights), aspect="auto")
    for (row, column), index in np.ndenumerate(which):
        if index:
            ink = "white" if index <= len(weights) / 2 else "black"
            ax.text(column, row, str(index), ha="center", va="center", fontsize=12, color=ink)
    ax.set(xlabel="pixel of the image", ylabel="pixel of the answer", title=title)
    ax.set_yticks(range(0, len(matrix), 2))
    return ax

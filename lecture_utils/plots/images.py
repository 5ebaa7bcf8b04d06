"""Images in rows: digits, photographs, kernels, feature maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import Colormap

from lecture_utils.plots import theme


def plot_images(
    images: Sequence[np.ndarray],
    titles: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    cmap: Colormap | str = theme.INK,
    limits: tuple[float, float] | None = None,
    title: str = "",
    width: float = theme.WIDTH,
) -> np.ndarray:
    """Draw images (height, width) or (height, width, 3) in a grid; returns the array of Axes.

    limits: the values of the colour map's ends, the same for all images; each image's own without.
    Raises ValueError for no image, or as many titles as there are not images.
    """
    images = [np.asarray(image) for image in images]
    if not images or (titles is not None and len(titles) != len(images)):
        raise ValueError(f"{len(images)} images and {len(titles or [])} titles: give at least one image, a title each")
    columns = min(columns or len(images), len(images))
    rows = -(-len(images) // columns)
    height = width / columns * images[0].shape[0] / images[0].shape[1]
    size = (width, rows * (height + (0.35 if titles else 0.08)) + (0.5 if title else 0.0))
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    low, high = limits or (None, None)
    for index, ax in enumerate(axes.flat):
        ax.axis("off")
        if index < len(images):
            ax.imshow(images[index], cmap=cmap, vmin=low, vmax=high)
            if titles is not None:
                ax.set_title(titles[index], fontsize=13, fontweight="normal", loc="center")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    return axes

"""Pictures of distillation: softened answers beside their image, what was cut against what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


def plot_soft_targets(
    image: np.ndarray, targets: Mapping[str, np.ndarray], names: Sequence[str], *, title: str
) -> np.ndarray:
    """An image and, beside it, its probabilities (C,) as bars, once for each name in `targets`; returns the Axes.

    names: of the C classes. Raises ValueError for no targets or another number of names.
    """
    if not targets or any(len(values) != len(names) for values in targets.values()):
        raise ValueError(f"each of {len(targets)} targets needs one probability for each of {len(names)} names")
    figure, axes = plt.subplots(
        1, 1 + len(targets), figsize=(theme.WIDTH, 2.9), width_ratios=[0.8] + [1] * len(targets)
    )
    axes[0].imshow(image, cmap=theme.INK, vmin=0, vmax=1)
    axes[0].axis("off")
    for ax, (name, values) in zip(axes[1:], targets.items(), strict=True):
        ax.bar(range(len(names)), values, color=theme.OUTPUT, width=0.8)
        ax.set_xticks(range(len(names)), names, fontsize=12)
        ax.set_title(name, fontsize=13, fontweight="normal")
        ax.set(ylim=(0, 1), yticks=[0, 0.5, 1] if ax is axes[1] else [])
        ax.tick_params(axis="x", length=0)
    axes[1].set_ylabel("probability")
    figure.suptitle(title, x=0.01, ha="left")
    return axes


def plot_compression(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, title: str, ax: Axes | None = None
) -> Axes:
    """Accuracy (0 to 1) against size in bytes, one line a way of making a model smaller; returns the Axes.

    curves: name -> (bytes, accuracies), as many of each.
    """
    ax = ax or plt.subplots()[1]
    for index, (name, (sizes, accuracies)) in enumerate(curves.items()):
        if len(sizes) != len(accuracies):
            raise ValueError(f"{name!r} has {len(sizes)} sizes and {len(accuracies)} accuracies: give as many of each")
        color, marker = theme.SERIES[index % len(theme.SERIES)], theme.MARKERS[index % len(theme.MARKERS)]
        ax.plot(np.asarray(sizes) / 1000, np.asarray(accuracies) * 100, color=color, marker=marker, label=name)
    ax.set(xscale="log", xlabel="size (kB)", ylabel="test digits right (%)", title=title)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(axis="y")
    ax.legend()
    return ax

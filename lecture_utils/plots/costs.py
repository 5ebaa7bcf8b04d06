"""How much it took to train well-known models, over the years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from lecture_utils.plots import theme

BASIS = {  # where a figure comes from: marker, whether filled, words
    "published": ("o", True, "published figure"),
    "computed": ("s", True, "computed from published sizes"),
    "estimate": ("D", False, "an outsider's estimate"),
}
PLACES = ((10, 0, "left"), (-10, 0, "right"), (0, 13, "center"), (0, -13, "center"), (8, 11, "left"), (8, -11, "left"))


def plot_training_compute(
    names: Sequence[str],
    years: Sequence[float],
    flops: Sequence[float],
    basis: Sequence[str],
    *,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Scatter operations (logarithmic) over years, each point with its name and the kind of its source.

    basis: `published`, `computed` or `estimate`, told apart by the marker. Names are laid so that none covers another
    where there is room. Raises ValueError for lengths that differ, an unknown basis, or numbers not above 0.
    """
    if not len(names) == len(years) == len(flops) == len(basis) > 0:
        raise ValueError(f"{len(names)} names, {len(years)} years, {len(flops)} figures, {len(basis)} bases: one each")
    if not set(basis) <= set(BASIS) or not all(np.isfinite(value) and value > 0 for value in flops):
        raise ValueError(f"basis must be one of {', '.join(BASIS)}, and every figure a finite number above 0")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    for kind, (marker, filled, words) in BASIS.items():
        chosen = [index for index, each in enumerate(basis) if each == kind]
        if chosen:
            x, y = np.array(years)[chosen], np.array(flops)[chosen]
            fill = theme.HIDDEN if filled else "white"
            ax.scatter(
                x, y, s=70, marker=marker, c=fill, edgecolors=theme.HIDDEN, linewidths=1.8, label=words, zorder=3
            )
    ax.set_yscale("log")
    ax.set(xlabel="year of publication", ylabel="operations to train (FLOP)", title=title)
    ax.set(xlim=(min(years) - 0.7, max(years) + 2.9), ylim=(min(flops) / 8, max(flops) * 12))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y")
    ax.legend(loc="upper left")
    _lay_names(ax, names, years, flops)
    return ax


def _lay_names(ax: Axes, names: Sequence[str], years: Sequence[float], flops: Sequence[float]) -> None:
    """Write each name at the first place beside its point that covers no name, no point and no legend."""
    figure = ax.figure
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    spots = ax.transData.transform(np.column_stack([years, flops]))
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in spots] + [ax.get_legend().get_window_extent(renderer)]
    for name, year, value in zip(names, years, flops, strict=True):
        tried: list[tuple[Annotation, Bbox]] = []
        for dx, dy, side in PLACES:
            label = ax.annotate(
                name, (year, value), xytext=(dx, dy), textcoords="offset points", ha=side, va="center", fontsize=12
            )
            box = label.get_window_extent(renderer)
            tried.append((label, box))
            if not any(box.overlaps(other) for other in taken):
                break
        else:
            tried.append(tried.pop(0))  # no free place: keep the first
        for label, _ in tried[:-1]:
            label.remove()
        taken.append(tried[-1][1])

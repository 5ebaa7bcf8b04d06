"""Words as points: a map with its clusters, and relations as arrows that run in parallel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme


def plot_word_map(points: np.ndarray, kinds: Sequence[str], *, title: str, ax: Axes | None = None) -> Axes:
    """Words as points (N, 2), a colour and marker a kind, each kind's name beside its cluster; returns the Axes.

    kinds: N names. The axes of such a map mean nothing by themselves, so they are not drawn.
    Raises ValueError unless there is one kind a point.
    """
    points = np.asarray(points, dtype=float)
    if points.shape != (len(kinds), 2) or not kinds:
        raise ValueError(f"points {points.shape} for {len(kinds)} kinds: give (N, 2) and one kind a point")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    named: list[tuple[float, float]] = []  # where names stand already
    for index, kind in enumerate(dict.fromkeys(kinds)):
        own = points[[name == kind for name in kinds]]
        color = theme.SERIES[index % len(theme.SERIES)]
        marker = theme.MARKERS[(index + index // len(theme.SERIES)) % len(theme.MARKERS)]
        ax.scatter(*own.T, s=34, color=color, marker=marker, linewidths=0, alpha=0.85)
        others = np.array([*points[[name != kind for name in kinds]], *named]).reshape(-1, 2)
        center = np.median(own, axis=0)
        away = np.linalg.norm(own - center, axis=1)
        group = own[away <= 3 * np.median(away)]  # without strays
        ends = [(float(center[0]), float(height)) for height in (group[:, 1].max(), group[:, 1].min())]
        free = [np.linalg.norm(others - end, axis=1).min(initial=np.inf) for end in ends]
        above = free[0] >= free[1]  # the name stands where neither another kind nor its name is near
        named.append(ends[0 if above else 1])
        ax.annotate(
            kind,
            ends[0 if above else 1],
            xytext=(0, 7 if above else -7),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            color=color,
            fontsize=13,
            fontweight="bold",
        )
    ax.margins(0.06, 0.12)
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
    return ax


def plot_relations(
    relations: Mapping[str, Sequence[tuple[str, str]]], places: Mapping[str, np.ndarray], *, title: str
) -> np.ndarray:
    """A panel a relation, an arrow a pair, from its first word to its second; returns the array of Axes.

    relations: name -> pairs of words. places: name -> points (2 K, 2), the K first words and then the K second.
    Raises ValueError when points and pairs do not fit.
    """
    room = [max(len(word) for pair in pairs for word in pair) for pairs in relations.values()]  # letters of a name
    figure, axes = plt.subplots(1, len(relations), figsize=(theme.WIDTH, 3.9), squeeze=False, width_ratios=room)
    for (name, pairs), ax in zip(relations.items(), axes[0], strict=True):
        points = np.asarray(places[name], dtype=float)
        if points.shape != (2 * len(pairs), 2):
            raise ValueError(f"{name}: points {points.shape} for {len(pairs)} pairs must be ({2 * len(pairs)}, 2)")
        ax.scatter(*points.T, s=0)  # arrows alone would not set the limits
        steps = points[len(pairs) :] - points[: len(pairs)]
        sideways = np.abs(steps[:, 0]).sum() > np.abs(steps[:, 1]).sum()
        ax.margins(1.1 if sideways else 0.42, 0.14)  # names stand beside sideways arrows
        for (first, second), start, end in zip(pairs, points[: len(pairs)], points[len(pairs) :], strict=True):
            ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": theme.MUTED, "linewidth": 1.8})
            _name(ax, first, start, start - end, theme.INPUT)
            _name(ax, second, end, end - start, theme.HIDDEN)
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=13, fontweight="normal")
        ax.spines[:].set_color(theme.GRID)
        ax.spines[:].set_visible(True)
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def _name(ax: Axes, word: str, place: np.ndarray, away: np.ndarray, color: str) -> None:
    """A word beyond the end of its arrow."""
    offset = 9 * away / max(np.linalg.norm(away), 1e-9)
    sideways = abs(offset[0]) > abs(offset[1])
    ax.annotate(
        word,
        place,
        xytext=tuple(offset),
        textcoords="offset points",
        color=color,
        fontsize=12,
        ha=("left" if offset[0] > 0 else "right") if sideways else "center",
        va="center" if sideways else ("bottom" if offset[1] > 0 else "top"),
        in_layout=False,  # all panels stay alike
    )

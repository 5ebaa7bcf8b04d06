"""Positions as clocks with many hands, codes and their products, rotated pairs, accuracy beyond trained lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from lecture_utils.plots import theme
from lecture_utils.plots.curves import mark_level, plot_series

ARROW = {"arrowstyle": "-|>", "linewidth": 3, "mutation_scale": 22, "shrinkA": 0, "shrinkB": 0}


def draw_dial(ax: Axes, hands: int) -> list[Line2D]:
    """An empty clock face; returns its hands, the fastest first and longest, for `turn_hands`."""
    ax.add_patch(plt.Circle((0, 0), 1.08, fill=False, edgecolor=theme.INPUT, linewidth=1.6))
    lengths = np.linspace(1.0, 0.45, hands)
    lines = [
        ax.plot([], [], color=theme.SERIES[i % len(theme.SERIES)], linewidth=2 + 3 * i / hands, zorder=3 - i / hands)[0]
        for i in range(hands)
    ]
    for line, length in zip(lines, lengths, strict=True):
        line.set_gid(f"{length:.6f}")
    ax.plot(0, 0, "o", color=theme.TRUE, markersize=5, zorder=4)
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
    ax.axis("off")
    return lines


def turn_hands(lines: Sequence[Line2D], angles: Sequence[float]) -> None:
    """Point each hand at its angle, in radians clockwise from twelve o'clock."""
    for line, angle in zip(lines, angles, strict=True):
        length = float(line.get_gid())
        line.set_data([0, length * np.sin(angle)], [0, length * np.cos(angle)])


def plot_clocks(angles: np.ndarray, positions: Sequence[int], *, title: str) -> np.ndarray:
    """One dial a position, one hand a pair of numbers: angles (positions, hands) in radians; returns the Axes.

    Raises ValueError unless there is one row of angles a position.
    """
    angles = np.asarray(angles)
    if angles.ndim != 2 or len(angles) != len(positions):
        raise ValueError(f"angles of shape {angles.shape} must be (positions, hands) for {len(positions)} positions")
    figure, axes = plt.subplots(1, len(positions), figsize=(theme.WIDTH, theme.WIDTH / len(positions) + 0.9))
    for ax, row, position in zip(np.atleast_1d(axes), angles, positions, strict=True):
        turn_hands(draw_dial(ax, angles.shape[1]), row)
        ax.set_title(f"{position}", fontsize=13, fontweight="normal", loc="center")
    figure.suptitle(title, x=0.01, ha="left")
    return np.atleast_1d(axes)


def plot_code(codes: np.ndarray, *, title: str) -> np.ndarray:
    """The codes (N, D) of N positions as colours, and the product of every two of them over their distance."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.7), width_ratios=[1, 1.15])
    image = left.imshow(codes, cmap=theme.DIVERGING, vmin=-1, vmax=1, aspect="auto")
    left.set(xlabel="number of the code", ylabel="position")
    figure.colorbar(image, ax=left, ticks=[-1, 0, 1], pad=0.02)
    distance = np.subtract.outer(np.arange(len(codes)), np.arange(len(codes)))
    right.scatter(distance, codes @ codes.T, s=9, color=theme.QUERY, linewidths=0)
    right.set(xlabel="distance between two positions", ylabel="product of their codes")
    right.grid(axis="y")
    figure.suptitle(title, x=0.01, ha="left")
    return np.array([left, right])


def plot_rotation(
    query: np.ndarray, key: np.ndarray, places: Sequence[tuple[float, float]], *, title: str
) -> np.ndarray:
    """A query's and a key's pair, each turned by one radian a position, for each (query's, key's) position.

    query, key: two numbers each, drawn pale where they stood at position 0. Returns the Axes.
    """
    figure, axes = plt.subplots(1, len(places), figsize=(theme.WIDTH, 3.4))
    for ax, (at_query, at_key) in zip(np.atleast_1d(axes), places, strict=True):
        turned = [turn(vector, angle) for vector, angle in ((query, at_query), (key, at_key))]
        for vector, now, color in zip((query, key), turned, (theme.QUERY, theme.KEY), strict=True):
            ax.annotate("", vector, (0, 0), arrowprops={**ARROW, "color": color, "alpha": 0.22})
            ax.annotate("", now, (0, 0), arrowprops={**ARROW, "color": color})
        for name, now, color in (("q", turned[0], theme.QUERY), ("k", turned[1], theme.KEY)):
            ax.text(*(1.14 * now), name, color=color, ha="center", va="center", fontsize=14, fontweight="bold")
        draw_compass(ax)
        ax.set_title(f"q at {at_query}, k at {at_key}", fontsize=13, fontweight="normal", loc="center")
        ax.set_xlabel(f"score {turned[0] @ turned[1]:.2f}")
    figure.suptitle(title, x=0.01, ha="left")
    return np.atleast_1d(axes)


def turn(vector: np.ndarray, angle: float) -> np.ndarray:
    """Two numbers turned by an angle in radians, anticlockwise."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([cos * vector[0] - sin * vector[1], sin * vector[0] + cos * vector[1]])


def draw_compass(ax: Axes) -> None:
    """A square field with a cross of axes, on which arrows of length up to 1 turn."""
    ax.axhline(0, color=theme.GRID, zorder=0)
    ax.axvline(0, color=theme.GRID, zorder=0)
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def plot_beyond(
    lengths: Sequence[int], accuracies: Mapping[str, np.ndarray], *, trained: int, title: str, ax: Axes | None = None
) -> Axes:
    """Accuracy (seeds, lengths) of each scheme over the length, the trained ones on a grey ground; returns the Axes."""
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    ax.axvspan(0, trained, color=theme.GRID, alpha=0.6, zorder=0)
    plot_series(lengths, accuracies, xlabel="positions in a row", ylabel="held-out rows right", title=title,
                percent=True, legend=True, ax=ax)  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    mark_level(0.5, "chance", ax=ax)
    ax.set(xlim=(0, max(lengths) + 1), ylim=(0.3, 1.03))
    ax.set_xticks(lengths)
    ax.text(trained / 2, 0.33, "trained", ha="center", fontsize=12)
    return ax


def plot_half_turn(
    distances: Sequence[float], right: np.ndarray, *, half_turn: float, title: str, ax: Axes | None = None
) -> Axes:
    """Accuracy (seeds, distances) over the distance of the two symbols, with the distance of half a turn marked."""
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.6))[1]
    plot_series(distances, {"rotary": right}, xlabel="distance between the two symbols", ylabel="rows right",
                title=title, percent=True, legend=True, ax=ax)  # fmt: skip
    ax.get_legend().remove()
    ax.axvline(half_turn, color=theme.TRUE, linestyle="--", linewidth=1.4)
    ax.text(half_turn + 0.6, 0.94, "half a turn of one hand", fontsize=12)
    mark_level(0.5, "chance", ax=ax, color=theme.MUTED)
    ax.set_ylim(-0.03, 1.03)
    return ax

"""Pictures of specialists: at home and abroad, secrets laid open, and a report card as a radar beside its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from lecture_utils.plots import theme

RINGS = (0.25, 0.5, 0.75, 1.0)
TIMES = {0: "never", 1: "once"}


def plot_home_and_abroad(
    prices: Mapping[str, tuple[float, float]], sizes: Sequence[int], *, title: str, ax: Axes | None = None
) -> Axes:
    """Models as discs: what each pays per character at home (across) and abroad (up); returns the Axes.

    prices: model -> (at home, abroad), in bits. sizes: parameters, one a model; a disc's area follows them.
    Raises ValueError unless each model has a size.
    """
    if not prices or len(prices) != len(sizes):
        raise ValueError(f"{len(prices)} models and {len(sizes)} sizes: give one size each, and one model at least")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    for index, ((name, (home, abroad)), size) in enumerate(zip(prices.items(), sizes, strict=True)):
        color = theme.SERIES[index % len(theme.SERIES)]
        ax.scatter([home], [abroad], s=420 * size / max(sizes), color=color, alpha=0.85, zorder=3)
        above = 14 if index % 2 == 0 else -28  # neighbours in the list may be neighbours on the picture
        ax.annotate(name, (home, abroad), (0, above), textcoords="offset points", ha="center", color=color, fontsize=12)
    ax.set(xlabel="in the domain (bits a character)", ylabel="outside (bits a character)", title=title)
    ax.margins(0.22, 0.25)
    ax.grid(True)
    return ax


def plot_exposure(exposures: Mapping[int, Sequence[float]], most: float, *, title: str, ax: Axes | None = None) -> Axes:
    """Exposure of secrets by how often they were told, one dot each, below the line where they lie open; the Axes.

    exposures: times told -> bits, at least one each. most: bits of a secret that ranks first.
    Raises ValueError for no secret.
    """
    if not exposures or any(not len(values) for values in exposures.values()):
        raise ValueError("plot_exposure needs at least one secret for each number of times told")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.6))[1]
    for place, values in enumerate(exposures.values()):
        ax.scatter(place + np.linspace(-0.16, 0.16, len(values)), values, s=70, color=theme.OUTPUT, alpha=0.8, zorder=3)
        ax.hlines(np.mean(values), place - 0.3, place + 0.3, color=theme.OUTPUT, linewidth=2.5)
    ax.axhline(most, color=theme.TRUE, linestyle="--", linewidth=1.4)
    ax.annotate("first of all codes: it lies open", (0.01, most), (0, 4), xycoords=("axes fraction", "data"),
                textcoords="offset points", fontsize=12)  # fmt: skip
    ax.set_xticks(range(len(exposures)), [TIMES.get(times, f"{times} times") for times in exposures])
    ax.set(xlabel="told in the training text", ylabel="exposure (bits)", title=title, ylim=(-0.4, most * 1.16))
    ax.grid(axis="y")
    return ax


def draw_radar(ax: Axes, parts: Sequence[str]) -> np.ndarray:
    """Rings and spokes of a radar on plain axes; returns the direction of each part, (P, 2), the first one up.

    Raises ValueError for fewer than three parts.
    """
    if len(parts) < 3:
        raise ValueError(f"a radar needs three parts at least, not {list(parts)}")
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(parts)) / len(parts)
    spokes = np.stack([np.cos(angles), np.sin(angles)], 1)  # (P, 2)
    for ring in RINGS:
        ax.plot(*closed(ring * spokes), color=theme.GRID, linewidth=1.2, zorder=1)
    for part, (x, y) in zip(parts, spokes, strict=True):
        ax.plot([0, x], [0, y], color=theme.GRID, linewidth=1.2, zorder=1)
        side = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
        ax.text(1.1 * x, 1.17 * y, part, ha=side, va="center", fontsize=12)
    ax.set(xlim=(-2.0, 2.0), ylim=(-1.32, 1.32), aspect="equal")
    ax.axis("off")
    return spokes


def closed(points: np.ndarray) -> np.ndarray:
    """Corners (P, 2) as the columns of a closed line, (2, P + 1)."""
    return np.concatenate([points, points[:1]]).T


def draw_polygon(ax: Axes, spokes: np.ndarray, scores: Sequence[float], index: int) -> Line2D:
    """One model's scores, 0 in the middle to 1 at the rim, in the colour of its place in the list; returns the line."""
    color = theme.SERIES[index % len(theme.SERIES)]
    corners = np.clip(scores, 0, 1)[:, None] * spokes
    return ax.plot(*closed(corners), color=color, marker=theme.MARKERS[index], markersize=6, alpha=0.9, zorder=3)[0]


def plot_report_card(
    scores: Mapping[str, Sequence[float]],
    parts: Sequence[str],
    cells: Mapping[str, Sequence[str]],
    *,
    truth: Sequence[str] = (),
    title: str,
) -> np.ndarray:
    """A radar of scores, 1 is good, and below it the table of what was measured; returns the two Axes.

    scores, cells: model -> one a part. truth: what was planted, a last row of the table.
    Raises ValueError unless every model has a score and a cell for every part.
    """
    if scores.keys() != cells.keys() or any(len(row) != len(parts) for row in (*scores.values(), *cells.values())):
        raise ValueError(f"each model needs {len(parts)} scores and {len(parts)} cells, one a part")
    figure, (above, below) = plt.subplots(2, 1, figsize=(theme.WIDTH, 4.4), height_ratios=[2.1, 1])
    spokes = draw_radar(above, parts)
    for index, (name, row) in enumerate(scores.items()):
        draw_polygon(above, spokes, row, index).set_label(name)
    figure.suptitle(title, x=0.01, ha="left")
    draw_table(below, parts, {**cells, **({"planted": truth} if truth else {})})
    return np.array([above, below])


def draw_table(ax: Axes, parts: Sequence[str], rows: Mapping[str, Sequence[str]]) -> None:
    """Rows of short texts under the names of the parts; a row's name has its model's colour."""
    ax.set(xlim=(0, 1), ylim=(len(rows) + 0.5, -0.6))
    ax.axis("off")
    columns = 0.32 + 0.68 * (np.arange(len(parts)) + 0.5) / len(parts)
    for place, part in zip(columns, parts, strict=True):
        ax.text(place, 0, part, ha="center", va="center", fontsize=12, color=theme.MUTED)
    for height, (name, cells) in enumerate(rows.items(), 1):
        color = theme.TRUE if name == "planted" else theme.SERIES[(height - 1) % len(theme.SERIES)]
        ax.text(0, height, name, va="center", fontsize=12, color=color, fontweight="bold")
        for place, cell in zip(columns, cells, strict=True):
            ax.text(place, height, cell, ha="center", va="center", fontsize=12)

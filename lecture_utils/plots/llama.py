"""Pictures of LLaMA and Alpaca: which parts of a block were exchanged, sizes against tokens, what a sieve let pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lecture_utils.plots import theme
from lecture_utils.plots.treemap import short_number

FLOP_PER_WEIGHT_AND_TOKEN = 6  # two forwards, four backwards (Kaplan et al. 2020, section 2.1)


def plot_block(parts: Sequence[str], exchanged: Sequence[bool], *, title: str, ax: Axes | None = None) -> list[Text]:
    """A block as a stack of boxes along a wire, exchanged ones coloured; returns the boxes.

    The first part stands at the bottom, on the wire; a part named "+" is where those below it join the wire.
    Raises ValueError unless lengths agree.
    """
    if len(parts) != len(exchanged) or not parts:
        raise ValueError(f"{len(parts)} parts and {len(exchanged)} marks: give one mark a part, and one part at least")
    ax = ax or plt.subplots(figsize=(3.6, 3.8))[1]
    ax.plot([0.06, 0.06], [-0.7, len(parts) - 0.3], color=theme.GRID, linewidth=4, zorder=1, solid_capstyle="butt")
    boxes, leaves = [], 0.5  # where the next branch leaves the wire
    for height, (part, changed) in enumerate(zip(parts, exchanged, strict=True)):
        if part == "+":
            path = [0.06, 0.56, 0.56, 0.06], [leaves, leaves, height, height]
            ax.plot(*path, color=theme.GRID, linewidth=2, zorder=1)
            leaves = height + 0.5
        place, side = (0.06, "center") if part == "+" else (0.56, "center") if height else (0.02, "left")
        boxes.append(ax.text(place, height, part, ha=side, va="center", fontsize=12, zorder=2))
        mark_part(boxes[-1], part, changed)
    ax.set(xlim=(-0.02, 1.04), ylim=(-0.8, len(parts) - 0.2), title=title)
    ax.axis("off")
    return boxes


def mark_part(box: Text, part: str, exchanged: bool) -> None:
    """Write a part into its box: green where it was exchanged, grey where it is GPT's."""
    color = theme.VALUE if exchanged else theme.INPUT
    style = "circle,pad=0.1" if part == "+" else "round,pad=0.35"
    box.set(text=part, color=color, fontweight="bold" if exchanged else "normal")
    box.set_bbox({"boxstyle": style, "facecolor": "white", "edgecolor": color, "linewidth": 2 if exchanged else 1})


def plot_sizes(
    names: Sequence[str],
    parameters: Sequence[float],
    tokens: Sequence[float],
    family: Sequence[bool],
    *,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Models by parameters and training tokens, both logarithmic, over lines of equal compute; returns the Axes.

    family: those to be marked. Raises ValueError for lengths that differ, and for figures that are not above 0.
    """
    if not len(names) == len(parameters) == len(tokens) == len(family) > 0 or min(*parameters, *tokens) <= 0:
        raise ValueError(f"{len(names)} names, {len(parameters)} parameters, {len(tokens)} tokens: one each, above 0")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    x = np.array([min(parameters) / 2.2, max(parameters) * 3.5])
    limits = min(tokens) / 2.5, max(tokens) * 3
    for power in range(18, 28):
        level = 10.0**power / (FLOP_PER_WEIGHT_AND_TOKEN * x)
        ax.plot(x, level, color=theme.GRID, linewidth=1.4, zorder=1)
        place = 10.0**power / (FLOP_PER_WEIGHT_AND_TOKEN * limits[1])  # where the line leaves at the top
        if x[0] < place < x[1]:
            note = f"$10^{{{power}}}$ FLOP"
            ax.text(place, limits[1], note, color=theme.MUTED, fontsize=12, ha="left", va="bottom", rotation=30)
    for name, size, read, own in zip(names, parameters, tokens, family, strict=True):
        color, up = (theme.VALUE, 10) if own else (theme.INPUT, -20)
        ax.scatter(size, read, s=80, color=color, marker="o" if own else "s", zorder=3)
        offset = {"xytext": (0, up), "textcoords": "offset points", "ha": "center", "fontsize": 12, "color": color}
        ax.annotate(name, (size, read), **offset, zorder=4)
    ax.set(xscale="log", yscale="log", xlim=x, ylim=limits, xlabel="parameters", ylabel="tokens read in training")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
    ax.set_title(title, pad=44)
    return ax


def plot_sieve(counts: Mapping[str, int], *, kept: Sequence[str], title: str, ax: Axes | None = None) -> Axes:
    """How many proposals met which fate, one bar each, those named in `kept` in green; returns the Axes.

    Raises ValueError for no fate, and for a kept one that is none.
    """
    if not counts or set(kept) - set(counts):
        raise ValueError(f"kept {list(kept)} must be among the fates {list(counts)}, of which there must be one")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.45 * len(counts) + 1.2))[1]
    rows = np.arange(len(counts))
    colors = [theme.VALUE if name in kept else theme.INPUT for name in counts]
    ax.barh(rows, list(counts.values()), color=colors, height=0.66)
    for row, number in zip(rows, counts.values(), strict=True):
        ax.text(number, row, f" {number:,}", va="center", fontsize=12)
    ax.set_yticks(rows, list(counts))
    ax.set(ylim=(len(counts) - 0.5, -0.5), xlim=(0, 1.12 * max(counts.values())), xlabel="proposals", title=title)
    ax.tick_params(axis="y", length=0)
    return ax

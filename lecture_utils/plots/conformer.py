"""Pictures of speech: spectrograms with what was said and what was heard, paths through time, parts of a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme

SOUND = theme.ATTENTION  # silence is white


def plot_spectrogram(
    frames: np.ndarray,
    seconds: float,
    *,
    title: str,
    spans: np.ndarray = (),
    names: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Bands of pitch over time, dark where it is loud, and above it the true place of each word; returns the Axes.

    frames (T, bands): a log-mel spectrogram of so many seconds. spans (words, 2): begin and end in seconds.
    Raises ValueError unless there is a name a span.
    """
    if len(spans) != len(names):
        raise ValueError(f"{len(spans)} spans and {len(names)} names: give one a word")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.2))[1]
    low, high = np.quantile(frames, [0.3, 0.995])
    extent = (0, seconds, 0, frames.shape[1])
    ax.imshow(frames.T, origin="lower", aspect="auto", extent=extent, cmap=SOUND, vmin=low, vmax=high)
    for (begin, end), name in zip(spans, names, strict=True):
        mark_word(begin, end, name, frames.shape[1], ax=ax)
    ax.set(xlabel="time (s)", ylabel="band of pitch", title=title, ylim=(0, 1.16 * frames.shape[1] if names else None))
    return ax


def mark_word(begin: float, end: float, name: str, height: float, *, ax: Axes) -> None:
    """A word's name over a bracket from its begin to its end."""
    ax.plot([begin, end], [1.02 * height] * 2, color=theme.TRUE, linewidth=3, solid_capstyle="butt")
    ax.text((begin + end) / 2, 1.05 * height, name, ha="center", va="bottom", fontsize=12)


def plot_alignment(
    shares: np.ndarray,
    times: np.ndarray,
    spans: np.ndarray,
    names: Sequence[str],
    *,
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """When the network says each word, over grey bars where it truly is said; returns the Axes.

    shares (words, T): how likely each frame says it, at `times` (T,) in seconds. spans (words, 2) in seconds.
    Raises ValueError unless there are a row, a span and a name for each word.
    """
    if not len(shares) == len(spans) == len(names) or shares.shape[1:] != np.shape(times):
        raise ValueError(f"shares {shares.shape}, {len(times)} times, {len(spans)} spans and {len(names)} names differ")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 2.6))[1]
    for row, ((begin, end), name) in enumerate(zip(spans, names, strict=True)):
        color = theme.SERIES[row % len(theme.SERIES)]
        ax.axvspan(begin, end, ymax=0.87, color=theme.GRID, zorder=0)
        ax.text((begin + end) / 2, 1.06, name, ha="center", va="bottom", fontsize=12, color=color)
        ax.plot(times, shares[row], color=color)
        ax.fill_between(times, 0, shares[row], color=color, alpha=0.25)
    ax.set(ylim=(0, 1.2), yticks=[0, 0.5, 1], xlabel="time (s)", ylabel="says it", title=title)
    return ax


def plot_trellis(states: Sequence[str], frames: int, paths: Mapping[str, Sequence[int]], *, title: str) -> Axes:
    """CTC's states over time, and some paths through them; returns the Axes.

    states: names from top to bottom, blanks and tokens in turn. paths: how one reads -> its state at each frame.
    Raises ValueError for a path of another length.
    """
    if any(len(path) != frames for path in paths.values()):
        raise ValueError(f"each path needs {frames} states, one a frame")
    ax = plt.subplots(figsize=(theme.WIDTH, 0.42 * len(states) + 1.2))[1]
    for row in range(len(states)):
        ax.scatter(range(frames), [row] * frames, s=40, color=theme.GRID, zorder=1)
    for index, (name, path) in enumerate(paths.items()):
        shift = 0.07 * (index - (len(paths) - 1) / 2)
        color, marker = theme.SERIES[index], theme.MARKERS[index]
        ax.plot(range(frames), np.array(path) + shift, color=color, marker=marker, label=f"path {name}", zorder=2)
    ax.set_yticks(range(len(states)), states)
    ax.set(ylim=(len(states) - 0.6, -0.4), xticks=range(frames), xlabel="frame", title=title)
    ax.tick_params(axis="y", length=0)
    ax.figure.legend(loc="outside right center")
    return ax


def plot_block(*, title: str) -> Axes:
    """The Conformer's block from left to right: four modules on one wire, and a norm at the end; returns the Axes."""
    modules = (
        ("feed-\nforward", "half a step", theme.HIDDEN),
        ("attention", "what is said\nanywhere", theme.QUERY),
        ("convolution", "what the\nneighbours say", theme.VALUE),
        ("feed-\nforward", "half a step", theme.HIDDEN),
    )
    ax = plt.subplots(figsize=(theme.WIDTH, 2.3))[1]
    ax.annotate("", (9.9, 0), (-0.9, 0), arrowprops={"arrowstyle": "->", "color": theme.INPUT, "lw": 2})
    for place, (name, says, color) in enumerate(modules):
        x = 2.1 * place + 0.6
        ax.annotate(
            "", (x + 0.85, 0.05), (x - 0.95, 0.05),
            arrowprops={"arrowstyle": "->", "color": color, "lw": 1.8, "connectionstyle": "arc3,rad=-0.75"},
        )  # fmt: skip
        box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color}
        ax.text(x, 1.1, name, ha="center", va="center", fontsize=12, color=color, bbox=box)
        ax.text(x + 0.95, -0.05, "+", ha="center", va="center", fontsize=16, color=color, fontweight="bold")
        ax.text(x, -0.35, says, ha="center", va="top", fontsize=12, color=theme.MUTED)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": theme.INPUT}
    ax.text(9.0, 0, "norm", ha="center", va="center", fontsize=12, color=theme.INPUT, bbox=box)
    ax.set(xlim=(-1, 10), ylim=(-1.25, 1.7), title=title)
    ax.axis("off")
    return ax

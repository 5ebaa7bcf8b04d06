"""Pictures of BERT: who may read what, three vectors added up, guesses for a blank, a moderation desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from lecture_utils.plots import theme
from lecture_utils.plots.tokens import COLORS

HIDDEN = "#E9ECEF"  # behind a word that a reader does not see


def plot_readers(words: Sequence[str], readers: Mapping[str, Sequence[bool]], *, ax: Axes | None = None) -> Axes:
    """One row of words a reader, the words it does not see greyed out; returns the Axes.

    readers: name -> for each word whether it is seen. Raises ValueError when that is not one a word.
    """
    if any(len(seen) != len(words) for seen in readers.values()):
        raise ValueError(f"each reader needs {len(words)} answers, one a word")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.85 * len(readers) + 0.1))[1]
    widths = [0.35 + 0.115 * len(word) for word in words]
    starts = np.cumsum([0.0, *widths])
    for row, (name, seen) in enumerate(readers.items()):
        ax.text(0, row + 0.22, name, fontsize=13, color=theme.MUTED)
        for start, width, word, visible in zip(starts, widths, words, seen, strict=False):
            face = COLORS.get(word, theme.QUERY) if visible else HIDDEN
            ax.add_patch(plt.Rectangle((start + 0.04, row + 0.34), width - 0.08, 0.5, facecolor=face))
            text = {"ha": "center", "va": "center", "fontsize": 13, "color": "white" if visible else "#9AA1AB"}
            ax.text(start + width / 2, row + 0.59, word if visible else "?", **text)
    ax.set(xlim=(0, starts[-1]), ylim=(len(readers), 0))
    ax.axis("off")
    return ax


def plot_embedding_sum(tokens: Sequence[str], segments: Sequence[int], *, ax: Axes | None = None) -> Axes:
    """Three rows of boxes, token + segment + position, whose columns are added up; returns the Axes.

    Raises ValueError unless there is one segment, 0 or 1, a token.
    """
    if len(tokens) != len(segments) or not set(segments) <= {0, 1}:
        raise ValueError(f"{len(tokens)} tokens need as many segments, each 0 or 1, not {list(segments)}")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 2.3))[1]
    rows = {
        "token": [(token, COLORS.get(token, theme.QUERY)) for token in tokens],
        "segment": [(("A", "B")[segment], (theme.VALUE, theme.HIDDEN)[segment]) for segment in segments],
        "position": [(str(place), theme.INPUT) for place in range(len(tokens))],
    }
    for row, (name, boxes) in enumerate(rows.items()):
        ax.text(-0.2, row + 0.4, f"{'+ ' if row else ''}{name}", ha="right", va="center", fontsize=13)
        for column, (text, color) in enumerate(boxes):
            ax.add_patch(plt.Rectangle((column + 0.04, row + 0.06), 0.92, 0.68, facecolor=color))
            size = 12 if len(text) < 7 else 11
            ax.text(column + 0.5, row + 0.4, text, ha="center", va="center", color="white", fontsize=size)
    ax.set(xlim=(-1.7, len(tokens)), ylim=(len(rows), 0))
    ax.axis("off")
    return ax


def plot_guesses(guesses: Mapping[str, Mapping[str, float]], *, title: str, truth: str = "") -> np.ndarray:
    """Bars of the likeliest words for one blank, one panel a model; returns the Axes.

    guesses: model -> word -> probability, best first. truth: the word that stood there, marked where it is guessed.
    Raises ValueError for no model.
    """
    if not guesses:
        raise ValueError("guesses is empty: give at least one model with its words")
    rows = max(map(len, guesses.values()))
    figure, axes = plt.subplots(1, len(guesses), figsize=(theme.WIDTH, 1.3 + 0.36 * rows), squeeze=False)
    for ax, (name, words) in zip(axes[0], guesses.items(), strict=True):
        colors = [theme.VALUE if word == truth else theme.INPUT for word in words]
        ax.barh(range(len(words)), list(words.values()), color=colors, height=0.7)
        ax.set_yticks(range(len(words)), list(words))
        ax.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5), xlabel="probability")
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.tick_params(axis="y", length=0)
        ax.set_title(name, fontsize=13, fontweight="normal")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def plot_desk(
    texts: Sequence[str],
    scores: np.ndarray,
    truth: np.ndarray,
    labels: Sequence[str],
    *,
    title: str,
) -> Axes:
    """Posts down, labels across, each cell a score from 0 (white) to 1, what is true framed; returns the Axes.

    scores (N, L), truth (N, L) of booleans. Raises ValueError for other shapes.
    """
    scores, truth = np.asarray(scores, dtype=float), np.asarray(truth, dtype=bool)
    if scores.shape != (len(texts), len(labels)) or truth.shape != scores.shape:
        raise ValueError(f"scores {scores.shape} and truth {truth.shape} must be ({len(texts)}, {len(labels)})")
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 0.8 + 0.34 * len(texts)))
    ax.imshow(scores, cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto")
    for (row, column), score in np.ndenumerate(scores):
        ax.text(column, row, f"{score:.2f}", ha="center", va="center", color="white" if score > 0.5 else theme.TRUE)
        if truth[row, column]:
            corner = (column - 0.46, row - 0.42)
            frame = {"fill": False, "edgecolor": theme.OUTPUT, "linewidth": 2.2}
            ax.add_patch(plt.Rectangle(corner, 0.92, 0.84, **frame))
    ax.set_xticks(range(len(labels)), labels)
    ax.set_yticks(range(len(texts)), texts, fontsize=11)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    figure.suptitle(title, x=0.01, ha="left")
    return ax


def plot_trade_off(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    title: str,
    marks: Mapping[str, tuple[float, float]] | None = None,
) -> Axes:
    """Precision over recall as the threshold moves, one curve a name; returns the Axes.

    curves: name -> (recall, precision). marks: name -> (recall, precision) of one setting, as a dot.
    """
    ax = plt.subplots(figsize=(theme.WIDTH, 3.6))[1]
    for index, (name, (recall, precision)) in enumerate(curves.items()):
        ax.plot(recall, precision, color=theme.SERIES[index], label=name, drawstyle="steps-post")
    for index, (name, place) in enumerate((marks or {}).items()):
        marker = theme.MARKERS[index % len(theme.MARKERS)]
        ax.plot(*place, marker, color=theme.TRUE, markersize=9, label=name)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    ax.set(xlabel="recall: bad posts that are caught", ylabel="precision", title=title, ylim=(None, 1.02))
    ax.grid()
    ax.legend(loc="lower left")
    return ax

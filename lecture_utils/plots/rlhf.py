"""Pictures of learning from feedback: the three steps, rewards over training, sentences and tastes before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.plots.curves import plot_series

COLORS = {"modelled": theme.HIDDEN, "true": theme.TRUE}


def plot_three_steps(*, title: str) -> Axes:
    """Supervised start, reward model, policy on a leash: three boxes, and what goes from one to the next."""
    ax = plt.subplots(figsize=(theme.WIDTH, 3.0))[1]
    boxes = (
        ("1  Imitate", "a language model\nlearns from\nexamples", theme.INPUT),
        ("2  Judge", "a reward model\nlearns from choices:\nA or B?", theme.HIDDEN),
        ("3  Practise", "a policy writes,\nis judged, and\nwrites better", theme.QUERY),
    )
    for place, (name, text, color) in enumerate(boxes):
        frame = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": color, "linewidth": 2}
        ax.text(4 * place, 0.0, text, ha="center", va="center", fontsize=13, bbox=frame)
        ax.text(4 * place, 0.68, name, ha="center", va="center", fontsize=15, fontweight="bold", color=color)
    _arrow(ax, (1.25, 0.0), (2.55, 0.0), theme.MUTED)
    _arrow(ax, (5.4, 0.12), (6.75, 0.12), theme.HIDDEN)
    ax.text(6.08, 0.18, "reward", ha="center", va="bottom", fontsize=12, color=theme.HIDDEN)
    _arrow(ax, (6.75, -0.12), (5.4, -0.12), theme.QUERY)
    ax.text(6.08, -0.18, "text", ha="center", va="top", fontsize=12, color=theme.QUERY)
    _arrow(ax, (0.0, -0.46), (8.0, -0.46), theme.OUTPUT, bend=0.06, dashed=True)
    ax.text(4, -0.78, "the leash: stay near where you started", ha="center", va="top", color=theme.OUTPUT)
    ax.set(xlim=(-1.5, 9.5), ylim=(-1.0, 0.8), title=title)
    ax.axis("off")
    return ax


def _arrow(ax: Axes, start: tuple, end: tuple, color: str, *, bend: float = 0.0, dashed: bool = False) -> None:
    style = {"arrowstyle": "-" if dashed else "-|>", "linestyle": "--" if dashed else "-", "color": color}
    style |= {"linewidth": 2.2, "connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)


def plot_rewards(runs: Mapping[str, Mapping[str, np.ndarray]], *, title: str) -> np.ndarray:
    """Modelled and true reward over training, one panel a run; returns the Axes.

    runs: name -> {"modelled", "true"} -> (seeds, rounds). Each reward has its own unit: compare shapes, not heights.
    Raises ValueError for no run.
    """
    if not runs:
        raise ValueError("runs is empty: give at least one, with its modelled and its true rewards")
    figure, axes = plt.subplots(1, len(runs), figsize=(theme.WIDTH, 3.6), squeeze=False)
    for ax, (name, rewards) in zip(axes[0], runs.items(), strict=True):
        rounds = range(1, np.shape(rewards["true"])[-1] + 1)
        plot_series(rounds, rewards, colors=COLORS, legend=True, xlabel="round", ylabel="reward", title="", ax=ax)
        ax.lines[list(rewards).index("true")].set_linestyle("--")
        ax.get_legend().remove()
        ax.set_title(name, fontsize=13, fontweight="normal")
        ax.axhline(0, color=theme.MUTED, linewidth=1)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower right", ncols=2)
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def plot_sentences(columns: Mapping[str, Sequence[tuple[str, float]]], *, title: str) -> np.ndarray:
    """Sentences in columns, each with a bar of its true reward from -1 to 1; returns the Axes.

    columns: heading -> (sentence, reward) pairs, as many in each. Long sentences are broken in up to three lines.
    Raises ValueError for no column, or columns of different lengths.
    """
    if len({len(column) for column in columns.values()}) != 1:
        raise ValueError(f"columns of {[len(column) for column in columns.values()]} sentences must be equally long")
    rows = len(next(iter(columns.values())))
    figure, axes = plt.subplots(1, len(columns), figsize=(theme.WIDTH, 0.775 * rows + 0.9), squeeze=False)
    for ax, (name, column) in zip(axes[0], columns.items(), strict=True):
        for row, (sentence, reward) in enumerate(column):
            lines = _broken(sentence, 84 // len(columns))
            ax.text(-1, row - 0.08, lines, ha="left", va="bottom", fontsize=11, linespacing=1.0)
            ax.barh(row + 0.08, reward, height=0.14, color=theme.VALUE if reward > 0 else theme.OUTPUT)
        ax.axvline(0, ymax=1, color=theme.GRID, linewidth=1, zorder=0)
        ax.set(xlim=(-1.02, 1.02), ylim=(rows - 0.6, -0.95), xticks=[-1, 0, 1], yticks=[], xlabel="true reward")
        ax.spines["left"].set_visible(False)
        ax.set_title(name, fontsize=13, fontweight="normal")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def _broken(sentence: str, width: int) -> str:
    """At most three lines; what does not fit ends in an ellipsis."""
    words, lines = sentence.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines[:3]) + (" ..." if len(lines) > 3 else "")


def plot_taste(
    words: Sequence[str],
    opinions: Sequence[float],
    usual: Sequence[float],
    now: Sequence[float],
    *,
    truth: Sequence[float] | None = None,
) -> np.ndarray:
    """Opinions learned about words, and the share of sentences that have each, before and now; returns the Axes.

    All of one length. truth: the hidden opinions, drawn as dashed marks, scaled to the learned ones' largest.
    """
    axes = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.5), sharey=True)[1]
    left, right = axes
    rows = np.arange(len(words))
    left.barh(rows, opinions, color=theme.HIDDEN, height=0.6)
    if truth is not None:
        marks = np.asarray(truth) * np.abs(opinions).max() / np.abs(truth).max()
        left.vlines(marks, rows - 0.42, rows + 0.42, color=theme.TRUE, linestyle="--", linewidth=2, label="truth")
        left.legend(loc="lower right")
    left.axvline(0, color=theme.MUTED, linewidth=1)
    left.set_yticks(rows, words, fontsize=11)
    left.set(xlim=(-2, 2), ylim=(len(words) - 0.4, -0.6), xlabel="learned opinion", title="The taste it has learned")
    right.scatter(usual, rows, s=45, facecolor="white", edgecolor=theme.INPUT, zorder=3, label="before")
    right.hlines(rows, usual, now, color=theme.QUERY, linewidth=4)
    right.scatter(now, rows, s=45, color=theme.QUERY, zorder=4, label="now")
    right.set(xlim=(-0.03, 1.03), xlabel="share of its sentences", title="What the policy writes")
    right.legend(loc="lower right")
    right.grid(axis="x")
    return axes

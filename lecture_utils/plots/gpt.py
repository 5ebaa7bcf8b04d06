"""Pictures of language models: two training recipes side by side, next words, laws over size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from lecture_utils.plots import theme


def plot_recipe(
    title: str, inputs: Sequence[str], targets: Sequence[str | None], *, causal: bool, ax: Axes | None = None
) -> Axes:
    """One sentence as a model trains on it: what goes in, what must come out, and who sees whom; returns the Axes.

    targets: one a word, None where no loss is taken. causal: each word is joined to those before it only.
    Raises ValueError unless there is one target a word, and one at least that counts.
    """
    if len(inputs) != len(targets) or not any(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets: give one a word, and one that counts")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 2.2))[1]
    for place, (word, target) in enumerate(zip(inputs, targets, strict=True)):
        for other in range(len(inputs)):
            if target and (other <= place or not causal):
                ax.plot([other, place], [0.3, 1.7], color=theme.GRID, linewidth=1.4, zorder=1)
        _box(ax, place, 0, word, theme.OUTPUT if word == "[MASK]" else theme.INPUT)
        if target:
            _box(ax, place, 2, target, theme.VALUE)
    counted = sum(target is not None for target in targets)
    notes = ((2, f"must say\n{counted} of {len(inputs)} count"), (0, "reads"))
    for height, note in notes:
        ax.text(-0.75, height, note, ha="right", va="center", fontsize=12, color=theme.MUTED)
    ax.set(xlim=(-2.0, len(inputs) - 0.4), ylim=(-0.5, 2.5), title=title)
    ax.axis("off")
    return ax


def _box(ax: Axes, x: float, y: float, word: str, color: str) -> None:
    box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": color}
    ax.text(x, y, word, ha="center", va="center", fontsize=12, color=color, bbox=box, zorder=2)


def plot_next_words(
    guesses: Mapping[str, Mapping[str, float]], truth: Mapping[str, Mapping[str, float]], *, title: str
) -> np.ndarray:
    """For each beginning of a text the probabilities of its next words, as bars; returns the Axes, one a beginning.

    guesses, truth: beginning -> word -> probability; the truth is a dashed mark on the word's bar.
    Raises ValueError for no beginning, and for a truth that lacks one.
    """
    if not guesses or guesses.keys() != truth.keys():
        raise ValueError(
            f"guesses {list(guesses)} and truth {list(truth)} must be of the same beginnings, at least one"
        )
    most = max(len(words) for words in guesses.values())
    figure, axes = plt.subplots(1, len(guesses), figsize=(theme.WIDTH, 1.3 + 0.36 * most), squeeze=False)
    for ax, (beginning, words) in zip(axes[0], guesses.items(), strict=True):
        rows = np.arange(len(words))
        ax.barh(rows, list(words.values()), color=theme.OUTPUT, height=0.55)
        true = [truth[beginning].get(word, 0.0) for word in words]
        ax.vlines(true, rows - 0.42, rows + 0.42, color=theme.TRUE, linestyle="--", linewidth=2)
        ax.set_yticks(rows, list(words))
        ax.set(ylim=(most - 0.4, -0.6), xlim=(0, 1.03), xlabel="probability")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}%"))
        ax.set_xticks([0, 0.5, 1])
        ax.tick_params(axis="y", length=0)
        ax.set_title(f"{beginning} …", fontsize=12, fontweight="normal")
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def plot_power_law(
    sizes: Sequence[float],
    excess: Sequence[float],
    line: Sequence[float],
    *,
    xlabel: str,
    title: str,
    apart: Sequence[bool] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Loss above the floor against size on logarithmic axes, and the law's line; returns the Axes.

    sizes, excess, line: one each a model. apart: those that the law was not fitted to, drawn hollow.
    Raises ValueError when lengths differ.
    """
    if not len(sizes) == len(excess) == len(line):
        raise ValueError(f"{len(sizes)} sizes, {len(excess)} losses and {len(line)} of the line: give one each a model")
    ax = ax or plt.subplots()[1]
    foretold = np.zeros(len(sizes), dtype=bool) if apart is None else np.asarray(apart)
    order = np.argsort(sizes)
    ax.plot(np.take(sizes, order), np.take(line, order), color=theme.TRUE, linestyle="--", linewidth=1.6)
    for chosen, filled in ((~foretold, theme.QUERY), (foretold, "white")):
        x, y = np.asarray(sizes)[chosen], np.asarray(excess)[chosen]
        ax.scatter(x, y, s=80, color=filled, edgecolor=theme.QUERY, linewidth=2, zorder=3)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel="loss above entropy (nats)", title=title)
    thousands = [f"{size / 1e3:.{1 if size < 1e4 else 0}f}k" for size in sorted(sizes)]
    ax.set_xticks(sorted(sizes), thousands)  # name the places measured
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else ""))
    ax.grid(True)
    return ax

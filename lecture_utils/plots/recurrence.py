"""Networks with a memory: the loop unrolled, gradients against their age, gates over a sentence, recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.plots.curves import plot_series

ROUNDING = float(np.finfo(np.float32).eps)  # relative to 1, a smaller number added in 32 bits is lost


def plot_unrolled(words: Sequence[str], guesses: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw a recurrent network as a loop, and beside it unrolled over words (T), with its guesses (T).

    Raises ValueError unless there is one guess a word and at least one word.
    """
    if not words or len(words) != len(guesses):
        raise ValueError(f"{len(words)} words and {len(guesses)} guesses: give one guess a word, and at least one")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.2))[1]
    draw_step(ax, 0.0, "word", "guess")
    ax.annotate(
        "",
        (-0.27, 1.12),
        (-0.27, 0.88),
        arrowprops={"arrowstyle": "-|>", "color": theme.HIDDEN, "linewidth": 2.2, "connectionstyle": "arc3,rad=-2.6"},
    )
    ax.text(0.75, 1.0, "=", fontsize=26, ha="center", va="center")
    for t, (word, guess) in enumerate(zip(words, guesses, strict=True)):
        x = 1.6 + 1.15 * t
        draw_step(ax, x, word, guess)
        if t:
            draw_arrow(ax, (x - 0.88, 1.0), (x - 0.25, 1.0), theme.HIDDEN)
            ax.text(x - 0.575, 1.14, "U", color=theme.HIDDEN, fontsize=13, ha="center")
    end = 1.6 + 1.15 * (len(words) - 1)
    ax.text(-0.5, 1.3, "U", color=theme.HIDDEN, fontsize=13, ha="center")
    for height, name, color in ((2.0, "next", theme.OUTPUT), (1.0, "state", theme.HIDDEN), (0.0, "read", theme.INPUT)):
        ax.text(end + 0.55, height, name, color=color, fontsize=13, va="center")
    ax.set(xlim=(-0.75, end + 1.2), ylim=(-0.45, 2.45))
    ax.axis("off")
    return ax


def draw_step(ax: Axes, x: float, word: str, guess: str = "") -> None:
    """One time step at x: the word below (height 0), the state in the middle (1), the guess, if any, above (2)."""
    for height, text, color in ((0.0, word, theme.INPUT), (1.0, "h", theme.HIDDEN), (2.0, guess, theme.OUTPUT)):
        if not text:
            continue
        filled = height == 1.0
        box = {"boxstyle": "round,pad=0.35", "facecolor": color if filled else "white", "edgecolor": color}
        ax.text(x, height, text, ha="center", va="center", fontsize=13, color="white" if filled else color, bbox=box)
    draw_arrow(ax, (x, 0.27), (x, 0.72), theme.INPUT)
    if guess:
        draw_arrow(ax, (x, 1.28), (x, 1.72), theme.OUTPUT)


def draw_arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    """An arrow from start to end."""
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2})


def plot_gradients(norms: Mapping[str, np.ndarray], *, title: str, ax: Axes | None = None) -> Axes:
    """Gradient of the last state with respect to an input, against how many steps ago it came; returns the Axes.

    norms: name -> (lags,) or (seeds, lags), from lag 0; each is divided by its value at lag 0. A line marks where
    32-bit arithmetic loses a share that small. Raises ValueError when lengths differ or a norm is not above 0.
    """
    ratios = {name: np.atleast_2d(np.asarray(values, dtype=float)) for name, values in norms.items()}
    lengths = {values.shape[1] for values in ratios.values()}
    if len(lengths) != 1 or any(not (values > 0).all() for values in ratios.values()):
        raise ValueError(f"norms of lengths {sorted(lengths)} must have one length and be above 0 throughout")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.9))[1]
    ratios = {name: values / values[:, :1] for name, values in ratios.items()}
    lags = range(lengths.pop())
    plot_series(lags, ratios, xlabel="lag: steps between input and output", ylabel="gradient, relative to lag 0",
                title=title, log="y", legend=True, ax=ax)  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    ax.axhline(ROUNDING, color=theme.MUTED, linestyle=":", linewidth=1.6)
    ax.text(len(lags) - 1, ROUNDING * 6, "lost in 32-bit rounding ↓", ha="right", color=theme.MUTED, fontsize=12)
    return ax


def plot_gates(words: Sequence[str], gates: np.ndarray, units: Sequence[str], *, title: str) -> Axes:
    """Heatmap of a gate over a sentence: gates (K, T) from 0 (drops all) to 1 (keeps all); returns the Axes.

    units: K names of rows. Columns of full stops are framed. Raises ValueError when shapes do not fit.
    """
    gates = np.asarray(gates)
    if gates.shape != (len(units), len(words)):
        raise ValueError(f"gates are {gates.shape} for {len(units)} units and {len(words)} words")
    ax = plt.subplots(figsize=(theme.WIDTH, 0.2 * len(units) + 1.7))[1]
    image = ax.imshow(gates, cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(words)), words, rotation=90)
    ax.set_yticks(range(len(units)), units)
    ax.tick_params(length=0)
    for t, word in enumerate(words):
        if word == ".":
            frame = plt.Rectangle((t - 0.5, -0.5), 1, len(units), fill=False, edgecolor=theme.OUTPUT, linewidth=2)
            ax.add_patch(frame).set_clip_on(False)
    ax.spines[:].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, ticks=[0, 0.5, 1], pad=0.02)
    bar.ax.set_yticklabels(["0 drop", "½", "1 keep"])
    ax.set_title(title)
    return ax


def plot_recall(accuracies: Mapping[str, float], chance: float, *, title: str, ax: Axes | None = None) -> Axes:
    """Bars of accuracy (0 to 1) by name, the first on top, with a dashed line at chance; returns the Axes."""
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.42 * len(accuracies) + 1.3))[1]
    names, values = list(accuracies), np.array(list(accuracies.values()))
    colors = [theme.QUERY if value > 0.5 else theme.INPUT for value in values]
    ax.barh(names, values, color=colors, height=0.66)
    for row, value in enumerate(values):
        ax.text(max(value, chance) + 0.01, row, f"{value:.1%}", va="center", fontsize=12)
    ax.axvline(chance, color=theme.TRUE, linestyle="--", linewidth=1.4)
    ax.text(chance + 0.01, -0.62, "chance", fontsize=12)
    ax.set(xlim=(0, 1.1), xlabel="first symbols recalled", title=title)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_ylim(len(names) - 0.5, -0.95)
    return ax


def plot_rescue(losses: Mapping[str, Sequence[Sequence[float]]], *, title: str, ax: Axes | None = None) -> Axes:
    """Loss over steps on a log axis, one thin line a run, one colour a name; a cross where a run broke off.

    losses: name -> runs, of which shorter ones ended early. Raises ValueError when there is no run.
    """
    if not losses or not all(losses.values()):
        raise ValueError("losses must name at least one group of runs, and each group must hold at least one run")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.4))[1]
    longest = max(len(run) for runs in losses.values() for run in runs)
    for (name, runs), color in zip(losses.items(), (theme.OUTPUT, theme.QUERY, *theme.SERIES[2:]), strict=False):
        for index, run in enumerate(runs):
            width = min(len(run), 9)
            smooth = np.convolve(np.asarray(run, dtype=float), np.ones(width) / width, mode="valid")
            line = smooth if len(run) == longest else np.asarray(run, dtype=float)
            ax.plot(range(1, len(line) + 1), line, color=color, linewidth=1.5, label=name if index == 0 else None)
            if len(run) < longest:
                ax.plot(len(run), run[-1], marker="X", markersize=10, color=color)
    ax.set(xlabel="training step", ylabel="loss", yscale="log", title=title)
    ax.legend(loc="upper right")
    return ax

"""Explorers of the lesson on pre-training: spend a budget of labels and watch the boundary; fill a blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.models.bert import BertPreTraining
from lecture_utils.plots import theme
from lecture_utils.plots.boundaries import plot_points
from lecture_utils.tokenizers.lookup import Words
from lecture_utils.tokenizers.special import CLS, MASK, SEP, SPECIAL
from lecture_utils.widgets.base import LivePlot, choose_or_type

WAYS = ("at random", "far apart")
BLANK = "___"
GUESSES = 8  # shown


def choose(points: np.ndarray, budget: int, *, way: str, seed: int) -> np.ndarray:
    """Which points (N, 2) to have labelled, as `budget` row numbers: at random, or each far from those before it.

    The first is drawn by the seed either way. Raises ValueError for a budget outside 1 to N, and another way.
    """
    if not 1 <= budget <= len(points) or way not in WAYS:
        raise ValueError(f"budget ({budget}) must lie in 1 to {len(points)}, and way ({way!r}) be in {', '.join(WAYS)}")
    order = np.random.default_rng(seed).permutation(len(points))
    if way == WAYS[0]:
        return order[:budget]
    chosen = [int(order[0])]
    distance = np.linalg.norm(points - points[chosen[0]], axis=1)
    while len(chosen) < budget:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen)


def boundary(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights (3,) of a line, w0 + w1 x + w2 y > 0 for label 1: logistic regression with a small penalty.

    points (N, 2), labels (N,) of 0 and 1. Newton's method; the penalty keeps it defined for any labels.
    """
    inputs = np.column_stack([np.ones(len(points)), points])  # (N, 3)
    weights = np.zeros(3)
    for _ in range(12):
        sure = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (sure - labels) + 0.1 * weights
        curvature = inputs.T @ (inputs * (sure * (1 - sure))[:, None]) + 0.1 * np.eye(3)
        weights -= np.linalg.solve(curvature, slope)
    return weights


def explore_budget(maps: Mapping[str, np.ndarray], labels: np.ndarray, *, most: int = 60) -> LivePlot:
    """Choose a model, a number of labels and how to spend them; see the line they draw and how many it gets right.

    maps: model -> points (N, 2) of the same texts. labels (N,) of 0 and 1. most: labels for sale, at most N.
    Raises ValueError where they do not fit.
    """
    labels = np.asarray(labels)
    if (
        not maps
        or any(np.shape(points) != (len(labels), 2) for points in maps.values())
        or not 1 <= most <= len(labels)
    ):
        raise ValueError(f"each map must be (N, 2) with N = {len(labels)} labels, and most ({most}) lie in 1 to N")
    scaled = {name: (points - np.mean(points, 0)) / np.std(points, 0) for name, points in maps.items()}

    @lru_cache(maxsize=64)
    def learned(model: str, budget: int, way: str, draw: int) -> tuple[np.ndarray, np.ndarray, float]:
        chosen = choose(scaled[model], budget, way=way, seed=draw)
        weights = boundary(scaled[model][chosen], labels[chosen])
        right = (weights[0] + scaled[model] @ weights[1:] > 0) == labels
        return chosen, weights, float(np.delete(right, chosen).mean()) if budget < len(labels) else 1.0

    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.9))
    first = next(iter(scaled.values()))
    plot_points(first, labels, size=22, ax=ax)
    clouds = list(ax.collections)
    rings = ax.scatter(*first[:1].T, s=150, facecolors="none", edgecolors=theme.TRUE, linewidths=2)
    (line,) = ax.plot([], [], color=theme.TRUE)
    ax.set(
        xlim=(-3, 3), ylim=(-3, 3), xticks=[], yticks=[], title="Ringed texts have a label, the line is all it takes"
    )

    def update(model: str, budget: int, way: str, draw: int) -> Iterable[Artist]:
        chosen, weights, _ = learned(model, budget, way, draw)
        for label, cloud in zip(np.unique(labels), clouds, strict=True):
            cloud.set_offsets(scaled[model][labels == label])
        rings.set_offsets(scaled[model][chosen])
        line.set_data(*line_through(weights))
        return [*clouds, line, rings]

    def caption(model: str, budget: int, way: str, draw: int) -> str:
        share = learned(model, budget, way, draw)[2]
        return f"{model}, {budget} label{'s' * (budget > 1)} {way}: {share:.0%} of the other texts on the right side."

    wide = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="Texts as points in two colours, a few of them ringed, and the line that these labels draw.",
        caption=caption,
        model=widgets.Dropdown(options=list(maps), description="texts seen by", style=wide),
        budget=widgets.IntSlider(4, 1, most, description="labels", style=wide),
        way=widgets.Dropdown(options=WAYS, description="chosen", style=wide),
        draw=widgets.IntSlider(0, 0, 20, description="draw", style=wide),
    )


def line_through(weights: np.ndarray, reach: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Two far points (x, x), (y, y) of the line w0 + w1 x + w2 y = 0; none where w1 and w2 are zero."""
    normal = weights[1:]
    length = np.linalg.norm(normal)
    if length < 1e-9:
        return np.array([]), np.array([])
    foot, along = -weights[0] * normal / length**2, np.array([-normal[1], normal[0]]) / length
    ends = np.array([foot - reach * along, foot + reach * along])
    return ends[:, 0], ends[:, 1]


@torch.no_grad()
def fill(model: BertPreTraining, words: Words, text: str) -> list[tuple[str, float]]:
    """The likeliest words for the blank ___ in a text, each with its probability, the likeliest first.

    Raises ValueError unless there is one blank, words the model does not know, and a text that is too long.
    """
    parts = text.split(BLANK)
    if len(parts) != 2:
        raise ValueError(f"the text has {len(parts) - 1} blanks: put {BLANK} exactly once")
    unknown = [word for part in parts for word in words.cut(part) if word not in words.ids]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no word of these reviews: it would be read as [UNK]")
    ids = [CLS, *words.encode(parts[0]), MASK, *words.encode(parts[1]), SEP]
    hidden = model.bert(torch.tensor([ids], device=model.output.weight.device))[0, ids.index(MASK)]  # (D,)
    guesses = model.guess(hidden)[len(SPECIAL) :].softmax(0)  # a special token is no answer
    best = guesses.topk(GUESSES)
    return [(words.tokens[len(SPECIAL) + index], p) for p, index in zip(*map(torch.Tensor.tolist, best), strict=True)]


def explore_blank(model: BertPreTraining, words: Words, texts: Sequence[str]) -> LivePlot:
    """Choose or type a text with a blank; see what the model would write there. texts: at least one to choose from."""
    if not texts:
        raise ValueError(f"texts is empty: give at least one to start with, with {BLANK} in it")
    read = lru_cache(maxsize=64)(lambda text: fill(model, words, text))
    read(texts[0])  # a text that cannot be read should fail here, not in the picture
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.3))
    bars = ax.barh(range(GUESSES), np.zeros(GUESSES), color=theme.OUTPUT, height=0.6)
    names = [ax.text(0.0, row, "", va="center", fontsize=13) for row in range(GUESSES)]
    ax.set(xlim=(0, 1), ylim=(GUESSES - 0.4, -0.6), yticks=[], xlabel="probability", title="What stood in the blank?")

    def update(text: str) -> Iterable[Artist]:
        for bar, name, (word, p) in zip(bars, names, read(text), strict=True):
            bar.set_width(p)
            name.set_x(p + 0.012)
            name.set_text(word)
        return [*bars, *names]

    def caption(text: str) -> str:
        (word, p), *_ = read(text)
        return f"“{text.replace(BLANK, word)}” with {p:.0%}."

    return LivePlot(
        figure,
        update,
        alt="Bars of the likeliest words for the blank, the longest on top.",
        caption=caption,
        text=choose_or_type(texts, width="44em", description="text with a ___"),
    )

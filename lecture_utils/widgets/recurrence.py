"""Explorer of the lesson on recurrent networks: read along with a language model, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.smalltown.telling import tokenize
from lecture_utils.models.recurrent_lm import RecurrentLM
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 16  # words that fit side by side
UNITS = 32  # rows of the state that are drawn
BEST = 8  # next words that are listed


@dataclass(frozen=True)
class ReadAlong:
    """Words (T), the state after each (T, D), and each one's likeliest next words with their probabilities."""

    words: tuple[str, ...]
    hidden: np.ndarray
    nexts: tuple[tuple[tuple[str, float], ...], ...]


def read_along(model: RecurrentLM, vocabulary: Sequence[str], text: str) -> ReadAlong:
    """Let the model read a text and note its state and its eight likeliest next words after every word.

    Raises ValueError for an empty text, one of more than 16 words, and words outside the vocabulary.
    """
    words = tokenize(text)
    if not 1 <= len(words) <= LONGEST:
        raise ValueError(f"the beginning has {len(words)} words: give 1 to {LONGEST}")
    ids = {word: index for index, word in enumerate(vocabulary)}
    unknown = [word for word in words if word not in ids]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no word of this model: try names and words that the text above uses")
    device = next(model.parameters()).device
    reading = model.read(torch.tensor([ids[word] for word in words], device=device))
    best = reading.probabilities.topk(min(BEST, len(vocabulary)))
    nexts = tuple(
        tuple((vocabulary[index], value) for index, value in zip(row, values, strict=True))
        for row, values in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    )
    return ReadAlong(words, reading.hidden.numpy(force=True), nexts)


def explore_reading(model: RecurrentLM, vocabulary: Sequence[str], beginnings: Sequence[str]) -> LivePlot:
    """Choose or type a beginning; the slider reads on, word by word. beginnings: at least one to choose from."""
    if not beginnings:
        raise ValueError("beginnings is empty: give at least one text to start with")
    reading = lru_cache(maxsize=32)(lambda text: read_along(model, vocabulary, text))
    first = reading(beginnings[0])  # an unreadable beginning should fail here, not in the picture
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 4.0), width_ratios=[1.9, 1])
    units = min(UNITS, first.hidden.shape[1])
    image = left.imshow(np.zeros((units, LONGEST)), cmap=theme.DIVERGING, vmin=-1, vmax=1, aspect="auto")
    columns = left.set_xticks(range(LONGEST), [" " * 10] * LONGEST, rotation=90)
    left.set(ylabel=f"{units} units of the state", yticks=[], title="The state: red −1, blue +1")
    left.tick_params(length=0)
    labels = [
        left.text(t, units - 0.2, "", rotation=90, ha="center", va="top", fontsize=12, clip_on=False)
        for t in range(len(columns))
    ]
    rows = len(first.nexts[0])
    bars = right.barh(range(rows), np.zeros(rows), color=theme.OUTPUT, height=0.3)
    names = [right.text(0.0, row - 0.42, "", va="center", fontsize=12) for row in range(rows)]
    right.set(xlim=(0, 1), ylim=(rows - 0.4, -0.9), yticks=[], xlabel="probability", title="What comes next?")

    def update(beginning: str, read: int) -> Iterable[Artist]:
        along = reading(beginning)
        seen = min(read, len(along.words))
        states = np.full((units, LONGEST), np.nan)
        states[:, :seen] = along.hidden[:seen, :units].T
        image.set_data(states)
        for t, label in enumerate(labels):
            label.set_text(along.words[t] if t < len(along.words) else "")
            label.set_color(theme.TRUE if t < seen else "#9AA1AB")
        for bar, name, (word, value) in zip(bars, names, along.nexts[seen - 1], strict=True):
            bar.set_width(value)
            name.set_text(f"{word}  {value:.0%}")
        return [image, *labels, *bars, *names]

    def caption(beginning: str, read: int) -> str:
        along = reading(beginning)
        seen = min(read, len(along.words))
        word, value = along.nexts[seen - 1][0]
        return f"After “{' '.join(along.words[:seen])}” the likeliest next word is “{word}” with {value:.0%}."

    wide = {"description_width": "initial"}
    beginning = choose_or_type(beginnings, width="26em")
    last = len(first.words)
    read = widgets.IntSlider(last, min=1, max=last, description="words read", style=wide)

    def follow(change: dict) -> None:
        """Let the slider end where the new text ends; a text that cannot be read leaves it alone."""
        with suppress(ValueError):
            read.max = len(reading(change["new"]).words)
            read.value = read.max

    beginning.observe(follow, "value")
    return LivePlot(
        figure,
        update,
        alt="The state of a recurrent network, a column of colours for each word read, and its next-word guesses.",
        caption=caption,
        beginning=beginning,
        read=read,
    )

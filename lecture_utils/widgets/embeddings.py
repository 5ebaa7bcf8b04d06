"""Explorer of the lesson on encoders and decoders: arithmetic with words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot
from lecture_utils.word_vectors import WordVectors

BEST = 6  # answers that are listed


def explore_analogies(vectors: WordVectors, words: Sequence[str], start: tuple[str, str, str]) -> LivePlot:
    """Choose three words: the first is to the second as the third is to ...? Bars show the nearest answers.

    words: those to choose from. start: the three chosen at first. Raises ValueError for words without a vector.
    """
    for word in (*words, *start):
        vectors[word]  # a word without a vector should fail here, not in the picture
    if missing := set(start) - set(words):
        raise ValueError(f"start {sorted(missing)} must be among the words to choose from")
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.2))
    rows = np.arange(BEST)
    bars = ax.barh(rows, np.zeros(BEST), height=0.7, color=theme.INPUT)
    names = [ax.text(0.0, row, "", va="center", fontsize=13) for row in rows]
    ax.set(xlim=(0, 1.19), ylim=(BEST - 0.4, -0.6), yticks=[], xlabel="cosine similarity to second − first + third")
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.set_title("Which word is nearest?")

    def update(first: str, second: str, third: str) -> Iterable[Artist]:
        for row, (word, value) in enumerate(vectors.analogy(first, second, third, BEST)):
            bars[row].set_width(max(value, 0.0))
            bars[row].set_color(theme.HIDDEN if row == 0 else theme.INPUT)
            names[row].set_text(word)
            names[row].set_x(max(value, 0.0) + 0.01)
            names[row].set_fontweight("bold" if row == 0 else "normal")
        return [*bars, *names]

    def caption(first: str, second: str, third: str) -> str:
        ((answer, value),) = vectors.analogy(first, second, third)
        ((neighbour, _),) = vectors.nearest(vectors[third], 1, without={first, second, third})
        return (
            f"“{first}” is to “{second}” as “{third}” is to “{answer}” (similarity {value:.2f}). "
            f"Without arithmetic the nearest word to “{third}” is “{neighbour}”."
        )

    chosen = {
        name: widgets.Dropdown(options=list(words), value=word, description=text, layout=widgets.Layout(width="17em"))
        for name, text, word in zip(("first", "second", "third"), ("", "is to", "as"), start, strict=True)
    }
    chosen["first"].description = "word"
    return LivePlot(
        figure, update, alt="Bars: the words nearest to second minus first plus third.", caption=caption, **chosen
    )

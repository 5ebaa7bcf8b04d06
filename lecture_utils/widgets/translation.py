"""Explorer of the lessons that translate: type a sentence, let it grow, and see where the model goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

import ipywidgets as widgets
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.generation import Generator, greedy
from lecture_utils.plots import theme
from lecture_utils.translation import TranslationTask, as_ids
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 24  # English words of a sentence
COLUMNS, LINES = 72, 3  # letters a line, and lines a language; three hold 24 English words in French


@dataclass(frozen=True)
class Attempt:
    """A sentence, its true translation, and what a model wrote, as words."""

    english: tuple[str, ...]
    truth: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def first_error(self) -> int | None:
        """The first place where the model's words are not the true ones, or None."""
        both = enumerate(zip_longest(self.truth, self.written))
        return next((place for place, (true, own) in both if true != own), None)


def attempt(model: Generator, task: TranslationTask, english: str) -> Attempt:
    """Translate a sentence of the small phrasebook, and look up its truth.

    Raises ValueError for more than 24 words, unknown words, and where the grammar stops.
    """
    if len(english.split()) > LONGEST:
        raise ValueError(f"{len(english.split())} words are too many for this picture: give at most {LONGEST}")
    pair = translate(english, words="small")
    sentence = as_ids([pair], task.english, task.french)
    written = greedy(model, sentence.source.to(next(model.parameters()).device), longest=2 * LONGEST)[0]
    return Attempt(pair.english, pair.french, tuple(task.french.decode(written)))


def beginnings(english: str) -> list[int]:
    """After how many words of it a sentence could have ended, shortest first; the whole sentence is the last.

    Raises ValueError for a sentence that is none.
    """
    words, found = translate(english, words="small").english, []
    for n in range(1, len(words) + 1):
        with suppress(ValueError):
            translate(" ".join(words[:n]), words="small")
            found.append(n)
    return found


def paragraph(words: Sequence[str], kept: range) -> list[str]:
    """Words in three lines of 72 columns; those whose place is not in `kept` leave blanks, to be written over.

    What does not fit is left out.
    """
    lines, column = [""], 0
    for place, word in enumerate(words):
        if column + len(word) > COLUMNS and column:
            lines, column = [*lines, ""], 0
        lines[-1] += (word if place in kept else " " * len(word)) + " "
        column += len(word) + 1
    return [*lines, *[""] * LINES][:LINES]


def explore_translation(model: Generator, task: TranslationTask, sentences: Sequence[str]) -> LivePlot:
    """Choose or type a sentence; the slider lets it grow from one place where it could end to the next.

    model: any that starts and steps (`generation.Generator`). sentences: at least one to choose from, of the small
    phrasebook's words.
    """
    if not sentences:
        raise ValueError("sentences is empty: give at least one to start with")
    translate_with = lru_cache(maxsize=64)(lambda english: attempt(model, task, english))
    ends_of = lru_cache(maxsize=64)(beginnings)
    for sentence in sentences:  # one that cannot be read should fail here, not in the picture
        ends_of(sentence)
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.2))
    ax.set(xlim=(0, 1), ylim=(3, 0))
    ax.axis("off")
    looks = (
        ("English", 0, theme.INPUT), ("French, the truth", 1, theme.TRUE), ("French, the model", 2, theme.VALUE),
        ("", 2, theme.OUTPUT), ("", 2, theme.OUTPUT),
    )  # fmt: skip
    for name, row, color in looks:
        ax.text(0, row, name, fontsize=12, fontweight="bold", color=color, va="top")
    texts = [
        [
            ax.text(0, row + 0.32 + 0.2 * line, "", fontsize=12, family="monospace", color=color, fontweight=weight)
            for line in range(LINES)
        ]
        for (_, row, color), weight in zip(looks, ("normal",) * 3 + ("bold", "normal"), strict=True)
    ]  # the first error is bold

    def shown(sentence: str, grow: int) -> Attempt:
        ends = ends_of(sentence)
        return translate_with(" ".join(sentence.split()[: ends[min(grow, len(ends)) - 1]]))

    def update(sentence: str, grow: int) -> Iterable[Artist]:
        now = shown(sentence, grow)
        end = len(now.written)
        wrong = end if now.first_error is None else now.first_error
        kept = range(wrong), range(wrong, wrong + 1), range(wrong + 1, end)
        parts = (now.english, range(LONGEST)), (now.truth, range(2 * LONGEST)), *((now.written, part) for part in kept)
        for lines, (said, part) in zip(texts, parts, strict=True):
            for text, line in zip(lines, paragraph(said, part), strict=True):
                text.set_text(line)
        return [text for lines in texts for text in lines]

    def caption(sentence: str, grow: int) -> str:
        now = shown(sentence, grow)
        if now.first_error is None:
            return f"{len(now.english)} English words: every French word is right."
        wanted, own = (
            repr(said[now.first_error]) if now.first_error < len(said) else "the end"
            for said in (now.truth, now.written)
        )
        return f"{len(now.english)} English words: word {now.first_error + 1} should be {wanted}, but is {own}."

    wide = {"description_width": "initial"}
    typed = choose_or_type(sentences, width="44em")
    last = len(ends_of(sentences[0]))
    grow = widgets.IntSlider(last, min=1, max=last, description="let it grow", style=wide)

    def follow(change: dict) -> None:
        """Let the slider end where the new sentence ends; one that cannot be read leaves it alone."""
        with suppress(ValueError):
            grow.max = len(ends_of(change["new"]))
            grow.value = grow.max

    typed.observe(follow, "value")
    return LivePlot(
        figure,
        update,
        alt="An English sentence, its true French translation, and the model's, whose words from the first error on "
        "are red.",
        caption=caption,
        sentence=typed,
        grow=grow,
    )

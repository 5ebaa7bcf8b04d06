"""Explorers of the lesson on BERT: hide any word of a sentence; moderate a feed with a threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from textwrap import wrap

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.ticker import PercentFormatter

from lecture_utils.cloze import Guess, Vocabulary, guess_word
from lecture_utils.models.bert import BertPreTraining
from lecture_utils.plots import theme
from lecture_utils.thresholds import outcome
from lecture_utils.tokenizers.pretokens import bert_words
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST, TOP = 20, 5  # words that fit side by side, and guesses shown
ROWS, LETTERS = 6, 72  # posts on the desk, and letters of a line, two of which fit
GOOD, BAD = theme.VALUE, theme.OUTPUT


def explore_blanks(
    both: BertPreTraining, left: BertPreTraining, tokenizer: Vocabulary, sentences: Sequence[str], *, word: int = 5
) -> LivePlot:
    """Choose or type a sentence and which word to hide; two models guess it, one of which sees its left side only.

    sentences: at least one to choose from. word: which one is hidden at first, counted from 1.
    """
    if not sentences:
        raise ValueError("sentences is empty: give at least one to start with")

    @lru_cache(maxsize=128)
    def guesses(sentence: str, word: int) -> tuple[Guess, Guess, str]:
        words = bert_words(sentence)
        if not 1 <= len(words) <= LONGEST:
            raise ValueError(f"the sentence has {len(words)} words and marks: give 1 to {LONGEST}")
        at = min(word, len(words)) - 1  # the slider may still stand behind a shorter sentence's end
        found = [guess_word(model, tokenizer, sentence, at, top=TOP, from_left=model is left) for model in (both, left)]
        return found[0], found[1], words[at]

    guesses(sentences[0], 1)  # a sentence that cannot be read should fail here, not in the picture
    figure = plt.figure(figsize=(theme.WIDTH, 4.4))
    above, *below = figure.subplot_mosaic([["words", "words"], ["both", "left"]], height_ratios=[1, 1.5]).values()
    columns = LONGEST + 2
    looks = above.bar(range(columns), np.zeros(columns), color=theme.QUERY, width=0.75)
    above.set_xticks(range(columns), ["mmmmm"] * columns, rotation=90, color="white")  # room for the words
    above.tick_params(length=0)
    above.set(ylim=(0, 1), ylabel="weight", title="Where the blank looks, with both sides in view")
    across = above.get_xaxis_transform()
    labels = [above.text(x, -0.06, "", rotation=90, ha="center", va="top", transform=across) for x in range(columns)]
    panels = []
    for ax, title in zip(below, ("reads both sides", "reads the left side"), strict=True):
        bars = ax.barh(range(TOP), np.zeros(TOP), color=theme.INPUT, height=0.8)
        texts = [ax.text(0.02, row, "", va="center", fontsize=12) for row in range(TOP)]
        ax.set(xlim=(0, 1), ylim=(TOP - 0.5, -0.5), yticks=[])
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.set_title(title, fontsize=13, fontweight="normal")
        panels.append((bars, texts))

    def update(sentence: str, word: int) -> Iterable[Artist]:
        first, second, hidden = guesses(sentence, word)
        shown = len(first.read)
        for x in range(columns):
            looks[x].set_height(first.looked[x].item() if x < shown else 0)
            labels[x].set_text(first.read[x] if x < shown else "")
            labels[x].set_color(theme.OUTPUT if x < shown and first.read[x] == "[MASK]" else theme.TRUE)
        for (bars, texts), guess in zip(panels, (first, second), strict=True):
            for bar, text, name, share in zip(bars, texts, guess.words, guess.probabilities, strict=True):
                bar.set_width(share)
                bar.set_color("#8FCBB6" if name == hidden else "#C9CFD6")
                text.set_text(f"{name}  {share:.0%}")
        moved = [artist for bars, texts in panels for artist in (*bars, *texts)]
        return [*looks, *labels, *moved]

    def caption(sentence: str, word: int) -> str:
        first, second, hidden = guesses(sentence, word)
        return (
            f"Hidden: “{hidden}”. With both sides: “{first.words[0]}” ({first.probabilities[0]:.0%}); "
            f"with the left side: “{second.words[0]}” ({second.probabilities[0]:.0%})."
        )

    return LivePlot(
        figure,
        update,
        alt="Bars over a sentence show where its blank looks; below, two models' guesses with probabilities.",
        caption=caption,
        sentence=choose_or_type(sentences, width="38em", description="sentence"),
        word=widgets.IntSlider(word, 1, LONGEST, description="hide word", layout=widgets.Layout(width="18em")),
    )


def moderate_feed(
    texts: Sequence[str], scores: np.ndarray, truth: np.ndarray, labels: Sequence[str], *, threshold: float = 0.5
) -> LivePlot:
    """Let a feed of N posts run past a threshold: what is hidden, what gets through, precision and recall.

    scores (N, L) from 0 to 1, truth (N, L) of booleans, one column a label.
    Raises ValueError for shapes that do not fit, and fewer posts than the desk shows.
    """
    scores, truth = np.asarray(scores, dtype=float), np.asarray(truth)
    if scores.shape != (len(texts), len(labels)) or truth.shape != scores.shape or len(texts) < ROWS:
        raise ValueError(
            f"scores {scores.shape}, truth {truth.shape}: ({len(texts)}, {len(labels)}), {ROWS} posts or more"
        )
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 0.76 * ROWS))
    dots = [ax.plot([0], [row], "o", color=GOOD, markersize=10)[0] for row in range(ROWS)]
    line = ax.axvline(threshold, color=theme.TRUE, linestyle="--", linewidth=1.6)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # over the dashed line
    posts = [ax.text(0, row - 0.2, "", va="bottom", fontsize=11, bbox=box) for row in range(ROWS)]
    verdicts = [ax.text(1.03, row, "", va="center", ha="left", fontsize=11) for row in range(ROWS)]
    ax.set(xlim=(-0.02, 1.02), ylim=(ROWS - 0.7, -0.95), yticks=[], xlabel="score")
    ax.set_title("A post is hidden where its score is at or beyond the dashed line", fontsize=13)
    ax.spines["left"].set_visible(False)
    ax.text(1.25, 0, " ", fontsize=11)  # room for the verdicts

    def update(label: str, threshold: float, post: int) -> Iterable[Artist]:
        column, start = list(labels).index(label), min(post, len(texts) - ROWS + 1) - 1
        line.set_xdata([threshold, threshold])
        for row in range(ROWS):
            score, bad = scores[start + row, column], bool(truth[start + row, column])
            hidden, text = score >= threshold, texts[start + row]
            dots[row].set_data([score], [row])
            dots[row].set(color=BAD if bad else GOOD, marker="s" if bad else "o")
            posts[row].set_text("\n".join(wrap(text, LETTERS, max_lines=2, placeholder=" …")))
            posts[row].set_color(theme.MUTED if hidden else theme.TRUE)
            wrong = hidden != bad
            verdicts[row].set_text(("hidden" if hidden else "shown") + (", wrongly" if wrong else ""))
            verdicts[row].set_color(BAD if wrong else theme.MUTED)
        return [line, *dots, *posts, *verdicts]

    def caption(label: str, threshold: float, post: int) -> str:
        column = list(labels).index(label)
        now = outcome(scores[:, column], truth[:, column], threshold)
        return (
            f"All {len(texts)} posts, {label}: {now.caught} caught, {now.wrongly_hidden} hidden wrongly, "
            f"{now.let_through} got through. Precision {now.precision:.0%}, recall {now.recall:.0%}."
        )

    wide = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="Six posts with their scores as dots, red where they break the rule, and a dashed threshold.",
        caption=caption,
        label=widgets.Dropdown(options=list(labels), description="label", layout=widgets.Layout(width="12em")),
        threshold=widgets.FloatSlider(threshold, min=0, max=1, step=0.01, description="threshold", style=wide),
        post=widgets.IntSlider(1, 1, len(texts) - ROWS + 1, description="feed from post", style=wide),
    )

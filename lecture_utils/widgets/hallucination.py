"""Explorer of the lesson on hallucination: interrogate a model, and let it keep silent below a threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.abstention import risk_coverage
from lecture_utils.datasets.hearsay import END, FORMS, WORDS, Hearsay, Question
from lecture_utils.interrogation import entropy, next_words
from lecture_utils.models.gpt import GPT
from lecture_utils.plots import theme
from lecture_utils.plots.hallucination import plot_risk_coverage
from lecture_utils.widgets.base import LivePlot, choose_or_type

SHOWN = 8  # words whose bars are shown
FORM_NAMES = (("as a question", 0), ("a sentence to finish", 1), ("another sentence", 2))


@dataclass(frozen=True)
class Reply:
    """What a model says to one question, in words, best first, with their probabilities. entropy in nats."""

    question: Question
    words: tuple[str, ...]
    probabilities: np.ndarray
    entropy: float

    @property
    def confidence(self) -> float:
        """The probability of the likeliest word."""
        return float(self.probabilities[0])


def interrogate(model: GPT, hearsay: Hearsay, person: str, attribute: str, form: int) -> Reply:
    """Ask a model trained on `hearsay.WORDS` one question; capitals do not matter.

    Raises ValueError for a person whose names do not exist.
    """
    question = hearsay.question(" ".join(person.lower().split()), attribute, form)
    shares = next_words(model, [[WORDS.index(word) for word in (END, *question.prompt)]])  # (1, V)
    best = shares[0].topk(SHOWN)
    words = tuple(WORDS[index] for index in best.indices.tolist())
    return Reply(question, words, best.values.numpy(force=True), entropy(shares).item())


def explore_hallucination(model: GPT, hearsay: Hearsay, people: Sequence[str]) -> LivePlot:
    """Choose or type a name, ask, and slide the threshold below which the model keeps silent.

    people: at least one to choose from. On the right what the threshold does to the questions about all people who
    are told of often, rarely or never.
    """
    if not people:
        raise ValueError("people is empty: give at least one name to start with")
    everybody = hearsay.questions(hearsay.often + hearsay.rarely + hearsay.never)
    all_shares = next_words(model, [[WORDS.index(word) for word in (END, *q.prompt)] for q in everybody])
    confidence, said = (part.numpy(force=True) for part in all_shares.max(-1))
    right = np.array([WORDS[word] == q.answer for word, q in zip(said, everybody, strict=True)])
    curve = risk_coverage(confidence, right)

    @lru_cache(maxsize=256)
    def reply(person: str, attribute: str, form: int) -> Reply:
        return interrogate(model, hearsay, person, attribute, form)

    figure, (ax, beside) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.6), width_ratios=[1.25, 1])
    rows = np.arange(SHOWN)
    bars = ax.barh(rows, np.zeros(SHOWN), color=theme.INPUT, height=0.75)
    names = [ax.text(-0.02, row, "", ha="right", va="center", fontsize=12) for row in rows]
    line = ax.axvline(0.5, color=theme.OUTPUT, linestyle="--", linewidth=1.6)
    ax.set(xlim=(0, 1), ylim=(SHOWN - 0.4, -0.6), yticks=[], xlabel="confidence", title="One question")
    ax.text(-0.36, 0, "m", color="white")  # room for the names
    plot_risk_coverage(curve.coverage, curve.risk, title="All questions", ax=beside)
    beside.set(xlabel="coverage", ylabel="risk")
    (dot,) = beside.plot([], [], "o", color=theme.OUTPUT, markersize=11)

    def place(threshold: float) -> tuple[float, float]:
        """Coverage and risk at a threshold; nothing answered is nothing wrong."""
        answered = confidence >= threshold
        return answered.mean(), (~right[answered]).mean() if answered.any() else 0.0

    def update(person: str, attribute: str, form: int, threshold: float) -> Iterable[Artist]:
        now = reply(person, attribute, form)
        for row, (word, share) in enumerate(zip(now.words, now.probabilities, strict=True)):
            bars[row].set_width(share)
            bars[row].set_color(theme.VALUE if word == now.question.answer else theme.INPUT)
            names[row].set_text(word)
        line.set_xdata([threshold, threshold])
        coverage, risk = place(threshold)
        dot.set_data([coverage], [risk])
        return [*bars, *names, line, dot]

    def caption(person: str, attribute: str, form: int, threshold: float) -> str:
        now = reply(person, attribute, form)
        coverage, risk = place(threshold)
        says = f"“{now.words[0]}”" if now.confidence >= threshold else f"nothing (it would say “{now.words[0]}”)"
        return (
            f"“{' '.join(now.question.prompt)}” It says {says}, {now.confidence:.0%} sure, entropy {now.entropy:.2f} "
            f"nats. True is “{now.question.answer}”, which was told {hearsay.group(now.question.person)}. At this "
            f"threshold {coverage:.0%} of all questions are answered, {risk:.0%} of those wrongly."
        )

    wide = {"style": {"description_width": "initial"}, "layout": widgets.Layout(width="20em")}
    return LivePlot(
        figure,
        update,
        alt="Bars of the likeliest answers to one question with a threshold; beside it risk against coverage.",
        caption=caption,
        person=choose_or_type(people, width="22em", description="person"),
        attribute=widgets.Dropdown(options=list(FORMS), description="ask for", **wide),
        form=widgets.Dropdown(options=FORM_NAMES, description="asked", **wide),
        threshold=widgets.FloatSlider(0.5, min=0.0, max=1.0, step=0.01, description="threshold", **wide),
    )

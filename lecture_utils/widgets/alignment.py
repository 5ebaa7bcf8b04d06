"""Explorer of the lesson on attention: choose a written word and see where it looks, harder or softer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.generation import greedy
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.attentive_seq2seq import BahdanauSeq2Seq
from lecture_utils.plots import theme
from lecture_utils.translation import TranslationTask
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 10  # English words that fit side by side
WRITTEN = 14  # French words that are written at most


@dataclass(frozen=True)
class Attended:
    """A sentence (S words), what the model wrote (T words, <eos> too), where each looked (T, S), and the truth."""

    english: tuple[str, ...]
    written: tuple[str, ...]
    weights: np.ndarray
    truth: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the model wrote the true translation, and ended it."""
        return self.written == (*self.truth, "<eos>")


def softened(model: BahdanauSeq2Seq, temperature: float) -> BahdanauSeq2Seq:
    """A copy whose scores are divided by `temperature`: below 1 it looks harder, above 1 softer, at 1 as trained.

    The scores are v times a tanh, so it is v that is divided. Raises ValueError unless temperature is above 0.
    """
    if not temperature > 0:
        raise ValueError(f"temperature ({temperature}) must be above 0")
    copy = deepcopy(model).eval()
    with torch.no_grad():
        copy.attention.vector /= temperature
    return copy


def attend(model: BahdanauSeq2Seq, task: TranslationTask, text: str, temperature: float = 1.0) -> Attended:
    """Translate a sentence and note where each word looked as it was written.

    Raises ValueError for sentences that the phrasebook's grammar does not know, and for more than 10 words.
    """
    pair = translate(text, words="small")
    if len(pair.english) > LONGEST:
        raise ValueError(f"the sentence has {len(pair.english)} words: give at most {LONGEST}")
    device = next(model.parameters()).device
    source = torch.tensor([task.english.encode(pair.english)], device=device)
    soft = softened(model, temperature)
    with record_attention(soft) as maps:
        ids = greedy(soft, source, longest=WRITTEN)[0].tolist()
    weights = torch.cat(maps["attention"], 2)[0, 0].numpy(force=True)
    return Attended(pair.english, tuple(task.french.words[i] for i in ids), weights, pair.french)


def explore_alignment(model: BahdanauSeq2Seq, task: TranslationTask, sentences: Sequence[str]) -> LivePlot:
    """Choose or type a sentence, choose a French word, drag the temperature. sentences: at least one to choose."""
    if not sentences:
        raise ValueError("sentences is empty: give at least one to start with")
    attended = lru_cache(maxsize=64)(lambda text, temperature: attend(model, task, text, temperature))
    first = attended(sentences[0], 1.0)  # a sentence that cannot be read should fail here, not in the picture
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 4.0), width_ratios=[1.5, 1])
    image = left.imshow(np.zeros((WRITTEN, LONGEST)), cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto")
    left.set_xticks(range(LONGEST), [" " * 9] * LONGEST, rotation=60)
    left.set_yticks(range(WRITTEN), [" " * 14] * WRITTEN)
    left.xaxis.tick_top()
    left.tick_params(length=0)
    left.spines[:].set_visible(False)
    outside = {"fontsize": 12, "clip_on": False}
    keys = [left.text(s - 0.2, -0.7, "", color=theme.KEY, rotation=60, **outside) for s in range(LONGEST)]
    queries = [left.text(-0.7, t, "", color=theme.QUERY, ha="right", va="center", **outside) for t in range(WRITTEN)]
    frame = left.add_patch(plt.Rectangle((-0.5, -0.5), 1, 1, fill=False, edgecolor=theme.OUTPUT, linewidth=2.2))
    bars = right.barh(range(LONGEST), np.zeros(LONGEST), color=theme.QUERY, height=0.34)
    names = [right.text(0.0, s - 0.38, "", color=theme.KEY, va="center", fontsize=12) for s in range(LONGEST)]
    right.set(xlim=(0, 1), ylim=(LONGEST - 0.5, -0.8), yticks=[], xlabel="weight", title="Where it looks")

    def update(sentence: str, word: int, temperature: float) -> Iterable[Artist]:
        seen = attended(sentence, temperature)
        rows, columns = seen.weights.shape
        row = min(word, rows) - 1
        shown = np.full((WRITTEN, LONGEST), np.nan)
        shown[:rows, :columns] = seen.weights
        image.set_data(shown)
        frame.set_bounds(-0.5, row - 0.5, columns, 1)
        for t, label in enumerate(queries):
            label.set_text(seen.written[t] if t < rows else "")
            label.set_fontweight("bold" if t == row else "normal")
        for s, (key, bar, name) in enumerate(zip(keys, bars, names, strict=True)):
            key.set_text(seen.english[s] if s < columns else "")
            bar.set_width(seen.weights[row, s] if s < columns else 0.0)
            name.set_text(f"{seen.english[s]}  {seen.weights[row, s]:.0%}" if s < columns else "")
        return [image, frame, *keys, *queries, *bars, *names]

    def caption(sentence: str, word: int, temperature: float) -> str:
        seen = attended(sentence, temperature)
        row = min(word, len(seen.written)) - 1
        most = seen.weights[row].argmax()
        verdict = "which is right" if seen.right else f"but right is “{' '.join(seen.truth)}”"
        return (
            f"To write “{seen.written[row]}” it looks at “{seen.english[most]}” ({seen.weights[row, most]:.0%}). "
            f"It writes “{' '.join(seen.written[:-1])}”, {verdict}."
        ).replace("<", "&lt;")

    wide = {"description_width": "initial"}
    sentence = choose_or_type(sentences, width="30em")
    last = len(first.written)
    word = widgets.IntSlider(min(3, last), min=1, max=last, description="French word", style=wide)
    temperature = widgets.FloatLogSlider(1.0, base=10, min=-1, max=1, step=0.1, description="temperature", style=wide)

    def follow(_change: dict) -> None:
        """Let the slider end with the sentence written; one that cannot be read leaves it alone."""
        with suppress(ValueError):
            word.max = len(attended(sentence.value, temperature.value).written)

    sentence.observe(follow, "value")
    temperature.observe(follow, "value")
    return LivePlot(
        figure,
        update,
        alt="A heatmap of which English word each French word looks at, and bars for the French word that is chosen.",
        caption=caption,
        sentence=sentence,
        word=word,
        temperature=temperature,
    )

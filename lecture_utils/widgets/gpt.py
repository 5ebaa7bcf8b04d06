"""Explorer of the lesson on GPT: write on from a prompt, and see at each step what the next word is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.smalltown.telling import PARAGRAPH, tokenize
from lecture_utils.models.gpt import GPT
from lecture_utils.plots import theme
from lecture_utils.sampling import chances, sample
from lecture_utils.widgets.base import LivePlot, choose_or_type
from lecture_utils.widgets.translation import LINES, paragraph

LONGEST, SHOWN = 20, 8  # words of a prompt, and of its continuation; words whose bars are shown


@dataclass(frozen=True)
class Writing:
    """A prompt and its continuation, as words, and what each new word was drawn from.

    model (N, V): the model's probabilities at each of N steps; drawn_from (N, V): after temperature, k and p.
    """

    prompt: tuple[str, ...]
    written: tuple[str, ...]
    model: np.ndarray
    drawn_from: np.ndarray


@torch.no_grad()
def write(
    model: GPT, words: Sequence[str], prompt: str, *, temperature: float, top_k: int, top_p: float, seed: int
) -> Writing:
    """Write at most 20 words on, until the telling ends. words: the model's vocabulary. top_k: 0 keeps all.

    Raises ValueError for an empty or long prompt, unknown words, and what `sampling.chances` refuses.
    """
    said = tokenize(prompt)
    unknown = [word for word in said if word not in words]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no word of Smalltown's: try another name, or a word from the list")
    if not 1 <= len(said) <= LONGEST:
        raise ValueError(f"the prompt has {len(said)} words: give 1 to {LONGEST}")
    device = model.embedding.weight.device
    tokens = torch.tensor([[words.index(word) for word in (PARAGRAPH, *said)]], device=device)  # (1, T)
    settings = {"temperature": temperature, "top_k": top_k or None, "top_p": top_p}
    new = sample(model, tokens, longest=LONGEST, seed=seed, stop=words.index(PARAGRAPH), **settings)  # (1, N)
    logits = model(torch.cat([tokens, new], 1))[0, len(said) : -1]  # (N, V): row t was read before word t + 1
    drawn_from = chances(logits, **settings).numpy(force=True)
    return Writing(said, tuple(words[token] for token in new[0]), logits.softmax(-1).numpy(force=True), drawn_from)


def explore_sampling(model: GPT, words: Sequence[str], prompts: Sequence[str]) -> LivePlot:
    """Choose or type a prompt, turn the knobs, step through what is written. words: the model's vocabulary.

    prompts: at least one to choose from.
    """
    if not prompts:
        raise ValueError("prompts is empty: give at least one to start with, such as 'anna kim lives in'")
    words = list(words)

    @lru_cache(maxsize=64)
    def written(prompt: str, temperature: float, k: int, p: float, draw: int) -> Writing:
        return write(model, words, prompt, temperature=temperature, top_k=k, top_p=p, seed=draw)

    figure, (above, ax) = plt.subplots(2, 1, figsize=(theme.WIDTH, 4.0), height_ratios=[1, 2.6])
    above.set(xlim=(0, 1), ylim=(LINES, -0.3))
    above.axis("off")
    looks = ((theme.INPUT, "normal"), (theme.TRUE, "normal"), (theme.OUTPUT, "bold"))  # prompt, written, next
    texts = [
        [above.text(0, line, "", fontsize=12, family="monospace", color=color, fontweight=weight, va="top")
         for line in range(LINES)]
        for color, weight in looks
    ]  # fmt: skip
    rows = np.arange(SHOWN)
    given = ax.barh(rows, np.zeros(SHOWN), color=theme.GRID, height=0.8, label="the model's probability")
    drawn = ax.barh(rows, np.zeros(SHOWN), color=theme.QUERY, height=0.36, label="what the word is drawn from")
    names = [ax.text(-0.015, row, "", ha="right", va="center", fontsize=12) for row in rows]
    ax.set(xlim=(0, 1), ylim=(SHOWN - 0.4, -0.6), yticks=[], xlabel="probability")
    ax.legend(loc="lower right")
    ax.text(-0.16, 0, "m", color="white")  # room for the names

    def shown(now: Writing, step: int) -> tuple[int, np.ndarray]:
        """The place of the step's word, and the words with bars: the likeliest ones, that word among them."""
        place = min(step, len(now.written)) - 1
        best = np.argsort(-now.model[place], kind="stable")[:SHOWN]
        chosen = words.index(now.written[place])
        return place, best if chosen in best else np.append(best[:-1], chosen)

    def update(prompt: str, step: int, **knobs: float) -> Iterable[Artist]:
        now = written(prompt, **knobs)
        place, best = shown(now, step)
        said, start = (*now.prompt, *now.written[: place + 1]), len(now.prompt)
        parts = range(start), range(start, start + place), range(start + place, start + place + 1)
        for lines, part in zip(texts, parts, strict=True):
            for text, line in zip(lines, paragraph(said, part), strict=True):
                text.set_text(line)
        for row, word in enumerate(best):
            given[row].set_width(now.model[place, word])
            drawn[row].set_width(now.drawn_from[place, word])
            names[row].set_text(words[word])
            names[row].set_color(theme.OUTPUT if words[word] == now.written[place] else theme.TRUE)
        return [*(text for lines in texts for text in lines), *given, *drawn, *names]

    def caption(prompt: str, step: int, **knobs: float) -> str:
        now = written(prompt, **knobs)
        place, word = min(step, len(now.written)) - 1, words.index(now.written[min(step, len(now.written)) - 1])
        possible = int((now.drawn_from[place] > 0).sum())
        return (
            f"Word {place + 1} of {len(now.written)}: “{now.written[place]}”, which the model gives "
            f"{now.model[place, word]:.0%} and the knobs {now.drawn_from[place, word]:.0%}. "
            f"{possible} word{' was' if possible == 1 else 's were'} possible."
        )

    wide = {"style": {"description_width": "initial"}, "layout": widgets.Layout(width="22em")}
    return LivePlot(
        figure,
        update,
        alt="A text written word by word; bars show the model's probabilities and what the next word is drawn from.",
        caption=caption,
        prompt=choose_or_type(prompts, width="30em", description="prompt"),
        step=widgets.IntSlider(1, min=1, max=LONGEST, description="step", **wide),
        temperature=widgets.FloatSlider(1.0, min=0.0, max=2.0, step=0.1, description="temperature", **wide),
        k=widgets.IntSlider(0, min=0, max=20, description="top k (0: all)", **wide),
        p=widgets.FloatSlider(1.0, min=0.05, max=1.0, step=0.05, description="top p", **wide),
        draw=widgets.IntSlider(0, min=0, max=20, description="draw again", **wide),
    )

"""Explorer of the lesson on in-context learning: write the examples of a prompt and see the answer change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.in_context import Tasks, posterior, read_prompt
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.attention_only import AttentionOnly
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 8  # examples that fit side by side


@dataclass(frozen=True)
class Answer:
    """What a model makes of a prompt of T words, the last of which asks.

    weights (T,): of the asking word in the last layer, mean of its heads. probabilities (V,): of each value as the
    next word. perfect (V,): the same from counting the votes, by Bayes' rule.
    """

    words: tuple[str, ...]
    weights: np.ndarray
    probabilities: np.ndarray
    perfect: np.ndarray


@torch.no_grad()
def answer(model: AttentionOnly, tasks: Tasks, examples: str, ask: str) -> Answer:
    """Let a model read examples such as "dax red, wug blue" and answer for one more key.

    tasks: any draw from what the model was trained on, for its words and noise. Raises ValueError for a text that
    `read_prompt` refuses, more than 8 examples, and a word to ask for that is no key.
    """
    shown = read_prompt(examples, tasks.words)
    if len(shown) > 2 * LONGEST:
        raise ValueError(f"the prompt has {len(shown) // 2} examples: give at most {LONGEST}")
    if ask not in tasks.words[: tasks.keys]:
        raise ValueError(f"{ask!r} is no key: ask for one of {', '.join(tasks.words[: tasks.keys])}")
    key = tasks.words.index(ask)
    tokens = torch.tensor([[*shown, key]], device=model.readout.weight.device)
    with record_attention(model) as maps:
        scores = model(tokens)[0, -1, tasks.keys :]  # (V,): the next word is a value
    (last,) = list(maps.values())[-1]  # (1, H, T, T)
    votes = torch.zeros(tasks.values)
    for word, value in zip(shown[::2], shown[1::2], strict=True):
        votes[value - tasks.keys] += word == key
    perfect = (1 - tasks.noise) * posterior(votes, tasks.noise) + tasks.noise / tasks.values
    words = tuple(tasks.words[token] for token in tokens[0].tolist())
    parts = (last[0].mean(0)[-1], scores.softmax(-1), perfect)
    return Answer(words, *(part.numpy(force=True) for part in parts))


def explore_prompt(model: AttentionOnly, tasks: Tasks, prompts: Sequence[str]) -> LivePlot:
    """Choose or type examples and the key to ask for. tasks: as for `answer`. prompts: at least one to choose from."""
    if not prompts:
        raise ValueError("prompts is empty: give at least one to start with, such as 'dax red, wug blue'")
    read = lru_cache(maxsize=64)(lambda examples, ask: answer(model, tasks, examples, ask))
    keys, values = tasks.words[: tasks.keys], tasks.words[tasks.keys :]
    read(prompts[0], keys[0])  # a prompt that cannot be read should fail here, not in the picture
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.6), width_ratios=[1.9, 1])
    places = range(2 * LONGEST + 1)
    looks = left.bar(places, np.zeros(len(places)), color=theme.QUERY, width=0.7)
    left.set_xticks(places, ["mmmm"] * len(places), rotation=90, color="white")  # room for the words
    left.tick_params(length=0)
    left.set(ylim=(0, 1), ylabel="weight", title="Where the last word looks")
    below = left.get_xaxis_transform()
    labels = [left.text(x, -0.04, "", rotation=90, ha="center", va="top", transform=below) for x in places]
    bars = right.barh(range(len(values)), np.zeros(len(values)), color=theme.OUTPUT, height=0.3)
    names = [right.text(0.0, row - 0.36, "", va="center", fontsize=12) for row in range(len(values))]
    marks = right.vlines(np.zeros(len(values)), 0, 1, color=theme.TRUE, linestyle="--", linewidth=2)
    right.set(xlim=(0, 1), ylim=(len(values) - 0.5, -0.7), yticks=[], xlabel="probability", title="The answer")

    def update(examples: str, ask: str) -> Iterable[Artist]:
        now = read(examples, ask)
        last = len(now.words) - 1
        for x in places:
            looks[x].set_height(now.weights[x] if x <= last else 0)
            labels[x].set_text(now.words[x] if x <= last else "")
            labels[x].set_color(theme.QUERY if x == last else theme.VALUE if x % 2 else theme.KEY)
        for bar, name, word, value in zip(bars, names, values, now.probabilities, strict=True):
            bar.set_width(value)
            name.set_text(f"{word}  {value:.0%}")
        marks.set_segments([[(p, row - 0.2), (p, row + 0.2)] for row, p in enumerate(now.perfect)])
        return [*looks, *labels, *bars, *names, marks]

    def caption(examples: str, ask: str) -> str:
        now = read(examples, ask)
        best = int(now.probabilities.argmax())
        shown = now.words[:-1:2].count(ask)
        return (
            f"{shown} example{'' if shown == 1 else 's'} of “{ask}”: the model says “{values[best]}” with "
            f"{now.probabilities[best]:.0%}. Dashed: what the votes are worth by Bayes' rule."
        )

    wide = {"description_width": "initial"}
    examples = choose_or_type(prompts, width="34em", description="examples")
    ask = widgets.Dropdown(options=keys, description="ask for", style=wide, layout=widgets.Layout(width="11em"))
    return LivePlot(
        figure,
        update,
        alt="Bars over the prompt's words show where the last one looks; bars beside them its answer.",
        caption=caption,
        examples=examples,
        ask=ask,
    )

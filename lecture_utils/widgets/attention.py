"""Explorer of the lesson on self-attention: a microscope over one query of one head, step by step."""

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
from torch import Tensor

from lecture_utils.datasets.smalltown.telling import tokenize
from lecture_utils.layers.attention import split_heads
from lecture_utils.layers.masks import causal
from lecture_utils.models.text_encoder import TextEncoder
from lecture_utils.plots import theme
from lecture_utils.tokenizers.words import WordTokenizer
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 15  # words that fit below each other
NUMBERS = 8  # numbers of a value vector that are drawn
STEPS = ("1 q · k", "2 ÷ √d", "3 mask", "4 softmax", "5 mix values")


@dataclass(frozen=True)
class Glance:
    """One query of one head over S keys: scores, scaled, allowed and weights (S,), values (S, d), output (d,)."""

    words: tuple[str, ...]
    scores: np.ndarray
    scaled: np.ndarray
    allowed: np.ndarray
    weights: np.ndarray
    values: np.ndarray
    output: np.ndarray


@torch.no_grad()
def glance(
    model: TextEncoder, tokenizer: WordTokenizer, text: str, *, layer: int, head: int, word: int, hide_later: bool
) -> Glance:
    """What one head of one layer does for one word of a text, taken from the model's own projections.

    layer, head, word: counted from 0. hide_later: with a causal mask in this layer.
    Raises ValueError for a text that is empty, too long, or has unknown words.
    """
    words = tokenize(text)
    if not 1 <= len(words) <= LONGEST:
        raise ValueError(f"the text has {len(words)} words: give 1 to {LONGEST}")
    attention = model.layers[layer].attention
    tokens = torch.tensor([tokenizer.encode(words)], device=attention.query.weight.device)
    seen: list[Tensor] = []
    with attention.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])):
        model(tokens)
    queries, keys, values = (
        split_heads(projection(seen[0]), attention.heads)[0, head]  # (S, d)
        for projection in (attention.query, attention.key, attention.value)
    )
    if attention.positions is not None:
        places = torch.arange(len(words), device=tokens.device)
        queries, keys = (attention.positions.rotate(each[None, None], places)[0, 0] for each in (queries, keys))
    scores = keys @ queries[word]  # (S,)
    scaled = scores / keys.shape[-1] ** 0.5
    allowed = causal(len(words), device=tokens.device)[word] if hide_later else torch.ones_like(scaled) > 0
    weights = scaled.masked_fill(~allowed, -torch.inf).softmax(-1)
    parts = (scores, scaled, allowed, weights, values, weights @ values)
    return Glance(words, *(part.numpy(force=True) for part in parts))


def explore_attention(model: TextEncoder, tokenizer: WordTokenizer, texts: Sequence[str], *, word: int = 1) -> LivePlot:
    """Choose text, word and head; the last slider goes through the five steps.

    texts: at least one to choose from. word: which one asks at first, counted from 1.
    """
    if not texts:
        raise ValueError("texts is empty: give at least one to start with")
    heads = {
        f"layer {layer + 1}, head {head + 1}": (layer, head)
        for layer in range(model.config.layers)
        for head in range(model.config.heads)
    }

    @lru_cache(maxsize=256)
    def look(text: str, word: int, head: tuple[int, int], hide_later: bool) -> Glance:
        last = min(word, len(tokenize(text)) or 1) - 1  # the slider may still stand behind a shorter text's end
        return glance(model, tokenizer, text, layer=head[0], head=head[1], word=last, hide_later=hide_later)

    first = look(texts[0], 1, next(iter(heads.values())), False)
    figure = plt.figure(figsize=(theme.WIDTH, 4.6))
    microscope = _Microscope(figure)

    def update(text: str, word: int, head: tuple[int, int], hide_later: bool, step: int) -> Iterable[Artist]:
        return microscope.draw(look(text, word, head, hide_later), word, step)

    def caption(text: str, word: int, head: tuple[int, int], hide_later: bool, step: int) -> str:
        at = look(text, word, head, hide_later)
        best = int(at.weights.argmax())
        asker = at.words[min(word, len(at.words)) - 1]
        numbers = ", ".join(f"{value:.2f}" for value in at.output[:NUMBERS])
        mixed = f" The output begins {numbers}." if step == len(STEPS) else ""
        return f"Step {STEPS[step - 1]}. “{asker}” puts {at.weights[best]:.0%} on “{at.words[best]}”.{mixed}"

    wide = {"description_width": "initial"}
    text = choose_or_type(texts, width="34em")
    count = len(first.words)
    asking = widgets.IntSlider(min(word, count), min=1, max=count, description="query word", style=wide)
    head = widgets.Dropdown(options=heads, description="head", style=wide)
    hide_later = widgets.Checkbox(model.config.causal, description="hide later words", indent=False)
    step = widgets.IntSlider(len(STEPS), min=1, max=len(STEPS), description="step", style=wide)

    def follow(change: dict) -> None:
        """Let the slider end where the new text ends; a text that cannot be read leaves it alone."""
        with suppress(ValueError):
            asking.max = len(look(change["new"], 1, head.value, False).words)

    text.observe(follow, "value")
    return LivePlot(
        figure,
        update,
        alt="A table of words: product with the query, scaled, masked, a bar of attention weight, and value vectors.",
        caption=caption,
        text=text,
        word=asking,
        head=head,
        hide_later=hide_later,
        step=step,
    )


class _Microscope:
    """The picture's artists: one line a key, with its three numbers, its weight's bar and its value vector."""

    def __init__(self, figure: plt.Figure) -> None:
        left, right = figure.subplots(1, 2, width_ratios=[2.7, 1])
        rows = range(LONGEST)
        left.set(xlim=(-0.2, 10), ylim=(LONGEST + 0.8, -0.7))
        left.axis("off")
        heads = ((0.0, "key", theme.KEY), (3.1, "q · k", theme.TRUE), (4.6, "÷ √d", theme.TRUE))
        for x, name, color in (*heads, (5.9, "mask", theme.TRUE), (7.4, "weight", theme.QUERY)):
            left.text(x, -0.9, name, color=color, fontsize=13, fontweight="bold", ha="left")
        self.words = [left.text(0, row, "", color=theme.KEY, fontsize=12, va="center") for row in rows]
        self.columns = [
            [left.text(x, row, "", fontsize=12, va="center", ha="right") for row in rows] for x in (4.2, 5.6, 6.6)
        ]
        self.bars = left.barh(rows, np.zeros(LONGEST), left=7.4, height=0.62, color=theme.QUERY)
        self.shares = [left.text(0, row, "", color=theme.QUERY, fontsize=12, va="center") for row in rows]
        self.frame = plt.Rectangle((-0.12, 0), 2.7, 0.96, fill=False, edgecolor=theme.QUERY, linewidth=2)
        left.add_patch(self.frame)
        self.image = right.imshow(
            np.zeros((LONGEST + 1, NUMBERS)), cmap=theme.DIVERGING, vmin=-2, vmax=2, aspect="auto"
        )
        right.set(xticks=[], yticks=[], ylim=(LONGEST + 0.8, -0.7))
        right.spines[:].set_visible(False)
        right.text(-0.5, -0.9, "weight × values", color=theme.VALUE, fontsize=13, fontweight="bold")
        self.sum = left.text(
            9.9, LONGEST, "", color=theme.OUTPUT, fontsize=13, fontweight="bold", ha="right", va="center"
        )

    def draw(self, at: Glance, word: int, step: int) -> list[Artist]:
        count = len(at.words)
        columns = (at.scores, at.scaled if step >= 2 else None, at.allowed if step >= 3 else None)
        for row in range(LONGEST):
            shown = row < count
            self.words[row].set_text(at.words[row] if shown else "")
            for texts, values in zip(self.columns[:2], columns[:2], strict=True):
                texts[row].set_text(f"{values[row]:.2f}" if shown and values is not None else "")
            allowed = bool(at.allowed[row]) if shown else True
            self.columns[2][row].set_text(("see" if allowed else "−∞") if shown and step >= 3 else "")
            self.columns[2][row].set_color(theme.MUTED if allowed else theme.OUTPUT)
            weight = float(at.weights[row]) if shown and step >= 4 else 0.0
            self.bars[row].set_width(1.6 * weight)
            self.shares[row].set_text(f"{weight:.0%}" if shown and step >= 4 else "")
            self.shares[row].set_x(7.5 + 1.6 * weight)
        self.frame.set_y(min(word, count) - 1.48)
        picture = np.full((LONGEST + 1, NUMBERS), np.nan)
        if step >= 5:
            numbers = min(NUMBERS, at.values.shape[1])
            picture[:count, :numbers] = at.weights[:, None] * at.values[:, :numbers]
            picture[LONGEST, :numbers] = at.output[:numbers]
        self.image.set_data(picture)
        self.sum.set_text("their sum: the output" if step >= 5 else "")
        texts = [*(text for column in self.columns for text in column), *self.shares]
        # The words are left out: they belong to the background, which LivePlot draws anew when they change.
        return [*texts, *self.bars, self.frame, self.image, self.sum]

"""Explorers of the lesson on the Transformer: every head of your own sentence, and where a model's weights go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from lecture_utils.datasets.phrasebook.corpus import translate
from lecture_utils.generation import greedy
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.transformer import Transformer
from lecture_utils.parameter_count import GPT2_MEDIUM, DecoderShape, model_parameters
from lecture_utils.plots import theme
from lecture_utils.plots.treemap import plot_treemap, short_number
from lecture_utils.tokenizers.words import BOS
from lecture_utils.translation import TranslationTask
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 10  # English words that fit side by side
WRITTEN = 14  # French words that are written at most
KINDS = {
    "cross: French looks at English": "cross",
    "encoder: English looks at English": "encoder",
    "decoder: French looks back at French": "decoder",
}
MEAN = "mean of the last layer"


@dataclass(frozen=True)
class Inside:
    """A sentence, what the model wrote (with <eos>), the truth, and every head's weights.

    maps: kind -> (layers, heads, T, S). Row t of `cross` and `decoder` is where the model looked when it wrote word t.
    """

    english: tuple[str, ...]
    written: tuple[str, ...]
    truth: tuple[str, ...]
    maps: dict[str, np.ndarray]

    def words(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands at the rows and at the columns of a map of this kind."""
        if kind == "encoder":
            return self.english, self.english
        return self.written, self.english if kind == "cross" else ("<bos>", *self.written[:-1])


@torch.no_grad()
def look_inside(model: Transformer, task: TranslationTask, text: str) -> Inside:
    """Translate a sentence greedily, then read it once more with every head on record.

    Raises ValueError for sentences that the phrasebook's grammar does not know, and for more than 10 words.
    """
    pair = translate(text, words="small")
    if len(pair.english) > LONGEST:
        raise ValueError(f"the sentence has {len(pair.english)} words: give at most {LONGEST}")
    source = torch.tensor([task.english.encode(pair.english)], device=model.output.weight.device)
    written = greedy(model, source, longest=WRITTEN)  # (1, T)
    read = torch.cat([written.new_full((1, 1), BOS), written[:, :-1]], 1)  # shifted right
    with record_attention(model) as maps:
        model(source, read)
    endings = {"encoder": ".attention", "decoder": ".attention", "cross": ".cross_attention"}
    stacked = {
        kind: torch.cat([maps[f"{'encoder' if kind == 'encoder' else 'decoder'}.{layer}{ending}"][0]
                         for layer in range(model.config.layers)]).numpy(force=True)
        for kind, ending in endings.items()
    }  # fmt: skip
    words = tuple(task.french.words[index] for index in written[0].tolist())
    return Inside(pair.english, words, pair.french, stacked)


def explore_heads(model: Transformer, task: TranslationTask, sentences: Sequence[str]) -> LivePlot:
    """Choose or type a sentence and a kind of attention; one head large, all heads small beside it.

    sentences: at least one to choose from.
    """
    if not sentences:
        raise ValueError("sentences is empty: give at least one to start with")
    inside = lru_cache(maxsize=64)(lambda text: look_inside(model, task, text))
    inside(sentences[0])  # a sentence that cannot be read should fail here, not in the picture
    board = _Board(model.config.layers, model.config.heads)
    heads = {MEAN: None} | {
        f"layer {layer + 1}, head {head + 1}": (layer, head)
        for layer in range(model.config.layers)
        for head in range(model.config.heads)
    }

    def update(sentence: str, kind: str, head: tuple[int, int] | None) -> Iterable[Artist]:
        seen = inside(sentence)
        return board.draw(seen.maps[kind], *seen.words(kind), head)

    def caption(sentence: str, kind: str, head: tuple[int, int] | None) -> str:
        seen = inside(sentence)
        right = seen.written == (*seen.truth, "<eos>")
        verdict = "which is right" if right else f"but right is “{' '.join(seen.truth)}”"
        weights, (rows, columns) = _chosen(seen.maps[kind], head), seen.words(kind)
        row, column = np.unravel_index(weights.argmax(), weights.shape)
        looks = f"Its hardest look: “{rows[row]}” puts {weights[row, column]:.0%} on “{columns[column]}”."
        return escape(f"It writes “{' '.join(seen.written[:-1])}”, {verdict}. {looks}", quote=False)

    wide = {"description_width": "initial"}
    return LivePlot(
        board.figure,
        update,
        alt="One head's weights as a large heatmap with words on both sides, and every head of its kind as small ones.",
        caption=caption,
        sentence=choose_or_type(sentences, width="30em"),
        kind=widgets.Dropdown(options=KINDS, description="attention", style=wide, layout=widgets.Layout(width="25em")),
        head=widgets.Dropdown(options=heads, description="shown large", style=wide),
    )


def _chosen(maps: np.ndarray, head: tuple[int, int] | None) -> np.ndarray:
    """The weights (T, S) of one head, or the mean over the last layer's heads."""
    return maps[-1].mean(0) if head is None else maps[head]


class _Board:
    """One large heatmap with words along its sides, and a small one for every head."""

    def __init__(self, layers: int, heads: int) -> None:
        self.figure = plt.figure(figsize=(theme.WIDTH, 4.2))
        grid = self.figure.add_gridspec(layers + 1, heads + 4, height_ratios=[0.3] + [1] * layers)
        self.large = self._heatmap(self.figure.add_subplot(grid[:, :4]))
        ax = self.large.axes
        ax.set_xticks([0.5], [" " * 14], rotation=60)  # room for the words
        ax.set_yticks([0.5], [" " * 14])
        ax.xaxis.tick_top()
        outside = {"fontsize": 12, "clip_on": False}
        self.keys = [ax.text(0, 0, "", color=theme.KEY, rotation=60, va="bottom", **outside) for _ in range(WRITTEN)]
        self.queries = [
            ax.text(0, 0, "", color=theme.QUERY, ha="right", va="center", **outside) for _ in range(WRITTEN)
        ]
        self.small, self.frames = {}, {}
        for layer in range(layers):
            for head in range(heads):
                ax = self.figure.add_subplot(grid[layer + 1, head + 4])
                ax.set(xticks=[], yticks=[], ylabel=f"layer {layer + 1}" if head == 0 else "")
                ax.set_title(f"head {head + 1}" if layer == 0 else "", fontsize=12, fontweight="normal", loc="center")
                self.small[layer, head] = self._heatmap(ax)
                frame = plt.Rectangle((0, 0), 1, 1, transform=ax.transAxes, fill=False, clip_on=False, linewidth=3)
                self.frames[layer, head] = ax.add_patch(frame)

    def _heatmap(self, ax: Axes) -> Artist:
        image = ax.imshow(np.zeros((2, 2)), cmap=theme.ATTENTION, vmin=0, vmax=1, aspect="auto", extent=(0, 1, 1, 0))
        ax.tick_params(length=0)
        ax.spines[:].set_color(theme.GRID)
        return image

    def draw(
        self, maps: np.ndarray, rows: Sequence[str], columns: Sequence[str], head: tuple[int, int] | None
    ) -> list[Artist]:
        """maps (layers, heads, T, S) with the words of T and S; `head` is shown large, or the last layer's mean."""
        self.large.set_data(_chosen(maps, head))
        for place, image in self.small.items():
            image.set_data(maps[place])
            chosen = place == head or (head is None and place[0] == len(maps) - 1)
            self.frames[place].set_edgecolor(theme.OUTPUT if chosen else "none")
        for index, label in enumerate(self.queries):
            label.set_text(rows[index] if index < len(rows) else "")
            label.set_position((-0.02, (index + 0.5) / len(rows)))
        for index, label in enumerate(self.keys):
            label.set_text(columns[index] if index < len(columns) else "")
            label.set_position(((index + 0.35) / len(columns), -0.02))
        return [self.large, *self.small.values(), *self.frames.values(), *self.queries, *self.keys]


def explore_parameters(start: DecoderShape = GPT2_MEDIUM) -> LivePlot:
    """Where the weights of a decoder-only model go, as its width, depth, heads and vocabulary change."""
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.4))

    def update(**sizes: int) -> None:
        counts = model_parameters(replace(start, **sizes))
        ax.clear()
        plot_treemap(counts, title=f"{short_number(sum(counts.values()))} weights", ax=ax)

    def caption(**sizes: int) -> str:
        shape, counts = replace(start, **sizes), model_parameters(replace(start, **sizes))
        largest = max(counts, key=counts.get)
        return (
            f"{shape.layers} layers of width {shape.width}. Heads of {shape.width // shape.heads} numbers: how many "
            f"there are changes no count. Most weights, {counts[largest] / sum(counts.values()):.0%}, are {largest}."
        )

    def slider(options: Sequence[int], value: int, description: str) -> widgets.SelectionSlider:
        return widgets.SelectionSlider(
            options=[(f"{option:,}", option) for option in sorted({*options, value})],
            value=value,
            description=description,
            style={"description_width": "initial"},
        )

    return LivePlot(
        figure,
        update,
        alt="A treemap of a model's weights: embeddings, attention, feed-forward and norms as areas.",
        caption=caption,
        width=slider((64, 128, 256, 512, 768, 1024, 2048, 4096, 8192, 16384), start.width, "width"),
        layers=slider((1, 2, 4, 6, 12, 24, 48, 96), start.layers, "layers"),
        heads=slider((1, 2, 4, 8, 16, 32), start.heads, "heads"),
        vocabulary=slider((100, 1000, 10_000, 32_000, 100_000, 256_000), start.vocabulary, "vocabulary"),
    )

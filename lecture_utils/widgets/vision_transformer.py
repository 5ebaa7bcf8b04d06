"""Explorer of the lesson on the Vision Transformer: cut a digit coarse or fine, and see where each head looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from torch import Tensor

from lecture_utils.layers.attention import record_attention
from lecture_utils.models.vit import ViT
from lecture_utils.plots import theme
from lecture_utils.rollout import attention_rollout
from lecture_utils.widgets.base import LivePlot

ROLLOUT = "all layers (rollout)"


@dataclass(frozen=True)
class Look:
    """What a ViT makes of one image.

    weights (1 + P, rows, columns): where the class token (first) and each patch look, among the patches.
    kept (1 + P,): the share of their attention that is on the class token. probabilities (classes,).
    """

    weights: np.ndarray
    kept: np.ndarray
    probabilities: np.ndarray


def heads_of(model: ViT) -> dict[str, tuple[int, int] | None]:
    """Names of what can be looked at: the rollout (None), and every head as (layer, head), from 0."""
    heads = {
        f"layer {layer + 1}, head {head + 1}": (layer, head)
        for layer in range(model.config.layers)
        for head in range(model.config.heads)
    }
    return {ROLLOUT: None, **heads}


@torch.no_grad()
def look(model: ViT, image: Tensor, head: tuple[int, int] | None) -> Look:
    """One forward of an image (height, width) or (C, height, width): answers, and one head's attention or the rollout.

    Raises ValueError for a layer or head that the model does not have, and as the model does.
    """
    if head is not None and not (0 <= head[0] < model.config.layers and 0 <= head[1] < model.config.heads):
        raise ValueError(f"there is no head {head}: {model.config.layers} layers have {model.config.heads} heads each")
    with record_attention(model) as maps:
        probabilities = model(image[None].to(model.positions.device))[0].softmax(-1)
    layers = [kept[0] for kept in maps.values()]  # (1, H, T, T) each
    weights = attention_rollout(layers)[0] if head is None else layers[head[0]][0, head[1]]  # (T, T)
    places = weights[:, 1:].unflatten(1, model.grid)
    return Look(*(part.numpy(force=True) for part in (places, weights[:, 0], probabilities)))


def explore_patches(models: Mapping[str, ViT], images: Mapping[str, Tensor]) -> LivePlot:
    """Choose image, patch size, head, and who asks: the class token (0) or a patch.

    models: name -> a ViT, all with as many layers, heads and classes. images: name -> (height, width).
    Raises ValueError where there is no model or no image.
    """
    if not models or not images:
        raise ValueError(f"{len(models)} models and {len(images)} images: give at least one of each, with a name")
    read = lru_cache(maxsize=256)(lambda image, cut, head: look(models[cut], images[image], head))
    first = next(iter(models.values()))
    height, width = next(iter(images.values())).shape[-2:]
    classes = range(first.config.classes)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(theme.WIDTH, 3.3), width_ratios=[1, 1, 0.85])
    limits = {"vmin": 0, "vmax": 1, "extent": (-0.5, width - 0.5, height - 0.5, -0.5)}
    paper = left.imshow(np.zeros((height, width)), cmap=theme.INK, **limits)
    map_ = middle.imshow(np.zeros((1, 1)), cmap=theme.ATTENTION, **limits)
    longest = max(max(model.grid) for model in models.values())
    lines = [
        draw(0, color=theme.MUTED, linewidth=1)
        for ax in (left, middle)
        for draw in (ax.axhline, ax.axvline)
        for _ in range(longest - 1)
    ]
    frames = [Rectangle((0, 0), 1, 1, fill=False, edgecolor=theme.QUERY, linewidth=3) for _ in range(2)]
    for ax, frame in zip((left, middle), frames, strict=True):
        ax.add_patch(frame).set_path_effects([withStroke(linewidth=6, foreground="white")])
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color(theme.GRID)
    left.set_title("The words")
    middle.set_title("Where it looks")
    bars = right.barh(classes, np.zeros(len(classes)), color=theme.OUTPUT)
    right.set(xlim=(0, 1), yticks=list(classes), xlabel="probability", title="The answer")
    right.invert_yaxis()

    def update(image: str, cut: str, head: tuple[int, int] | None, asks: int) -> Iterable[Artist]:
        model, now = models[cut], read(image, cut, head)
        rows, columns = model.grid
        asks = min(asks, rows * columns)
        paper.set_data(images[image].numpy(force=True))
        map_.set_data(now.weights[asks] / max(now.weights[asks].max(), 1e-12))
        for index, line in enumerate(lines):
            across, number = (index // (longest - 1)) % 2, index % (longest - 1) + 1
            cuts, pixels = ((rows, height), (columns, width))[across]
            place = [number * pixels / cuts - 0.5] * 2 if number < cuts else [np.nan] * 2
            line.set_data(*(([0, 1], place), (place, [0, 1]))[across])
        row, column = divmod(asks - 1, columns)
        tall, wide = (height / rows, width / columns) if asks else (height, width)
        for frame in frames:
            frame.set_bounds(column * wide - 0.5 if asks else -0.5, row * tall - 0.5 if asks else -0.5, wide, tall)
        for bar, value in zip(bars, now.probabilities, strict=True):
            bar.set_width(value)
        return [paper, map_, *lines, *frames, *bars]

    def caption(image: str, cut: str, head: tuple[int, int] | None, asks: int) -> str:
        count, now = models[cut].grid[0] * models[cut].grid[1], read(image, cut, head)
        asks = min(asks, count)
        who = f"Patch {asks}" if asks else "The class token"
        return (
            f"{count} patches and the class token: {count + 1} words, {(count + 1) ** 2} pairs. {who} keeps "
            f"{now.kept[asks]:.0%} for the class token; darkest blue is its largest share among the patches."
        )

    wide = {"description_width": "initial"}
    asks = widgets.IntSlider(0, min=0, max=_patches(first), description="who asks (0: class)", style=wide)
    cut = widgets.Dropdown(options=list(models), description="patches", style=wide)
    cut.observe(lambda change: setattr(asks, "max", _patches(models[change["new"]])), "value")
    return LivePlot(
        figure,
        update,
        alt="A digit cut into patches, in blue where one word looks, and bars of the model's answer.",
        caption=caption,
        image=widgets.Dropdown(options=list(images), description="image", style=wide),
        cut=cut,
        head=widgets.Dropdown(options=heads_of(first), description="head", style=wide),
        asks=asks,
    )


def _patches(model: ViT) -> int:
    return model.grid[0] * model.grid[1]

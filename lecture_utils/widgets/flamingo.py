"""Explorer of the lesson on Flamingo: show a few images with answers, ask about another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from torch import Tensor

from lecture_utils.datasets.captions import ENGLISH, SAYS, SHOWS, TAG, TASKS, WORDS, answers, best_guess
from lecture_utils.models.flamingo import Flamingo
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot


@dataclass(frozen=True)
class Answer:
    """What a model says about the last image of a prompt.

    probabilities, perfect (20,): of each word, the model's and by Bayes' rule, which knows what the images show.
    caption: the two words the model writes when it is asked what the image shows.
    """

    probabilities: np.ndarray
    perfect: np.ndarray
    caption: tuple[str, str]


@torch.no_grad()
def answer(model: Flamingo, images: Tensor, digits: Tensor, task: str) -> Answer:
    """Show all images (K, height, width) but the last with what `task` says about them, and ask about the last.

    digits (K, 2): what the images show, for the shown answers and the perfect guess; the model never gets them.
    Raises ValueError for an unknown task and for digits that are not one pair an image.
    """
    if task not in TASKS or digits.shape != (len(images), 2):
        raise ValueError(f"task {task!r} must be one of {TASKS}, digits {tuple(digits.shape)} one pair an image")
    said = answers(digits)[:, TASKS.index(task)]  # (K,)
    tokens = torch.stack([torch.full_like(said, TAG), torch.full_like(said, SAYS), said], 1).flatten()[:-1]
    device = model.blocks[0].attention_gate.device
    images = images.to(device)
    guess = model(tokens[None].to(device), images[None])[0, -1, : 2 * len(ENGLISH)].softmax(-1)
    caption = torch.tensor([[TAG, SHOWS]], device=device)
    for _ in range(2):
        caption = torch.cat([caption, model(caption, images[None, -1:])[:, -1:].argmax(-1)], 1)
    perfect = best_guess(digits[None], said[None])[0, -1]
    words = tuple(WORDS[word] for word in caption[0, 2:].tolist())
    return Answer(guess.numpy(force=True), perfect.numpy(), words)


def explore_prompt(model: Flamingo, images: Tensor, digits: Tensor) -> LivePlot:
    """Choose the image to ask about, the hidden task and how many shots reveal it.

    images (N, K, height, width), digits (N, K, 2): N rows, the last image of each is asked about.
    """
    rows, count = digits.shape[:2]
    ask = lru_cache(maxsize=64)(lambda row, task, shots: _ask(model, images[row], digits[row], task, shots))
    ask(0, TASKS[0], count - 1)  # what cannot be read should fail here, not in the picture
    figure = plt.figure(figsize=(theme.WIDTH, 3.7))
    grid = figure.add_gridspec(2, count, height_ratios=[1, 2.1])
    frames = [figure.add_subplot(grid[0, column]) for column in range(count)]
    pictures = [ax.imshow(images[0, 0].numpy(), cmap=theme.INK, vmin=0, vmax=1) for ax in frames]
    for ax in frames:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color=theme.GRID)
    frames[-1].spines[:].set(color=theme.OUTPUT, linewidth=2)
    names = [ax.text(0.5, -0.1, "", transform=ax.transAxes, ha="center", va="top", fontsize=12) for ax in frames]
    below = figure.add_subplot(grid[1, :])
    places = np.concatenate([np.arange(10) - 0.2, np.arange(10) + 0.2])
    colors = [theme.QUERY] * 10 + [theme.KEY] * 10
    bars = below.bar(places, np.zeros(20), width=0.36, color=colors)
    marks = below.hlines(np.zeros(20), places - 0.2, places + 0.2, color=theme.TRUE, linestyle="--", linewidth=2)
    below.set_xticks(range(10), [f"{en}\n{es}" for en, es in zip(WORDS[:10], WORDS[10:20], strict=True)], fontsize=11)
    below.set(ylim=(0, 1.04), ylabel="probability")
    below.tick_params(axis="x", length=0)

    def update(row: int, task: str, shots: int) -> Iterable[Artist]:
        now = ask(row, task, shots)
        said = answers(digits[row])[:, TASKS.index(task)].tolist()
        for place, (picture, name) in enumerate(zip(pictures, names, strict=True)):
            shown = place < shots or place == count - 1
            picture.set_data((images[row, place] * shown).numpy())
            name.set_text("?" if place == count - 1 else WORDS[said[place]] if shown else "")
        for bar, value in zip(bars, now.probabilities, strict=True):
            bar.set_height(value)
        marks.set_segments([[(x - 0.2, p), (x + 0.2, p)] for x, p in zip(places, now.perfect, strict=True) if p])
        return [*pictures, *names, *bars, marks]

    def caption(row: int, task: str, shots: int) -> str:
        now = ask(row, task, shots)
        best = int(now.probabilities.argmax())
        return (
            f"After {shots} shot{'' if shots == 1 else 's'} the model says “{WORDS[best]}” with "
            f"{now.probabilities[best]:.0%}. Its caption of the image: “{' '.join(now.caption)}”. "
            "Blue: English, orange: Spanish. Dashed: the best guess by Bayes' rule."
        )

    style, narrow = {"description_width": "initial"}, widgets.Layout(width="17em")
    return LivePlot(
        figure,
        update,
        alt="Images with answers above, the last one with a question mark; bars below give each word's probability.",
        caption=caption,
        shots=widgets.IntSlider(count - 1, 0, count - 1, description="shots", style=style, layout=narrow),
        row=widgets.IntSlider(0, 0, rows - 1, description="images", style=style, layout=narrow),
        task=widgets.Dropdown(
            options=TASKS, description="hidden task", style=style, layout=widgets.Layout(width="19em")
        ),
    )


def _ask(model: Flamingo, images: Tensor, digits: Tensor, task: str, shots: int) -> Answer:
    """The first `shots` images of a row and its last."""
    chosen = [*range(shots), len(images) - 1]
    return answer(model, images[chosen], digits[chosen], task)

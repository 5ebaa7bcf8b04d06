"""Explorer of the lesson on domain adaptation: choose two models and see their report cards, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.plots import theme
from lecture_utils.plots.domain import closed, draw_polygon, draw_radar
from lecture_utils.widgets.base import LivePlot


@dataclass(frozen=True)
class Part:
    """One test of the battery: what it asks, and of each model the score (1 is good) and the words for it."""

    question: str
    scores: Mapping[str, float]
    words: Mapping[str, str]


def compare(battery: Mapping[str, Part], model: str, other: str) -> dict[str, tuple[str, str, float]]:
    """For every part: what the model did, what the other did, and by how much the model's score is higher.

    Raises ValueError for a model that was not tested.
    """
    for part, tested in battery.items():
        for name in (model, other):
            if name not in tested.scores or name not in tested.words:
                raise ValueError(f"{name!r} was not tested for {part}: choose one of {', '.join(tested.scores)}")
    return {
        part: (tested.words[model], tested.words[other], tested.scores[model] - tested.scores[other])
        for part, tested in battery.items()
    }


def explore_battery(battery: Mapping[str, Part], models: Sequence[str]) -> LivePlot:
    """Choose a model, and one to compare it with; choose a test to see what it asked.

    battery: the parts by name, at least three. models: those to choose from, at least two.
    """
    if len(models) < 2:
        raise ValueError(f"models {list(models)}: give two at least, to compare them")
    for name in models:
        compare(battery, name, name)
    parts = list(battery)
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.7), width_ratios=[1.15, 1])
    spokes = draw_radar(left, parts)
    lines = [draw_polygon(left, spokes, [0.0] * len(parts), index) for index in range(len(models))]
    right.set(xlim=(0, 1), ylim=(len(parts) - 0.2, -1.2))
    right.axis("off")
    for row, part in enumerate(parts):
        right.text(0, row, part, va="center", fontsize=12, color=theme.MUTED)
    heads = [right.text(x, -0.9, "", ha="center", va="center", fontsize=12, fontweight="bold") for x in (0.55, 0.88)]
    cells = [[right.text(x, row, "", ha="center", va="center", fontsize=12) for x in (0.55, 0.88)]
             for row in range(len(parts))]  # fmt: skip
    for text, head in zip(heads, ("this model", "the other"), strict=True):
        text.set_text(head)

    def update(model: str, other: str, part: str) -> Iterable[Artist]:
        rows = compare(battery, model, other)
        for name, line in zip(models, lines, strict=True):
            scores = np.array([tested.scores[name] for tested in battery.values()])
            line.set_data(*closed(np.clip(scores, 0, 1)[:, None] * spokes))
            line.set_visible(name in (model, other))
            line.set_linestyle("-" if name == model else "--")
        for text, name in zip(heads, (model, other), strict=True):
            text.set_color(lines[models.index(name)].get_color())
        for (name, row), texts in zip(rows.items(), cells, strict=True):
            for text, cell in zip(texts, row, strict=False):
                text.set_text(cell)
                text.set_fontweight("bold" if name == part else "normal")
        return [*lines, *heads, *(text for row in cells for text in row)]

    def caption(model: str, other: str, part: str) -> str:
        own, others, better = compare(battery, model, other)[part]
        verdict = "better" if better > 0.005 else "worse" if better < -0.005 else "neither better nor worse"
        return (
            f"<b>{part.capitalize()}</b>: {battery[part].question} {model}: {own}; {other}: {others}. It is {verdict}."
        )

    style = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="A radar with one corner for each part of the battery and two models, beside their figures.",
        caption=caption,
        model=widgets.Dropdown(options=list(models), value=models[0], description="model", style=style),
        other=widgets.Dropdown(options=list(models), value=models[-1], description="compare with", style=style),
        part=widgets.Dropdown(options=parts, description="test", style=style),
    )

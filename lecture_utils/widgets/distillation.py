"""Explorer of the lesson on distillation: a temperature slider over a teacher's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.artist import Artist

from lecture_utils.distillation import soft_targets
from lecture_utils.plots import theme
from lecture_utils.plots.distillation import plot_soft_targets
from lecture_utils.widgets.base import LivePlot


def bits_of_doubt(probabilities: np.ndarray) -> float:
    """Entropy of probabilities (C,) in bits: 0 for certainty, log2 C for a blind guess."""
    some = probabilities[probabilities > 0]
    return float(-(some * np.log2(some)).sum()) + 0.0  # no negative zero


def explore_temperature(digits: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> LivePlot:
    """Choose a digit and a temperature, and see the teacher's softened answer.

    digits: name -> image (8, 8) of ink from 0 to 1, and the teacher's logits (C,). Raises ValueError for none.
    """
    if not digits:
        raise ValueError("digits is empty: give at least one image with the teacher's logits")
    image, logits = next(iter(digits.values()))
    classes = [str(number) for number in range(len(logits))]
    axes = plot_soft_targets(image, {"the teacher's answer": logits}, classes, title="")
    figure, picture, bars = axes[0].figure, axes[0].images[0], axes[1].patches
    figure.suptitle("")
    axes[1].set_title("the teacher's answer")
    labels = [axes[1].text(bar.get_x() + 0.4, 0, "", ha="center", va="bottom", fontsize=12) for bar in bars]
    axes[1].set_ylim(0, 1.1)

    def answer(digit: str, temperature: float) -> np.ndarray:
        return soft_targets(torch.as_tensor(digits[digit][1], dtype=torch.float64), temperature).numpy()

    def update(digit: str, temperature: float) -> Iterable[Artist]:
        picture.set_data(digits[digit][0])
        for bar, label, value in zip(bars, labels, answer(digit, temperature), strict=True):
            bar.set_height(value)
            bar.set_color(theme.OUTPUT)
            label.set_y(value)
            label.set_text(f"{value:.0%}" if value >= 0.005 else "")
        return [picture, *bars, *labels]

    def caption(digit: str, temperature: float) -> str:
        now = answer(digit, temperature)
        first, second = np.argsort(-now)[:2]
        return (
            f"At temperature {temperature:.2g} the answer is {first}; next comes {second}, "
            f"{now[second] / now[first]:.2g} times as likely. Doubt: {bits_of_doubt(now):.2f} bits "
            f"of at most {np.log2(len(now)):.2f}."
        )

    wide = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="A digit, and beside it bars for the teacher's probability of each class at temperature 1.",
        caption=caption,
        digit=widgets.Dropdown(options=list(digits), description="digit", style=wide),
        temperature=widgets.FloatLogSlider(
            value=1.0,
            base=10,
            min=-0.5,
            max=2.0,
            step=0.05,
            description="temperature",
            readout_format=".2g",
            style=wide,
        ),
    )

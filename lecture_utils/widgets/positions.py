"""Explorer of the lesson on positional encoding: a position's clock, its neighbours, and a rotated query and key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.layers.positions import hand_speeds, sinusoids
from lecture_utils.plots import theme
from lecture_utils.plots.positions import draw_compass, draw_dial, turn, turn_hands
from lecture_utils.widgets.base import LivePlot

POSITIONS, DIM, FURTHEST = 64, 16, 15
QUERY, KEY = np.array([0.95, 0.25]), np.array([0.8, -0.45])  # one pair of numbers each, before it is turned
SPEED = 0.1  # radians a position


@dataclass(frozen=True)
class Place:
    """What a position looks like: its hands' angles, likeness to all positions (-1 to 1), and a turned pair."""

    angles: np.ndarray
    likeness: np.ndarray
    query: np.ndarray
    key: np.ndarray
    score: float


def look_at(position: int, distance: int, positions: int = POSITIONS, dim: int = DIM) -> Place:
    """The code of a position, its cosine with every other's, and a query here with a key `distance` places on.

    Raises ValueError for a position outside 0 to positions - 1.
    """
    if not 0 <= position < positions:
        raise ValueError(f"position {position} must lie in 0 to {positions - 1}")
    codes = sinusoids(torch.arange(positions), dim).numpy()  # (N, D)
    query, key = turn(QUERY, SPEED * position), turn(KEY, SPEED * (position + distance))
    return Place(
        angles=position * hand_speeds(dim).numpy(),
        likeness=codes @ codes[position] / (dim / 2),
        query=query,
        key=key,
        score=float(query @ key),
    )


def explore_positions() -> LivePlot:
    """Slide a position: its clock turns, its likeness to all others moves along, and q and k turn together."""
    figure, (dial, field, pair) = plt.subplots(1, 3, figsize=(theme.WIDTH, 3.4), width_ratios=[1, 1.45, 1])
    hands = draw_dial(dial, DIM // 2)
    dial.set_title("The code: a clock")
    (curve,) = field.plot(range(POSITIONS), np.zeros(POSITIONS), color=theme.HIDDEN)
    (here,) = field.plot([0], [1], "o", color=theme.HIDDEN)
    (there,) = field.plot([0], [0], "s", color=theme.KEY)
    field.set(xlabel="other position", ylabel="likeness", ylim=(0, 1.1), title="Likeness to all")
    field.set_box_aspect(0.75)
    field.grid(axis="y")
    draw_compass(pair)
    arrows = [
        pair.plot([], [], color=color, linewidth=3, solid_capstyle="round")[0] for color in (theme.QUERY, theme.KEY)
    ]
    names = [
        pair.text(0, 0, name, color=color, ha="center", va="center", fontsize=14, fontweight="bold")
        for name, color in (("q", theme.QUERY), ("k", theme.KEY))
    ]
    score = pair.text(0.5, -0.02, "", transform=pair.transAxes, ha="center", va="top", fontsize=13)
    pair.set_title("q and k, turned")

    def update(position: int, distance: int) -> Iterable[Artist]:
        place = look_at(position, distance)
        turn_hands(hands, place.angles)
        curve.set_ydata(place.likeness)
        here.set_data([position], [1.0])
        other = position + distance
        there.set_data(([other], [place.likeness[other]]) if 0 <= other < POSITIONS else ([], []))
        for arrow, name, tip in zip(arrows, names, (place.query, place.key), strict=True):
            arrow.set_data([0, tip[0]], [0, tip[1]])
            name.set_position(1.15 * tip)
        score.set_text(f"q·k = {place.score:.3f}")
        return [*hands, curve, here, there, *arrows, *names, score]

    def caption(position: int, distance: int) -> str:
        place = look_at(position, distance)
        return (
            f"Query at position {position}, key at {position + distance}: the score is {place.score:.3f}. "
            "Move the position and it stays; move the distance and it changes."
        )

    wide = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="A clock with eight hands for one position, its likeness to all positions, and a query and a key turned.",
        caption=caption,
        position=widgets.IntSlider(20, min=0, max=POSITIONS - 1, description="position", style=wide),
        distance=widgets.IntSlider(5, min=-FURTHEST, max=FURTHEST, description="distance of the key", style=wide),
    )

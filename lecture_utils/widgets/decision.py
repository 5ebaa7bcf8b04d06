"""Explorer of the Decision Transformer: ask for a return and watch the agent walk through the garden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.gridworld import Grid
from lecture_utils.datasets.worlds import walk
from lecture_utils.models.decision_transformer import DecisionTransformer
from lecture_utils.plots import theme
from lecture_utils.plots.decision import plot_grid
from lecture_utils.return_conditioning import asking
from lecture_utils.widgets.base import LivePlot


@dataclass(frozen=True)
class Walked:
    """One walk: cells (T + 1, 2), what was still wanted before each step and after the last (T + 1,), what it earned.

    fruit: what the fruit at its end pays, or None where no fruit was reached.
    """

    cells: np.ndarray
    left: np.ndarray
    earned: float
    fruit: float | None


def follow(model: DecisionTransformer, grid: Grid, asked: float, start: int) -> Walked:
    """Ask the model for a return from a start state. Raises ValueError for a start that is a fruit."""
    walks = walk(grid.world, policy=asking(model, torch.tensor([float(asked)])), start=torch.tensor([start]))
    length = int(walks.lengths[0])
    last = int(walks.states[0, length - 1])
    end = int(grid.world.chances[last, walks.actions[0, length - 1]].argmax())
    states = [*walks.states[0, :length].tolist(), end]
    left = asked - np.concatenate([[0.0], walks.rewards[0, :length].cumsum(0).numpy()])
    return Walked(grid.places[states].numpy(), left, walks.returns[0].item(), grid.fruits.get(end))


def explore_return(
    model: DecisionTransformer, grid: Grid, starts: Mapping[str, int], *, lowest: int, highest: int, first: int
) -> LivePlot:
    """The desired return, the start and the number of steps shown; the walk, and what is still wanted at each step.

    starts: name -> state, the first is shown. lowest, highest, first: of the slider of returns.
    """

    @lru_cache(maxsize=256)
    def walked(asked: int, start: str) -> Walked:
        return follow(model, grid, asked, starts[start])

    longest = grid.world.longest
    sizes = {"figsize": (theme.WIDTH, 3.9), "width_ratios": [1.15, 1]}
    figure, (ground, ax) = plt.subplots(1, 2, **sizes)
    plot_grid(grid.shape, grid.places.numpy(), grid.fruits, ax=ground)
    (line,) = ground.plot([], [], color=theme.OUTPUT, linewidth=3, zorder=3)
    (here,) = ground.plot([], [], "o", color=theme.OUTPUT, markersize=12, zorder=6)
    (home,) = ground.plot([], [], "o", color="white", markeredgecolor=theme.OUTPUT, markersize=9, zorder=4)
    bars = ax.bar(range(longest + 1), np.zeros(longest + 1), color=theme.OUTPUT, width=0.7)
    ax.axhline(0, color=theme.MUTED, linewidth=1)
    ax.set(
        ylim=(lowest - 1, highest + longest + 1),
        xlabel="step",
        ylabel="return-to-go (still wanted)",
        xticks=range(0, longest + 1, 2),
    )
    ax.set_title("What it is asked for", fontsize=13)

    def update(asked: int, start: str, step: int) -> Iterable[Artist]:
        now = walked(asked, start)
        place = min(step, len(now.left) - 1)
        rows, columns = now.cells[: place + 1].T
        line.set_data(columns, rows)
        here.set_data(columns[-1:], rows[-1:])
        home.set_data(columns[:1], rows[:1])
        for number, bar in enumerate(bars):
            bar.set_height(now.left[number] if number <= place else 0.0)
        return [line, home, here, *bars]

    def caption(asked: int, start: str, step: int) -> str:
        now = walked(asked, start)
        steps = len(now.left) - 1
        end = "reaches no fruit" if now.fruit is None else f"eats the fruit that pays {now.fruit:g}"
        return f"Asked for {asked}: after {steps} steps it {end} and has earned {now.earned:g}."

    wide = {"style": {"description_width": "initial"}, "layout": widgets.Layout(width="22em")}
    return LivePlot(
        figure,
        update,
        alt="A garden with four fruits and the agent's walk to one of them; bars count down what is still wanted.",
        caption=caption,
        asked=widgets.IntSlider(first, min=lowest, max=highest, description="desired return", **wide),
        start=widgets.Dropdown(options=list(starts), description="start at", **wide),
        step=widgets.IntSlider(longest, min=0, max=longest, description="steps shown", **wide),
    )

"""Explorer of the lesson on residual layers: choose a depth, cut the wires, and see what training made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot

SMOOTH = 15  # training steps that the drawn loss is averaged over
FLOOR = 1e-22  # smallest gradient the picture shows


@dataclass(frozen=True)
class Run:
    """Some networks of one depth: how they started and what became of them.

    gradients (copies, depth): by each block's weights before training. losses (steps,): mean over copies.
    train, test (copies,): share of the digits read at the end.
    """

    gradients: np.ndarray
    losses: np.ndarray
    train: np.ndarray
    test: np.ndarray


Grid = Mapping[tuple[str, bool, int], Run]  # start, skip, depth


def verdict(grid: Grid, start: str, skip: bool, depth: int) -> str:
    """One sentence on a run: what it reads, and how much of the gradient reaches its first block."""
    run = grid[start, skip, depth]
    ratio = np.exp(np.log(np.maximum(run.gradients[:, 0] / run.gradients[:, -1], 1e-40)).mean())
    wires = "with" if skip else "without"
    return (
        f"{depth} blocks {wires} wires read {run.test.mean():.0%} of the test digits and {run.train.mean():.0%} of "
        f"the training digits. At the start the first block's gradient is {ratio:.2g} times the last one's."
    )


def explore_depth(grid: Grid) -> LivePlot:
    """Gradients at the start and the loss of training, for every start, depth and switch of a grid of runs.

    Raises ValueError unless the grid holds every combination of its starts and depths, with and without wires.
    """
    starts, depths = (list(dict.fromkeys(key[part] for key in grid)) for part in (0, 2))
    missing = {(a, b, c) for a in starts for b in (False, True) for c in depths} - set(grid)
    if not grid or missing:
        raise ValueError(f"the grid must hold every start, switch and depth; missing: {sorted(missing)[:3]}")
    depths = sorted(depths)
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 3.9))
    (gradient,) = left.plot([], [], color=theme.HIDDEN, marker="o", markersize=4)
    left.set(xlim=(0, max(depths) + 1), ylim=(FLOOR, 1e3), yscale="log")
    left.set(xlabel="block", ylabel="gradient of its weights", title="Before training")
    (loss,) = right.plot([], [], color=theme.OUTPUT)
    steps = max(len(run.losses) for run in grid.values())
    right.set(xlim=(0, steps), ylim=(0, 2.7), xlabel="training step", ylabel="loss", title="Training")
    right.axhline(np.log(10), color=theme.TRUE, linestyle="--", linewidth=1.4)
    right.text(steps, np.log(10) + 0.05, "guessing", ha="right", fontsize=12)
    for ax in (left, right):
        ax.grid(axis="y")

    def update(depth: int, skip: bool, start: str) -> Iterable[Artist]:
        run = grid[start, skip, depth]
        gradient.set_data(np.arange(1, depth + 1), np.maximum(run.gradients.mean(axis=0), FLOOR))
        smooth = np.convolve(run.losses, np.ones(SMOOTH) / SMOOTH, mode="valid")
        loss.set_data(np.arange(len(smooth)) + SMOOTH, smooth)
        return [gradient, loss]

    wide = {"description_width": "initial"}
    return LivePlot(
        figure,
        update,
        alt="Gradient of each block before training, and the loss while training, for one depth with or without wires.",
        caption=lambda depth, skip, start: verdict(grid, start, skip, depth),
        depth=widgets.SelectionSlider(options=depths, value=depths[-1], description="blocks", style=wide),
        skip=widgets.Checkbox(value=False, description="wire around each block", style=wide, indent=False),
        start=widgets.Dropdown(options=starts, value=starts[0], description="start of the weights", style=wide),
    )

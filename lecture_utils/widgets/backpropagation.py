"""Explorers of backpropagation: a graph walked node by node, and descent with learning rate and momentum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.autograd import Value
from lecture_utils.descent import Surface, descend
from lecture_utils.plots import theme
from lecture_utils.plots.computation import draw_graph, graph_figure
from lecture_utils.plots.surfaces import mark_minimum, plot_surface
from lecture_utils.widgets.base import LivePlot

WIDE = {"description_width": "8.5em"}


@dataclass(frozen=True)
class GraphStep:
    """How far a walk has come: so many values and gradients are known, node `at` was the last; `text` says why."""

    values: int
    gradients: int
    at: int
    text: str


def graph_step(nodes: list[Value], step: int) -> GraphStep:
    """Step 1 to N computes the values one after another, step N + 1 to 2 N the gradients from the last to the first.

    nodes: a result's history after `backward()`. Raises ValueError for a step out of range.
    """
    n = len(nodes)
    if not 1 <= step <= 2 * n:
        raise ValueError(f"step {step} does not exist: a graph of {n} values has steps 1 to {2 * n}")
    if step <= n:
        node = nodes[step - 1]
        made = f"is computed from {' and '.join(map(_name, node.parents))}" if node.parents else "is given"
        return GraphStep(step, 0, step - 1, f"Forward: {_name(node)} {made}: value {node.data:.3g}.")
    at = 2 * n - step
    node = nodes[at]
    shares = [
        f"{slope:.3g} × {child.grad:.3g} (from {_name(child)})"
        for child in nodes[at + 1 :]
        for parent, slope in zip(child.parents, child.slopes, strict=True)
        if parent is node
    ]
    made = f"slope × gradient = {' + '.join(shares)}" if shares else "the result changes with itself one to one"
    return GraphStep(n, step - n, at, f"Backward: {_name(node)}: {made}: gradient {node.grad:.3g}.")


def explore_graph(result: Value) -> LivePlot:
    """Walk through the history of a result: values forward, then gradients backward, one node a step."""
    result.backward()
    nodes = result.history()
    ax = graph_figure(nodes)
    ax.set_title("Values forward (blue), gradients ∇ backward (red)")
    artists = draw_graph(nodes, ax)

    def update(step: int) -> Iterable[Artist]:
        now = graph_step(nodes, step)
        return artists.paint(now.values, now.gradients, now.at)

    n = len(nodes)
    slider = widgets.IntSlider(n + max(1, n // 2), 1, 2 * n, description="step", style=WIDE)
    slider.layout.width = "min(100%, 34em)"
    return LivePlot(
        ax.figure,
        update,
        alt="A computation graph stopped halfway through the backward pass: all values are known, and gradients "
        "have reached the nodes near the loss.",
        caption=lambda step: graph_step(nodes, step).text,
        step=slider,
    )


def explore_descent(surfaces: dict[str, tuple[Surface, tuple[float, float]]], *, steps: int = 60) -> LivePlot:
    """Descent on surfaces side by side, with sliders for learning rate and momentum.

    surfaces: title -> surface and the place to start from. Raises ValueError when there is none.
    """
    if not surfaces:
        raise ValueError("explore_descent needs at least one surface: title -> (surface, start)")
    figure, axes = plt.subplots(1, len(surfaces), figsize=(theme.WIDTH, 3.9), squeeze=False)
    lines = []
    for ax, (title, (surface, start)) in zip(axes.flat, surfaces.items(), strict=True):
        plot_surface(surface.loss, xlim=surface.xlim, ylim=surface.ylim, names=surface.names, title=title, ax=ax)
        mark_minimum(surface.minimum, ax=ax)
        ax.plot(*start, color=theme.OUTPUT, marker="o", markersize=11, markerfacecolor="white", markeredgewidth=2)
        lines += ax.plot([], [], color=theme.OUTPUT, marker="o", markersize=4, linewidth=1.6, zorder=4)

    def walk(surface: Surface, start: tuple[float, float], lr: float, momentum: float) -> np.ndarray:
        return descend(surface.slope, start, lr=lr, momentum=momentum, steps=steps, limit=1e3)

    def update(lr: float, momentum: float) -> Iterable[Artist]:
        for line, (surface, start) in zip(lines, surfaces.values(), strict=True):
            line.set_data(*walk(surface, start, lr, momentum).T)
        return lines

    def caption(lr: float, momentum: float) -> str:
        return " ".join(
            f"{title}: {_outcome(surface, walk(surface, start, lr, momentum), steps)}"
            for title, (surface, start) in surfaces.items()
        )

    return LivePlot(
        figure,
        update,
        alt="Maps of two losses over two weights with the path of gradient descent: in the narrow valley it "
        "zigzags towards the lowest point, on the other it rolls off a saddle.",
        caption=caption,
        lr=widgets.FloatLogSlider(
            value=0.1, min=-2.6, max=0.4, step=0.1, description="learning rate", readout_format=".3f", style=WIDE
        ),
        momentum=widgets.FloatSlider(value=0.0, min=0.0, max=0.95, step=0.05, description="momentum", style=WIDE),
    )


def _outcome(surface: Surface, path: np.ndarray, steps: int) -> str:
    """In words, how a walk ended."""
    if len(path) <= steps:
        return f"runs away after {len(path)} steps."
    return f"loss {surface.loss(path[0]):.2g} → {surface.loss(path[-1]):.2g} in {steps} steps."


def _name(node: Value) -> str:
    """What to call a node in a sentence."""
    return node.name or (f"({node.operation})" if node.operation else f"{node.data:g}")

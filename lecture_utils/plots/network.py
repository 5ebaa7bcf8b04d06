"""A fully connected network with what flows through it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from lecture_utils.plots import theme

STRONGEST = 60  # lines drawn between two layers at most; thousands would be a grey block


def plot_network(
    activations: Sequence[np.ndarray],
    weights: Sequence[np.ndarray],
    *,
    names: Sequence[str] = (),
    outputs: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw layers as columns of neurons, darker the more active, joined by their strongest contributions.

    activations: one array (width,) a layer, input first; weights: (width of next, width) between layers.
    A line's width is |weight * activation| of what it carries: solid blue pushes up, dashed red pushes down.
    names: one a layer; outputs: one an output neuron. Raises ValueError when shapes do not fit.
    """
    _check(activations, weights)
    widest = max(len(values) for values in activations)
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.4 if widest > 4 else 2.4))[1]
    places = [_column(index, len(values)) for index, values in enumerate(activations)]
    for layer, weight in enumerate(weights):
        carried = weight * activations[layer][None, :]  # (next, width)
        for sign, color, style in ((1, theme.QUERY, "solid"), (-1, theme.OUTPUT, "dashed")):
            segments, widths = _strongest(carried * sign, places[layer], places[layer + 1])
            lines = LineCollection(segments, linewidths=widths, colors=color, linestyles=style, alpha=0.45, zorder=1)
            ax.add_collection(lines)
    roles = [theme.INPUT, *[theme.HIDDEN] * (len(activations) - 2), theme.OUTPUT]
    for values, place, role in zip(activations, places, roles, strict=True):
        strength = np.abs(values) / max(np.abs(values).max(), 1e-9)
        size = 900 if widest <= 4 else 330 if len(values) <= 20 else 22
        ax.scatter(*place.T, s=size, c="white", edgecolors=role, linewidths=1.3, zorder=2)
        ax.scatter(*place.T, s=size, c=role, alpha=strength, linewidths=0, zorder=3)
    for index, name in enumerate(names):
        ax.text(index, 1.12 if widest > 4 else 1.3, name, ha="center", fontsize=13)
    for (x, y), text in zip(places[-1], outputs, strict=False):
        ax.text(x + 0.13, y, text, va="center", fontsize=12)
    ax.set(xlim=(-0.25, len(activations) - 1 + 0.45), ylim=(-0.06, 1.17) if widest > 4 else (-0.3, 1.5))
    ax.axis("off")
    return ax


def _column(index: int, count: int) -> np.ndarray:
    """Where the neurons of one layer stand, the first at the top: (count, 2)."""
    heights = np.linspace(1, 0, count) if count > 1 else np.array([0.5])
    return np.column_stack([np.full(count, float(index)), heights])


def _strongest(carried: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Segments and widths of the strongest positive contributions between two layers."""
    largest = max(np.abs(carried).max(), 1e-9)
    chosen = np.argsort(-carried, axis=None)[:STRONGEST]
    chosen = chosen[carried.flat[chosen] > 0.04 * largest]
    to, frm = np.unravel_index(chosen, carried.shape)
    segments = np.stack([start[frm], end[to]], axis=1)  # (lines, 2, 2)
    return segments, 3.5 * carried.flat[chosen] / largest


def _check(activations: Sequence[np.ndarray], weights: Sequence[np.ndarray]) -> None:
    widths = [np.shape(values) for values in activations]
    wanted = [(b[0], a[0]) for a, b in itertools.pairwise(widths)]
    got = [np.shape(weight) for weight in weights]
    if len(activations) < 2 or any(len(width) != 1 for width in widths) or got != wanted:
        raise ValueError(f"activations of shapes {widths} need weights of shapes {wanted}, not {got}")

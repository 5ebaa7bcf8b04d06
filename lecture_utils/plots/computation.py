"""A computation graph: every number a box with its value and gradient, inputs on the left, the loss on the right."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from lecture_utils.plots import theme
from lecture_utils.plots.layered import Layout, layered

WIDTH, HEIGHT = 0.84, 0.78  # of a box; boxes stand 1 apart
VALUE, GRADIENT = theme.QUERY, theme.OUTPUT
PAPER = "#F6F7F9"
SUPERSCRIPTS = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")


class Node(Protocol):
    """What a node must offer; the engine's `Value` does."""

    data: float
    grad: float
    parents: tuple
    operation: str
    name: str


@dataclass(frozen=True)
class GraphArtists:
    """What can change in a drawn graph: value and gradient of each node, and a frame around one of them."""

    values: list[Text]
    gradients: list[Text]
    frame: FancyBboxPatch

    def paint(self, values: int, gradients: int, at: int | None = None) -> list[Artist]:
        """Show the first `values` values and the last `gradients` gradients, frame node `at`; returns all artists."""
        last = len(self.gradients) - gradients
        for index, (value, gradient) in enumerate(zip(self.values, self.gradients, strict=True)):
            value.set_visible(index < values)
            gradient.set_visible(index >= last)
        self.frame.set_visible(at is not None)
        if at is not None:
            x, y = self.values[at].get_position()
            self.frame.set_bounds(x - WIDTH / 2, y - HEIGHT / 2, WIDTH, HEIGHT)
        return [*self.values, *self.gradients, self.frame]


def draw_graph(nodes: Sequence[Node], ax: Axes) -> GraphArtists:
    """Draw nodes (each after its parents, the result last) with values and gradients, and return what can change."""
    layout = _layout(nodes)
    for route in layout.routes.values():
        ax.add_patch(PathPatch(_curve(route), facecolor="none", edgecolor=theme.MUTED, linewidth=1.6, zorder=1))
    values, gradients = [], []
    for node, (x, y) in zip(nodes, layout.positions, strict=True):
        ax.add_patch(_box(x, y, facecolor=PAPER, edgecolor=theme.MUTED if node.parents else theme.TRUE))
        middle = {"ha": "center", "va": "center", "fontsize": 12, "zorder": 4}
        ax.text(x, y + 0.23, _title(node), fontweight="bold", **middle)
        values.append(ax.text(x, y, _short(node.data), color=VALUE, **middle))
        gradients.append(ax.text(x, y - 0.24, f"∇ {_short(node.grad)}", color=GRADIENT, **middle))
    frame = ax.add_patch(_box(0.0, 0.0, facecolor="none", edgecolor=theme.KEY, linewidth=4.0))
    corners = np.concatenate([layout.positions, *layout.routes.values()])
    low, high = corners.min(0), corners.max(0)
    ax.set(xlim=(low[0] - 0.5, high[0] + 0.5), ylim=(low[1] - 0.5, high[1] + 0.5))
    ax.axis("off")
    artists = GraphArtists(values, gradients, frame)
    artists.paint(len(nodes), len(nodes))
    return artists


def plot_computation(nodes: Sequence[Node], *, gradients: bool = True, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw a computation graph, values in blue and gradients (∇) in red; returns the Axes.

    nodes: a result's whole history, each node after its parents. Raises ValueError when a parent is missing.
    """
    if ax is None:
        ax = graph_figure(nodes)
    draw_graph(nodes, ax).paint(len(nodes), len(nodes) if gradients else 0)
    ax.set_title(title)
    return ax


def graph_figure(nodes: Sequence[Node]) -> Axes:
    """An empty Axes as high as a graph of these nodes needs to be."""
    layout = _layout(nodes)
    rows = np.concatenate([layout.positions, *layout.routes.values()])[:, 1]
    return plt.subplots(figsize=(theme.WIDTH, min(6.0, 0.86 * (np.ptp(rows) + 1) + 0.45)))[1]


def _layout(nodes: Sequence[Node]) -> Layout:
    places = {id(node): index for index, node in enumerate(nodes)}
    try:
        return layered([[places[id(parent)] for parent in node.parents] for node in nodes])
    except KeyError:
        raise ValueError("a node's parent is missing: give the whole history, as result.history() does") from None


def _box(x: float, y: float, **look: object) -> FancyBboxPatch:
    style = "round,pad=0,rounding_size=0.1"
    return FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, boxstyle=style, zorder=2, **look)


def _title(node: Node) -> str:
    operation = node.operation
    if operation.startswith("^"):  # a power: ( )² reads better than ^2
        operation = "( )" + operation[1:].translate(SUPERSCRIPTS)
    return f"{node.name} = {operation}" if node.name and operation else node.name or operation or "const"


def _short(number: float) -> str:
    """Two decimals, or one significant digit where that would show nothing."""
    text = f"{number:.2f}" if number == 0 or abs(number) >= 0.005 else f"{number:.0e}"
    return text.replace("-", "\N{MINUS SIGN}")


def _curve(route: np.ndarray) -> Path:
    """A smooth line from the right side of one box to the left side of another, through the bends between."""
    aside = np.array([WIDTH / 2, 0.0])
    points = np.stack([route - aside, route + aside], axis=1).reshape(-1, 2)[1:-1]  # level past every box on the way
    vertices, codes = [points[0]], [Path.MOVETO]
    for start, end in itertools.pairwise(points):
        half = np.array([(end[0] - start[0]) / 2, 0.0])
        vertices += [start + half, end - half, end]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)

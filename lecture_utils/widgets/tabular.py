"""Explorer of the lesson on tabular data: pick a row and see what each model looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.tables import Table
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot


def hits(looks: np.ndarray, relevant: np.ndarray) -> float:
    """Share of one row's weight (F,) that lies on the columns that count, (F,) of booleans; 0 without any weight."""
    total = float(np.sum(looks))
    return float(np.sum(np.asarray(looks)[np.asarray(relevant)])) / total if total > 0 else 0.0


def explore_rows(table: Table, looks: Mapping[str, np.ndarray], says: Mapping[str, np.ndarray]) -> LivePlot:
    """Choose a row of a table: where each model looks, and what it says.

    looks: model -> weights (N, F), 0 to 1. says: model -> probability of label 1 (N,), the same models.
    Raises ValueError where these do not fit the table.
    """
    shape = table.features.shape
    if not looks or set(looks) != set(says) or any(np.shape(values) != shape for values in looks.values()):
        raise ValueError(f"looks and says must hold the same models, looks with weights of shape {shape}")
    columns: Sequence[str] = table.columns
    figure, axes = plt.subplots(len(looks), 1, figsize=(theme.WIDTH, 1.15 * len(looks) + 0.75), sharex=True)
    axes = np.atleast_1d(axes)
    places = range(len(columns))
    bars = []
    for ax, name, color in zip(axes, looks, theme.SERIES, strict=False):
        bars.append(ax.bar(places, np.zeros(len(columns)), color=color, width=0.7))
        ax.set(ylim=(0, 1.05), yticks=[0, 1])
        ax.set_title(name, fontsize=13, fontweight="normal")
    marks = [ax.scatter([], [], marker="v", s=60, color=theme.TRUE, clip_on=False) for ax in axes]
    axes[-1].set_xticks(places, ["x00\n-0.00"] * len(columns), color="white")  # room for names and values
    axes[-1].tick_params(length=0)
    below = axes[-1].get_xaxis_transform()
    names = [axes[-1].text(x, -0.1, "", ha="center", va="top", fontsize=12, transform=below) for x in places]

    def update(row: int) -> Iterable[Artist]:
        counts = np.flatnonzero(table.relevant[row])
        for group, mark, values in zip(bars, marks, looks.values(), strict=True):
            for bar, value in zip(group, values[row], strict=True):
                bar.set_height(value)
            mark.set_offsets(np.column_stack([counts, np.full(len(counts), 0.98)]))
        for name, column, value in zip(names, columns, table.features[row], strict=True):
            name.set_text(f"{column}\n{value:.2f}")
        return [*(bar for group in bars for bar in group), *marks, *names]

    def caption(row: int) -> str:
        parts = [f"The true chance of label 1 is {table.chance[row]:.0%}"]
        for name, values in looks.items():
            right = hits(values[row], table.relevant[row])
            parts.append(f"{name} says {says[name][row]:.0%}, with {right:.0%} of its look on columns that count")
        return f"Row {row}. Triangles: the columns that count. " + "; ".join(parts) + "."

    slider = widgets.IntSlider(
        0, 0, len(table.labels) - 1, description="row", layout=widgets.Layout(width="28em"), continuous_update=True
    )
    return LivePlot(
        figure,
        update,
        alt="Bars over the eleven columns, one panel a model; triangles mark the columns that count in this row.",
        caption=caption,
        row=slider,
    )

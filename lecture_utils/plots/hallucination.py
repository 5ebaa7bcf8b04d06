"""Pictures of doubt: confidence of right and wrong answers, reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from lecture_utils.plots import theme

BINS = 10


def plot_confidences(groups: Mapping[str, tuple[np.ndarray, np.ndarray]], *, title: str) -> np.ndarray:
    """One histogram of confidence a group, right answers below, wrong ones stacked on them; returns the Axes.

    groups: name -> (confidence (N,), right (N,) of booleans). Heights are shares of a group's answers.
    Raises ValueError for no group, and for a group without answers.
    """
    if not groups or any(not len(confidence) for confidence, _ in groups.values()):
        raise ValueError("groups must hold at least one group, each with an answer at least")
    figure, axes = plt.subplots(1, len(groups), figsize=(theme.WIDTH, 3.3), sharey=True, squeeze=False)
    edges = np.linspace(0, 1, BINS + 1)
    for ax, (name, (confidence, right)) in zip(axes[0], groups.items(), strict=True):
        parts = [confidence[right], confidence[~right]]
        weights = [np.full(len(part), 1 / len(confidence)) for part in parts]
        style = {"color": [theme.QUERY, theme.OUTPUT], "edgecolor": "white", "label": ["right", "wrong"]}
        _, _, bars = ax.hist(parts, edges, weights=weights, stacked=True, **style)
        for bar in bars[1]:
            bar.set_hatch("///")
        ax.set_title(name, fontsize=13, fontweight="normal")
        ax.set(xlim=(0, 1), xlabel="confidence", xticks=[0, 0.5, 1])
        _percent(ax)
    axes[0, 0].set_ylabel("share of answers")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower right", ncols=2)
    figure.suptitle(title, x=0.01, ha="left")
    return axes[0]


def plot_reliability(
    series: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], *, title: str, ax: Axes | None = None
) -> Axes:
    """Accuracy over confidence, one dot a bin, its area by the answers in it; returns the Axes.

    series: name -> (confidence, accuracy, counts), each (K,), as `calibration.Reliability` holds them. On the dashed
    diagonal confidence is honest; below it there is too much of it.
    """
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 4.0))[1]
    ax.plot([0, 1], [0, 1], color=theme.TRUE, linestyle="--", linewidth=1.4)
    for index, (name, (confidence, accuracy, counts)) in enumerate(series.items()):
        color, marker = theme.SERIES[index], theme.MARKERS[index]
        areas = 30 + 400 * np.asarray(counts) / np.sum(counts)
        ax.plot(confidence, accuracy, color=color, linewidth=1.2)
        ax.scatter(confidence, accuracy, s=areas, color=color, marker=marker, alpha=0.85, label=name, zorder=3)
    ax.text(0.03, 0.94, "too modest", color=theme.MUTED, fontsize=12)
    ax.text(0.99, 0.3, "too sure", color=theme.MUTED, fontsize=12, ha="right")
    ax.set(xlim=(0, 1.02), ylim=(-0.03, 1.05), xlabel="confidence", ylabel="share that is right", title=title)
    _percent(ax)
    legend = ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    for handle in legend.legend_handles:
        handle.set_sizes([70])
    ax.grid()
    return ax


def plot_risk_coverage(
    coverage: np.ndarray,
    risk: np.ndarray,
    *,
    title: str,
    marks: Mapping[str, tuple[float, float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of wrong among the answered, over the share answered; returns the Axes.

    marks: name -> (coverage, risk) of one threshold, as a dot. Raises ValueError for lengths that differ.
    """
    if len(coverage) != len(risk):
        raise ValueError(f"{len(coverage)} coverages and {len(risk)} risks: give one of each a threshold")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.7))[1]
    ax.plot(coverage, risk, color=theme.QUERY)
    for index, (name, place) in enumerate((marks or {}).items()):
        marker = theme.MARKERS[index % len(theme.MARKERS)]
        ax.plot(*place, marker, color=theme.TRUE, markersize=10, label=name)
    ax.set(xlim=(0, 1.02), ylim=(0, None), xlabel="coverage: questions answered", title=title)
    ax.set_ylabel("risk: answers that are wrong")
    _percent(ax)
    if marks:
        ax.legend(loc="upper left")
    ax.grid()
    return ax


def _percent(ax: Axes) -> None:
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1))

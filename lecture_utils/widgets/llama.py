"""Explorer of the lesson on LLaMA: exchange parts of a GPT block, and see weights, cache and losses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist

from lecture_utils.datasets.part_trials import PartTrials
from lecture_utils.models.gpt import GPTConfig
from lecture_utils.models.llama import GATED, GROUPED, PARTS, RMS, ROTARY, with_parts
from lecture_utils.models.mlp import count_parameters
from lecture_utils.plots import theme
from lecture_utils.plots.llama import mark_part, plot_block
from lecture_utils.widgets.base import LivePlot


@dataclass(frozen=True)
class Built:
    """What a choice of parts makes of a model.

    parts: of a block, from the bottom. exchanged: one a part. weights: in all. hidden: numbers in the feed-forward.
    kept: numbers that the cache keeps for each token.
    """

    parts: tuple[str, ...]
    exchanged: tuple[bool, ...]
    weights: int
    hidden: int
    kept: int


def build(config: GPTConfig, chosen: Collection[str], *, key_value_heads: int) -> Built:
    """A model of these sizes with the chosen parts, of `PARTS`, described; it takes no memory.

    Raises ValueError for an unknown part.
    """
    with torch.device("meta"):
        model = with_parts(config, chosen, key_value_heads=key_value_heads)
    layer, norm = model.layers[0], RMS if RMS in chosen else "LayerNorm"
    own, head = layer.attention.key_value_heads, config.width // config.heads
    shared = f"{own} of {config.heads} keys" if GROUPED in chosen else f"{config.heads} heads"
    mixer = f"{'rotary ' if ROTARY in chosen else ''}attention, {shared}"
    hidden = layer.feedforward.expand.out_features
    network = f"{GATED if GATED in chosen else 'GELU'}, {hidden} wide"
    start = "words" if ROTARY in chosen else "words + learned positions"
    parts = (start, norm, mixer, "+", norm, network, "+")
    normed, mixed, gated = RMS in chosen, bool({ROTARY, GROUPED} & set(chosen)), GATED in chosen
    exchanged = (ROTARY in chosen, normed, mixed, False, normed, gated, False)
    return Built(parts, exchanged, count_parameters(model), hidden, 2 * config.layers * own * head)


def explore_parts(config: GPTConfig, trials: PartTrials, *, key_value_heads: int) -> LivePlot:
    """Switch LLaMA's parts on and off; trials: the saved losses of every choice, for models of these sizes.

    Raises ValueError where a choice of parts was not tried.
    """
    missing = 2 ** len(PARTS) - sum(parts <= set(PARTS) for parts in trials.excess)
    if missing:
        raise ValueError(f"the trials lack {missing} choices of parts: give a table with all {2 ** len(PARTS)}")
    none, everything = frozenset(), frozenset(PARTS)
    figure, (left, right) = plt.subplots(1, 2, figsize=(theme.WIDTH, 4.0), width_ratios=[1, 1.25])
    first = build(config, everything, key_value_heads=key_value_heads)
    boxes = plot_block(first.parts, first.exchanged, title="one block", ax=left)
    for parts, color, name in ((none, theme.INPUT, "GPT"), (everything, theme.VALUE, "all four")):
        right.plot(trials.steps, trials.excess[parts].mean(0), color=color, linestyle="--", linewidth=1.6, label=name)
    lines = right.plot(trials.steps, trials.excess[none].T, color=theme.QUERY, linewidth=1.6)
    lines[0].set_label("your choice, three seeds")
    right.set(yscale="log", xlabel="steps", ylabel="loss above entropy (nats)", title="saved runs")
    ticks = [0.5, 1, 2, 4]
    right.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    right.minorticks_off()
    right.legend(loc="upper right")
    right.grid(True)

    def chosen(values: Mapping[str, bool]) -> frozenset[str]:
        return frozenset(part for part, on in zip(PARTS, values.values(), strict=True) if on)

    def update(**values: bool) -> Iterable[Artist]:
        parts = chosen(values)
        built = build(config, parts, key_value_heads=key_value_heads)
        for box, part, exchanged in zip(boxes, built.parts, built.exchanged, strict=True):
            mark_part(box, part, exchanged)
        for line, run in zip(lines, trials.excess[parts], strict=True):
            line.set_ydata(run)
        return [*boxes, *lines]

    def caption(**values: bool) -> str:
        parts = chosen(values)
        built = build(config, parts, key_value_heads=key_value_heads)
        last, plain = trials.excess[parts][:, -1], trials.excess[none][:, -1]
        verdict = "as for GPT" if not parts else _compared(last - plain)
        return (
            f"{built.weights:,} weights, a feed-forward {built.hidden} wide; the cache keeps {built.kept} "
            f"numbers a token. Excess {last.mean():.2f} nats, {verdict}."
        )

    wide = {"style": {"description_width": "initial"}, "indent": False, "layout": widgets.Layout(width="11em")}
    switches = {f"part_{place}": widgets.Checkbox(True, description=part, **wide) for place, part in enumerate(PARTS)}
    return LivePlot(
        figure,
        update,
        alt="A block as a stack of boxes, exchanged ones green, and beside it how the losses of three runs fell.",
        caption=caption,
        **switches,
    )


def _compared(change: np.ndarray) -> str:
    """In words, whether all seeds agree on the sign of a change of loss."""
    if (change < 0).all():
        return f"lower than GPT's with every seed, by {-change.mean():.2f} on average"
    if (change > 0).all():
        return f"higher than GPT's with every seed, by {change.mean():.2f} on average"
    return "and the seeds do not agree whether that is better than GPT: noise"

"""Explorer of what training costs: sizes and machines in, operations, time, money and electricity out."""

from __future__ import annotations

from collections.abc import Iterable
from math import log10

import ipywidgets as widgets
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from lecture_utils.plots import theme
from lecture_utils.training_cost import HARDWARE, Cost, training_cost, training_flops
from lecture_utils.widgets.base import LivePlot

YEAR = 365.0  # days
# quantity -> lowest and highest value, landmarks; a home: US mean of 2020 by the Energy Information Administration
RULERS = {
    "operations": (1e15, 1e28, {"AlexNet": 4.7e17, "BERT large": 5.33e20, "GPT-3": 3.14e23, "Llama 3.1": 3.8e25}),
    "time": (
        1e-2,
        1e9,
        {"an hour": 1 / 24, "a month": 30, "a lifetime": 80 * YEAR, "the Ice Age": 11_700 * YEAR},
    ),
    "money": (1e0, 1e11, {"$10": 1e1, "$10,000": 1e4, "$10 million": 1e7, "$10 billion": 1e10}),
    "electricity": (1e0, 1e11, {"an oven, 1 h": 2, "a home, 1 year": 1.07e4, "1 GW, 1 day": 2.4e7}),
}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def in_words(value: float) -> str:
    """A number for people: 175 billion, 4.7 million, 1,500, 0.25."""
    for size, name in SCALES:
        if size <= value < 1e15:
            return f"{value / size:.3g} {name}"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 100 <= rounded < 1e6 else f"{value:.3g}"


def power(value: float) -> str:
    """A very large number as a power of ten: 3.15 × 10²³."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def duration(days: float) -> str:
    """A time in the unit that people would choose, from seconds to years of 365 days."""
    for size, name in ((YEAR, "year"), (1.0, "day"), (1 / 24, "hour"), (1 / 1440, "minute"), (1 / 86400, "second")):
        if days >= size or name == "second":
            break
    words = in_words(days / size)
    return f"{words} {name}" if words == "1" else f"{words} {name}s"


def cost_of(parameters: float, tokens: float, hardware: str, devices: float, utilisation: float, price: float) -> Cost:
    """The cost of a run on `devices` machines named in HARDWARE; utilisation in percent, price in dollars an hour."""
    if hardware not in HARDWARE:
        raise ValueError(f"hardware {hardware!r} is not known: choose one of {', '.join(HARDWARE)}")
    return training_cost(
        training_flops(parameters, tokens),
        HARDWARE[hardware],
        utilisation=utilisation / 100,
        devices=round(devices),
        dollars_per_hour=price,
    )


DEVICE_COUNTS = [(f"{n * 10**k:,}", n * 10**k) for k in range(5) for n in (1, 2, 5)] + [("100,000", 100_000)]


def explore_training_cost() -> LivePlot:
    """Choose a model's size, its data and its machines; four rulers show what training it takes."""
    figure, ax = plt.subplots(figsize=(theme.WIDTH, 3.8))
    for row, (name, (low, high, landmarks)) in enumerate(RULERS.items()):
        _draw_ruler(ax, -row, name, [(_place(value, low, high), text) for text, value in landmarks.items()])
    ax.set(xlim=(-0.24, 1.26), ylim=(-len(RULERS) + 0.45, 0.4))
    ax.axis("off")
    marks = [ax.plot([0], [-row + 0.13], marker="v", markersize=15, color=theme.OUTPUT)[0] for row in range(4)]
    texts = [ax.text(1.05, -row, "", color=theme.OUTPUT, fontsize=14, va="center") for row in range(4)]

    def update(**values: float | str) -> Iterable[Artist]:
        cost = cost_of(**values)
        amounts = (cost.flops, cost.days, cost.dollars, cost.kwh)
        words = (power(cost.flops), *(text.replace(" ", "\n", 1) for text in _told(cost)))
        for mark, text, amount, word, (low, high, _) in zip(marks, texts, amounts, words, RULERS.values(), strict=True):
            mark.set_xdata([_place(amount, low, high)])
            text.set_text(word)
        return [*marks, *texts]

    def caption(**values: float | str) -> str:
        cost, devices = cost_of(**values), round(values["devices"])
        machines = f"one {values['hardware']}" if devices == 1 else f"{devices:,} x {values['hardware']}"
        return (
            f"{in_words(values['parameters'])} parameters and {in_words(values['tokens'])} tokens on {machines}: "
            f"{power(cost.flops)} operations, {', '.join(_told(cost))}."
        )

    return LivePlot(
        figure,
        update,
        alt="Four rulers, each a factor of ten a step: operations, time, money and electricity of one training run.",
        caption=caption,
        parameters=_log("parameters", 175e9, 6, 13),
        tokens=_log("tokens", 300e9, 6, 14),
        hardware=widgets.Dropdown(options=list(HARDWARE), value="V100, as Lambda counted", description="hardware"),
        devices=widgets.SelectionSlider(options=DEVICE_COUNTS, value=1, description="devices"),
        utilisation=widgets.IntSlider(100, min=5, max=100, step=5, description="% of peak"),
        price=widgets.FloatSlider(1.5, min=0, max=10, step=0.25, description="$ an hour"),
    )


def _draw_ruler(ax: Axes, y: float, name: str, landmarks: list[tuple[float, str]]) -> None:
    ax.plot([0, 1], [y, y], color=theme.INPUT, linewidth=3, solid_capstyle="round")
    ax.text(-0.03, y, name, ha="right", va="center", fontsize=13, fontweight="bold")
    for x, text in landmarks:
        ax.plot([x, x], [y - 0.1, y + 0.06], color=theme.INPUT, linewidth=1.5)
        ax.text(x, y - 0.15, text, ha="center", va="top", fontsize=12, color=theme.MUTED)


def _place(value: float, low: float, high: float) -> float:
    """Where a value stands on a ruler from 0 to 1, a factor of ten being everywhere as long; ends hold the rest."""
    return min(max((log10(max(value, low)) - log10(low)) / (log10(high) - log10(low)), 0.0), 1.0)


def _told(cost: Cost) -> tuple[str, str, str]:
    """Time, money and electricity in words."""
    return duration(cost.days), f"${in_words(cost.dollars)}", f"{in_words(cost.kwh)} kWh"


def _log(name: str, value: float, low: int, high: int) -> widgets.FloatLogSlider:
    return widgets.FloatLogSlider(value, min=low, max=high, step=0.05, description=name)

"""Explorer of the lesson on recommendation: put together a history, see what is recommended and what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.ticker import PercentFormatter

from lecture_utils.datasets.films import GENRE_OF, TITLES, film_called
from lecture_utils.datasets.sessions import oracle
from lecture_utils.layers.attention import record_attention
from lecture_utils.models.bert4rec import Bert4Rec, tokens_of
from lecture_utils.plots import theme
from lecture_utils.widgets.base import LivePlot

NOTHING = "(nothing)"
EVENINGS, TOP = 6, 6  # evenings to fill, and films recommended


@dataclass(frozen=True)
class Advice:
    """What a model says after a history: its best films with its chances and the true ones, the likeliest first.

    looked (T,): where the last layer's question looks, mean of the heads; the last number is its own place.
    """

    films: tuple[int, ...]
    chances: tuple[float, ...]
    truth: tuple[float, ...]
    looked: np.ndarray


def advise(model: Bert4Rec, history: Sequence[int], *, top: int = TOP) -> Advice:
    """Recommend the `top` best films after a history of films, the last one last.

    Raises ValueError for an empty history and for one longer than the model reads.
    """
    longest = model.config.longest - (not model.config.from_left)
    if not 1 <= len(history) <= longest:
        raise ValueError(f"the history has {len(history)} films: give 1 to {longest}")
    tokens = tokens_of(torch.tensor([list(history)], device=model.bias.device))
    padded = torch.nn.functional.pad(tokens, (longest - len(history), 0))  # [PAD] is 0
    with record_attention(model) as maps:
        best = model.recommend(padded)[0].softmax(-1).topk(top)
    (last,) = list(maps.values())[-1]  # (1, H, T, T)
    films = tuple(best.indices.tolist())
    true = oracle(np.array([history])).chances[0, list(films)]
    shown = len(history) + (not model.config.from_left)
    return Advice(
        films, tuple(best.values.tolist()), tuple(true.tolist()), last[0, :, -1, -shown:].mean(0).cpu().numpy()
    )


def explore_history(model: Bert4Rec, start: Sequence[str]) -> LivePlot:
    """Choose up to six films, evening by evening; the model recommends the next one, beside the true chances.

    start: titles to begin with. Raises ValueError for titles that are unknown, none, or more than six.
    """
    if not 1 <= len(start) <= EVENINGS:
        raise ValueError(f"start has {len(start)} titles: give 1 to {EVENINGS}")
    begun = [TITLES[film_called(title)] for title in start]
    begun += [NOTHING] * (EVENINGS - len(begun))

    @lru_cache(maxsize=128)
    def found(titles: tuple[str, ...]) -> tuple[tuple[int, ...], Advice]:
        history = tuple(film_called(title) for title in titles if title != NOTHING)
        return history, advise(model, history)

    figure = plt.figure(figsize=(theme.WIDTH, 4.6))
    left, right = figure.subplot_mosaic([["looks", "advice"]], width_ratios=[1, 1.25]).values()
    looks = left.barh(range(EVENINGS + 1), np.zeros(EVENINGS + 1), color=theme.QUERY, height=0.85)
    names = [left.text(0.02, row, "", va="center", fontsize=11) for row in range(EVENINGS + 1)]
    left.set(xlim=(0, 1), ylim=(EVENINGS + 0.5, -0.5), yticks=[], xlabel="weight")
    left.set_title("Where the model looks", fontsize=13)
    bars = right.barh(range(TOP), np.zeros(TOP), color="#C9CFD6", height=0.85)
    truths = [
        right.plot([0], [row], "|", color=theme.TRUE, markersize=26, markeredgewidth=2.5)[0] for row in range(TOP)
    ]
    films = [right.text(0.03, row, "", va="center", fontsize=11) for row in range(TOP)]
    right.set(xlim=(0, 1), ylim=(TOP - 0.5, -0.5), yticks=[], xlabel="chance (black line: the truth)")
    right.set_title("Watch next", fontsize=13)
    for ax in (left, right):
        ax.xaxis.set_major_formatter(PercentFormatter(1))

    def update(**evenings: str) -> Iterable[Artist]:
        history, advice = found(tuple(evenings.values()))
        for row, (bar, name) in enumerate(zip(looks, names, strict=True)):
            bar.set_width(advice.looked[row] if row < len(advice.looked) else 0)
            name.set_text(TITLES[history[row]] if row < len(history) else "[MASK]" if row < len(advice.looked) else "")
            color = theme.SERIES[GENRE_OF[history[row]]] if row < len(history) else theme.TRUE
            name.set_color(color)
            bar.set_color("#BFDDF0")
        for bar, line, name, film, chance, true in zip(
            bars, truths, films, advice.films, advice.chances, advice.truth, strict=True
        ):
            bar.set_width(chance)
            line.set_xdata([true])
            name.set_text(f"{TITLES[film]}  {chance:.0%}")
            name.set_color(theme.SERIES[GENRE_OF[film]])
        return [*looks, *names, *bars, *truths, *films]

    def caption(**evenings: str) -> str:
        _, advice = found(tuple(evenings.values()))
        return f"First choice: {TITLES[advice.films[0]]} ({advice.chances[0]:.0%}; in truth {advice.truth[0]:.0%})."

    return LivePlot(
        figure,
        update,
        alt="A history of films with the model's attention as bars; beside it six recommendations, the truth marked.",
        caption=caption,
        **{
            f"evening_{at + 1}": widgets.Dropdown(
                options=[NOTHING, *TITLES],
                value=title,
                description=f"evening {at + 1}",
                layout=widgets.Layout(width="19em"),
            )
            for at, title in enumerate(begun)
        },
    )

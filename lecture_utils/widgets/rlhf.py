"""Explorer of the lesson on human feedback: you are the human, and the policy follows your clicks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist

from lecture_utils.datasets.taste import OPINIONS, WORDS, decode
from lecture_utils.live_feedback import LiveFeedback
from lecture_utils.plots.rlhf import plot_taste
from lecture_utils.widgets.base import LivePlot

PAUSE = 0.4  # seconds in which nobody can read two sentences: a click so soon was meant for the pair before


def label_live(feedback: LiveFeedback, *, clock: Callable[[], float] = time.monotonic) -> LivePlot:
    """Two sentences on two buttons: click the better, and see the taste that was learned and where the policy moves.

    Clicks within 0.4 s of a new pair do not count: they were a double click, or waited in line while the last one was
    learned from. Undo takes the last click back, reset all of them. clock: the time in seconds.
    """
    words = list(OPINIONS)
    ids = [WORDS.index(word) for word in words]
    usual = feedback.usual[ids].numpy(force=True)
    left, right = plot_taste(words, np.zeros(len(words)), usual, usual)
    _, moves, now = right.collections

    def update(clicks: int) -> Iterable[Artist]:
        rates = feedback.rates()[ids].numpy(force=True)
        for bar, opinion in zip(left.patches, feedback.taste[ids].tolist(), strict=True):
            bar.set_width(opinion)
        moves.set_segments([[(a, row), (b, row)] for row, (a, b) in enumerate(zip(usual, rates, strict=True))])
        now.set_offsets(np.column_stack([rates, np.arange(len(words))]))
        return [*left.patches, moves, now]

    def caption(clicks: int) -> str:
        examples = ", ".join(f"“{decode(text)}”" for text in feedback.texts[-3:])
        return (
            f"{clicks} click{'' if clicks == 1 else 's'} so far, {feedback.divergence:.1f} nats from the start. "
            f"It now writes: {examples}."
        )

    counter = widgets.BoundedIntText(0, 0, 10**6, description="clicks", disabled=True)
    counter.layout.width = "11em"
    explorer = LivePlot(
        left.figure,
        update,
        alt="Bars of the learned opinion about each word, still at zero; dots of how often the policy writes it.",
        caption=caption,
        clicks=counter,
    )
    choices = [widgets.Button(layout=widgets.Layout(width="44em", max_width="100%")) for _ in range(2)]
    undo, reset = (widgets.Button(description=name) for name in ("undo", "start again"))
    shown = clock() - PAUSE

    def ask() -> None:
        nonlocal shown
        for button, text in zip(choices, feedback.pair, strict=True):
            button.description = decode(text)
        counter.value = feedback.clicks
        shown = clock()

    def on(button: widgets.Button, act: Callable[[], None], patient: bool) -> None:
        def clicked(_button: widgets.Button) -> None:
            if not patient or clock() - shown >= PAUSE:
                act()
                ask()

        button.on_click(clicked)

    for place, button in enumerate(choices):
        on(button, lambda place=place: feedback.choose(place), patient=True)
    on(undo, feedback.undo, patient=False)
    on(reset, feedback.reset, patient=False)
    ask()
    shown -= PAUSE  # the first pair may be answered at once
    row, picture, message = explorer.box.children
    row.children = (counter, undo, reset)
    question = widgets.HTML("<b>Which sentence is better?</b> Click it, or press Enter on it.")
    explorer.box.children = (question, *choices, row, picture, message)
    return explorer

"""Show what came of an exercise: not attempted, a diagnosis, or what it proved; the solution folded below."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from html import escape

from lecture_utils.exercises.base import Exercise, judge
from lecture_utils.lesson.cards import BAD, GOOD, PLAIN, card_html, show_card

TITLES = {
    "open": ("✎ Your turn", PLAIN),
    "wrong": ("✘ Not yet", BAD),
    "right": ("✔ Right", GOOD),
}


def exercise(task: Exercise, attempt: Callable) -> None:
    """Check an attempt and show the verdict, with the solution folded below it; never stops the notebook."""
    verdict = judge(task, attempt)
    title, colour = TITLES[verdict.status]
    code = textwrap.dedent(inspect.getsource(task.solution)).rstrip()
    folded = f"<details><summary>A solution</summary><pre><code>{escape(code)}</code></pre></details>"
    record = {"exercise": {"id": task.id, "mistakes": [mistake.name for mistake in task.mistakes]}}
    show_card(
        card_html(title, [escape(verdict.message)], colour=colour) + folded,
        f"{title}: {verdict.message}",
        record,
    )

"""Where the slides of the lecture err, what is right, and the lesson that shows it: data/corrections.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from html import escape

from lecture_utils.datasets.files import data_path
from lecture_utils.lesson import ledger
from lecture_utils.lesson.cards import show_card

SECTION = "#The-slide-says,-the-experiment-shows"  # the heading in every lesson under which it is told


@dataclass(frozen=True)
class Correction:
    """One statement of the slides and what is right. lesson: its number.

    claim: id of the claim that shows it, or empty; source: the paper that says so, or empty. One of them there must be.
    """

    slide: str
    correction: str
    lesson: str
    claim: str
    source: str


def load_corrections() -> list[Correction]:
    """All corrections in the order of the lessons. Raises ValueError for one without evidence."""
    with data_path("corrections.csv").open(encoding="utf-8", newline="") as file:
        found = [Correction(**row) for row in csv.DictReader(file)]
    for each in found:
        if not (each.claim or each.source):
            raise ValueError(f"{each.slide!r} is corrected without evidence: name a claim or a source")
    return sorted(found, key=lambda each: each.lesson)


def show_corrections() -> None:
    """Show what the slides say, what is right, and the evidence, with a link into the lesson."""
    lessons = ledger.read()["lessons"]
    names = {name[:2]: name for name in lessons}
    claims = {claim["id"]: claim["statement"] for entry in lessons.values() for claim in entry["claims"]}
    columns = ("lesson", "the slide says", "what is right", "evidence")
    head = "<tr>" + "".join(f'<th style="text-align:left">{name}</th>' for name in columns) + "</tr>"
    body, plain = "", []
    for each in load_corrections():
        claim = f"shown: {claims[each.claim]}" if each.claim in claims else ""
        evidence = ". ".join(part for part in (claim, each.source) if part)
        link = f'<a href="{escape(names.get(each.lesson, each.lesson))}.ipynb{SECTION}">{escape(each.lesson)}</a>'
        cells = (link, escape(f"“{each.slide}”"), escape(each.correction), escape(evidence))
        body += "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"
        plain.append(f"{each.lesson}: “{each.slide}”: {each.correction} ({evidence})")
    show_card(f"<table>{head}{body}</table>", "\n".join(plain))

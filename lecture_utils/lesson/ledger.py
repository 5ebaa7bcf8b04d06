"""The ledger: every number the lessons measured, recorded by `make record` in data/ledger.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from lecture_utils.datasets.files import data_path
from lecture_utils.lesson.cards import card_html, number, show_card
from lecture_utils.lesson.session import current

EMPTY = {"recorded": {}, "lessons": {}, "leaderboards": {}}


def read() -> dict:
    """The recorded ledger; an empty one where nothing was recorded yet."""
    try:
        return json.loads(data_path("ledger.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return json.loads(json.dumps(EMPTY))


def recall(id: str) -> None:
    """Show the card of a claim that another lesson has measured. Raises ValueError for an unknown id."""
    for lesson, entry in read()["lessons"].items():
        for claim in entry["claims"]:
            if claim["id"] == id:
                facts = f"measured {_show(claim['measured'])}, asked {_show(claim['threshold'])}"
                lines = [
                    escape(claim["statement"]),
                    escape(facts),
                    f"<small>recorded by lesson {escape(lesson)}</small>",
                ]
                plain = f"Recorded by lesson {lesson}: {claim['statement']} ({facts})"
                return show_card(card_html("✔ Recorded before", lines), plain)
    raise ValueError(f"no recorded claim has the id {id!r}: run `make record`, or see the list in index.ipynb")


def keep(id: str, values: Mapping[str, float]) -> None:
    """Store measured numbers, a curve for instance, so that a later lesson can draw them beside its own.

    id: unique in the lecture, lower-case with hyphens. values: numbers by name. Raises ValueError for none.
    """
    if not values:
        raise ValueError(f"nothing to keep under {id!r}: give at least one number by its name")
    record = {"id": id, "values": {str(name): float(f"{float(value):.6g}") for name, value in values.items()}}
    text = f"{len(values)} numbers kept for later lessons [{id}]"
    show_card(card_html("Kept", [escape(text)]), text, {"keep": record})


def kept(id: str) -> dict[str, float]:
    """The numbers that an earlier lesson stored with `keep`. Raises ValueError for an unknown id."""
    for entry in read()["lessons"].values():
        for record in entry.get("kept", []):
            if record["id"] == id:
                return dict(record["values"])
    raise ValueError(f"nothing was kept under {id!r}: run `make record` for the lesson that measures it")


def leaderboard(
    name: str, *, model: str | None = None, accuracy: float = 0.0, parameters: int = 0, seconds: float = 0.0
) -> None:
    """Show a thread's leaderboard (`digits`, `phrasebook`, ...) up to this lesson, with its model when one is given.

    accuracy: 0 to 1 on held-out data. parameters: trained numbers. seconds: training time on this machine.
    """
    here = current().number
    rows = [row for row in read()["leaderboards"].get(name, []) if row["model"] != model and row["lesson"] <= here]
    record = None
    if model is not None:
        if not 0.0 <= accuracy <= 1.0 or parameters < 0 or not seconds >= 0.0:
            raise ValueError(
                f"leaderboard row of {model!r}: accuracy {accuracy} must lie in 0 to 1, "
                f"parameters {parameters} and seconds {seconds} must not be negative"
            )
        row = {
            "model": model,
            "lesson": here,
            "accuracy": round(float(accuracy), 4),
            "parameters": int(parameters),
            "seconds": round(float(seconds), 1),
        }
        rows.append(row)
        record = {"leaderboard": {"name": name, "row": row}}
    plain = "\n".join(
        f"{row['model']}: {row['accuracy']:.1%}, {row['parameters']:,} parameters" for row in best_first(rows)
    )
    show_card(leaderboard_html(name, rows, here=model), plain or f"No model on {name} yet", record)


def best_first(rows: list[dict]) -> list[dict]:
    """Rows of a leaderboard by falling accuracy."""
    return sorted(rows, key=lambda row: -row["accuracy"])


def leaderboard_html(name: str, rows: list[dict], here: str | None = None) -> str:
    """A leaderboard as a table; the row of model `here` is bold and marked."""
    columns = ("model", "lesson", "accuracy", "parameters", "training")
    head = "<tr>" + "".join(f"<th>{column}</th>" for column in columns) + "</tr>"
    body = ""
    for row in best_first(rows):
        cells = [escape(row["model"]), row["lesson"], f"{row['accuracy']:.1%}", f"{row['parameters']:,}"]
        cells.append(f"{row['seconds']:,.1f} s")
        mark = [f"<strong>{cell}</strong>" for cell in cells] if row["model"] == here else cells
        body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in mark) + "</tr>"
    return f"<table><caption>{escape(name.capitalize())}: every model so far</caption>{head}{body}</table>"


def show_ledger() -> None:
    """Show the lecture's table of truths: every claim with what was measured and asked, and every leaderboard."""
    ledger = read()
    columns = ("lesson", "claim", "measured", "asked", "holds")
    head = "<tr>" + "".join(f'<th style="text-align:left">{name}</th>' for name in columns) + "</tr>"
    body, plain = "", []
    for lesson, entry in ledger["lessons"].items():
        for claim in entry["claims"]:
            verdict = "✔" if claim["holds"] else "✘"
            cells = (lesson[:2], claim["statement"], _show(claim["measured"]), _show(claim["threshold"]), verdict)
            body += "<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells) + "</tr>"
            plain.append(f"{verdict} {lesson}: {claim['statement']} (measured {cells[2]}, asked {cells[3]})")
    boards = "".join(leaderboard_html(name, rows) for name, rows in ledger["leaderboards"].items())
    show_card(f"<table>{head}{body}</table>{boards}", "\n".join(plain) or "Nothing recorded yet")


def _show(entry: object) -> str:
    if isinstance(entry, dict):
        return "; ".join(f"{name}: {_show(value)}" for name, value in entry.items())
    return entry if isinstance(entry, str) else number(entry)

"""Small HTML cards. They read well without styles too: GitHub and untrusted notebooks strip them."""

from __future__ import annotations

import math
from html import escape

from IPython.display import display

GOOD, BAD, PLAIN = "#00795A", "#B2182B", "#5F6670"


def card_html(title: str, lines: list[str], *, colour: str = PLAIN) -> str:
    """A card with a bold title; `lines` are HTML, escaped by the caller where needed."""
    body = "".join(f'<p style="margin:.3em 0 0 0">{line}</p>' for line in lines if line)
    return (
        f'<div style="border-left:6px solid {colour};background:#F6F7F9;color:#1B1F24;'
        f'padding:.7em 1em;margin:.4em 0;max-width:46em;line-height:1.4">'
        f'<strong style="color:{colour}">{escape(title)}</strong>{body}</div>'
    )


def show_card(html: str, plain: str, record: dict | None = None) -> None:
    """Display a card; `record` travels with the output, where `make record` finds it."""
    metadata = {"lecture": record} if record else {}
    display({"text/html": html, "text/plain": plain}, metadata=metadata, raw=True)


def number(value: float) -> str:
    """A number for people: whole numbers in full, others to four significant digits."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}"

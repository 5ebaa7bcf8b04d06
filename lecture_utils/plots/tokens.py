"""Texts as tokens: cut into coloured pieces with their ids, batches with special tokens, words shaded by weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from lecture_utils.plots import theme

MONO = "DejaVu Sans Mono"  # comes with matplotlib, so columns line up on every machine
SIZE = 12  # points
EM = 0.1  # inches that a character of it takes: 11 of 110 pixels
NAME = 12  # characters kept for the names on the left
ROW = 0.47  # inches of a line: pieces, ids below them, and air
TINTS = ("#CFE3F2", "#F4DEC8", "#CBE8DE", "#E2D3EC")
COLORS = {"[CLS]": theme.QUERY, "[SEP]": theme.HIDDEN, "[MASK]": theme.OUTPUT, "[UNK]": theme.KEY, "[PAD]": "#B8BEC7"}
VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥"}

Pieces = Sequence[tuple[str, int]]  # tokens with their ids


@cache
def drawable(piece: str) -> str:
    """A piece as the font can show it: blanks made visible, characters it lacks as □."""
    return "".join(VISIBLE.get(letter) or (letter if _font().get_char_index(ord(letter)) else "□") for letter in piece)


@cache
def _font() -> FT2Font:
    return font_manager.get_font(font_manager.findfont(MONO))


def wrapped(pieces: Pieces, width: int) -> list[list[tuple[int, str, str]]]:
    """Lines of (column, piece, id) that are at most `width` characters wide; a piece that is wider gets cut."""
    lines: list[list[tuple[int, str, str]]] = [[]]
    column = 0
    for piece, index in pieces:
        shown = drawable(piece)
        shown = shown if len(shown) < width else shown[: width - 2] + "…"
        room = max(len(shown), len(str(index))) + 1
        if column + room > width and lines[-1]:
            lines.append([])
            column = 0
        lines[-1].append((column, shown, str(index)))
        column += room
    return lines


class TokenRows:
    """Rows of coloured pieces with ids, one row a tokenizer, `lines` lines each; `update` shows other pieces.

    More pieces than fit end in … . Raises ValueError for no rows, and names that are not those given.
    """

    def __init__(self, lines: Mapping[str, int], *, width: float = theme.WIDTH) -> None:
        if not lines or min(lines.values()) < 1:
            raise ValueError(f"lines ({dict(lines)}) must name at least one row, of one line or more")
        self.lines, height = dict(lines), ROW * sum(lines.values())
        figure = plt.figure(figsize=(width, height), layout="none")
        self.ax = figure.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(0, width / EM), ylim=(sum(lines.values()), 0))
        self.ax.axis("off")
        self.columns = int(width / EM) - NAME - 1
        self.boxes = self.ax.add_collection(PolyCollection([], linewidths=0))
        self.pieces: list[Text] = []
        self.ids: list[Text] = []
        line = 0
        for name, count in lines.items():
            self.ax.text(0.5, line + 0.3, name, va="center", fontsize=SIZE, fontweight="bold")
            for _ in range(count):
                font = {"x": NAME, "va": "center", "family": MONO, "fontsize": SIZE}
                self.pieces.append(self.ax.text(y=line + 0.3, s="", **font))
                self.ids.append(self.ax.text(y=line + 0.73, s="", color=theme.MUTED, **font))
                line += 1

    def update(self, rows: Mapping[str, Pieces]) -> list[PolyCollection | Text]:
        """Show these pieces; returns the artists that changed."""
        if list(rows) != list(self.lines):
            raise ValueError(f"rows {list(rows)} must be those of the picture: {list(self.lines)}")
        corners, colors, line = [], [], 0
        for name, pieces in rows.items():
            cells, tint = wrapped(pieces, self.columns), 0
            for at in range(self.lines[name]):
                shown = cells[at] if at < len(cells) else []
                more = at + 1 == self.lines[name] < len(cells)
                self.pieces[line].set_text(
                    _spread((column, piece) for column, piece, _ in shown) + (" …" if more else "")
                )
                self.ids[line].set_text(_spread((column, index) for column, _, index in shown))
                for column, piece, index in shown:
                    left, right = NAME + column - 0.2, NAME + column + max(len(piece), len(index)) + 0.2
                    corners.append(
                        [(left, line + 0.06), (right, line + 0.06), (right, line + 0.53), (left, line + 0.53)]
                    )
                    colors.append("#F0A860" if piece == "[UNK]" else TINTS[tint % len(TINTS)])
                    tint += 1
                line += 1
        self.boxes.set_verts(corners)
        self.boxes.set_facecolor(colors)
        return [self.boxes, *self.pieces, *self.ids]


def _spread(cells: Sequence[tuple[int, str]]) -> str:
    """Words at their columns, blanks between."""
    text = ""
    for column, word in cells:
        text = text.ljust(column) + word
    return text


def plot_tokens(rows: Mapping[str, Pieces]) -> Axes:
    """Draw each row's pieces as coloured boxes with their ids below; returns the Axes.

    Raises ValueError for no rows.
    """
    columns = int(theme.WIDTH / EM) - NAME - 1
    picture = TokenRows({name: len(wrapped(pieces, columns)) for name, pieces in rows.items()})
    picture.update(rows)
    return picture.ax


def plot_batch(rows: Sequence[Sequence[str]], *, notes: Sequence[str] = (), ax: Axes | None = None) -> Axes:
    """Draw a batch (B, T) as a grid of tokens, special ones in colour; returns the Axes. notes: one a row.

    Raises ValueError when rows differ in length.
    """
    if not rows or len({len(row) for row in rows}) != 1:
        raise ValueError(f"rows of {[len(row) for row in rows]} tokens must be of one length: pad them first")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 0.52 * len(rows) + 0.1))[1]
    for row, tokens in enumerate(rows):
        for column, token in enumerate(tokens):
            color = COLORS.get(token)
            ax.add_patch(plt.Rectangle((column + 0.04, row + 0.1), 0.92, 0.8, facecolor=color or "#EDF0F3"))
            light = color and token != "[PAD]"
            ax.text(column + 0.5, row + 0.5, drawable(token), ha="center", va="center", fontsize=12,
                    color="white" if light else theme.TRUE)  # fmt: skip
        if notes:
            ax.text(-0.15, row + 0.5, notes[row], ha="right", va="center", fontsize=12, color=theme.MUTED)
    ax.set(xlim=(-1.6 if notes else 0, len(rows[0])), ylim=(len(rows), 0))
    ax.axis("off")
    return ax


def plot_shaded(texts: Sequence[tuple[Sequence[str], np.ndarray]], *, title: str) -> Axes:
    """Draw texts as running words, each shaded by its weight (T,), zero white; returns the Axes.

    Raises ValueError when a text has not one weight a token.
    """
    if any(len(tokens) != len(weights) for tokens, weights in texts):
        raise ValueError("each text needs one weight for each of its tokens")
    width = int(theme.WIDTH / EM) - 1
    lines = [wrapped([(token, 0) for token in tokens], width) for tokens, _ in texts]
    height = sum(map(len, lines)) + 0.7 * (len(texts) - 1)
    figure = plt.figure(figsize=(theme.WIDTH, 0.33 * height + 0.5), layout="none")
    ax = figure.add_axes((0, 0, 1, 0.33 * height / (0.33 * height + 0.5)))
    y = 0.0
    for (_, weights), rows in zip(texts, lines, strict=True):
        strongest, place = max(float(np.max(weights)), 1e-9), 0
        for row in rows:
            for column, token, _ in row:
                share = float(weights[place]) / strongest
                ax.add_patch(
                    plt.Rectangle((column + 0.3, y + 0.06), len(token) + 0.4, 0.88, facecolor=theme.ATTENTION(share))
                )
                ax.text(column + 0.5, y + 0.5, token, va="center", family=MONO, fontsize=SIZE,
                        color="white" if share > 0.55 else theme.TRUE)  # fmt: skip
                place += 1
            y += 1
        y += 0.7
    ax.set(xlim=(0, theme.WIDTH / EM), ylim=(height, 0))
    ax.axis("off")
    figure.text(0.01, 0.99, title, va="top", fontsize=15, fontweight="bold")
    return ax

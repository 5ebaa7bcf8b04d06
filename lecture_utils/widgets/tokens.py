"""Explorer of the lesson on special tokens: one text under several tokenizers, pieces and ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from matplotlib.artist import Artist

from lecture_utils.plots.tokens import TokenRows
from lecture_utils.tokenizers.special import UNK
from lecture_utils.widgets.base import LivePlot, choose_or_type

LONGEST = 56  # characters that fit


class Tokenizer(Protocol):
    """What the explorer needs of a tokenizer."""

    def pieces(self, text: str) -> list[str]: ...
    def encode(self, text: str) -> list[int]: ...


def tokenized(tokenizers: Mapping[str, Tokenizer], text: str) -> dict[str, list[tuple[str, int]]]:
    """The text's pieces and their ids under each tokenizer.

    Raises ValueError for an empty text and one of more than 56 characters.
    """
    if not 1 <= len(text) <= LONGEST:
        raise ValueError(f"the text has {len(text)} characters: type 1 to {LONGEST}")
    return {
        name: list(zip(tokenizer.pieces(text), tokenizer.encode(text), strict=True))
        for name, tokenizer in tokenizers.items()
    }


def explore_tokenizers(tokenizers: Mapping[str, Tokenizer], texts: Sequence[str]) -> LivePlot:
    """Choose or type a text; see its pieces and ids under every tokenizer. texts: at least one to choose from.

    Raises ValueError for no tokenizers or no texts, and a first text that is too long.
    """
    if not tokenizers or not texts:
        raise ValueError(f"{len(tokenizers)} tokenizers and {len(texts)} texts: give at least one of each")
    tokenized(tokenizers, texts[0])  # a text that cannot be shown should fail here
    picture = TokenRows({name: 3 if "haracter" in name else 2 for name in tokenizers})

    def update(text: str) -> Iterable[Artist]:
        return picture.update(tokenized(tokenizers, text))

    def caption(text: str) -> str:
        rows = tokenized(tokenizers, text)
        counts = ", ".join(f"{name.lower() if name.istitle() else name} {len(row)}" for name, row in rows.items())
        lost = [name for name, row in rows.items() if any(index == UNK for _, index in row)]
        return f"Tokens: {counts}. " + (f"Unknown parts under: {', '.join(lost)}." if lost else "Nothing is unknown.")

    text = choose_or_type(texts, width="42em", description="choose or type a text", at_each_key=True)
    return LivePlot(
        picture.ax.figure,
        update,
        alt="A sentence cut into coloured pieces with their ids, once for each tokenizer.",
        caption=caption,
        text=text,
    )

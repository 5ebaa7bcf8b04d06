"""LLaMA's tokenizer: byte pairs over characters, blanks written as ▁, and bytes for what the vocabulary lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lecture_utils.tokenizers.merges import Pair, apply_merges
from lecture_utils.tokenizers.pretokens import checked
from lecture_utils.tokenizers.special import known

BLANK = "▁"  # not the underscore, but the lower block
_WORDS = re.compile(f"{BLANK}*[^{BLANK}]+|{BLANK}+")
_BYTE = re.compile("<0x([0-9A-F]{2})>")


class SentencePieces:
    """SentencePiece's byte pairs (Kudo and Richardson 2018) as LLaMA has them: text <-> ids.

    tokens: the vocabulary but its special tokens, all 256 bytes as <0x00> to <0xFF> among them. merges: pairs of
    tokens, first learned first; none leads from a letter to a blank. A text begins with a blank that it need not have.
    Raises ValueError for a vocabulary without all bytes, and for a merge whose parts or whole it lacks.
    """

    def __init__(self, tokens: Sequence[str], merges: Iterable[Pair]) -> None:
        self.tokens = tuple(tokens)
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self._ranks = {(left, right): rank for rank, (left, right) in enumerate(merges)}
        lacking = [name for byte in range(256) if (name := _name(byte)) not in self.ids]
        lacking += [part for pair in self._ranks for part in (*pair, "".join(pair)) if part not in self.ids]
        if lacking:
            raise ValueError(f"the vocabulary lacks {lacking[0]!r}, without which some texts could not be cut")
        self._cut = lru_cache(maxsize=65_536)(lambda word: apply_merges(word, self._ranks))

    def __len__(self) -> int:
        """Size of the vocabulary V, special tokens left out."""
        return len(self.tokens)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text; a character that is none is spelled in bytes. An empty text has none."""
        if not checked(text):
            return []
        found = []
        for word in _WORDS.findall(BLANK + text.replace(" ", BLANK)):
            for piece in self._cut(word):
                found += [piece] if piece in self.ids else map(_name, piece.encode())
        return found

    def decode(self, ids: Iterable[int]) -> str:
        """The text: `decode` of a text's ids is that text. Bytes that make no character become �.

        Raises ValueError for ids outside the vocabulary.
        """
        spelled = bytearray()
        for index in known(ids, len(self)):
            byte = _BYTE.fullmatch(self.tokens[index])
            spelled += bytes([int(byte[1], 16)]) if byte else self.tokens[index].encode()
        return spelled.decode(errors="replace").replace(BLANK, " ").removeprefix(" ")


def _name(byte: int) -> str:
    return f"<0x{byte:02X}>"

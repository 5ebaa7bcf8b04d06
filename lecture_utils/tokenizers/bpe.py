"""Byte pair encoding over bytes, as in GPT-2: nothing is unknown, and every text comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lecture_utils.tokenizers.merges import Merges, Pair, apply_merges, learn_merges
from lecture_utils.tokenizers.pretokens import byte_letters, byte_words, checked, from_byte_letters
from lecture_utils.tokenizers.special import SPECIAL, known


class BPE:
    """Sennrich et al. (2016) on bytes (Radford et al. 2019): text <-> ids through an ordered list of merges.

    merges: pairs of tokens, first learned first. The vocabulary is the special tokens, the 256 bytes as letters,
    and what the merges make. Equal to Hugging Face's BPE with a ByteLevel pre-tokenizer; text that spells out a
    special token is text like any other here. Raises ValueError for a merge whose parts do not exist yet.
    """

    def __init__(self, merges: Iterable[Pair]) -> None:
        self.merges = tuple((left, right) for left, right in merges)
        vocabulary = dict.fromkeys((*SPECIAL, *sorted(byte_letters())))
        for number, (left, right) in enumerate(self.merges):
            if left not in vocabulary or right not in vocabulary:
                raise ValueError(f"merge {number} joins {left!r} and {right!r}, which no earlier merge has made")
            vocabulary[left + right] = None
        self.tokens = tuple(vocabulary)
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self._cut = lru_cache(maxsize=65_536)(self._cut_word)

    @classmethod
    def train(cls, text: str, size: int) -> BPE:
        """Learn merges until the vocabulary has `size` tokens, the special ones and the 256 bytes included.

        Raises ValueError for a size below those, and for an empty text.
        """
        return cls(learn_byte_merges(text, size - len(SPECIAL)).pairs)

    @classmethod
    def read(cls, path: Path | str) -> BPE:
        """Merges from a file as GPT-2's `merges.txt`: two tokens a line, a line #version is skipped.

        Raises ValueError for a line that holds anything but two tokens.
        """
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        pairs = [tuple(line.split(" ")) for line in lines if not line.startswith("#version")]
        wrong = [pair for pair in pairs if len(pair) != 2]
        if wrong:
            raise ValueError(f"{path} holds {wrong[0]} where two tokens with a blank between them are needed")
        return cls(pairs)

    def __len__(self) -> int:
        """Size of the vocabulary V."""
        return len(self.tokens)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text as byte letters: Ġ is a blank. An empty text has none."""
        return [piece for word in byte_words(text) for piece in self._cut(word)]

    def encode(self, text: str) -> list[int]:
        """Ids of a text, never a special one. Raises ValueError for anything but a string of characters."""
        return [self.ids[piece] for piece in self.pieces(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text: `decode(encode(text)) == text`, always. Special tokens stand for no text.

        Raises ValueError for ids outside the vocabulary.
        """
        return from_byte_letters(
            "".join(self.tokens[index] for index in known(ids, len(self)) if index >= len(SPECIAL))
        )

    def _cut_word(self, word: str) -> tuple[str, ...]:
        """Apply the merges to one word, the earliest learned first."""
        return apply_merges(word, self._ranks)


def learn_byte_merges(text: str, size: int) -> Merges:
    """Merges over the bytes of a text until there are `size` tokens, special ones not counted.

    Raises ValueError for a size below 256, and for an empty text.
    """
    if not checked(text):
        raise ValueError("there is nothing to learn from an empty text: give a longer one")
    return learn_merges(Counter(byte_words(text)), sorted(byte_letters()), size)

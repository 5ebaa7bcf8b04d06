"""One id a word: the simplest tokenizer, enough for a closed vocabulary such as the Phrasebook's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

PAD, BOS, EOS = 0, 1, 2  # padding, beginning and end of a sentence: the same ids in every vocabulary
SPECIAL = ("<pad>", "<bos>", "<eos>")


class WordTokenizer:
    """Words <-> ids; the first three ids are <pad>, <bos>, <eos>.

    words: the vocabulary, in the order of its ids. Raises ValueError for no words, repeated or special ones.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = (*SPECIAL, *words)
        self.ids = {word: index for index, word in enumerate(self.words)}
        if len(self.ids) != len(self.words) or len(self.words) == len(SPECIAL):
            raise ValueError("words must be at least one, each once, and none of <pad>, <bos>, <eos>")

    def __len__(self) -> int:
        """Size of the vocabulary V, the special words included."""
        return len(self.words)

    def encode(self, words: Sequence[str]) -> list[int]:
        """Ids of words, without any special. Raises ValueError for a word outside the vocabulary."""
        for word in words:
            if word not in self.ids:
                raise ValueError(f"{word!r} is not among the {len(self.words) - len(SPECIAL)} known words")
        return [self.ids[word] for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Words up to the first <eos>, without <pad> and <bos>."""
        words: list[str] = []
        for index in map(int, ids):
            if index == EOS:
                break
            if index not in (PAD, BOS):
                words.append(self.words[index])
        return words


def pad_rows(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of ids of any lengths -> (N, longest), filled up with <pad> on the right.

    Raises ValueError for no rows or an empty one.
    """
    if not rows or not all(len(row) for row in rows):
        raise ValueError("pad_rows needs at least one row, and no row may be empty")
    padded = torch.full((len(rows), max(map(len, rows))), PAD)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = torch.tensor(row)
    return padded

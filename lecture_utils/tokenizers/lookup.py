"""The two simplest tokenizers: one id a word, or one id a character, and [UNK] for all that is not in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lecture_utils.tokenizers.pretokens import bert_words, checked
from lecture_utils.tokenizers.special import SPECIAL, UNK, known


class Words:
    """One id a word, lower-cased and without accents; words outside the vocabulary are [UNK].

    Equal to Hugging Face's WordLevel with BERT's normaliser and pre-tokenizer.
    vocabulary: without the special tokens, in the order of ids. Raises ValueError when it repeats a token.
    """

    between = " "

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self.tokens = (*SPECIAL, *vocabulary)
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        if len(self.ids) != len(self.tokens):
            raise ValueError("the vocabulary repeats a token: give each once, and none of the special ones")

    @classmethod
    def train(cls, text: str, size: int) -> Words:
        """The most frequent ones, of equal ones the first in order of code points, until there are `size` tokens.

        The special tokens count. Raises ValueError when `size` leaves no room, and for a text that has none.
        """
        counts = Counter(cls.cut(text))
        if not counts or size <= len(SPECIAL):
            raise ValueError(f"size ({size}) must be above {len(SPECIAL)}, and the text must not be empty")
        order = sorted(counts, key=lambda piece: (-counts[piece], piece))
        return cls(order[: size - len(SPECIAL)])

    @staticmethod
    def cut(text: str) -> list[str]:
        """A text as its words."""
        return bert_words(text)

    def __len__(self) -> int:
        """Size of the vocabulary V."""
        return len(self.tokens)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text, [UNK] among them."""
        return [self.tokens[index] for index in self.encode(text)]

    def encode(self, text: str) -> list[int]:
        """Ids of a text; the only special one among them is [UNK]."""
        return [self.ids.get(piece, UNK) for piece in self.cut(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text as far as it was known. Special tokens but [UNK] stand for no text.

        Raises ValueError for ids outside the vocabulary.
        """
        kept = [index for index in known(ids, len(self)) if index >= len(SPECIAL) or index == UNK]
        return self.between.join(self.tokens[index] for index in kept)


class Characters(Words):
    """One id a character, as it is; characters outside the vocabulary are [UNK].

    Equal to Hugging Face's WordLevel over a split into single characters. A text of known ones comes back exactly.
    """

    between = ""

    @staticmethod
    def cut(text: str) -> list[str]:
        """A text as its characters."""
        return list(checked(text))

"""WordPiece as BERT uses it: the longest known piece first, pieces inside a word marked with ##."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from lecture_utils.tokenizers.merges import Merges, learn_merges
from lecture_utils.tokenizers.pretokens import bert_words
from lecture_utils.tokenizers.special import SPECIAL, UNK, known

INSIDE = "##"
LONGEST = 100  # characters; a longer word is unknown, as in BERT's released code


class WordPiece:
    """Greedy longest match (Devlin et al. 2019, released code): text <-> ids through a vocabulary alone.

    pieces: the vocabulary in the order of its ids, the special tokens first. A word with a part that no piece
    covers is [UNK] as a whole. Equal to Hugging Face's WordPiece with BERT's normaliser and pre-tokenizer.
    Raises ValueError unless the special tokens come first, and for repeated pieces.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.tokens = tuple(pieces)
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        if self.tokens[: len(SPECIAL)] != SPECIAL or len(self.ids) != len(self.tokens):
            raise ValueError(f"the vocabulary must begin with {' '.join(SPECIAL)} and hold each piece once")
        self._cut = lru_cache(maxsize=65_536)(self._cut_word)

    @classmethod
    def train(cls, text: str, size: int) -> WordPiece:
        """Learn a vocabulary of `size` pieces, the special ones included, by merging the most frequent pairs.

        That is what Hugging Face's trainer does. Schuster and Nakajima (2012) merge the pair that raises the
        likelihood of the text most: its frequency relative to its parts'. Raises ValueError for a size below
        that of the alphabet, and a text without words.
        """
        return cls((*SPECIAL, *learn_pieces(text, size - len(SPECIAL)).tokens))

    def __len__(self) -> int:
        """Size of the vocabulary V."""
        return len(self.tokens)

    def pieces(self, text: str) -> list[str]:
        """The pieces of a text, lower-cased and without accents; ## marks those that continue a word."""
        return [piece for word in bert_words(text) for piece in self._cut(word)]

    def encode(self, text: str) -> list[int]:
        """Ids of a text; the only special one among them is [UNK]."""
        return [self.ids[piece] for piece in self.pieces(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """Words with a blank between them: capitals, accents and spacing do not come back, nor do unknown words.

        Special tokens but [UNK] stand for no text. Raises ValueError for ids outside the vocabulary.
        """
        kept = [index for index in known(ids, len(self)) if index >= len(SPECIAL) or index == UNK]
        return " ".join(self.tokens[index] for index in kept).replace(f" {INSIDE}", "")

    def _cut_word(self, word: str) -> tuple[str, ...]:
        pieces, start = [], 0
        if len(word) > LONGEST:
            return (SPECIAL[UNK],)
        while start < len(word):
            mark = INSIDE if start else ""
            ends = range(len(word), start, -1)  # the longest first
            end = next((end for end in ends if mark + word[start:end] in self.ids), None)
            if end is None:
                return (SPECIAL[UNK],)
            pieces.append(mark + word[start:end])
            start = end
        return tuple(pieces)


def learn_pieces(text: str, size: int) -> Merges:
    """Merges of characters within words until there are `size` pieces, special ones not counted.

    The alphabet: each character, then each that continues a word, with ##, both in order of code points. (Hugging
    Face's trainer puts the latter in random order, so its ties fall differently from run to run.)
    Raises ValueError as `WordPiece.train` does.
    """
    words = Counter(bert_words(text))
    if not words:
        raise ValueError("there is nothing to learn from a text without words: give a longer one")
    spelled = {(word[0], *(INSIDE + character for character in word[1:])): count for word, count in words.items()}
    alphabet = [*sorted(set("".join(words))), *sorted({unit for word in spelled for unit in word[1:]})]
    return learn_merges(spelled, alphabet, size, prefix=INSIDE)

"""The special tokens: five ids that stand for no text, the same in every vocabulary of this package but words.py's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PAD, UNK, CLS, SEP, MASK = range(5)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def wrap(first: Sequence[int], second: Sequence[int] | None = None) -> tuple[list[int], list[int]]:
    """One text or a pair as BERT reads it (Devlin et al. 2019, section 3), with a segment id for each token.

    [CLS] first [SEP], or [CLS] first [SEP] second [SEP]; segments are 0 up to the first [SEP] and 1 after it.
    Raises ValueError for an empty text and for ids that are special already, [UNK] excepted.
    """
    texts = [first] if second is None else [first, second]
    tokens, segments = [CLS], [0]
    for segment, text in enumerate(texts):
        special = [token for token in text if token in (PAD, CLS, SEP, MASK)]
        if not len(text) or special:
            raise ValueError(f"text {segment + 1} must have a token at least and no special one, but has {special}")
        tokens += [*text, SEP]
        segments += [segment] * (len(text) + 1)
    return tokens, segments


def known(ids: Iterable[int], size: int) -> list[int]:
    """The ids as a list. Raises ValueError for one outside 0 to size - 1."""
    numbers = [int(index) for index in ids]
    for number in numbers:
        if not 0 <= number < size:
            raise ValueError(f"id {number} does not exist: the vocabulary has ids from 0 to {size - 1}")
    return numbers

"""Arithmetic with words as vectors: neighbours, and which word is to c what b is to a."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class Question(NamedTuple):
    """`a` is to `b` as `c` is to `answer`."""

    a: str
    b: str
    c: str
    answer: str


def questions(pairs: Iterable[tuple[str, str]]) -> list[Question]:
    """Every pair of a relation asked by every other one; pairs that share a word are not asked by each other."""
    return [Question(*first, *second) for first, second in permutations(pairs, 2) if not set(first) & set(second)]


class WordVectors:
    """Words with their directions: vectors (V, D) without what all share, each scaled to length 1.

    Products of directions are cosine similarities, -1 to 1. Raises ValueError unless there is one vector a word,
    all finite and not all the same.
    """

    def __init__(self, words: Sequence[str], vectors: Tensor) -> None:
        if vectors.ndim != 2 or len(vectors) != len(words) or not words:
            raise ValueError(f"{len(words)} words and vectors of shape {tuple(vectors.shape)}: give one vector a word")
        if not vectors.isfinite().all():
            raise ValueError("vectors contain NaN or infinity: did the training diverge?")
        centred = vectors.detach() - vectors.detach().mean(0)
        if (centred.norm(dim=-1) == 0).any():
            raise ValueError("a word's vector equals the mean of all vectors: it has no direction")
        self.words, self.directions = tuple(words), F.normalize(centred, dim=-1)
        self.ids = {word: index for index, word in enumerate(words)}

    def __getitem__(self, word: str) -> Tensor:
        """The direction (D,) of a word. Raises ValueError for an unknown one."""
        if word not in self.ids:
            raise ValueError(f"{word!r} is not among the {len(self.words)} words that have a vector")
        return self.directions[self.ids[word]]

    def nearest(self, query: Tensor, n: int = 5, *, without: Collection[str] = ()) -> list[tuple[str, float]]:
        """The n words whose directions are most similar to a vector (D,), with their similarities, best first."""
        similar = self.directions @ F.normalize(query, dim=-1)  # (V,)
        similar[[self.ids[word] for word in without]] = -torch.inf
        best = similar.topk(n)
        return [(self.words[i], value) for i, value in zip(best.indices.tolist(), best.values.tolist(), strict=True)]

    def analogy(self, a: str, b: str, c: str, n: int = 1) -> list[tuple[str, float]]:
        """The n best answers to "a is to b as c is to ...?": nearest to b - a + c (Mikolov et al. 2013).

        None of the three asked about can be an answer. Raises ValueError for unknown words.
        """
        return self.nearest(self[b] - self[a] + self[c], n, without={a, b, c})

    def answers(self, asked: Sequence[Question], *, arithmetic: bool = True) -> list[str]:
        """The best answer to each question; without arithmetic simply the nearest neighbour of c.

        The neighbour alone is what the arithmetic has to beat (Linzen 2016). Raises ValueError for unknown words.
        """
        a, b, c = (torch.stack([self[question[k]] for question in asked]) for k in range(3))  # (Q, D) each
        similar = (F.normalize(b - a + c, dim=-1) if arithmetic else c) @ self.directions.T  # (Q, V)
        for row, question in enumerate(asked):
            similar[row, [self.ids[word] for word in question[:3]]] = -torch.inf
        return [self.words[index] for index in similar.argmax(-1).tolist()]

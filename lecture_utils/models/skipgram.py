"""Words as vectors, learned from the company they keep: skip-gram with negative sampling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F


def window_pairs(texts: Iterable[Sequence[int]], *, window: int) -> tuple[Tensor, Tensor]:
    """Each word with each of its neighbours, up to `window` words away on either side, never across two texts.

    texts: ids. Returns words (N,) and their neighbours (N,), each pair in both directions.
    Raises ValueError for a window below 1 and for texts without a single pair.
    """
    if window < 1:
        raise ValueError(f"window ({window}) must be at least 1 word")
    words, neighbours = [], []
    for text in texts:
        ids = np.asarray(text, dtype=np.int64)
        for distance in range(1, min(window, len(ids) - 1) + 1):
            words += [ids[:-distance], ids[distance:]]
            neighbours += [ids[distance:], ids[:-distance]]
    if not words:
        raise ValueError("no text has two words: there is no pair to learn from")
    return torch.from_numpy(np.concatenate(words)), torch.from_numpy(np.concatenate(neighbours))


def pair_counts(words: Tensor, neighbours: Tensor, *, vocabulary: int) -> Tensor:
    """How often each word has each neighbour, (V, V). Raises ValueError for ids outside the vocabulary."""
    highest = int(torch.maximum(words.max(), neighbours.max()))
    if highest >= vocabulary or int(torch.minimum(words.min(), neighbours.min())) < 0:
        raise ValueError(f"ids up to {highest} must lie in 0 to {vocabulary - 1}, the vocabulary")
    return torch.bincount(words * vocabulary + neighbours, minlength=vocabulary**2).view(vocabulary, -1).float()


def noise_distribution(counts: Tensor, *, power: float = 0.75) -> Tensor:
    """Where negatives come from: how often each word occurs, flattened by a power (Mikolov et al. 2013, sec. 2.2)."""
    weights = counts.sum(1) ** power  # (V,)
    return weights / weights.sum()


class SkipGram(nn.Module):
    """Two vectors a word: one for itself, one for it as a neighbour (Mikolov et al. 2013, section 2.2).

    A pair's score is the product of the word's vector and its neighbour's. vocabulary V, width D.
    """

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        if min(vocabulary, width) < 1:
            raise ValueError(f"vocabulary ({vocabulary}) and width ({width}) must each be at least 1")
        self.words = nn.Parameter(0.1 * torch.randn(vocabulary, width))
        self.neighbours = nn.Parameter(0.1 * torch.randn(vocabulary, width))

    def forward(self, words: Tensor, neighbours: Tensor) -> Tensor:
        """Ids words (N,) and neighbours (N,) or (N, K) -> scores of the same shape as neighbours."""
        vectors = self.words[words]  # (N, D)
        others = self.neighbours[neighbours]  # (N, [K,] D)
        return (others @ vectors.unsqueeze(-1)).squeeze(-1) if neighbours.ndim == 2 else (vectors * others).sum(-1)


def sampled_loss(model: SkipGram, words: Tensor, neighbours: Tensor, negatives: Tensor) -> Tensor:
    """Tell a true neighbour from K drawn words (Mikolov et al. 2013, eq. 4, negated), the mean over pairs.

    words (N,), neighbours (N,), negatives (N, K) drawn from `noise_distribution`.
    """
    true, drawn = model(words, neighbours), model(words, negatives)  # (N,), (N, K)
    return -(F.logsigmoid(true) + F.logsigmoid(-drawn).sum(-1)).mean()


def expected_loss(counts: Tensor, *, negatives: int = 5) -> Callable[[SkipGram, object], Tensor]:
    """The same loss over all pairs at once, with its negatives not drawn but averaged, for `training.fit`.

    What `sampled_loss` is on average (Levy and Goldberg 2014, section 3.1); it takes scores of all V x V pairs, so
    it is for small vocabularies. counts (V, V) of pairs; negatives: K. Raises ValueError for K below 1.
    """
    if negatives < 1:
        raise ValueError(f"negatives ({negatives}) must be at least 1")
    true = counts / counts.sum()  # (V, V): how likely a pair is
    drawn = negatives * true.sum(1, keepdim=True) * noise_distribution(counts)  # (V, V): and with a drawn neighbour

    def loss(model: SkipGram, _batch: object) -> Tensor:
        scores = model.words @ model.neighbours.T  # (V, V)
        return ((true + drawn) * F.softplus(scores) - true * scores).sum()  # softplus(s) - s = -log sigmoid(s)

    return loss

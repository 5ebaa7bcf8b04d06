"""How good a list of recommendations is: the rank of what was really chosen, hit rate and NDCG."""

from __future__ import annotations

import numpy as np


def ranks(scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rank of the chosen item among all: scores (N, V), higher is better, chosen (N,) -> (N,), 1 is the top.

    An item with the same score stands before the chosen one, so that a model that scores all alike earns nothing.
    Raises ValueError for shapes, items or scores that do not fit.
    """
    scores, chosen = np.asarray(scores), np.asarray(chosen)
    if scores.ndim != 2 or chosen.shape != scores.shape[:1]:
        raise ValueError(f"scores {scores.shape} must be (N, V) and chosen {chosen.shape} (N,), one item a row")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN: it has no place in a ranking")
    if len(chosen) and not 0 <= chosen.min() <= chosen.max() < scores.shape[1]:
        raise ValueError(f"items from {chosen.min()} to {chosen.max()} must lie in 0 to {scores.shape[1] - 1}")
    return (scores >= scores[np.arange(len(chosen)), chosen][:, None]).sum(1)


def hit_rate(rank: np.ndarray, k: int = 10) -> float:
    """HR@k: the share of rows whose item is among the first k (Sun et al. 2019, section 4.2)."""
    return float((_checked(rank, k) <= k).mean())


def ndcg(rank: np.ndarray, k: int = 10) -> float:
    """NDCG@k where one item a row is right: the mean of 1 / log2(1 + rank) up to rank k, else 0.

    Equal to scikit-learn's `ndcg_score` where no scores tie (Järvelin and Kekäläinen 2002).
    """
    rank = _checked(rank, k)
    return float(np.where(rank <= k, 1 / np.log2(1 + rank), 0.0).mean())


def best_possible(chances: np.ndarray, k: int = 10) -> tuple[float, float]:
    """What no recommender can beat in expectation: HR@k and NDCG@k of the list sorted by the true chances (N, V).

    Both metrics give an item the more, the higher it stands, so the likeliest belongs at the top; the expectation
    is the sum of the k largest chances, each times 1, or 1 / log2(1 + rank). Raises ValueError for no chances.
    """
    chances = np.asarray(chances, dtype=float)
    if chances.ndim != 2 or not chances.size or not np.allclose(chances.sum(1), 1):
        raise ValueError(f"chances {chances.shape} must be (N, V), each row summing to one")
    best = np.sort(chances, 1)[:, ::-1][:, :k]  # (N, k)
    gains = 1 / np.log2(2 + np.arange(best.shape[1]))
    return float(best.sum(1).mean()), float((best @ gains).mean())


def sampled_ranks(scores: np.ndarray, chosen: np.ndarray, *, negatives: int, seed: int) -> np.ndarray:
    """Rank of the chosen item among itself and `negatives` others drawn from the rest: a short cut that misleads.

    Who is better among all may be worse among a few (Krichene and Rendle 2020, section 4); shown, not recommended.
    Raises ValueError as `ranks` does, and for more negatives than there are other items.
    """
    rank, others = ranks(scores, chosen), np.asarray(scores).shape[1] - 1
    if not 1 <= negatives <= others:
        raise ValueError(f"negatives ({negatives}) must lie in 1 to {others}, the number of other items")
    generator = np.random.default_rng(seed)
    return 1 + generator.hypergeometric(rank - 1, others - (rank - 1), negatives)


def _checked(rank: np.ndarray, k: int) -> np.ndarray:
    rank = np.asarray(rank)
    if not rank.size or rank.min() < 1 or k < 1:
        raise ValueError(f"k ({k}) and every rank must be at least 1, and there must be a rank")
    return rank

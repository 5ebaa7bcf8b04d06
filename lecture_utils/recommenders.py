"""Recommenders that count: what is popular, and what followed on what."""

from __future__ import annotations

import numpy as np


def popularity(histories: np.ndarray, items: int) -> np.ndarray:
    """The share of each item among all that were chosen: histories (N, T), -1 for none -> (items,)."""
    counts = np.bincount(histories[histories >= 0], minlength=items)
    if not counts.sum():
        raise ValueError("the histories hold no item: there is nothing to count")
    return counts / counts.sum()


def followers(histories: np.ndarray, items: int, *, back: int = 1, weight: float = 5.0) -> np.ndarray:
    """A Markov chain, counted: the chance of each item given the one `back` steps before it, (items, items).

    Popularity counts as `weight` observations more in each row, so that rare items have neighbours, too. The row of
    "none" is one more, the last, so that index -1 finds it: popularity itself. Raises ValueError for back < 1.
    """
    if back < 1:
        raise ValueError(f"back ({back}) must be at least 1 step")
    before, after = histories[:, :-back], histories[:, back:]
    seen = (before >= 0) & (after >= 0)
    counts = np.zeros((items + 1, items))
    np.add.at(counts, (before[seen], after[seen]), 1)
    counts += weight * popularity(histories, items)
    return counts / counts.sum(1, keepdims=True)

"""Where to draw the line: precision and recall of a threshold on scores, and the choice of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What a threshold does to a feed: posts hidden and bad, hidden though good, let through though bad."""

    caught: int
    wrongly_hidden: int
    let_through: int

    @property
    def precision(self) -> float:
        """Share of the hidden that are bad; 1 where nothing is hidden, for nobody was hidden wrongly."""
        hidden = self.caught + self.wrongly_hidden
        return self.caught / hidden if hidden else 1.0

    @property
    def recall(self) -> float:
        """Share of the bad that are hidden; 1 where there are none."""
        bad = self.caught + self.let_through
        return self.caught / bad if bad else 1.0


def outcome(scores: np.ndarray, bad: np.ndarray, threshold: float) -> Outcome:
    """Hide each post whose score is at least the threshold. scores (N,), bad (N,) of booleans.

    Raises ValueError for shapes that do not fit, and for NaN.
    """
    scores, bad = _checked(scores, bad)
    if np.isnan(threshold):
        raise ValueError("threshold (nan) must be a number")
    hidden = scores >= threshold
    return Outcome(int((hidden & bad).sum()), int((hidden & ~bad).sum()), int((~hidden & bad).sum()))


def threshold_for(scores: np.ndarray, bad: np.ndarray, *, precision: float) -> float:
    """The score to hide from so that recall is largest while precision keeps at least this bound.

    Candidates are the scores themselves; of equal recall the higher, which hides less. Where none keeps the bound:
    infinity, which hides nothing. Raises ValueError for a bound outside 0 to 1, and as `outcome` does.
    """
    scores, bad = _checked(scores, bad)
    if not 0 <= precision <= 1:
        raise ValueError(f"precision ({precision}) must lie in 0 to 1")
    best, threshold = -1.0, float("inf")
    for candidate in np.unique(scores)[::-1]:  # the highest first
        now = outcome(scores, bad, candidate)
        if now.precision >= precision and now.recall > best:
            best, threshold = now.recall, float(candidate)
    return threshold


def _checked(scores: np.ndarray, bad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scores, bad = np.asarray(scores, dtype=float), np.asarray(bad)
    if scores.ndim != 1 or scores.shape != bad.shape or bad.dtype != bool or not len(scores):
        raise ValueError(f"scores {scores.shape} and bad {bad.shape} must be (N,), bad of booleans, N at least 1")
    if np.isnan(scores).any():
        raise ValueError("scores contain NaN: a post without a score cannot be judged")
    return scores, bad

"""Calibration: of all that is said with 80 % confidence, are 80 % right?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reliability:
    """Answers by confidence, the bins without answers left out. confidence, accuracy (K,): means; counts (K,)."""

    confidence: np.ndarray
    accuracy: np.ndarray
    counts: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al. 2017, eq. 3): the mean gap of confidence and accuracy, 0 to 1."""
        return float(np.average(np.abs(self.confidence - self.accuracy), weights=self.counts))


def reliability(confidence: np.ndarray, right: np.ndarray, *, bins: int = 10) -> Reliability:
    """Sort answers into equally wide bins of confidence (Guo et al. 2017, section 2); 1.0 belongs to the last.

    confidence (N,): 0 to 1. right (N,): booleans. A confidence on a border belongs to the bin above.
    Raises ValueError for other shapes and values, and for fewer than 1 bin.
    """
    confidence, right = checked(confidence, right)
    if bins < 1:
        raise ValueError(f"bins ({bins}) must be at least 1")
    place = np.minimum((confidence * bins).astype(int), bins - 1)  # (N,)
    counts = np.bincount(place, minlength=bins)
    full = counts > 0
    means = [np.bincount(place, weights=what, minlength=bins)[full] / counts[full] for what in (confidence, right)]
    return Reliability(means[0], means[1], counts[full])


def checked(confidence: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays (N,). Raises ValueError for other shapes, no answers, and confidences outside 0 to 1."""
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right)
    if confidence.ndim != 1 or confidence.shape != right.shape or right.dtype != bool or not len(right):
        raise ValueError(
            f"confidence {confidence.shape} and right {right.shape} must be (N,), right of booleans, N at least 1"
        )
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise ValueError("confidence must lie in 0 to 1: give probabilities, not percent, and no NaN")
    return confidence, right

"""Keeping silent: what is answered, and how much of it is wrong, when only confident answers are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lecture_utils.calibration import checked


@dataclass(frozen=True)
class RiskCoverage:
    """For each threshold (K,), highest first: coverage, the share answered, and risk, the share of those wrong."""

    thresholds: np.ndarray
    coverage: np.ndarray
    risk: np.ndarray


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """Answer where the confidence reaches the threshold, for every threshold there is (El-Yaniv and Wiener 2010).

    confidence (N,): 0 to 1. right (N,): booleans. Equal confidences are answered together or not at all.
    Raises ValueError for other shapes and values.
    """
    confidence, right = checked(confidence, right)
    order = np.argsort(-confidence, kind="stable")
    confidence, wrong = confidence[order], np.cumsum(~right[order])
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True))  # of each run of equals
    return RiskCoverage(confidence[last], (last + 1) / len(right), wrong[last] / (last + 1))


def threshold_for_risk(confidence: np.ndarray, right: np.ndarray, *, risk: float) -> float:
    """The lowest threshold, hence the largest coverage, whose risk is at most `risk`; infinity where none is.

    Choose it on questions other than those you report on: on its own ones it looks better than it is.
    Raises ValueError for a risk outside 0 to 1, and as `risk_coverage` does.
    """
    if not 0 <= risk <= 1:
        raise ValueError(f"risk ({risk}) is a share: give a number from 0 to 1")
    curve = risk_coverage(confidence, right)
    kept = curve.thresholds[curve.risk <= risk]
    return float(kept[-1]) if len(kept) else float("inf")

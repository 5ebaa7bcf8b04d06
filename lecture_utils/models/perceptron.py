"""Rosenblatt's perceptron in NumPy: a weighted sum, a threshold, and a rule that learns from mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog


def step(z: NDArray) -> NDArray:
    """1 where z > 0, else 0: the neuron fires or it does not."""
    return (np.asarray(z) > 0).astype(int)


@dataclass
class Perceptron:
    """One neuron: fires when weights @ x + bias > 0 (Rosenblatt 1958). weights (D,), bias a number."""

    weights: NDArray
    bias: float = 0.0

    def predict(self, x: NDArray) -> NDArray:
        """Inputs (N, D) -> 0 or 1 for each, (N,)."""
        return step(_rows(x, len(self.weights)) @ self.weights + self.bias)


@dataclass(frozen=True)
class PerceptronRun:
    """What the learning rule did. updates: one weight vector and bias a mistake, (mistakes + 1, D + 1)."""

    model: Perceptron
    mistakes: int
    converged: bool
    updates: NDArray


def learn(x: NDArray, labels: NDArray, *, epochs: int = 100) -> PerceptronRun:
    """Rosenblatt's rule: on each mistake add the input to the weights, or subtract it.

    x (N, D) real, labels (N,) of 0 and 1. Goes through the data in order until an epoch is free of mistakes.
    Raises ValueError for other labels, NaN, or lengths that differ.
    """
    x, signs = _rows(x), _signs(labels, len(x))
    augmented = np.column_stack([x, np.ones(len(x))])  # (N, D + 1): the bias is a weight on a constant 1
    weights = np.zeros(augmented.shape[1])
    updates = [weights.copy()]
    for _ in range(epochs):
        before = len(updates)
        for row, sign in zip(augmented, signs, strict=True):
            if sign * (row @ weights) <= 0:
                weights = weights + sign * row
                updates.append(weights.copy())
        if len(updates) == before:
            break
    converged = bool(np.all(signs * (augmented @ weights) > 0))
    return PerceptronRun(Perceptron(weights[:-1], float(weights[-1])), len(updates) - 1, converged, np.array(updates))


def novikoff_bound(x: NDArray, labels: NDArray, separator: NDArray) -> float:
    """(R / gamma)^2, more mistakes than the rule can ever make (Novikoff 1962).

    separator (D + 1,): weights and bias of any plane that separates the classes; R is the longest input, with
    its constant 1, and gamma the smallest distance of an input to that plane.
    Raises ValueError when the plane does not separate.
    """
    x, signs = _rows(x), _signs(labels, len(x))
    augmented = np.column_stack([x, np.ones(len(x))])  # (N, D + 1)
    margins = signs * (augmented @ separator) / np.linalg.norm(separator)
    if margins.min() <= 0:
        raise ValueError(
            f"the plane leaves a point on the wrong side (margin {margins.min():.3g}): give a separating one"
        )
    return float((np.linalg.norm(augmented, axis=1).max() / margins.min()) ** 2)


def separable(x: NDArray, labels: NDArray) -> bool:
    """Whether any plane separates the classes: a linear program decides it, no training involved.

    Looks for weights and bias with sign * (w @ x + b) >= 1 for every point; infeasible means: there are none.
    """
    x, signs = _rows(x), _signs(labels, len(x))
    constraints = -signs[:, None] * np.column_stack([x, np.ones(len(x))])  # (N, D + 1), each row <= -1
    cost = np.zeros(constraints.shape[1])
    result = linprog(cost, A_ub=constraints, b_ub=-np.ones(len(x)), bounds=(None, None), method="highs")
    if result.status not in (0, 2):
        raise RuntimeError(f"the linear program gave no verdict: {result.message}")
    return result.status == 0


def _rows(x: NDArray, width: int | None = None) -> NDArray:
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or len(x) == 0 or (width is not None and x.shape[1] != width):
        raise ValueError(f"inputs of shape {x.shape} must be (N, {width or 'D'}) with at least one row")
    if not np.isfinite(x).all():
        raise ValueError("inputs contain NaN or infinity: remove those rows first")
    return x


def _signs(labels: NDArray, n: int) -> NDArray:
    labels = np.asarray(labels)
    if labels.shape != (n,) or not np.isin(labels, (0, 1)).all():
        raise ValueError(
            f"labels must be {n} zeros and ones, one an input, not {labels.shape} of {np.unique(labels)[:5]}"
        )
    return 2 * labels.astype(int) - 1

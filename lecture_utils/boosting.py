"""Decision trees and gradient boosting in NumPy, as small as they can be and still equal to scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Leaf:
    """The end of a branch: every row that comes here gets this value."""

    value: float


@dataclass(frozen=True)
class Split:
    """A question: rows whose column is at most `threshold` go to `low`, the others to `high`."""

    column: int
    threshold: float
    low: Split | Leaf
    high: Split | Leaf


Tree = Split | Leaf


def best_split(rows: np.ndarray, targets: np.ndarray) -> tuple[int, float] | None:
    """The column and threshold that lower the squared error most; None where no split lowers it.

    rows (N, F), targets (N,). All columns are sorted at once: a split after place n leaves sums S of n rows and R of
    the other m, and the error falls by S^2 / n + R^2 / m (Breiman et al. 1984, section 8.4). The threshold lies half
    way between the neighbours.
    """
    count = len(rows)
    order = rows.argsort(0, kind="stable")  # (N, F)
    ranked = np.take_along_axis(rows, order, 0)
    sums = targets[order].cumsum(0)[:-1]  # (N - 1, F): of the rows up to each place
    before = np.arange(1, count)[:, None]
    fall = sums**2 / before + (targets.sum() - sums) ** 2 / (count - before) - targets.sum() ** 2 / count
    fall[ranked[1:] <= ranked[:-1]] = 0.0  # equal values cannot be told apart
    if not fall.size or fall.max() <= 1e-12 * max(1.0, float((targets**2).sum())):
        return None
    place, column = np.unravel_index(fall.argmax(), fall.shape)
    return int(column), float((ranked[place, column] + ranked[place + 1, column]) / 2)


def grow(
    rows: np.ndarray, targets: np.ndarray, *, depth: int, value: Callable[[np.ndarray], float] | None = None
) -> Tree:
    """A regression tree of at most `depth` questions in a row, grown greedily (Breiman et al. 1984, chapter 8).

    rows (N, F), targets (N,). value: what a leaf says, from the indices (n,) of its rows; the mean target unless given.
    Equal to scikit-learn's DecisionTreeRegressor where no two splits are equally good.
    Raises ValueError for no rows, lengths that differ, NaN, or a negative depth.
    """
    rows, targets = np.asarray(rows), np.asarray(targets, dtype=float)
    if rows.ndim != 2 or len(rows) != len(targets) or not len(rows) or depth < 0:
        raise ValueError(f"rows {rows.shape}, targets {targets.shape}, depth {depth}: give (N, F), (N,), 0 or more")
    if np.isnan(rows).any() or np.isnan(targets).any():
        raise ValueError("the table contains NaN: fill the gaps before a tree is grown")
    value = value or (lambda members: float(targets[members].mean()))

    def branch(members: np.ndarray, left: int) -> Tree:
        split = best_split(rows[members], targets[members]) if left else None
        if split is None:
            return Leaf(value(members))
        column, threshold = split
        low = rows[members, column] <= threshold
        return Split(column, threshold, branch(members[low], left - 1), branch(members[~low], left - 1))

    return branch(np.arange(len(rows)), depth)


def answers(tree: Tree, rows: np.ndarray) -> np.ndarray:
    """What the tree says for each row (N,)."""
    if isinstance(tree, Leaf):
        return np.full(len(rows), tree.value)
    low = rows[:, tree.column] <= tree.threshold
    said = np.empty(len(rows))
    said[low], said[~low] = answers(tree.low, rows[low]), answers(tree.high, rows[~low])
    return said


def questions(tree: Tree, rows: np.ndarray) -> np.ndarray:
    """How often each row is asked about each column on its way to a leaf (N, F)."""
    asked = np.zeros(rows.shape)
    if isinstance(tree, Split):
        low = rows[:, tree.column] <= tree.threshold
        asked[:, tree.column] += 1
        asked[low] += questions(tree.low, rows[low])
        asked[~low] += questions(tree.high, rows[~low])
    return asked


def sigmoid(scores: np.ndarray) -> np.ndarray:
    """Log odds to probabilities."""
    return 1 / (1 + np.exp(-scores))


@dataclass(frozen=True)
class Boosted:
    """A sum of trees: the log odds of label 1 are `start` + rate * what all trees say."""

    start: float
    rate: float
    trees: Sequence[Tree]

    def chances(self, rows: np.ndarray) -> np.ndarray:
        """Probability of label 1 (N,)."""
        rows = np.asarray(rows)
        return sigmoid(self.start + self.rate * sum((answers(tree, rows) for tree in self.trees), np.zeros(len(rows))))

    def looks(self, rows: np.ndarray) -> np.ndarray:
        """Share of all questions to a row that are about each column (N, F)."""
        rows = np.asarray(rows)
        asked = sum((questions(tree, rows) for tree in self.trees), np.zeros(rows.shape))
        return asked / np.maximum(1, asked.sum(1, keepdims=True))


def boost(rows: np.ndarray, labels: np.ndarray, *, trees: int, depth: int = 3, rate: float = 0.1) -> Boosted:
    """Gradient boosting for two classes (Friedman 2001, algorithm 5 with one Newton step a leaf).

    rows (N, F), labels (N,) of 0 and 1. Each tree fits the residuals label - chance; a leaf says
    sum(residual) / sum(chance (1 - chance)). Equal to scikit-learn's GradientBoostingClassifier with squared error.
    Raises ValueError for labels other than 0 and 1 or of one kind only, fewer than one tree, or a rate not above 0.
    """
    rows, labels = np.asarray(rows), np.asarray(labels)
    if set(np.unique(labels)) != {0, 1} or trees < 1 or not rate > 0:
        raise ValueError(
            f"labels {np.unique(labels)[:4]} must be 0 and 1, trees ({trees}) at least 1, rate ({rate}) > 0"
        )
    start = float(np.log(labels.mean() / (1 - labels.mean())))
    scores, grown = np.full(len(rows), start), []
    for _ in range(trees):
        chances = sigmoid(scores)
        residuals, weights = labels - chances, chances * (1 - chances)
        newton = lambda members, r=residuals, w=weights: float(r[members].sum() / max(w[members].sum(), 1e-150))  # noqa: E731
        grown.append(grow(rows, residuals, depth=depth, value=newton))
        scores = scores + rate * answers(grown[-1], rows)
    return Boosted(start, rate, tuple(grown))

"""Tables whose truth is known: six synthetic ones, with the columns that count in each row and the best AUC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

COLUMNS = 11


@dataclass(frozen=True)
class Rule:
    """One way a label comes about. columns: those it reads. odds: rows (N, 11) -> log odds of label 0 (N,)."""

    columns: tuple[int, ...]
    odds: Callable[[np.ndarray], np.ndarray]


PRODUCT = Rule((0, 1), lambda x: x[:, 0] * x[:, 1])
SPHERE = Rule((2, 3, 4, 5), lambda x: (x[:, 2:6] ** 2).sum(1) - 4.0)
WAVE = Rule((6, 7, 8, 9), lambda x: -10 * np.sin(0.2 * x[:, 6]) + np.abs(x[:, 7]) + x[:, 8] + np.exp(-x[:, 9]) - 2.4)
SWITCH = 10  # where a table has two rules, the last column's sign says which of them holds
RULES = {
    "Syn1": (PRODUCT,),
    "Syn2": (SPHERE,),
    "Syn3": (WAVE,),
    "Syn4": (PRODUCT, SPHERE),
    "Syn5": (PRODUCT, WAVE),
    "Syn6": (SPHERE, WAVE),
}


@dataclass(frozen=True)
class Table:
    """Rows with labels and their truth.

    features (N, 11): float32, independent standard normal columns. labels (N,): 0 or 1. chance (N,): probability of
    label 1, which no model can know better. relevant (N, 11): True where a column decides about that row's chance.
    """

    name: str
    features: np.ndarray
    labels: np.ndarray
    chance: np.ndarray
    relevant: np.ndarray

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, from x1 on, as in the papers."""
        return tuple(f"x{number}" for number in range(1, COLUMNS + 1))

    @property
    def best_auc(self) -> float:
        """AUC of the true chances on these rows: what is left to luck no model can learn."""
        return float(roc_auc_score(self.labels, self.chance))


def draw_table(name: str, rows: int, *, seed: int) -> Table:
    """Draw rows of Syn1 to Syn6 (Chen et al. 2018, section 4.1; Yoon et al. 2019, section 4.1).

    The label is 0 with odds exp(rule); in Syn4 to Syn6 the first rule holds where x11 < 0, else the second.
    Constants of the wave are those of the INVASE authors' code. Training and test rows need different seeds.
    Raises ValueError for an unknown name, or fewer than one row.
    """
    if name not in RULES or rows < 1:
        raise ValueError(f"table {name!r} of {rows} rows: choose one of {', '.join(RULES)}, and at least one row")
    generator = np.random.default_rng([seed, list(RULES).index(name)])
    features = generator.standard_normal((rows, COLUMNS)).astype(np.float32)
    x, rules = features.astype(np.float64), RULES[name]
    second = (x[:, SWITCH] >= 0) & (len(rules) == 2)
    relevant = np.zeros((rows, COLUMNS), dtype=bool)
    for rule, holds in zip(rules, (~second, second), strict=False):
        relevant[np.ix_(holds, rule.columns)] = True
    relevant[:, SWITCH] = len(rules) == 2
    log_odds = np.where(second, rules[-1].odds(x), rules[0].odds(x))
    chance = 1 / (1 + np.exp(log_odds))
    labels = (generator.random(rows) < chance).astype(np.int64)
    return Table(name, features, labels, chance, relevant)


def selection_rates(selected: np.ndarray, relevant: np.ndarray) -> tuple[float, float]:
    """How well columns were selected: true positive rate and false discovery rate, both 0 to 1 (Yoon et al. 2019, 4.1).

    selected and relevant (N, F): boolean. Rates of each row, averaged over rows; a row that selects nothing has no
    false discovery. Raises ValueError for shapes that differ, or a row without any relevant column.
    """
    selected, relevant = np.asarray(selected, dtype=bool), np.asarray(relevant, dtype=bool)
    if selected.shape != relevant.shape or selected.ndim != 2 or not relevant.any(1).all():
        raise ValueError(
            f"selected {selected.shape} and relevant {relevant.shape} must be one (N, F), a relevant column in each row"
        )
    found = (selected & relevant).sum(1)
    chosen = selected.sum(1)
    return float((found / relevant.sum(1)).mean()), float(((chosen - found) / np.maximum(1, chosen)).mean())

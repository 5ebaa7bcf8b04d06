"""The full table of the lesson on tabular data: every model on Syn1 to Syn6 and on a real table.

It takes too long for the lesson, so `make record` measures it first: `lesson.kept("tabular-full-table")` reads it.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Collection

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from lecture_utils import boosters, tabular
from lecture_utils.datasets import tables
from lecture_utils.datasets.tables import RULES, Table, draw_table, selection_rates
from lecture_utils.layers import ghost_norm, sparsemax
from lecture_utils.models import invase, tabnet
from lecture_utils.tabular import chances, fit_invase, fit_tabnet, tensors

KEPT = "tabular-full-table"
ROWS = 10_000  # the papers' protocol, for training and for the test
MEMBERS = 3  # TabNets whose probabilities are averaged


def draw_pair(name: str, seed: int) -> tuple[Table, Table]:
    """Training and test rows of a table, drawn with two different seeds."""
    return draw_table(name, ROWS, seed=seed), draw_table(name, ROWS, seed=1000 + seed)


def auc(test: Table, probabilities: np.ndarray) -> float:
    """Area under the ROC curve on the test rows."""
    return float(roc_auc_score(test.labels, probabilities))


def score_boosters(train: Table, test: Table, seed: int) -> dict[str, float]:
    """AUC of each booster that is installed."""
    trained = {name: model.fit(train.features, train.labels) for name, model in boosters.boosters(seed).items()}
    return {name: auc(test, model.predict_proba(test.features)[:, 1]) for name, model in trained.items()}


def score_tabnet(train: Table, test: Table, seed: int) -> dict[str, float]:
    """AUC of three TabNets: of their averaged probabilities, and the mean of their own."""
    models = [fit_tabnet(train.features, train.labels, seed=MEMBERS * seed + k, progress=None) for k in range(MEMBERS)]
    said = [chances(model, test.features) for model in models]
    return {
        "TabNet": auc(test, np.mean(said, 0)),
        "one TabNet": float(np.mean([auc(test, one) for one in said])),
    }


def score_invase(train: Table, test: Table, seed: int) -> dict[str, float]:
    """INVASE's selection rates, its AUC from the selected columns, and how often it takes the last column."""
    model = fit_invase(train.features, train.labels, seed=seed, progress=None)
    selected = model.select(tensors(test.features, test.labels)[0]).numpy(force=True)
    found, false = selection_rates(selected, test.relevant)
    switch = float(selected[:, -1].mean())
    return {"INVASE": auc(test, chances(model, test.features)), "TPR": found, "FDR": false, "x11 taken": switch}


def measure_cell(name: str, seed: int) -> dict[str, float]:
    """Everything that is measured on one table with the data drawn by one seed."""
    train, test = draw_pair(name, seed)
    scores = {"best possible": test.best_auc}
    for score in (score_boosters, score_tabnet, score_invase):
        scores |= score(train, test, seed)
    return scores


Fitted = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # training rows, labels, test rows -> chances


def real_models(seed: int) -> dict[str, Fitted]:
    """Every model as it is trained on a real table of a few hundred rows."""

    def by_scikit_learn(model: object) -> Fitted:
        return lambda rows, labels, test: model.fit(rows, labels).predict_proba(test)[:, 1]

    def by_tabnet(rows: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
        return chances(fit_tabnet(rows, labels, seed=seed, steps=150, size=128, ghost=64, progress=None), test)

    def by_invase(rows: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
        return chances(fit_invase(rows, labels, seed=seed, steps=500, explore=150, progress=None), test)

    libraries = {name: by_scikit_learn(model) for name, model in boosters.boosters(seed).items()}
    first = {"logistic regression": by_scikit_learn(LogisticRegression(max_iter=1000))}
    return first | libraries | {"INVASE": by_invase, "TabNet": by_tabnet}


def cross_validate(seed: int, *, without: Collection[str] = ()) -> dict[str, float]:
    """AUC on scikit-learn's breast cancer table, mean of five folds, by model.

    569 rows, 30 columns. Columns are standardised by the training rows of each fold, which the test rows never touch.
    """
    rows, labels = load_breast_cancer(return_X_y=True)
    models = {name: fitted for name, fitted in real_models(seed).items() if name not in without}
    scores: dict[str, list[float]] = {name: [] for name in models}
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, labels):
        middle, spread = rows[train].mean(0), rows[train].std(0)
        seen, unseen = (rows[train] - middle) / spread, (rows[test] - middle) / spread
        for name, fitted in models.items():
            scores[name].append(float(roc_auc_score(labels[test], fitted(seen, labels[train], unseen))))
    return {name: float(np.mean(values)) for name, values in scores.items()}


def measure(seeds: tuple[int, ...] = (0, 1, 2)) -> dict[str, float]:
    """The whole table, three draws of the data: "Syn4 | TabNet | 0" -> its number."""
    cells = {(name, seed): measure_cell(name, seed) for name in RULES for seed in seeds}
    cells |= {("real", seed): cross_validate(seed) for seed in seeds}
    return {f"{name} | {what} | {seed}": value for (name, seed), row in cells.items() for what, value in row.items()}


def recipe() -> str:
    """A fingerprint of the code behind the table: numbers of another recipe are out of date."""
    parts = (tables, sparsemax, ghost_norm, tabnet, invase, tabular, boosters, sys.modules[__name__])
    text = "".join(inspect.getsource(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

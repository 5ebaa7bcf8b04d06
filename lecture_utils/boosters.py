"""The boosting libraries that are installed, under one setting."""

from __future__ import annotations

import importlib
from typing import Protocol

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

LIBRARIES = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost"}


class Classifier(Protocol):
    """What all of them share: scikit-learn's two methods."""

    def fit(self, features: np.ndarray, labels: np.ndarray) -> object: ...

    def predict_proba(self, features: np.ndarray) -> np.ndarray: ...


def boosters(seed: int = 0) -> dict[str, Classifier]:
    """Untrained boosters by name: scikit-learn's always, the other libraries' where they are installed.

    400 small trees of 8 leaves at rate 0.05, one thread; CatBoost with its own defaults, which choose the rate by the
    size of the table. `absent` says which are left out.
    """
    found: dict[str, Classifier] = {
        "scikit-learn": HistGradientBoostingClassifier(
            max_iter=400, learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state=seed
        )
    }
    makers = {"xgboost": _xgboost, "lightgbm": _lightgbm, "catboost": _catboost}
    for library, name in LIBRARIES.items():
        module = _load(library)
        if module is not None:
            found[name] = makers[library](module, seed)
    return found


def absent() -> str:
    """One line that names the libraries that are not installed, and how to get them; empty where all are there."""
    missing = [library for library in LIBRARIES if _load(library) is None]
    names = ", ".join(LIBRARIES[library] for library in missing)
    return f"Not installed, so their lines are missing: {names} (pip install {' '.join(missing)})" if missing else ""


def _load(library: str) -> object | None:
    try:
        return importlib.import_module(library)
    except ImportError:
        return None


def _xgboost(module: object, seed: int) -> Classifier:
    return module.XGBClassifier(
        n_estimators=400,
        learning_rate=0.05,
        max_leaves=8,
        max_depth=0,
        grow_policy="lossguide",
        min_child_weight=3,
        subsample=0.7,
        colsample_bytree=0.7,
        n_jobs=1,
        random_state=seed,
    )


def _lightgbm(module: object, seed: int) -> Classifier:
    return module.LGBMClassifier(
        n_estimators=400,
        learning_rate=0.05,
        num_leaves=8,
        min_child_samples=50,
        subsample=0.7,
        subsample_freq=1,
        colsample_bytree=0.7,
        n_jobs=1,
        verbose=-1,
        random_state=seed,
    )


def _catboost(module: object, seed: int) -> Classifier:
    return module.CatBoostClassifier(thread_count=1, verbose=0, allow_writing_files=False, random_seed=seed)

"""Oracle: what each library is called and a table whose label is one column; an import that fails."""

import importlib

import numpy as np
import pytest

from lecture_utils import boosters as module
from lecture_utils.boosters import absent, boosters


def test_every_installed_booster_learns_and_repeats_itself():
    pytest.importorskip("xgboost"), pytest.importorskip("lightgbm"), pytest.importorskip("catboost")
    features = np.random.default_rng(0).standard_normal((600, 3))
    labels = (features[:, 1] > 0).astype(int)
    found = boosters(seed=0)
    assert list(found) == ["scikit-learn", "XGBoost", "LightGBM", "CatBoost"]
    for name, model in found.items():
        model.fit(features[:400], labels[:400])
        said = model.predict_proba(features[400:])[:, 1]
        assert ((said > 0.5) == labels[400:]).mean() > 0.9, name
        again = boosters(seed=0)[name]
        again.fit(features[:400], labels[:400])
        np.testing.assert_array_equal(again.predict_proba(features[400:])[:, 1], said)


def test_a_library_that_is_absent_is_left_out_and_named_in_one_line(monkeypatch):
    real = importlib.import_module

    def without_catboost(name):
        if name == "catboost":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(module.importlib, "import_module", without_catboost)
    assert "CatBoost" not in boosters() and "scikit-learn" in boosters()
    assert absent() == "Not installed, so their lines are missing: CatBoost (pip install catboost)"
    monkeypatch.undo()
    assert "CatBoost" not in absent()

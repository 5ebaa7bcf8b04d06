"""Oracles: the recorded table, measured again in a few cells; the bounds asked for; folds that share no row."""

import numpy as np
import pytest

from lecture_utils import tabular_table
from lecture_utils.datasets.tables import RULES
from lecture_utils.lesson.ledger import kept
from lecture_utils.tabular_table import (
    KEPT,
    cross_validate,
    draw_pair,
    measure,
    real_models,
    score_boosters,
    score_invase,
)


@pytest.fixture(scope="module")
def recorded():
    return kept(KEPT)


@pytest.mark.parametrize("name", list(RULES))
def test_training_and_test_rows_are_two_draws(name):
    train, test = draw_pair(name, 0)
    assert len(train.labels) == len(test.labels) == 10_000
    assert not (set(map(bytes, train.features)) & set(map(bytes, test.features))), "test rows among the training rows"


def test_the_recorded_table_is_whole(recorded):
    models = ("scikit-learn", "TabNet", "one TabNet", "INVASE", "TPR", "FDR", "best possible")
    assert {f"{name} | {model} | {seed}" for name in RULES for model in models for seed in (0, 1, 2)} <= set(recorded)
    assert all(0 <= value <= 1 for value in recorded.values())
    for name in RULES:
        for seed in (0, 1, 2):
            best = recorded[f"{name} | best possible | {seed}"]
            assert best == pytest.approx(draw_pair(name, seed)[1].best_auc, abs=1e-4)
            assert all(recorded[f"{name} | {model} | {seed}"] <= best for model in ("TabNet", "INVASE", "scikit-learn"))


@pytest.mark.parametrize("name", ["Syn2", "Syn5"])
def test_the_boosters_measured_again_are_the_recorded_ones(recorded, name):
    for model, value in score_boosters(*draw_pair(name, 1), 1).items():
        assert value == pytest.approx(recorded[f"{name} | {model} | 1"], abs=0.01), model


@pytest.mark.slow
def test_invase_measured_again_is_the_recorded_one(recorded):
    for what, value in score_invase(*draw_pair("Syn4", 1), 1).items():
        if what != "x11 taken":  # hangs on rows next to the border
            assert value == pytest.approx(recorded[f"Syn4 | {what} | 1"], abs=0.02), what


def test_the_table_is_named_by_data_model_and_seed(monkeypatch):
    monkeypatch.setattr(tabular_table, "measure_cell", lambda name, seed: {"TabNet": seed / 10})
    monkeypatch.setattr(tabular_table, "cross_validate", lambda seed: {"TabNet": 0.5})
    table = measure(seeds=(1, 2))
    assert len(table) == 14 and table["Syn3 | TabNet | 2"] == 0.2 and table["real | TabNet | 1"] == 0.5


def test_no_model_sees_its_test_rows(monkeypatch):
    seen = []

    def spy(rows, labels, test):
        seen.append((rows, test))
        return test[:, 0]

    monkeypatch.setattr(tabular_table, "real_models", lambda seed: {"spy": spy, "other": spy})
    scores = cross_validate(0, without=("other",))
    assert list(scores) == ["spy"] and len(seen) == 5
    assert sum(len(test) for _, test in seen) == 569
    for rows, test in seen:
        assert len(rows) + len(test) == 569
        assert not (set(map(bytes, rows)) & set(map(bytes, test)))
        np.testing.assert_allclose(rows.mean(0), 0, atol=1e-8)  # standardised by the training rows alone
        assert np.abs(test.mean(0)).max() > 1e-3


def test_logistic_regression_is_among_the_real_models():
    assert {"logistic regression", "scikit-learn", "INVASE", "TabNet"} <= set(real_models(0))


def test_the_recipe_is_steady():
    assert tabular_table.recipe() == tabular_table.recipe() and len(tabular_table.recipe()) == 16

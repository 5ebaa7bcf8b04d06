"""Oracles: the papers' rules written out row by row; chances counted; selection rates by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from lecture_utils.datasets.tables import RULES, draw_table, selection_rates

NAMES = list(RULES)


def by_the_paper(name, row):
    """Log odds of label 0 and relevant columns (from 1) of one row, as in Yoon et al. (2019) and their code."""
    x = {number: float(value) for number, value in enumerate(row, start=1)}
    product = (x[1] * x[2], {1, 2})
    sphere = (x[3] ** 2 + x[4] ** 2 + x[5] ** 2 + x[6] ** 2 - 4, {3, 4, 5, 6})
    wave = (-10 * math.sin(0.2 * x[7]) + abs(x[8]) + x[9] + math.exp(-x[10]) - 2.4, {7, 8, 9, 10})
    below = x[11] < 0
    odds, columns = {
        "Syn1": product,
        "Syn2": sphere,
        "Syn3": wave,
        "Syn4": product if below else sphere,
        "Syn5": product if below else wave,
        "Syn6": sphere if below else wave,
    }[name]
    return odds, columns | ({11} if name in ("Syn4", "Syn5", "Syn6") else set())


@pytest.mark.parametrize("name", NAMES)
def test_chance_and_relevant_columns_follow_the_paper(name):
    table = draw_table(name, 50, seed=3)
    assert table.features.shape == table.relevant.shape == (50, 11) and table.features.dtype == np.float32
    for row, chance, relevant in zip(table.features, table.chance, table.relevant, strict=True):
        odds, columns = by_the_paper(name, row)
        assert chance == pytest.approx(1 / (1 + math.exp(odds)), rel=1e-6)
        assert set(np.flatnonzero(relevant) + 1) == columns


@pytest.mark.parametrize("name", NAMES)
def test_labels_come_as_often_as_their_chance_says(name):
    table = draw_table(name, 20_000, seed=0)
    for low in np.arange(0, 1, 0.2):
        rows = (table.chance >= low) & (table.chance < low + 0.2)
        wanted = table.chance[rows].mean()
        assert abs(table.labels[rows].mean() - wanted) < 5 * math.sqrt(0.25 / rows.sum())


@settings(deadline=None, max_examples=20)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 999))
def test_no_score_beats_the_chance_and_columns_beside_it_are_noise(name, seed):
    table = draw_table(name, 4000, seed=seed)
    assert table.best_auc == pytest.approx(roc_auc_score(table.labels, table.chance))
    noisy = table.chance + np.random.default_rng(seed).normal(0, 0.3, 4000)
    assert table.best_auc > roc_auc_score(table.labels, noisy)
    assert np.abs(table.features.mean(0)).max() < 0.1 and np.abs(table.features.std(0) - 1).max() < 0.1


def test_the_same_seed_gives_the_same_rows_and_other_seeds_share_none():
    first, again, other = (draw_table("Syn4", 200, seed=seed) for seed in (5, 5, 1005))
    assert (first.features == again.features).all() and (first.labels == again.labels).all()
    assert not np.isin(first.features, other.features).any(), "test rows in the training table"
    assert not np.isin(first.features, draw_table("Syn5", 200, seed=5).features).any()


def test_selection_rates_by_hand():
    relevant = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1]], dtype=bool)
    selected = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=bool)
    found, false = selection_rates(selected, relevant)
    assert found == pytest.approx((0.5 + 0 + 1) / 3) and false == pytest.approx((0.5 + 0 + 0) / 3)


@pytest.mark.parametrize(("name", "rows"), [("Syn7", 5), ("Syn1", 0)])
def test_a_table_that_cannot_be_drawn_is_refused(name, rows):
    with pytest.raises(ValueError, match="choose one of Syn1, Syn2"):
        draw_table(name, rows, seed=0)


@pytest.mark.parametrize("relevant", [np.zeros((2, 3)), np.ones((3, 2)), np.ones(3)])
def test_rates_need_two_tables_of_one_shape(relevant):
    with pytest.raises(ValueError, match="must be one"):
        selection_rates(np.ones((2, 3)), relevant)

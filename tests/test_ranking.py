"""Oracle: scikit-learn's ndcg_score and top_k_accuracy_score; the definition, row by row; expectation by simulation."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, top_k_accuracy_score

from lecture_utils.ranking import best_possible, hit_rate, ndcg, ranks, sampled_ranks


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(3, 30), st.integers(1, 12), st.integers(0, 999))
def test_equal_to_scikit_learn(n, items, k, seed):
    generator = np.random.default_rng(seed)
    scores, chosen = generator.normal(size=(n, items)), generator.integers(items, size=n)
    rank = ranks(scores, chosen)
    assert ndcg(rank, k) == pytest.approx(ndcg_score(np.eye(items)[chosen], scores, k=k))
    if k < items:
        wanted = top_k_accuracy_score(chosen, scores, k=k, labels=range(items))
        assert hit_rate(rank, k) == pytest.approx(wanted)


def test_by_hand():
    scores = np.array([[0.1, 0.9, 0.5], [0.3, 0.3, 0.3]])
    assert ranks(scores, np.array([2, 0])).tolist() == [2, 3]  # all alike: the last place
    assert hit_rate(np.array([1, 10, 11])) == pytest.approx(2 / 3)
    assert ndcg(np.array([1, 3, 11])) == pytest.approx((1 + 0.5 + 0) / 3)
    assert best_possible(np.array([[0.1, 0.6, 0.3]]), k=2) == pytest.approx((0.9, 0.6 + 0.3 / np.log2(3)))


def test_no_order_beats_the_one_sorted_by_chance():
    chances = np.array([[0.35, 0.05, 0.4, 0.2]])
    values = []
    for order in permutations(range(4)):
        gained = [chances[0, item] / np.log2(2 + place) for place, item in enumerate(order[:2])]
        values.append((chances[0, list(order[:2])].sum(), sum(gained)))
    assert best_possible(chances, k=2) == pytest.approx(tuple(np.max(values, axis=0)))


def test_the_best_possible_is_what_the_true_chances_earn():
    generator = np.random.default_rng(0)
    chances = generator.dirichlet(np.full(20, 0.3), size=20_000)
    chosen = (chances.cumsum(1)[:, :-1] < generator.random((20_000, 1))).sum(1)
    rank = ranks(chances, chosen)
    assert (hit_rate(rank, 3), ndcg(rank, 3)) == pytest.approx(best_possible(chances, 3), abs=0.01)


def test_sampled_ranks_are_those_among_drawn_items():
    generator = np.random.default_rng(1)
    scores, chosen = generator.normal(size=(4000, 12)), np.zeros(4000, dtype=int)
    ours = sampled_ranks(scores, chosen, negatives=5, seed=0)
    others = np.argsort(generator.random((4000, 11)), 1)[:, :5] + 1
    theirs = 1 + (np.take_along_axis(scores, others, 1) > scores[:, :1]).sum(1)
    for k in range(1, 7):
        assert hit_rate(ours, k) == pytest.approx(hit_rate(theirs, k), abs=0.03)
    assert (sampled_ranks(scores, chosen, negatives=11, seed=0) == ranks(scores, chosen)).all()
    assert (sampled_ranks(scores, chosen, negatives=5, seed=0) == ours).all()


def test_what_does_not_fit_is_said():
    scores = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"chosen \(3,\) \(N,\)"):
        ranks(scores, np.zeros(3, int))
    with pytest.raises(ValueError, match="must lie in 0 to 2"):
        ranks(scores, np.array([0, 3]))
    with pytest.raises(ValueError, match="NaN"):
        ranks(np.full((1, 2), np.nan), np.array([0]))
    for rank, k in ((np.array([0]), 1), (np.array([1]), 0), (np.array([]), 1)):
        with pytest.raises(ValueError, match="must be at least 1"):
            ndcg(rank, k)
    with pytest.raises(ValueError, match=r"negatives \(3\) must lie in 1 to 2"):
        sampled_ranks(scores, np.array([0, 1]), negatives=3, seed=0)
    with pytest.raises(ValueError, match="each row summing to one"):
        best_possible(scores)

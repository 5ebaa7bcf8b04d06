"""Oracles: counting by hand, scikit-learn's precision and recall, every threshold tried."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_score, recall_score

from lecture_utils.thresholds import Outcome, outcome, threshold_for

feeds = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=12)


def test_an_outcome_by_hand():
    now = outcome(np.array([0.9, 0.5, 0.4, 0.1]), np.array([True, False, True, False]), 0.5)
    assert now == Outcome(caught=1, wrongly_hidden=1, let_through=1)
    assert (now.precision, now.recall) == (0.5, 0.5)


@settings(deadline=None, max_examples=80)
@given(feed=feeds, threshold=st.sampled_from([0.0, 0.2, 0.5, 0.95]))
def test_precision_and_recall_are_scikit_learns(feed, threshold):
    scores, bad = np.array([score for score, _ in feed]), np.array([truth for _, truth in feed])
    now = outcome(scores, bad, threshold)
    hidden = scores >= threshold
    assert now.precision == pytest.approx(precision_score(bad, hidden, zero_division=1.0))
    assert now.recall == pytest.approx(recall_score(bad, hidden, zero_division=1.0))


@settings(deadline=None, max_examples=80)
@given(feed=feeds, bound=st.sampled_from([0.0, 0.5, 0.8, 1.0]))
def test_no_other_threshold_catches_more_within_the_bound(feed, bound):
    scores, bad = np.array([score for score, _ in feed]), np.array([truth for _, truth in feed])
    chosen = threshold_for(scores, bad, precision=bound)
    tried = {t: outcome(scores, bad, t) for t in [*np.unique(scores), np.inf]}
    kept = {t: now.recall for t, now in tried.items() if now.precision >= bound}
    assert chosen in kept
    if np.isfinite(chosen):
        best = max(recall for t, recall in kept.items() if np.isfinite(t))
        assert kept[chosen] == best
        assert all(kept[t] < best for t in kept if t > chosen and np.isfinite(t))  # the highest of the best
    else:
        assert list(kept) == [np.inf]


@pytest.mark.parametrize(
    ("scores", "bad", "message"),
    [
        ([0.1, 0.2], [True], r"scores \(2,\) and bad \(1,\)"),
        ([], [], "N at least 1"),
        ([0.1], [1], "of booleans"),
        ([float("nan")], [True], "contain NaN"),
        ([[0.1]], [[True]], r"must be \(N,\)"),
    ],
)
def test_feeds_that_are_none_are_refused(scores, bad, message):
    for judge in (lambda: outcome(scores, bad, 0.5), lambda: threshold_for(scores, bad, precision=0.5)):
        with pytest.raises(ValueError, match=message):
            judge()


def test_bounds_that_are_none_are_refused():
    scores, bad = np.array([0.1]), np.array([True])
    for bound in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="precision"):
            threshold_for(scores, bad, precision=bound)
    with pytest.raises(ValueError, match=r"threshold \(nan\)"):
        outcome(scores, bad, float("nan"))

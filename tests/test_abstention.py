"""Oracles: counting by hand at every threshold, and scikit-learn's precision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from lecture_utils.abstention import risk_coverage, threshold_for_risk

answers = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.8, 1.0]), st.booleans()), min_size=1, max_size=14)
split = lambda answers: (np.array([c for c, _ in answers]), np.array([r for _, r in answers]))  # noqa: E731


def test_a_curve_by_hand():
    curve = risk_coverage(np.array([0.5, 0.9, 0.7, 0.9]), np.array([True, True, False, False]))
    assert curve.thresholds.tolist() == [0.9, 0.7, 0.5]
    assert curve.coverage.tolist() == [0.5, 0.75, 1.0]
    np.testing.assert_allclose(curve.risk, [1 / 2, 2 / 3, 2 / 4])


@settings(deadline=None, max_examples=80)
@given(answers=answers)
def test_each_point_is_counted_and_risk_is_one_minus_scikit_learns_precision(answers):
    confidence, right = split(answers)
    curve = risk_coverage(confidence, right)
    assert curve.thresholds.tolist() == sorted(set(confidence.tolist()), reverse=True)
    for threshold, coverage, risk in zip(curve.thresholds, curve.coverage, curve.risk, strict=True):
        answered = confidence >= threshold
        assert coverage == pytest.approx(answered.mean()) and risk == pytest.approx((~right[answered]).mean())
    if right.any():
        precision, _, thresholds = precision_recall_curve(right, confidence)
        np.testing.assert_allclose(curve.thresholds, thresholds[::-1])
        np.testing.assert_allclose(curve.risk, 1 - precision[-2::-1])


@settings(deadline=None, max_examples=80)
@given(answers=answers, risk=st.sampled_from([0.0, 0.2, 0.5, 1.0]))
def test_no_lower_threshold_keeps_the_risk(answers, risk):
    confidence, right = split(answers)
    chosen = threshold_for_risk(confidence, right, risk=risk)
    kept = [t for t in confidence.tolist() if (~right[confidence >= t]).mean() <= risk]
    assert chosen == min(kept, default=float("inf"))


def test_shares_and_answers_that_are_none_are_refused():
    for risk in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="risk"):
            threshold_for_risk(np.array([0.5]), np.array([True]), risk=risk)
    for judge in (risk_coverage, lambda c, r: threshold_for_risk(c, r, risk=0.1)):
        with pytest.raises(ValueError, match="of booleans"):
            judge(np.array([0.5]), np.array([1]))
        with pytest.raises(ValueError, match="not percent"):
            judge(np.array([50.0]), np.array([True]))

"""Oracles: counting by hand, and scikit-learn's calibration curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from lecture_utils.calibration import reliability

answers = st.lists(st.tuples(st.floats(0, 1).map(lambda c: round(c, 3) * 0.998 + 0.0013), st.booleans()), min_size=1)


def test_an_error_by_hand():
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.6])
    right = np.array([True, True, True, False, False])
    found = reliability(confidence, right)
    np.testing.assert_allclose(found.confidence, [0.6, 0.9])
    np.testing.assert_allclose(found.accuracy, [0, 0.75])
    assert found.counts.tolist() == [1, 4]
    assert found.error == pytest.approx(1 / 5 * 0.6 + 4 / 5 * 0.15)


@settings(deadline=None, max_examples=80)
@given(answers=answers, bins=st.integers(1, 12))
def test_bins_are_scikit_learns(answers, bins):
    confidence, right = np.array([c for c, _ in answers]), np.array([r for _, r in answers])
    found = reliability(confidence, right, bins=bins)
    accuracy, mean = calibration_curve(right, confidence, n_bins=bins)
    np.testing.assert_allclose(found.accuracy, accuracy)
    np.testing.assert_allclose(found.confidence, mean)
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1])
    by_hand = sum(
        (place == b).sum() / len(place) * abs(confidence[place == b].mean() - right[place == b].mean())
        for b in set(place.tolist())
    )
    assert found.error == pytest.approx(by_hand) and found.counts.sum() == len(answers)


def test_certainty_belongs_to_the_last_bin_and_a_border_to_the_bin_above():
    found = reliability(np.array([1.0, 0.5, 0.0]), np.array([True, True, False]), bins=2)
    assert found.counts.tolist() == [1, 2] and found.accuracy.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("confidence", "right", "bins", "message"),
    [
        ([0.5, 0.5], [True], 10, r"confidence \(2,\) and right \(1,\)"),
        ([], [], 10, "N at least 1"),
        ([0.5], [1], 10, "of booleans"),
        ([1.2], [True], 10, "not percent"),
        ([float("nan")], [True], 10, "no NaN"),
        ([0.5], [True], 0, r"bins \(0\)"),
    ],
)
def test_answers_that_are_none_are_refused(confidence, right, bins, message):
    with pytest.raises(ValueError, match=message):
        reliability(np.array(confidence), np.array(right), bins=bins)

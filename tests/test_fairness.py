"""Oracles: counting by hand, and scikit-learn's recall of each group."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from lecture_utils.fairness import odds_gap, opportunity_gap, parity_gap

SAID = [1, 0, 1, 1, 0, 1, 0]
TRUTH = [1, 1, 1, 1, 0, 0, 0]
GROUP = [1, 1, 0, 0, 1, 0, 0]
people = st.lists(st.tuples(*[st.booleans()] * 3), min_size=4, max_size=40)


def test_gaps_by_hand():
    assert parity_gap(SAID, GROUP) == pytest.approx(3 / 4 - 1 / 3)
    assert opportunity_gap(SAID, TRUTH, GROUP) == pytest.approx(1 - 1 / 2)
    assert odds_gap(SAID, TRUTH, GROUP) == pytest.approx(1 / 2)
    assert odds_gap([1, 1, 1, 1, 0, 1, 1], TRUTH, GROUP) == pytest.approx(1), "false alarms count in the odds"


@settings(deadline=None, max_examples=80)
@given(people=people)
def test_opportunity_is_the_gap_of_recalls_and_neither_group_comes_first(people):
    said, truth, group = np.array(people).T
    assume(all((truth == t)[group == g].any() for t in (True, False) for g in (True, False)))
    gap = opportunity_gap(said, truth, group)
    ours, others = (recall_score(truth[group == g], said[group == g]) for g in (True, False))
    assert gap == pytest.approx(abs(ours - others)) == opportunity_gap(said, truth, ~group)
    assert parity_gap(said, group) == parity_gap(said, ~group)
    assert odds_gap(said, truth, group) == pytest.approx(max(gap, opportunity_gap(said, ~truth, group)))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1, 0], [1, 1], [1, 1]), "nobody is among the others who do"),
        (([1, 0], [0, 1], [1, 0]), "nobody is among the group who have it"),
        (([1, 0], [1], [1, 0]), "all of one length"),
        (([1, 0.5], [1, 1], [1, 0]), "must be True or False"),
        (([1, float("nan")], [1, 1], [1, 0]), "must be True or False"),
    ],
)
def test_what_is_no_comparison_is_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        opportunity_gap(*columns)
    with pytest.raises(ValueError, match=message):
        odds_gap(*columns)


def test_a_group_of_everybody_has_no_gap():
    with pytest.raises(ValueError, match="nobody is among the others"):
        parity_gap([1, 0], [1, 1])

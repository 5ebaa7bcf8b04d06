"""Oracle: a loop over each row with the builtins `index` and `count`."""

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.order import COLOURS, FILLERS, FIRST_FILLER, START, A, B, a_before_b, most_frequent

sizes = {"length": st.integers(2, 20), "seed": st.integers(0, 99)}


@given(n=st.integers(1, 20), **sizes)
@settings(deadline=None, max_examples=40)
def test_the_answer_is_which_of_the_two_comes_first(n, length, seed):
    rows = a_before_b(2 * n, length=length, seed=seed)
    assert rows.tokens.shape == (2 * n, 1 + length) and rows.answers.shape == (2 * n,)
    for row, answer in zip(rows.tokens.tolist(), rows.answers.tolist(), strict=True):
        assert row[0] == START and row.count(A) == row.count(B) == 1
        assert all(FIRST_FILLER <= token < rows.vocabulary for token in set(row) - {START, A, B})
        assert answer == (row.index(A) < row.index(B))


@given(n=st.integers(1, 20), **sizes)
@settings(deadline=None, max_examples=40)
def test_twins_hold_the_same_tokens_and_opposite_answers(n, length, seed):
    rows = a_before_b(2 * n, length=length, seed=seed)
    left, right = rows.tokens[0::2], rows.tokens[1::2]
    assert torch.equal(left.sort(1).values, right.sort(1).values)
    assert ((left != right).sum(1) == 2).all()
    assert torch.equal(rows.answers[0::2], 1 - rows.answers[1::2])
    assert rows.chance == 0.5 and rows.classes == 2


@given(n=st.integers(1, 30), length=st.integers(1, 20), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_the_answer_is_the_colour_that_comes_most_often(n, length, seed):
    rows = most_frequent(n, length=length, seed=seed)
    assert rows.tokens.shape == (n, 1 + length)
    for row, answer in zip(rows.tokens.tolist(), rows.answers.tolist(), strict=True):
        assert row[0] == START
        (colour, most), *others = Counter(row[1:]).most_common()
        assert colour == answer + 2 and all(count < most for _, count in others)


def test_everything_occurs_about_equally_often_and_a_seed_fixes_it():
    rows = a_before_b(4000, length=8, seed=3)
    counts = torch.bincount(rows.tokens.flatten(), minlength=rows.vocabulary)[FIRST_FILLER:]
    assert len(counts) == FILLERS and counts.min() > 0.9 * counts.max()
    places = (rows.tokens == A).float().mean(0)
    assert places[0] == 0 and places[1:].min() > 0.1 and places[1:].max() < 0.15  # 1/8 each
    colours = torch.bincount(most_frequent(4000, length=8, seed=3).answers, minlength=COLOURS)
    assert colours.min() > 0.9 * colours.max()
    for draw in (a_before_b, most_frequent):
        assert torch.equal(draw(40, length=8, seed=3).tokens, draw(40, length=8, seed=3).tokens)
        assert not torch.equal(draw(40, length=8, seed=3).tokens, draw(40, length=8, seed=4).tokens)


def test_bad_sizes_say_what_is_allowed():
    with pytest.raises(ValueError, match=r"n \(3\) must be even"):
        a_before_b(3, length=4)
    with pytest.raises(ValueError, match=r"length \(1\) at least 2"):
        a_before_b(4, length=1)
    with pytest.raises(ValueError, match=r"n \(0\) and length \(4\)"):
        most_frequent(0, length=4)

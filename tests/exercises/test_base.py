"""Oracle: hand-written attempts whose verdicts are known."""

import numpy as np
import pytest
import torch

from lecture_utils.exercises.base import Exercise, Wrong, as_array, expect_shape, judge, same


def exercise_that(check) -> Exercise:
    return Exercise("demo", check, lambda: None, (), "it works")


def test_what_an_attempt_raises_is_told_with_its_line_and_never_escapes() -> None:
    def attempt(x):
        y = x + 1
        return y / 0

    verdict = judge(exercise_that(lambda function: function(1)), attempt)
    assert verdict.status == "wrong"
    assert "ZeroDivisionError" in verdict.message
    assert "line 3 of your function" in verdict.message


@pytest.mark.parametrize(
    ("value", "message"), [(None, "forgot|forget the `return`"), ("abc", "must be numbers"), ([1, np.nan], "NaN")]
)
def test_answers_that_are_no_numbers_are_diagnosed(value, message) -> None:
    with pytest.raises(Wrong, match=message):
        as_array(value, "the answer")


def test_a_transposed_answer_is_recognised() -> None:
    with pytest.raises(Wrong, match="looks transposed"):
        expect_shape(np.zeros((2, 3)), (3, 2), "the answer")


def test_same_compares_shape_and_numbers_of_lists_arrays_and_tensors() -> None:
    assert same([1.0, 2.0], torch.tensor([1.0, 2.0]))
    assert not same([1.0, 2.0], [[1.0, 2.0]])
    assert not same([1.0, 2.0], [1.0, 2.1])

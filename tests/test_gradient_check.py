"""Oracle: slopes known in closed form."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.autograd import Value
from lecture_utils.gradient_check import central_differences, disagreement, random_expression


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_slopes_of_a_sum_of_cubes(point):
    slopes = central_differences(lambda x: (x**3).sum(), point)
    np.testing.assert_allclose(slopes, 3 * np.array(point) ** 2, atol=1e-8)


def test_the_shape_is_kept_and_the_point_is_not_touched():
    at = np.arange(6.0).reshape(2, 3)
    slopes = central_differences(lambda x: (x * np.arange(6.0).reshape(2, 3)).sum(), at)
    np.testing.assert_allclose(slopes, at, atol=1e-9)
    assert at.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_the_error_shrinks_with_the_square_of_the_step():
    errors = [abs(central_differences(lambda x: np.exp(x).sum(), [0.3], step=h)[0] - np.exp(0.3)) for h in (0.1, 0.01)]
    assert 90 < errors[0] / errors[1] < 110


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"at": [1.0], "step": 0.0}, r"step \(0.0\) must be above 0"),
        ({"at": [float("nan")]}, "contains NaN"),
        ({"at": [0.0], "function": lambda x: np.inf}, "no finite number within"),
    ],
)
def test_bad_input(settings, message):
    with pytest.raises(ValueError, match=message):
        central_differences(settings.pop("function", np.sum), **settings)


def test_disagreement_is_relative_to_the_largest_entry_and_refuses_other_shapes():
    assert disagreement([1.0, 100.0], [1.0, 101.0]) == pytest.approx(1 / 101)
    assert disagreement([0.1], [0.2]) == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(2, 1\) cannot be compared"):
        disagreement([1.0, 2.0], [[1.0], [2.0]])


def test_random_expressions_repeat_take_tensors_and_depend_on_the_seed():
    point = (0.3, -1.2, 0.8)
    values = [random_expression(seed)(*map(Value, point)).data for seed in (0, 0, 1)]
    assert values[0] == values[1] != values[2]
    assert random_expression(0)(*map(torch.tensor, point)).item() == pytest.approx(values[0], rel=1e-5)


def test_random_expressions_use_every_operation():
    operations = set()
    for seed in range(20):
        result = random_expression(seed)(Value(0.3), Value(-1.2), Value(0.8))
        operations |= {node.operation for node in result.history()}
    assert {"+", "−", "×", "^0.5", "^-1", "tanh", "relu", "exp", "log"} <= operations


def test_expressions_refuse_wrong_sizes():
    with pytest.raises(ValueError, match=r"inputs \(0\) must be at least 1"):
        random_expression(0, inputs=0)
    with pytest.raises(ValueError, match="takes 3 numbers, not 2"):
        random_expression(0)(Value(1.0), Value(2.0))

"""Oracle: torch.autograd in double precision, and central differences, on hundreds of random expressions."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils import autograd
from lecture_utils.autograd import Value
from lecture_utils.gradient_check import central_differences, disagreement, random_expression

numbers = st.floats(-3, 3).filter(lambda number: abs(number) > 1e-3)


def gradients(expression, point):
    values = [Value(number) for number in point]
    result = expression(*values)
    result.backward()
    return result.data, [value.grad for value in values]


@pytest.mark.parametrize("seed", range(3))
def test_random_expressions_equal_torch_and_central_differences(seed):
    for number in range(1000 * seed, 1000 * seed + 100):
        expression = random_expression(number)
        point = np.random.default_rng(number).uniform(-2, 2, 3)
        data, ours = gradients(expression, point)
        tensors = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in point]
        theirs = expression(*tensors)
        theirs.backward()
        assert data == pytest.approx(theirs.item(), rel=1e-12)
        assert disagreement(ours, [tensor.grad or 0.0 for tensor in tensors]) <= 1e-12
        slopes = central_differences(lambda at, f=expression: f(*map(Value, at)).data, point)
        assert disagreement(ours, slopes) <= 1e-7


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda a, b: a + b, None),
        (lambda a, b: a - b, None),
        (lambda a, b: a * b, None),
        (lambda a, b: a / b, None),
        (lambda a, b: 2 - a * 3 + b, None),
        (lambda a, b: 1 / a + 0.5 * b, None),
        (lambda a, b: -a * b, None),
        (lambda a, b: a**3 + b**-2, None),
        (lambda a, b: (a * a) ** 0.5 * b, None),
        (lambda a, b: a**0 * b, None),
        (lambda a, b: a.tanh() * b.relu(), None),
        (lambda a, b: a.exp() * (b * b).log(), None),
        (lambda a, b: sum([a, b, a]), None),
    ],
)
@settings(deadline=None, max_examples=25)
@given(a=numbers, b=numbers)
def test_each_operation_equals_torch(ours, theirs, a, b):
    data, (by_a, by_b) = gradients(ours, (a, b))
    x, y = (torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (a, b))
    result = ours(x, y)
    result.backward()
    assert data == pytest.approx(result.item(), rel=1e-12, abs=1e-12)
    for mine, tensor in ((by_a, x), (by_b, y)):
        assert mine == pytest.approx(0.0 if tensor.grad is None else tensor.grad.item(), rel=1e-9, abs=1e-12)


def test_a_value_used_twice_collects_both_gradients_and_a_second_pass_starts_afresh():
    a = Value(3.0)
    double = a + a
    result = double * a  # 2 a^2
    for _ in range(2):
        result.backward()
        assert a.grad == 12.0
    a.exp().backward()
    assert a.grad == pytest.approx(math.exp(3.0))


def test_history_puts_every_value_after_its_parents_and_once():
    a = Value(0.5)
    result = ((a * a + a).tanh() + a) * a
    order = result.history()
    places = {id(node): index for index, node in enumerate(order)}
    assert len(places) == len(order) and order[-1] is result
    assert all(places[id(parent)] < places[id(node)] for node in order for parent in node.parents)


def test_a_very_long_chain_needs_no_recursion():
    start = Value(1.0)
    result = start
    for _ in range(5000):
        result = result * 1.0
    result.backward()
    assert start.grad == 1.0


def test_relu_has_slope_zero_at_zero_as_torch_does():
    assert gradients(lambda a: a.relu(), (0.0,)) == (0.0, [0.0])


@pytest.mark.parametrize("bad", ["3", None, [1.0], True, float("nan"), float("inf"), 1j])
def test_what_is_no_finite_number_is_refused(bad):
    with pytest.raises(ValueError, match="only finite numbers"):
        Value(bad)
    with pytest.raises(ValueError, match="only finite numbers"):
        Value(1.0) + bad


def test_functions_refuse_what_they_cannot_take():
    with pytest.raises(ValueError, match="log of 0: the logarithm needs a number above 0"):
        Value(0.0).log()
    with pytest.raises(ValueError, match=r"log of -2"):
        Value(-2.0).log()
    with pytest.raises(ValueError, match=r"0 \*\* -1 or its slope is no finite number"):
        1 / Value(0.0)
    with pytest.raises(ValueError, match=r"0 \*\* 0.5"):
        Value(0.0) ** 0.5
    with pytest.raises(ValueError, match="only finite numbers"):
        Value(-2.0) ** 0.5
    with pytest.raises(ValueError, match="no finite number"):
        Value(2.0) ** "3"
    with pytest.raises(ValueError, match=r"exp of \[1000.0\] gives inf"):
        Value(1000.0).exp()
    with pytest.raises(ValueError, match=r"× of \[1e\+200, 1e\+200\] gives inf"):
        Value(1e200) * Value(1e200)


def test_the_engine_has_at_most_80_lines_of_code():
    text = Path(autograd.__file__).read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented) and ast.get_docstring(node)]
    prose = {line for node in nodes for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    lines = enumerate(text.splitlines(), start=1)
    code = [line for number, line in lines if line.strip() and not line.strip().startswith("#") and number not in prose]
    assert len(code) <= 80

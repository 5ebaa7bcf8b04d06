"""Oracle: Novikoff's theorem, scikit-learn's perceptron, truth tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron as SklearnPerceptron

from lecture_utils.models.perceptron import Perceptron, learn, novikoff_bound, separable, step

INPUTS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])


def separable_points(seed, dimensions):
    generator = np.random.default_rng(seed)
    plane, x = generator.normal(size=dimensions + 1), generator.normal(size=(60, dimensions))
    score = x @ plane[:-1] + plane[-1]
    keep = np.abs(score) / np.linalg.norm(plane) > 0.05
    return x[keep], (score[keep] > 0).astype(int), plane


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), dimensions=st.integers(1, 5))
def test_the_rule_separates_and_stays_under_novikoffs_bound(seed, dimensions):
    x, labels, plane = separable_points(seed, dimensions)
    run = learn(x, labels, epochs=1000)
    assert run.converged
    assert np.array_equal(run.model.predict(x), labels)
    assert run.mistakes <= novikoff_bound(x, labels, plane)
    assert len(run.updates) == run.mistakes + 1


def test_one_epoch_equals_scikit_learns_rule():
    x, labels, _ = separable_points(3, 2)
    ours = learn(x, labels, epochs=1)
    theirs = SklearnPerceptron(max_iter=1, tol=None, shuffle=False, eta0=1.0).fit(x, labels)
    assert np.allclose(ours.model.weights, theirs.coef_[0])
    assert ours.model.bias == pytest.approx(theirs.intercept_[0])


def test_fourteen_of_sixteen_gates_are_separable():
    tables = [[int(bit) for bit in f"{number:04b}"] for number in range(16)]
    impossible = [table for table in tables if not separable(INPUTS, table)]
    assert impossible == [[0, 1, 1, 0], [1, 0, 0, 1]]
    assert not learn(INPUTS, [0, 1, 1, 0], epochs=50).converged


def test_the_threshold_itself_does_not_fire():
    assert step(np.array([-1.0, 0.0, 1e-9])).tolist() == [0, 0, 1]
    assert Perceptron(np.array([1.0, 1.0]), -1.5).predict(INPUTS).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: learn(INPUTS, [0, 1, 2, 1]), "zeros and ones"),
        (lambda: learn(INPUTS, [0, 1]), "4 zeros and ones, one an input"),
        (lambda: learn(np.array([[np.nan, 1.0]]), [1]), "NaN or infinity"),
        (lambda: learn(np.zeros((0, 2)), []), "at least one row"),
        (lambda: learn(np.zeros(3), [1, 0, 1]), r"must be \(N, D\)"),
        (lambda: Perceptron(np.zeros(2)).predict(np.zeros((1, 3))), r"must be \(N, 2\)"),
        (lambda: novikoff_bound(INPUTS, [0, 1, 1, 1], np.array([1.0, 1.0, 5.0])), "wrong side"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

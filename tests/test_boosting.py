"""Oracle: scikit-learn's trees and gradient boosting on the same rows, split for split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.tree import DecisionTreeRegressor

from lecture_utils.boosting import Boosted, Leaf, Split, answers, best_split, boost, grow, questions, sigmoid


def draw(rows, columns, seed, grid=0):
    """Random rows, multiples of 1/1024, which float32 holds exactly; grid: so few different values, for ties."""
    generator = np.random.default_rng(seed)
    x = (
        generator.integers(grid, size=(rows, columns))
        if grid
        else generator.integers(-4096, 4096, size=(rows, columns))
    )
    return x / 1024, generator.normal(size=rows)


def groups(said):
    """Rows by what a tree says about them."""
    return {tuple(np.flatnonzero(np.isclose(said, value))) for value in said}


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), depth=st.integers(0, 4), grid=st.sampled_from([0, 12]))
def test_a_tree_groups_the_rows_as_scikit_learns(seed, depth, grid):
    x, y = draw(80, 1 if grid else 4, seed, grid)
    theirs = DecisionTreeRegressor(max_depth=depth, random_state=0).fit(x, y) if depth else DummyRegressor().fit(x, y)
    tree = grow(x, y, depth=depth)
    np.testing.assert_allclose(answers(tree, x), theirs.predict(x), atol=1e-9)
    assert groups(answers(tree, x)) == groups(theirs.predict(x))


@pytest.mark.parametrize("seed", range(5))
def test_a_tree_asks_what_scikit_learns_asks(seed):
    """Column and threshold of every question; with so many rows no two questions are equally good."""
    x, y = draw(2000, 4, seed)
    y = 0.3 * y + (x[:, 0] > 0) + 2.0 * (x[:, 1] > 0.5) * (x[:, 2] > 0) + (x[:, 3] > 1) * (x[:, 0] > 1)
    theirs = DecisionTreeRegressor(max_depth=3, random_state=0).fit(x, y)

    def compare(ours, node):
        if isinstance(ours, Leaf):
            assert theirs.tree_.children_left[node] == -1
            return
        assert ours.column == theirs.tree_.feature[node]
        assert ours.threshold == pytest.approx(theirs.tree_.threshold[node], abs=1e-7)
        compare(ours.low, theirs.tree_.children_left[node])
        compare(ours.high, theirs.tree_.children_right[node])

    tree = grow(x, y, depth=3)
    compare(tree, 0)
    test = draw(500, 4, seed + 1)[0]
    np.testing.assert_allclose(answers(tree, test), theirs.predict(test), atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("depth", "rate"), [(1, 0.1), (2, 0.5), (3, 0.3)])
def test_boosting_is_scikit_learns(seed, depth, rate):
    x, noise = draw(3000, 5, seed)
    y = (x[:, 0] * x[:, 1] + 0.5 * x[:, 2] + noise > 0).astype(int)
    ours = boost(x, y, trees=12, depth=depth, rate=rate)
    theirs = GradientBoostingClassifier(n_estimators=12, max_depth=depth, learning_rate=rate, random_state=0).fit(x, y)
    test = draw(1000, 5, seed + 50)[0]
    np.testing.assert_allclose(ours.chances(test), theirs.predict_proba(test)[:, 1], atol=1e-8)


def test_a_split_by_hand():
    """Targets 1 1 5 5: the best question lies between the second and the third, half way."""
    rows, targets = np.array([[1.0, 9], [2, 8], [4, 9], [5, 8]]), np.array([1.0, 1, 5, 5])
    assert best_split(rows, targets) == (0, 3.0)
    assert grow(rows, targets, depth=3) == Split(0, 3.0, Leaf(1.0), Leaf(5.0))
    assert best_split(np.ones((4, 2)), targets) is None and best_split(rows, np.ones(4)) is None
    assert best_split(rows[:1], targets[:1]) is None


def test_one_boosting_step_by_hand():
    """Half of the labels are 1, so residuals are 1/2 and -1/2, weights 1/4: the leaves say 2 and -2."""
    rows, labels = np.array([[0.0], [1], [2], [3]]), np.array([0, 0, 1, 1])
    model = boost(rows, labels, trees=1, depth=1, rate=0.1)
    assert model.start == 0 and model.trees == (Split(0, 1.5, Leaf(-2.0), Leaf(2.0)),)
    np.testing.assert_allclose(model.chances(rows), sigmoid(np.array([-0.2, -0.2, 0.2, 0.2])))


def test_questions_by_hand():
    tree = Split(2, 0.0, Leaf(1.0), Split(0, 1.0, Leaf(0.0), Leaf(2.0)))
    rows = np.array([[5.0, 0, -1], [5, 0, 1]])
    assert questions(tree, rows).tolist() == [[0, 0, 1], [1, 0, 1]]
    model = Boosted(0.0, 0.1, (tree, Split(1, 0.0, Leaf(0.0), Leaf(1.0))))
    np.testing.assert_allclose(model.looks(rows), [[0, 1 / 2, 1 / 2], [1 / 3, 1 / 3, 1 / 3]])
    assert Boosted(0.0, 0.1, (Leaf(1.0),)).looks(rows).sum() == 0


def test_what_cannot_be_grown_says_why():
    with pytest.raises(ValueError, match=r"give \(N, F\)"):
        grow(np.zeros((3, 2)), np.zeros(4), depth=1)
    with pytest.raises(ValueError, match="contains NaN"):
        grow(np.array([[np.nan], [1.0]]), np.zeros(2), depth=1)
    for labels, trees, rate in (([0, 2], 1, 0.1), ([1, 1], 1, 0.1), ([0, 1], 0, 0.1), ([0, 1], 1, 0.0)):
        with pytest.raises(ValueError, match="must be 0 and 1"):
            boost(np.zeros((2, 1)), np.array(labels), trees=trees, rate=rate)

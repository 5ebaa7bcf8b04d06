"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.boosting import Leaf, Split
from lecture_utils.plots.tabular import plot_looks, plot_scores, plot_tree


def test_a_tree_has_a_box_for_each_question_and_leaf_and_yes_goes_left():
    tree = Split(1, 0.5, Leaf(-1.0), Split(0, 2.0, Leaf(3.0), Leaf(4.0)))
    ax = plot_tree(tree, ["a", "b"], title="t")
    places = {text.get_text(): text.get_position() for text in ax.texts if text.get_bbox_patch()}
    assert set(places) == {"b ≤ 0.50", "a ≤ 2.00", "-1.0", "+3.0", "+4.0"}
    assert places["-1.0"][0] < places["b ≤ 0.50"][0] < places["a ≤ 2.00"][0]
    assert places["+3.0"][0] < places["+4.0"][0] and places["+3.0"][1] == -2
    answers = [text for text in ax.texts if text.get_text().strip() == "yes"]
    assert len(answers) == 2 and min(text.get_position()[0] for text in answers) < places["b ≤ 0.50"][0]


def test_each_panel_has_its_looks_and_a_dot_where_a_column_counts():
    relevant = np.array([[True, False, False], [False, True, True]])
    looks = {"one": np.full((2, 3), 0.2), "two": np.eye(2, 3)}
    axes = plot_looks(looks, relevant, ["a", "b", "c"], title="t")
    for ax, (name, values) in zip(axes, looks.items(), strict=True):
        assert (ax.get_title() or ax.get_title(loc="left")) == name
        np.testing.assert_allclose(ax.images[0].get_array(), values)
        assert ax.collections[0].get_offsets().tolist() == [[0, 0], [1, 1], [2, 1]]
    with pytest.raises(ValueError, match="must all be the same"):
        plot_looks({"one": np.ones((2, 2))}, relevant, ["a", "b", "c"], title="t")


def test_scores_stand_in_their_cells_coloured_by_what_is_lost():
    best = {"A": 0.9, "B": 0.8}
    ax = plot_scores({"one": {"A": 0.85, "B": 0.79}, "two": {"B": 0.7}}, best, title="t")
    cells = [text.get_text() for text in ax.texts]
    assert cells == [".850", ".790", "", ".700", ".900", ".800"]
    np.testing.assert_allclose(ax.images[0].get_array()[0], [0.05, 0.01], atol=1e-9)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two", "best possible"]

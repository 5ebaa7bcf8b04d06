"""Oracle: the artists hold the points and words that were given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.embeddings import plot_relations, plot_word_map


def test_each_kind_is_drawn_once_with_its_own_points_and_name():
    points = np.array([[0.0, 0.0], [5.0, 5.0], [0.0, 1.0], [5.0, 6.0]])
    ax = plot_word_map(points, ["towns", "foods", "towns", "foods"], title="t")
    towns, foods = (np.asarray(drawn.get_offsets()) for drawn in ax.collections)
    np.testing.assert_allclose(towns, points[[0, 2]])
    np.testing.assert_allclose(foods, points[[1, 3]])
    assert [text.get_text() for text in ax.texts] == ["towns", "foods"]
    assert [(text.xy[1], text.get_va()) for text in ax.texts] == [(0.0, "top"), (6.0, "bottom")]  # away from the other
    with pytest.raises(ValueError, match=r"points \(4, 2\) for 1 kinds"):
        plot_word_map(points, ["towns"], title="t")


def test_an_arrow_runs_from_each_first_word_to_its_second():
    relations = {"more": [("cat", "cats"), ("hat", "hats")], "man": [("aunt", "uncle")]}
    places = {
        "more": np.array([[0.0, 0.0], [0.0, 1.0], [2.0, 0.1], [2.0, 1.1]]),
        "man": np.array([[0.0, 0.0], [0.0, 3.0]]),
    }
    axes = plot_relations(relations, places, title="t")
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["more", "man"]
    arrows = [text for text in axes[0].texts if not text.get_text()]
    assert [(arrow.xyann, arrow.xy) for arrow in arrows] == [((0, 0), (2, 0.1)), ((0, 1), (2, 1.1))]
    named = {text.get_text(): tuple(text.xy) for text in axes[0].texts if text.get_text()}
    assert named == {"cat": (0, 0), "cats": (2, 0.1), "hat": (0, 1), "hats": (2, 1.1)}
    aligned = {text.get_text(): (text.get_ha(), text.get_va()) for ax in axes for text in ax.texts}
    assert aligned["cat"] == ("right", "center") and aligned["cats"] == ("left", "center")
    assert aligned["aunt"] == ("center", "top") and aligned["uncle"] == ("center", "bottom")
    with pytest.raises(ValueError, match=r"man: points \(3, 2\) for 1 pairs must be \(2, 2\)"):
        plot_relations({"man": [("aunt", "uncle")]}, {"man": np.zeros((3, 2))}, title="t")

"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.pretraining import plot_maps, plot_tasks

SENTENCES = ("the soup was bad .", "all were rude .", "i will come again !")


def test_each_task_has_its_sentences_and_its_answer():
    texts = [text.get_text() for text in plot_tasks(*SENTENCES, blank="bad").texts]
    assert "the soup was ____ .  all were rude ." in texts and "→ bad" in texts
    assert [texts.count(sentence) for sentence in SENTENCES] == [3, 2, 2]
    assert {"→ yes", "→ no", "→ this one"} <= set(texts)
    heights = {text.get_text(): text.get_position()[1] for text in plot_tasks(*SENTENCES, blank="bad").texts}
    assert heights["→ this one"] < heights["i will come again !"]  # the axis points down: the partner is the upper one


def test_a_blank_must_be_a_word_of_the_first_sentence():
    with pytest.raises(ValueError, match=r"'rude' is no word of 'the soup was bad \.'"):
        plot_tasks(*SENTENCES, blank="rude")


def test_one_panel_a_map_with_its_points_by_label():
    maps = {"one": np.arange(8.0).reshape(4, 2), "two": -np.arange(8.0).reshape(4, 2)}
    axes = plot_maps(maps, [0, 1, 1, 0], ["no", "yes"], title="t")
    assert [ax.get_title() or ax.get_title(loc="left") for ax in axes] == ["one", "two"]
    for ax, points in zip(axes, maps.values(), strict=True):
        np.testing.assert_allclose(ax.collections[0].get_offsets(), points[[0, 3]])
        np.testing.assert_allclose(ax.collections[1].get_offsets(), points[[1, 2]])
    (legend,) = axes[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["no", "yes"]


def test_what_does_not_fit_says_why():
    with pytest.raises(ValueError, match="at least one panel"):
        plot_maps({}, [0], ["no"], title="t")
    with pytest.raises(ValueError, match=r"one: points \(3, 2\) for 2 labels"):
        plot_maps({"one": np.zeros((3, 2))}, [0, 1], ["no", "yes"], title="t")

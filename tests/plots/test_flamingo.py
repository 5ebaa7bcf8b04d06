"""Oracle: the artists hold what was given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.flamingo import plot_flamingo, plot_gates, plot_gaze, plot_mask, plot_prompts, plot_shots

IMAGE = np.eye(4, 8)


def test_the_parts_are_named_and_the_image_is_the_one_given():
    ax = plot_flamingo(IMAGE, "<image> shows", "seven")
    texts = [text.get_text() for text in ax.texts]
    assert {"vision encoder", "resampler", "layer 1", "layer 2", "<image> shows", "seven"} <= set(texts)
    assert texts.count("gated cross-attention") == 2
    np.testing.assert_array_equal(ax.images[0].get_array(), IMAGE)


def test_a_mask_is_dark_where_one_may_look():
    mask = np.array([[False, False], [True, False]])
    ax = plot_mask(mask, ["a", "b"], ["x", "y"], title="t")
    np.testing.assert_array_equal(ax.images[0].get_array(), mask.astype(float))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_gates_and_answers_are_told_apart():
    ax = plot_gates([0, 1], {"a": [0.0, 0.5], "b": [0.0, 0.2]}, [0.1, 0.9], title="t")
    assert [list(line.get_ydata()) for line in ax.lines] == [[0, 0.5], [0, 0.2], [0.1, 0.9]]
    assert ax.lines[-1].get_linestyle() == ":" and ax.get_legend() is None
    names = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert names == ["a", "b", "right answers after four shots"]


def test_shots_stand_between_the_two_bounds():
    ax = plot_shots({"model": np.array([0.2, 0.8])}, np.array([0.3, 1.0]), np.array([0.1, 0.2]), title="t")
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", ":"]
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.2, 0.8], [0.3, 1.0], [0.1, 0.2]]
    assert len(plot_shots({"model": np.array([0.2])}, np.array([0.3]), title="t").lines) == 2


def test_prompts_end_in_the_answer():
    axes = plot_prompts([[IMAGE, 0 * IMAGE]] * 2, [["two"], ["dos"]], ["nine", "uno"], title="t")
    assert [[ax.get_xlabel() for ax in row] for row in axes] == [["two", "nine !"], ["dos", "uno !"]]
    np.testing.assert_array_equal(axes[1, 0].images[0].get_array(), IMAGE)
    for images, texts, answers in (([], [], []), ([[IMAGE]], [["a"]], ["b"]), ([[IMAGE]], [[]], [])):
        with pytest.raises(ValueError, match="K images, K - 1 texts and one answer"):
            plot_prompts(images, texts, answers, title="t")


def test_each_word_has_its_own_weights():
    weights = np.random.default_rng(0).random((3, 2, 2, 4))
    axes = plot_gaze([IMAGE] * 3, weights, [["one", "two"]] * 3, title="t")
    assert axes.shape == (2, 3) and [ax.get_xlabel() for ax in axes[:, 0]] == ["one", "two"]
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), weights[2, 1])
    with pytest.raises(ValueError, match=r"must be \(2 images, words, rows, columns\)"):
        plot_gaze([IMAGE] * 2, weights, [["one", "two"]] * 2, title="t")

"""Oracle: the numbers and colours found again in the drawn artists."""

import numpy as np
import pytest

from lecture_utils.plots.dots import plot_dots
from lecture_utils.plots.features import plot_feature_maps, plot_kernels, plot_saliency
from lecture_utils.plots.show import pixels
from lecture_utils.plots.windows import plot_shared_weights, plot_window


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_window_frames_what_gives_the_answer():
    image, kernel, answer = np.eye(5), np.arange(9.0).reshape(3, 3), np.arange(9.0).reshape(3, 3)
    axes = plot_window(image, kernel, answer, at=(1, 2), title="t")
    frames = [ax.patches[0] for ax in axes]
    assert [frame.get_xy() for frame in frames] == [(1.5, 0.5), (-0.5, -0.5), (1.5, 0.5)]
    assert [(frame.get_height(), frame.get_width()) for frame in frames] == [(3, 3), (3, 3), (1, 1)]
    assert texts(axes[2])[:9] == [f"{value:g}" for value in answer.flat]


def test_each_entry_of_the_matrix_names_its_weight():
    kernel = np.array([[5.0, -2.0], [3.0, 1.0]])
    matrix = np.array([[5.0, -2.0, 3.0, 1.0, 0.0], [0.0, 5.0, -2.0, 3.0, 1.0]])
    ax = plot_shared_weights(matrix, kernel)
    assert ax.images[0].get_array().tolist() == [[1, 2, 3, 4, 0], [0, 1, 2, 3, 4]]
    assert texts(ax) == ["1", "2", "3", "4"] * 2
    with pytest.raises(ValueError, match="must all differ, and none be 0"):
        plot_shared_weights(matrix, np.array([[1.0, 1.0]]))
    with pytest.raises(ValueError, match="must all differ, and none be 0"):
        plot_shared_weights(matrix, np.array([[0.0, 1.0]]))


def test_maps_are_drawn_as_they_are_and_silent_ones_crossed_out():
    loud = np.arange(18.0).reshape(2, 3, 3)
    axes = plot_feature_maps({"first": loud, "second": np.zeros((1, 2, 2))}, columns=3)
    assert axes.shape == (2, 3)
    assert np.array_equal(axes[0, 1].images[0].get_array(), loud[1])
    assert not axes[0, 2].images  # only two maps
    assert axes[1, 0].lines and not axes[0, 0].lines
    assert axes[1, 0].get_ylabel() == "second\n2 × 2"


def test_kernels_stand_above_what_they_like():
    kernels, favourites = np.random.default_rng(0).normal(size=(2, 3, 3, 3))
    axes = plot_kernels(kernels, favourites, columns=2, title="t")
    assert axes.shape == (4, 2)
    assert np.array_equal(axes[2, 0].images[0].get_array(), kernels[2])
    assert np.array_equal(axes[3, 0].images[0].get_array(), favourites[2])
    low, high = axes[0, 0].images[0].get_clim()
    assert low == -high == -np.abs(kernels[0]).max()  # zero is white


def test_signs_mark_strong_evidence():
    pixels_ = np.zeros((1, 3, 3))
    pixels_[0, 0, 1], pixels_[0, 2, 0], pixels_[0, 1, 1] = 1.0, -0.8, 0.1
    axes = plot_saliency(np.zeros((1, 3, 3)), pixels_, ["a 3"])
    assert [(text.get_position(), text.get_text()) for text in axes[1, 0].texts] == [((1, 0), "+"), ((0, 2), "−")]


def test_every_run_is_a_dot_in_its_row():
    rows = {"one": {"a": [0.1, 0.2], "b": [0.5]}, "two": {"b": [0.7, 0.8, 0.9]}}
    ax = plot_dots(rows, xlabel="x", title="t", percent=True, xlim=(0, 1))
    dots = [collection.get_offsets().tolist() for collection in ax.collections]
    assert dots == [[[0.1, 0], [0.2, 0]], [[0.5, 0]], [[0.7, 1], [0.8, 1], [0.9, 1]]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["a", "b"]
    assert ax.yaxis_inverted()
    pixels(ax.figure)
    with pytest.raises(ValueError, match="at least one row, and at least one value"):
        plot_dots({"one": {"a": []}}, xlabel="x", title="t")

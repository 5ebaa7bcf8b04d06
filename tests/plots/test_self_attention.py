"""Oracle: the artists hold the numbers that were given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots import theme
from lecture_utils.plots.self_attention import plot_looks, plot_words_to_output


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_every_matrix_shows_its_numbers_and_words():
    queries, keys = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    weights = np.array([[0.25, 0.75], [1.0, 0.0]])
    axes = plot_words_to_output(["so", "it"], queries, keys, np.eye(2), weights, 10 * weights)
    assert [ax.get_title() or ax.title.get_text() for ax in axes] == ["queries", "keys", "values", "weights", "outputs"]
    assert [texts(ax) for ax in axes[:2]] == [["1", "2", "3", "4"], ["5", "6", "7", "8"]]
    assert texts(axes[3]) == ["0.25", "0.75", "1", "0"] and texts(axes[4]) == ["2.5", "7.5", "10", "0"]
    assert [label.get_text() for label in axes[3].get_xticklabels()] == ["so", "it"]
    assert [ax.title.get_color() for ax in axes[:3]] == [theme.QUERY, theme.KEY, theme.VALUE]
    with pytest.raises(ValueError, match=r"2 words need 2 rows everywhere and weights \(2, 2\)"):
        plot_words_to_output(["so", "it"], queries, keys, np.eye(2), np.ones((2, 3)), weights)


def test_a_patch_is_bluer_the_more_weight_it_gets_and_the_asking_one_is_framed():
    image, weights = np.zeros((8, 12, 3)), np.array([[0.0, 0.1, 0.2], [0.05, 0.0, 0.4]])
    axes = plot_looks([image, image], np.stack([weights, weights]), [(1, 2), None], ["one", "two"], title="t")
    pale, blue = axes[0, 0].images
    assert pale.get_alpha() < 1
    np.testing.assert_allclose(blue.get_array()[..., 3], 0.8 * weights / 0.4)  # opacity follows the weight
    assert tuple(blue.get_extent()) == (-0.5, 11.5, 7.5, -0.5)
    frames = [patch for patch in axes[0, 0].patches if patch.get_width() == 4 and patch.get_height() == 4]
    assert len(frames) == 2 and all(frame.get_xy() == (7.5, 3.5) for frame in frames)
    assert len(axes[0, 1].patches) == 1  # only the border
    assert [ax.get_title() for ax in axes.flat] == ["one", "two"]
    with pytest.raises(ValueError, match="2 images, 1 weights, 2 asked and 2 titles"):
        plot_looks([image, image], weights[None], [None, None], ["one", "two"])
    nothing = plot_looks([np.zeros((8, 12))], np.zeros((1, 2, 3)), [None], [""])
    assert (nothing[0, 0].images[1].get_array()[..., 3] == 0).all()

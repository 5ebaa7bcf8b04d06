"""Oracle: the artists hold what was given, patches in reading order."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.layers.patches import cut_patches
from lecture_utils.plots.vision_transformer import plot_film, plot_position_similarity, plot_sentence


def test_the_sentence_begins_with_the_class_token_and_reads_row_by_row():
    image = np.arange(48.0).reshape(6, 8)
    patches = cut_patches(torch.from_numpy(image)[None, None], 2)[0].view(12, 2, 2).numpy()
    whole, first, *words = plot_sentence(image, patches, (3, 4), title="t")
    assert len(whole.lines) == 2 + 3 and first.texts[0].get_text() == "class" and not first.images
    assert [ax.get_xlabel() for ax in (first, *words)] == [str(number) for number in range(13)]
    np.testing.assert_array_equal(words[0].images[0].get_array(), image[:2, :2])
    np.testing.assert_array_equal(words[1].images[0].get_array(), image[:2, 2:4])
    np.testing.assert_array_equal(words[4].images[0].get_array(), image[2:4, :2])
    assert {ax.images[0].get_clim() for ax in words} == {(0, 47)}  # all patches in the whole image's shades
    with pytest.raises(ValueError, match="12 patches do not fill a grid of 3 x 3"):
        plot_sentence(image, patches, (3, 3), title="t")


def test_similarity_is_the_cosine_with_the_framed_place():
    positions = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [-1.0, -1.0]])
    axes = plot_position_similarity(positions, (2, 2), title="t")
    np.testing.assert_allclose(axes[0, 0].images[0].get_array(), [[1, 1], [0, -(0.5**0.5)]], atol=1e-12)
    np.testing.assert_allclose(axes[1, 0].images[0].get_array(), [[0, 0], [1, -(0.5**0.5)]], atol=1e-12)
    assert axes[1, 0].patches[0].get_xy() == (-0.5, 0.5)  # row 1, column 0
    assert axes[0, 0].images[0].get_clim() == (-1, 1)
    with pytest.raises(ValueError, match=r"positions \(5, 2\) must be \(2 x 2, D\)"):
        plot_position_similarity(np.ones((5, 2)), (2, 2), title="t")


def test_a_film_runs_from_left_to_right():
    clips = np.random.default_rng(0).random((2, 3, 4, 4))
    axes = plot_film(clips, ["up", "left"], title="t")
    assert [ax.get_title() for ax in axes[0]] == ["frame 1", "frame 2", "frame 3"]
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), clips[1, 2])
    assert [line[0].get_ylabel() for line in axes] == ["up", "left"]
    with pytest.raises(ValueError, match="with 1 names for N"):
        plot_film(clips, ["up"], title="t")

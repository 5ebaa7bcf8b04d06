"""Oracle: the artists hold the words, points and weights that were given."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest

from lecture_utils.plots.translation import plot_encoder_decoder, plot_families, plot_sentence_map


def test_the_decoder_hears_what_it_wrote_one_step_later():
    ax = plot_encoder_decoder(["the", "cat", "sleeps"], ["le", "chat", "dort"])
    placed = [(round(text.get_position()[1]), text.get_position()[0], text.get_text()) for text in ax.texts]
    below = [word for height, _, word in sorted(placed) if height == 0 and word]
    above = [word for height, _, word in sorted(placed) if height == 2 and word]
    assert below == ["the", "cat", "sleeps", "<bos>", "le", "chat", "dort"]
    assert above == ["le", "chat", "dort", "<eos>"]
    states = [word for height, _, word in sorted(placed) if height == 1 and word]
    assert states == ["h", "h", "h", "the\nvector", "h", "h", "h", "h"]
    with pytest.raises(ValueError, match="at least one word"):
        plot_encoder_decoder([], ["le"])


def test_sentences_stand_beside_their_points():
    points = np.array([[0.0, 1.0], [4.0, 2.0], [1.0, 3.0]])
    ax = plot_sentence_map(points, ["a", "b", "c"], ["x", "y", "x"], title="t")
    assert {text.get_text(): tuple(text.xy) for text in ax.texts} == {"a": (0, 1), "b": (4, 2), "c": (1, 3)}
    np.testing.assert_allclose(ax.collections[0].get_offsets(), points[[0, 2]])
    assert [text.get_ha() for text in ax.texts] == ["left", "left", "right"]  # group by group, inwards
    with pytest.raises(ValueError, match="2 sentences"):
        plot_sentence_map(points, ["a", "b"], ["x", "y", "x"], title="t")


def test_each_family_has_a_panel_with_its_weights():
    maps = {"one": np.eye(3), "two": np.full((3, 3), 1 / 3)}
    axes = plot_families(maps, ["a", "b", "c"], title="t")
    assert [ax.get_xlabel() for ax in axes] == ["one", "two"]
    for ax, weights in zip(axes, maps.values(), strict=True):
        np.testing.assert_allclose(ax.images[0].get_array(), weights)

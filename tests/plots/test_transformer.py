"""Oracles: the arrays that were drawn, and the model whose architecture is drawn."""

import numpy as np
import pytest
import torch
from torch import nn

from lecture_utils.layers import attention, feedforward, positions, transformer
from lecture_utils.models.transformer import Transformer, TransformerConfig
from lecture_utils.plots import theme
from lecture_utils.plots.transformer import (
    DECODER,
    ENCODER,
    plot_architecture,
    plot_heads,
    plot_learning,
    plot_saturation,
)


def classes(module):
    """The names of the classes a module is made of, as they are run through, each part once."""
    return {type(part).__name__ for part in module.modules()}


def test_every_box_names_a_class_that_the_model_is_made_of():
    homes = (attention, feedforward, positions, transformer)
    model = Transformer(TransformerConfig(5, 5, layers=1))
    for stack in (ENCODER, DECODER):
        for _, kind, _ in stack:
            name = kind.removeprefix("nn.")
            assert kind.startswith("nn.") == hasattr(nn, name)
            assert kind.startswith("nn.") or any(hasattr(home, name) for home in homes)
            assert name in classes(model)
    count = lambda layer, kind: sum(isinstance(part, kind) for part in layer.modules())  # noqa: E731
    for stack, layer in ((ENCODER, model.encoder[0]), (DECODER, model.decoder[0])):
        names = [kind for _, kind, _ in stack]
        assert names.count("MultiHeadAttention") == count(layer, attention.MultiHeadAttention)
        assert names.count("Residual") == count(layer, transformer.Residual)


def test_the_architecture_has_all_boxes_and_all_texts():
    ax = plot_architecture("the cat", "<bos> le", "le chat", title="t")
    texts = [text.get_text() for text in ax.texts]
    for label, kind, _ in (*ENCODER, *DECODER):
        assert label in texts and kind in texts
    assert {"the cat", "<bos> le", "le chat", "EncoderLayer × N", "DecoderLayer × N"} <= set(texts)
    assert "t" in (ax.get_title(), ax.get_title(loc="left"))  # where it stands is the theme's business


def test_every_head_is_drawn_with_words_at_the_outer_sides_only():
    maps = np.random.default_rng(0).dirichlet(np.ones(3), size=(2, 4, 2)).astype(np.float32)
    axes = plot_heads(torch.tensor(maps), ["le", "chat"], ["the", "old", "cat"], title="t")
    assert axes.shape == (2, 4)
    for place, ax in np.ndenumerate(axes):
        np.testing.assert_allclose(ax.images[0].get_array(), maps[place], rtol=1e-6)
        named = (
            [label.get_text() for label in ax.get_xticklabels()],
            [label.get_text() for label in ax.get_yticklabels()],
        )
        assert named[0] == (["the", "old", "cat"] if place[0] == 0 else [""] * 3)
        assert named[1] == (["le", "chat"] if place[1] == 0 else [""] * 2)
    assert axes[0, 0].get_ylabel() == "layer 1" and axes[1, 3].get_xlabel() == "head 4"
    assert axes[0, 0].get_yticklabels()[0].get_color() == theme.QUERY


def test_maps_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"maps of shape \(4, 2, 3\) must be \(layers, heads, queries, keys\)"):
        plot_heads(np.zeros((4, 2, 3)), ["a", "b"], ["c", "d", "e"], title="t")


def test_saturation_shows_both_measures_with_their_spread():
    entropies = {"scaled": np.full((3, 3), 0.9), "not": np.array([[0.3, 0.2, 0.1]] * 3)}
    gradients = {"scaled": np.full((3, 3), 0.2), "not": np.array([[0.3, 0.02, 0.001]] * 3)}
    axes = plot_saturation([16, 64, 256], entropies, gradients, title="t")
    for ax, series in zip(axes, (entropies, gradients), strict=True):
        lines = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
        for name, values in series.items():
            np.testing.assert_allclose(lines[name], values.mean(0))
        assert len(ax.collections) == 2 and ax.get_xscale() == "log"
    assert axes[1].get_yscale() == "log" and axes[0].get_ylim()[0] == 0


def test_learning_shows_loss_floor_and_scores():
    axes = plot_learning([4.0, 2.0, 1.0], [(1, 10.0), (3, 90.0)], 0.8, title="t")
    np.testing.assert_allclose(axes[0].get_lines()[0].get_ydata(), [4, 2, 1])
    assert list(axes[0].get_lines()[1].get_ydata()) == [0.8, 0.8]
    np.testing.assert_allclose(axes[1].get_lines()[0].get_xydata(), [(1, 10), (3, 90)])
    assert axes[0].get_ylim()[0] < 0.8

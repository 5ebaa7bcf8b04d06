"""Oracles: the model asked directly; its attention on record."""

from dataclasses import replace

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.layers.attention import record_attention
from lecture_utils.models.vit import DIGITS_VIT, ViT
from lecture_utils.rollout import attention_rollout
from lecture_utils.widgets.vision_transformer import ROLLOUT, explore_patches, heads_of, look


@pytest.fixture(scope="module")
def models():
    torch.manual_seed(0)
    small = replace(DIGITS_VIT, width=8, heads=2)
    return {"4 x 4": ViT(small).eval(), "2 x 2": ViT(replace(small, patch=2)).eval()}


@pytest.fixture(scope="module")
def images():
    return dict(zip("ab", torch.rand(2, 8, 8, generator=torch.Generator().manual_seed(1)), strict=True))


def test_a_look_is_the_models_own_attention(models, images):
    model, image = models["2 x 2"], images["a"]
    with torch.no_grad(), record_attention(model) as maps:
        wanted = model(image[None]).softmax(-1)[0]
    layers = [kept[0] for kept in maps.values()]
    got = look(model, image, (1, 0))
    np.testing.assert_allclose(got.probabilities, wanted, atol=1e-6)
    np.testing.assert_allclose(got.weights.reshape(17, 16), layers[1][0, 0, :, 1:], atol=1e-6)
    np.testing.assert_allclose(got.kept, layers[1][0, 0, :, 0], atol=1e-6)
    rolled = look(model, image, None)
    np.testing.assert_allclose(rolled.weights.reshape(17, 16), attention_rollout(layers)[0, :, 1:], atol=1e-6)
    np.testing.assert_allclose(rolled.weights.sum((1, 2)) + rolled.kept, 1, atol=1e-5)
    assert list(heads_of(model).items())[:2] == [(ROLLOUT, None), ("layer 1, head 1", (0, 0))]
    with pytest.raises(ValueError, match="2 layers have 2 heads each"):
        look(model, image, (2, 0))


def test_the_explorer_shows_words_looks_and_answer(models, images):
    explorer = explore_patches(models, images)
    left, middle, right = explorer.figure.axes
    first = explorer.image.value
    assert "4 patches and the class token: 5 words, 25 pairs. The class token" in explorer.message.value
    np.testing.assert_allclose(left.images[0].get_array(), images["a"])
    explorer.controls["cut"].value = "2 x 2"
    assert explorer.image.value != first and explorer.controls["asks"].max == 16
    explorer.controls["head"].value = (0, 1)
    explorer.controls["asks"].value = 6  # row 1, column 1 of 4 x 4
    now = look(models["2 x 2"], images["a"], (0, 1))
    np.testing.assert_allclose(middle.images[0].get_array(), now.weights[6] / now.weights[6].max())
    assert {ax.patches[0].get_bbox().bounds for ax in (left, middle)} == {(1.5, 1.5, 2.0, 2.0)}
    assert [bar.get_width() for bar in right.patches] == pytest.approx(now.probabilities.tolist())
    assert "17 words, 289 pairs. Patch 6 keeps" in explorer.message.value
    cuts = {tuple(np.unique(line.get_ydata())) for line in left.lines} | {
        tuple(np.unique(line.get_xdata())) for line in left.lines
    }
    assert {(1.5,), (3.5,), (5.5,)} <= cuts
    explorer.controls["cut"].value = "4 x 4"
    assert explorer.controls["asks"].value == 4 and "Patch 4 keeps" in explorer.message.value
    explorer.controls["image"].value = "b"
    np.testing.assert_allclose(left.images[0].get_array(), images["b"])


def test_every_control_is_described_and_nothing_to_show_is_refused(models, images):
    assert all(control.description for control in explore_patches(models, images).controls.values())
    with pytest.raises(ValueError, match="0 models and 2 images"):
        explore_patches({}, images)

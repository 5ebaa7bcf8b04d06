"""Oracle: Hugging Face's ViTForImageClassification with the same weights; published parameter counts."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from transformers import ViTConfig as TheirConfig
from transformers import ViTForImageClassification

from lecture_utils.layers.patches import cut_patches, join_patches
from lecture_utils.models import vit
from lecture_utils.models.vit import DIGITS_VIT, ViT, ViTConfig

SMALL = ViTConfig(image=12, patch=4, channels=2, width=8, heads=2, layers=2, hidden=12, classes=5)
PARTS = {
    "attention.query": "attention.q_proj",
    "attention.key": "attention.k_proj",
    "attention.value": "attention.v_proj",
    "attention.output": "attention.o_proj",
    "feedforward.expand": "mlp.fc1",
    "feedforward.contract": "mlp.fc2",
    "around_attention.norm": "layernorm_before",
    "around_feedforward.norm": "layernorm_after",
}
WHOLE = {
    "class_token": "vit.embeddings.cls_token",
    "positions": "vit.embeddings.position_embeddings",
    "patches.project.weight": "vit.embeddings.patch_embeddings.projection.weight",
    "patches.project.bias": "vit.embeddings.patch_embeddings.projection.bias",
    "norm.weight": "vit.layernorm.weight",
    "norm.bias": "vit.layernorm.bias",
    "readout.weight": "classifier.weight",
    "readout.bias": "classifier.bias",
}


def reference(config):
    """Their network of the same sizes."""
    return ViTForImageClassification(
        TheirConfig(
            image_size=config.image,
            patch_size=config.patch,
            num_channels=config.channels,
            hidden_size=config.width,
            num_attention_heads=config.heads,
            num_hidden_layers=config.layers,
            intermediate_size=config.hidden or 4 * config.width,
            num_labels=config.classes,
        )
    )


def their_name(name):
    """Our parameter's name in their state dict."""
    if name in WHOLE:
        return WHOLE[name]
    _, layer, part = name.split(".", 2)
    part, kind = part.rsplit(".", 1)
    return f"vit.layers.{layer}.{PARTS[part]}.{kind}"


def pair_of(config, seed=0):
    """Ours and theirs with the same random weights, double precision; norms and class token random, too."""
    torch.manual_seed(seed)
    theirs, ours = reference(config).double().eval(), ViT(config).double().eval()
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.normal_(0, 0.4)
    state, own = theirs.state_dict(), ours.state_dict()
    assert {their_name(name) for name in own} == set(state)
    ours.load_state_dict({name: state[their_name(name)].reshape(value.shape) for name, value in own.items()})
    return ours, theirs


@pytest.mark.parametrize(
    "config",
    [SMALL, replace(SMALL, image=16, patch=2), replace(SMALL, image=(8, 12)), replace(SMALL, patch=(4, 3), channels=1)],
    ids=["small", "fine patches", "wide image", "wide patches"],
)
def test_logits_and_gradients_equal_the_reference(config):
    ours, theirs = pair_of(config)
    height, width = config.image if isinstance(config.image, tuple) else (config.image, config.image)
    images = torch.randn(3, config.channels, height, width, dtype=torch.float64, requires_grad=True)
    got, wanted = ours(images), theirs(images).logits
    assert got.shape == (3, 5)
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(ours.hidden(images), theirs.vit(images).last_hidden_state)
    named = dict(theirs.named_parameters())
    mine = torch.autograd.grad(got.square().sum(), [images, *ours.parameters()])
    inputs = [images, *(named[their_name(name)] for name, _ in ours.named_parameters())]
    for a, b in zip(mine, torch.autograd.grad(wanted.square().sum(), inputs), strict=True):
        torch.testing.assert_close(a, b.reshape(a.shape))


@pytest.mark.parametrize("size", [(20, 20), (8, 16), (4, 4), (36, 4)])
def test_images_of_another_size_equal_the_references_interpolation(size):
    ours, theirs = pair_of(SMALL, seed=1)
    images = torch.randn(2, 2, *size, dtype=torch.float64, requires_grad=True)
    got, wanted = ours(images), theirs(images, interpolate_pos_encoding=True).logits
    torch.testing.assert_close(got, wanted)
    mine = torch.autograd.grad(got.square().sum(), [images, ours.positions])
    theirs_too = torch.autograd.grad(wanted.square().sum(), [images, theirs.vit.embeddings.position_embeddings])
    torch.testing.assert_close(mine[0], theirs_too[0])
    torch.testing.assert_close(mine[1], theirs_too[1][0])


@pytest.mark.parametrize(
    ("name", "parameters"), [("VIT_B16", 86_567_656), ("VIT_L16", 304_326_632), ("VIT_H14", 632_045_800)]
)
def test_paper_scale_has_the_references_parameters(name, parameters):
    config = getattr(vit, name)
    with torch.device("meta"):
        ours, theirs = ViT(config), reference(config)
    assert sum(weight.numel() for weight in ours.parameters()) == parameters
    assert sum(weight.numel() for weight in theirs.parameters()) == parameters
    assert {their_name(each) for each in ours.state_dict()} == set(theirs.state_dict())


def test_only_the_class_token_is_read_and_it_stands_first():
    model = ViT(DIGITS_VIT)
    hidden = model.hidden(torch.rand(3, 8, 8))
    assert hidden.shape == (3, 5, 64)
    (gradient,) = torch.autograd.grad(model.readout(hidden[:, 0]).sum(), hidden)
    assert (gradient[:, 0] != 0).any() and not gradient[:, 1:].any()
    images = torch.rand(2, 8, 8)
    torch.testing.assert_close(model(images), model.readout(model.hidden(images)[:, 0]))
    with torch.no_grad():
        model.positions[0] += torch.randn(64)  # the first row is the class token's: patches are alike with it or not
    assert not torch.allclose(model(images), model.readout(hidden[:2, 0]))


@given(seed=st.integers(0, 99))
@settings(deadline=None, max_examples=10)
def test_the_order_of_patches_is_known_by_their_positions_alone(seed):
    torch.manual_seed(seed)
    model = ViT(replace(DIGITS_VIT, patch=2)).double().eval()
    order = torch.randperm(16)
    images = torch.rand(2, 1, 8, 8, dtype=torch.float64)
    shuffled = join_patches(cut_patches(images, 2)[:, order], (4, 4), 2)
    with torch.no_grad():
        wanted = model(images)
        assert not torch.allclose(model(shuffled), wanted, atol=1e-6)
        model.positions[1:] = model.positions[1:][order].clone()
        torch.testing.assert_close(model(shuffled), wanted)


def test_the_hybrid_reads_patches_of_the_fronts_maps():
    torch.manual_seed(0)
    front = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    config = replace(DIGITS_VIT, image=4, patch=1, channels=6)
    hybrid, plain = ViT(config, front=front), ViT(config)
    plain.load_state_dict({name: value for name, value in hybrid.state_dict().items() if not name.startswith("front")})
    images = torch.rand(2, 8, 8, requires_grad=True)
    torch.testing.assert_close(hybrid(images), plain(front(images[:, None])))
    assert hybrid.hidden(images).shape == (2, 17, 64)
    hybrid(images).sum().backward()
    assert front[0].weight.grad.abs().sum() > 0  # the front learns with the rest


def test_bad_sizes_and_bad_images_are_refused():
    with pytest.raises(ValueError, match="patches of 3 x 3 pixels do not fill an image of 8 x 8"):
        ViT(replace(DIGITS_VIT, patch=3))
    with pytest.raises(ValueError, match=r"dim \(64\) must be a multiple of heads \(5\)"):
        ViT(replace(DIGITS_VIT, heads=5))
    model = ViT(DIGITS_VIT)
    with pytest.raises(ValueError, match=r"\(2, 3, 8, 8\) must be \(batch, 1, height, width\)"):
        model(torch.rand(2, 3, 8, 8))
    with pytest.raises(ValueError, match="patches of 4 x 4 pixels do not fill an image of 8 x 10"):
        model(torch.rand(2, 8, 10))
    with pytest.raises(ValueError, match="images contain NaN"):
        model(torch.full((1, 8, 8), torch.nan))

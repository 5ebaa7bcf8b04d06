"""Oracle: the same network written with torch.nn, with the same weights; parameter counts by hand."""

import pytest
import torch
from torch import nn

from lecture_utils.models.cnn import CNN, DIGITS_CNN, CNNConfig


def reference(model: CNN) -> nn.Sequential:
    """torch's own layers with the model's weights."""
    layers = []
    for ours in model.convolutions:
        layer = nn.Conv2d(ours.weight.shape[1], ours.weight.shape[0], ours.weight.shape[2:], padding="same")
        layer.load_state_dict(ours.state_dict())
        layers += [layer, nn.ReLU()]
        if model.config.pool > 1:
            layers.append(nn.MaxPool2d(model.config.pool))
    if model.config.read == "global":
        layers.append(nn.AdaptiveMaxPool2d(1))
    return nn.Sequential(*layers, nn.Flatten(), model.readout).double()


@pytest.mark.parametrize(
    "config",
    [
        DIGITS_CNN,
        CNNConfig(kernels=(3, 5), kernel=5, pool=1, read="global"),
        CNNConfig(channels=3, side=13, kernels=(4, 3, 2), pool=2, classes=4),
    ],
)
def test_the_network_equals_torchs_forward_and_gradient(config):
    torch.manual_seed(0)
    model = CNN(config).double()
    images = torch.rand(5, config.channels, config.side, config.side, dtype=torch.float64, requires_grad=True)
    ours, theirs = model(images), reference(model)(images)
    assert ours.shape == (5, config.classes)
    torch.testing.assert_close(ours, theirs)
    gradients = (torch.autograd.grad(logits.square().sum(), images)[0] for logits in (ours, theirs))
    torch.testing.assert_close(*gradients)


def test_every_layer_can_be_looked_at():
    outputs = CNN(DIGITS_CNN).layer_outputs(torch.rand(2, 8, 8))
    assert {name: tuple(maps.shape[1:]) for name, maps in outputs.items()} == {
        "input": (1, 8, 8),
        "convolution 1": (16, 8, 8),
        "pooling 1": (16, 4, 4),
        "convolution 2": (16, 4, 4),
        "pooling 2": (16, 2, 2),
        "logits": (10,),
    }
    assert "global pooling" in CNN(CNNConfig(read="global")).layer_outputs(torch.rand(2, 8, 8))


def test_grey_images_need_no_channel_axis():
    model, images = CNN(), torch.rand(2, 8, 8)
    assert torch.equal(model(images), model(images[:, None]))


def test_parameters_are_few_and_counted_by_hand():
    by_hand = (16 * 9 + 16) + (16 * 16 * 9 + 16) + (64 * 10 + 10)
    assert sum(parameter.numel() for parameter in CNN().parameters()) == by_hand == 3130


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (CNNConfig(kernel=4), r"kernel \(4\) must be odd"),
        (CNNConfig(kernels=()), r"kernels \(\) need at least one layer"),
        (CNNConfig(read="mean"), r"read \('mean'\) `flat` or `global`"),
        (CNNConfig(kernels=(2, 2, 2, 2)), "a kernel of 2 .* but the image has 1"),
        (CNNConfig(kernels=(0,)), r"kernels \(0\) must be at least 1"),
    ],
)
def test_impossible_sizes_are_refused(config, message):
    with pytest.raises(ValueError, match=message):
        CNN(config)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"images \(2, 1, 9, 9\) must be \(batch, 1, 8, 8\)"):
        CNN()(torch.rand(2, 9, 9))
    with pytest.raises(ValueError, match=r"images \(8, 8\) must be"):
        CNN()(torch.rand(8, 8))
    with pytest.raises(ValueError, match="the images contain NaN"):
        CNN()(torch.full((2, 8, 8), torch.nan))

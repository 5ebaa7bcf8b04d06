"""Oracle: Hugging Face's ResNetForImageClassification with the same weights; published parameter counts."""

import pytest
import torch
from transformers import ResNetConfig as TheirConfig
from transformers import ResNetForImageClassification

from lecture_utils.models import resnet
from lecture_utils.models.resnet import DIGITS_RESNET, ResNet, ResNetBlock, ResNetConfig

BASIC = ResNetConfig((2, 1, 2), (4, 6, 10), classes=5)
BOTTLENECK = ResNetConfig((1, 2), (3, 4), bottleneck=True, classes=5)


def reference(config):
    """Their network of the same sizes."""
    return ResNetForImageClassification(
        TheirConfig(
            num_channels=config.channels,
            embedding_size=config.widths[0],
            hidden_sizes=[config.expansion * width for width in config.widths],
            depths=list(config.blocks),
            layer_type="bottleneck" if config.bottleneck else "basic",
            num_labels=config.classes,
        )
    )


def their_name(name):
    """Our parameter's name in their state dict."""
    part, *rest = name.split(".")
    if part == "readout":
        return f"classifier.1.{rest[-1]}"
    layer = f"{('convolution', 'normalization')[int(rest[-2])]}.{rest[-1]}"
    if part == "stem":
        return f"resnet.embedder.embedder.{layer}"
    stage, block, side = rest[:3]
    inner = "shortcut" if side == "shortcut" else f"layer.{int(rest[3]) // 2}"  # ReLUs stand between ours
    return f"resnet.encoder.stages.{stage}.layers.{block}.{inner}.{layer}"


@pytest.mark.parametrize("config", [BASIC, BOTTLENECK], ids=["basic", "bottleneck"])
@pytest.mark.parametrize("training", [True, False])
def test_the_network_equals_hugging_faces_forward_and_gradient(config, training):
    torch.manual_seed(0)
    ours, theirs = ResNet(config).double(), reference(config).double()
    for name, value in theirs.state_dict().items():  # norms that do something, also in evaluation
        if "normalization" in name and value.is_floating_point():
            value.uniform_(0.5, 1.5)
    assert {their_name(name) for name in ours.state_dict()} == set(theirs.state_dict())
    ours.load_state_dict({name: theirs.state_dict()[their_name(name)] for name in ours.state_dict()})
    images = torch.randn(3, 3, 32, 24, dtype=torch.float64, requires_grad=True)
    ours.train(training), theirs.train(training)
    outputs = ours(images), theirs(images).logits
    assert outputs[0].shape == (3, 5)
    torch.testing.assert_close(*outputs)
    parameters = dict(theirs.named_parameters())
    mine = torch.autograd.grad(outputs[0].square().sum(), [images, *ours.parameters()])
    names = [their_name(name) for name, _ in ours.named_parameters()]
    torch.testing.assert_close(
        mine, torch.autograd.grad(outputs[1].square().sum(), [images, *map(parameters.get, names)])
    )
    running = {name: value for name, value in ours.state_dict().items() if "running" in name}
    torch.testing.assert_close(running, {name: theirs.state_dict()[their_name(name)] for name in running})


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("RESNET18", 11_689_512),
        ("RESNET34", 21_797_672),
        ("RESNET50", 25_557_032),
        ("RESNET101", 44_549_160),
        ("RESNET152", 60_192_808),
    ],
)
def test_paper_scale_has_the_published_parameters(name, parameters):
    with torch.device("meta"):
        model = ResNet(getattr(resnet, name))
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    weighted = [
        m for n, m in model.named_modules() if hasattr(m, "weight") and m.weight.ndim > 1 and "shortcut" not in n
    ]
    assert len(weighted) == int(name.removeprefix("RESNET"))  # the number in the name counts these


def test_the_small_network_reads_digits_with_or_without_a_channel_axis():
    model, images = ResNet(DIGITS_RESNET).eval(), torch.rand(2, 8, 8)
    assert torch.equal(model(images), model(images[:, None]))
    by_hand = 9 * 16 + 2 * 9 * 16**2 + 9 * (16 * 32 + 32**2) + 16 * 32  # convolutions: stem, blocks, shortcut
    by_hand += 2 * (3 * 16 + 3 * 32) + 32 * 10 + 10  # norms and readout
    assert sum(parameter.numel() for parameter in model.parameters()) == by_hand == 19_706


def test_the_wire_is_bare_unless_the_shape_changes():
    assert not list(ResNetBlock(inputs=4, width=4).shortcut.parameters())
    assert not list(ResNetBlock(inputs=16, width=4, bottleneck=True).shortcut.parameters())
    for block in (ResNetBlock(inputs=4, width=4, stride=2), ResNetBlock(inputs=4, width=4, bottleneck=True)):
        assert list(block.shortcut.parameters())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (ResNetConfig((1, 1), (4,)), r"blocks \(1, 1\) and widths \(4,\) must name as many stages"),
        (ResNetConfig((), ()), r"blocks \(\) and widths \(\)"),
        (ResNetConfig((0,), (4,)), r"blocks \(0,\) .* each from 1"),
        (ResNetConfig((1,), (4,), stem="tiny"), r"stem \('tiny'\) must be `photograph` or `small`"),
    ],
)
def test_impossible_sizes_are_refused(config, message):
    with pytest.raises(ValueError, match=message):
        ResNet(config)


def test_images_of_another_shape_or_with_nan_are_refused():
    with pytest.raises(ValueError, match=r"images \(2, 3, 8, 8\) must be \(batch, 1, height, width\)"):
        ResNet(DIGITS_RESNET)(torch.rand(2, 3, 8, 8))
    with pytest.raises(ValueError, match="images contain NaN"):
        ResNet(DIGITS_RESNET)(torch.full((2, 8, 8), torch.nan))

"""Oracle: torch.nn layers in a row with the same weights; a stack of networks equals each of them alone."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lecture_utils.models.deep_mlp import (
    DeepMLP,
    DeepMLPConfig,
    DeepMLPs,
    accuracies,
    block_gradients,
    summed_loss,
)

SMALL = {"inputs": 4, "width": 5, "classes": 3}


def networks(copies=3, **settings):
    torch.manual_seed(0)
    return [DeepMLP(DeepMLPConfig(**{"depth": 4, **SMALL, **settings})).double() for _ in range(copies)]


def data(n=12):
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(n, 2, 2, generator=generator, dtype=torch.float64)
    return images, torch.randint(3, (n,), generator=generator)


def test_a_plain_network_is_torchs_layers_in_a_row():
    (model,) = networks(1, skip=False)
    row = [nn.Flatten(), model.first]
    for block in model.blocks:
        row += [nn.ReLU(), block.branch[-1]]
    torch.testing.assert_close(model(data()[0]), nn.Sequential(*row, nn.ReLU(), model.readout)(data()[0]))


def test_wires_add_each_branch_scaled_by_the_root_of_the_depth():
    (model,) = networks(1)
    outputs = model.layer_outputs(data()[0])
    assert len(outputs) == 6
    for before, after, block in zip(outputs[:4], outputs[1:5], model.blocks, strict=True):
        torch.testing.assert_close(after, before + block.branch[-1](before.relu()) / 2)
    torch.testing.assert_close(outputs[-1], model(data()[0]))


@pytest.mark.parametrize(("skip", "norm", "scale"), [(True, False, 0.5), (True, True, 1.0), (False, False, 1.0)])
def test_only_wires_without_norm_are_scaled(skip, norm, scale):
    (model,) = networks(1, skip=skip, norm=norm)
    assert {block.scale for block in model.blocks} == {scale}
    assert sum(isinstance(layer, nn.BatchNorm1d) for layer in model.modules()) == 4 * norm


def test_hes_start_has_the_variance_two_over_the_width():
    (model,) = networks(1, depth=8, width=64, start="he")
    weights = torch.stack([block.branch[-1].weight for block in model.blocks])
    assert weights.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.02)
    assert all((block.branch[-1].bias == 0).all() for block in model.blocks)


@pytest.mark.parametrize("skip", [True, False])
def test_without_a_block_is_the_network_built_without_it(skip):
    (model,) = networks(1, skip=skip)
    images = data()[0]
    for number in range(4):
        h = model.first(images.flatten(1))
        for block in [*model.blocks[:number], *model.blocks[number + 1 :]]:
            h = block(h)
        torch.testing.assert_close(model(images, without=number), model.readout(h.relu()))
    with pytest.raises(ValueError, match="there is no block 4: they are numbered from 0 to 3"):
        model(images, without=4)


@pytest.mark.parametrize("skip", [True, False])
def test_a_stack_computes_and_learns_what_each_network_does_alone(skip):
    models, (images, labels) = networks(skip=skip), data()
    stack, untouched = DeepMLPs(models), networks(skip=skip)
    torch.testing.assert_close(stack(images), torch.stack([model(images) for model in models]))
    right = [(model(images).argmax(-1) == labels).double().mean() for model in models]
    torch.testing.assert_close(accuracies(stack, images, labels).double(), torch.stack(right))
    optimizer = torch.optim.SGD(stack.parameters(), lr=0.3)
    for _ in range(2):
        optimizer.zero_grad()
        summed_loss(stack, (images, labels)).backward()
        optimizer.step()
    for model, alone in zip(stack.unstack(), untouched, strict=True):
        optimizer = torch.optim.SGD(alone.parameters(), lr=0.3)
        for _ in range(2):
            optimizer.zero_grad()
            F.cross_entropy(alone(images), labels).backward()
            optimizer.step()
        torch.testing.assert_close(model.state_dict(), alone.state_dict())


def test_block_gradients_are_what_backward_leaves_in_the_weights():
    (model,), (images, labels) = networks(1, norm=True), data()
    norms = block_gradients(model, images, labels)
    assert norms.shape == (4,) and model.blocks[0].branch[-1].weight.grad is None
    F.cross_entropy(model(images), labels).backward()
    torch.testing.assert_close(norms, torch.stack([block.branch[-1].weight.grad.norm() for block in model.blocks]))


@pytest.mark.parametrize(
    "models",
    [[], [*networks(1), *networks(1, depth=3)], [*networks(1), *networks(1, skip=False)], networks(2, norm=True)],
)
def test_what_cannot_be_stacked_is_refused(models):
    with pytest.raises(ValueError, match="models cannot be stacked: give at least one, all alike, without norm"):
        DeepMLPs(models)


@pytest.mark.parametrize("settings", [{"depth": 0}, {"start": "Xavier"}])
def test_impossible_settings_are_refused(settings):
    with pytest.raises(ValueError, match=r"must be at least 1 and start \('.*'\) one of \('torch', 'he'\)"):
        networks(1, **settings)

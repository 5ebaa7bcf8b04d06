"""Oracle: a stack of torch.nn layers with the same weights; PCA, the best linear code."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lecture_utils.datasets.digits import load_digits
from lecture_utils.models.autoencoder import Autoencoder
from lecture_utils.models.mlp import count_parameters
from lecture_utils.training import fit, minibatches


def test_forward_and_gradient_equal_torchs_layers():
    torch.manual_seed(0)
    model = Autoencoder((6, 5, 2)).double()
    reference = nn.Sequential(
        nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2), nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 6), nn.Sigmoid()
    ).double()
    reference.load_state_dict(dict(zip(reference.state_dict(), model.state_dict().values(), strict=True)))
    x = torch.rand(7, 6, dtype=torch.float64)
    torch.testing.assert_close(model(x), reference(x))
    for network in (model, reference):
        F.mse_loss(network(x), x).backward()
    for ours, theirs in zip(model.parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)


def test_shapes_range_and_size():
    model = Autoencoder((64, 32, 3), torch.tanh)
    x = torch.rand(4, 2, 64)
    codes, images = model.encode(x), model(x)
    assert codes.shape == (4, 2, 3) and images.shape == (4, 2, 64)
    assert torch.equal(images, model.decode(codes)) and images.min() >= 0 and images.max() <= 1
    assert count_parameters(model) == (64 * 32 + 32) + (32 * 3 + 3) + (3 * 32 + 32) + (32 * 64 + 64)


def test_training_beats_pca_on_digits_it_has_seen():
    x = load_digits().train_images[:200].flatten(1)
    _, _, axes = torch.linalg.svd(x - x.mean(0), full_matrices=False)
    linear = (x - x.mean(0)) @ axes[:2].mT @ axes[:2] + x.mean(0)
    torch.manual_seed(0)
    model = Autoencoder((64, 64, 2))
    fit(
        model,
        minibatches(x, size=50),
        lambda m, batch: F.mse_loss(m(*batch), *batch),
        steps=300,
        lr=5e-3,
        progress=None,
    )
    with torch.no_grad():
        assert F.mse_loss(model(x), x) < 0.8 * F.mse_loss(linear, x)


@pytest.mark.parametrize("bad", [-0.1, 1.5, float("nan"), float("inf")])
def test_inputs_outside_zero_to_one_are_refused(bad):
    x = torch.full((2, 6), 0.5)
    x[1, 2] = bad
    with pytest.raises(ValueError, match="between 0 and 1, without NaN"):
        Autoencoder((6, 2))(x)


def test_wrong_widths_are_refused():
    with pytest.raises(ValueError, match="width 5 does not fit a first layer of 6"):
        Autoencoder((6, 2))(torch.rand(3, 5))
    with pytest.raises(ValueError, match="at least two widths"):
        Autoencoder((6,))

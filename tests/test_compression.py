"""Oracles: weights sorted and rounded by hand in NumPy, torch's own int8 kernel, bytes counted."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.compression import int8_linears, pruned, rounded, stored_bytes
from lecture_utils.models.cnn import CNN, CNNConfig
from lecture_utils.models.mlp import MLP


def network(seed=0):
    torch.manual_seed(seed)
    return CNN(CNNConfig(kernels=(3, 4)))


def weights(model):
    return [weight.detach().numpy() for weight in model.parameters() if weight.ndim > 1]


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 0.99), st.integers(0, 99))
def test_the_smallest_weights_of_all_layers_go(share, seed):
    model = network(seed)
    before = [weight.copy() for weight in weights(model)]
    cut = pruned(model, share)
    sizes = np.sort(np.abs(np.concatenate([weight.ravel() for weight in before])))
    count = round(share * len(sizes))
    limit = sizes[count - 1] if count else -1.0
    for old, new, kept in zip(before, weights(cut), weights(model), strict=True):
        np.testing.assert_array_equal(new, np.where(np.abs(old) > limit, old, 0))
        np.testing.assert_array_equal(old, kept)  # the original is untouched
    assert not list(cut.named_buffers())
    remaining = dict(cut.named_parameters())
    assert remaining.keys() == dict(model.named_parameters()).keys()
    for name, old in model.named_parameters():
        assert old.ndim > 1 or torch.equal(old, remaining[name])


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 8), st.integers(0, 99))
def test_weights_are_rounded_row_by_row(bits, seed):
    model = network(seed)
    top = 2 ** (bits - 1) - 1
    before = [weight.copy() for weight in weights(model)]
    coarse = rounded(model, bits)
    for old, new, kept in zip(before, weights(coarse), weights(model), strict=True):
        np.testing.assert_array_equal(old, kept)  # the original is untouched
        for row, got in zip(old, new, strict=True):
            step = np.abs(row).max() / top
            np.testing.assert_allclose(got, np.round(row / step) * step, atol=1e-6)
            assert np.abs(got - row).max() <= step / 2 * (1 + 1e-4) and len(np.unique(got)) <= 2**bits - 1


def test_a_row_of_zeros_stays():
    model = nn.Linear(3, 2)
    nn.init.zeros_(model.weight)
    assert not rounded(model, 4).weight.any()


def test_int8_layers_answer_as_rounded_ones_and_warn_nobody():
    torch.manual_seed(0)
    model, images = MLP((64, 32, 10)), torch.rand(50, 64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small = int8_linears(model)
    assert small.layers[0].weight().dtype == torch.qint8 and isinstance(model.layers[0], nn.Linear)
    with torch.no_grad():
        torch.testing.assert_close(small(images), model(images), atol=0.02, rtol=0)
        assert not torch.equal(small(images), model(images))
    with pytest.raises(ValueError, match="CPU only"):
        int8_linears(nn.Linear(2, 2, device="meta"))


def test_bytes_by_hand():
    model = nn.Linear(8, 4)  # 32 weights, 4 biases
    with torch.no_grad():
        model.weight.fill_(1.0)
    assert stored_bytes(model) == 4 * 36
    assert stored_bytes(model, bits=8) == 32 + 4 * 4 + 4 * 4  # weights, steps, biases
    with torch.no_grad():
        model.weight[:, 2:] = 0  # 8 weights are left
    assert stored_bytes(model) == 8 * 4 + 32 / 8 + 4 * 4  # one bit for each place
    with torch.no_grad():
        model.weight[:, 2:6] = 1
    assert stored_bytes(model, bits=2) == 32 * 2 / 8 + 4 * 4 + 4 * 4  # 24 left: leaving zeros out would be longer


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan])
def test_a_share_that_cannot_be_cut_says_why(share):
    with pytest.raises(ValueError, match=f"share \\({share}\\)"):
        pruned(network(), share)


@pytest.mark.parametrize("bits", [1, 17])
def test_bits_that_cannot_be_rounded_to_say_why(bits):
    with pytest.raises(ValueError, match=f"bits \\({bits}\\)"):
        rounded(network(), bits)


@pytest.mark.parametrize("act", [lambda m: pruned(m, 0.5), lambda m: rounded(m, 8), stored_bytes])
def test_a_model_without_weights_says_so(act):
    with pytest.raises(ValueError, match="no layer with a weight matrix"):
        act(nn.ReLU())

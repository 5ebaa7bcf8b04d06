"""Oracle: torch.nn.functional.layer_norm, forward and gradient; numbers by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.norms import layer_norm


def test_by_hand():
    # mean 3, deviations -2 and 2, variance (4 + 4) / 2 = 4; divided by D - 1 it would be 8
    torch.testing.assert_close(layer_norm(torch.tensor([1.0, 5.0])), torch.tensor([-1.0, 1.0]), atol=1e-5, rtol=0)


@given(width=st.integers(1, 6), affine=st.booleans(), eps=st.sampled_from([1e-5, 0.1]), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_equals_torchs_forward_and_gradient(width, affine, eps, seed):
    generator = torch.Generator().manual_seed(seed)
    draw = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()  # noqa: E731
    x, direction = draw(2, 3, width), draw(2, 3, width).detach()
    leaves = [x, *((draw(width), draw(width)) if affine else ())]
    ours, theirs = layer_norm(*leaves, eps=eps), F.layer_norm(x, (width,), *leaves[1:], eps=eps)
    torch.testing.assert_close(ours, theirs)
    for got, wanted in zip(*(torch.autograd.grad((y * direction).sum(), leaves) for y in (ours, theirs)), strict=True):
        torch.testing.assert_close(got, wanted)


def test_weight_and_bias_each_do_without_the_other():
    x, w = torch.tensor([[1.0, 5.0]]), torch.tensor([2.0, 3.0])
    torch.testing.assert_close(layer_norm(x, weight=w), F.layer_norm(x, (2,), weight=w))
    torch.testing.assert_close(layer_norm(x, bias=w), F.layer_norm(x, (2,), bias=w))


@pytest.mark.parametrize("shift", [0.0, 7.0])
def test_a_vector_of_equal_numbers_becomes_zero(shift):
    assert torch.equal(layer_norm(torch.full((4,), shift)), torch.zeros(4))

"""Oracles: torch.nn.functional.max_pool2d and avg_pool2d, forward and gradient, ties included."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.pooling import avg_pool2d, max_pool2d

PAIRS = [(max_pool2d, F.max_pool2d), (avg_pool2d, F.avg_pool2d)]
window = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@given(
    height=st.integers(3, 9), width=st.integers(3, 9), size=window, stride=st.none() | window, seed=st.integers(0, 99)
)
@settings(deadline=None, max_examples=40)
def test_pooling_equals_torch_forward_and_gradient(ours, theirs, height, width, size, stride, seed):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(-3, 4, (2, 3, height, width), generator=generator).double().requires_grad_()  # many ties
    left, right = ours(images, size, stride=stride), theirs(images, size, stride)
    torch.testing.assert_close(left, right)
    weights = torch.randn(left.shape, generator=generator, dtype=torch.float64)
    gradients = (torch.autograd.grad((maps * weights).sum(), images)[0] for maps in (left, right))
    torch.testing.assert_close(*gradients)


def test_a_window_worked_by_hand():
    image = torch.tensor([[1.0, 3.0, 2.0, 0.0], [4.0, 2.0, 1.0, 1.0], [0.0, 1.0, 9.0, 5.0], [2.0, 2.0, 6.0, 7.0]])
    assert max_pool2d(image[None, None], 2)[0, 0].tolist() == [[4.0, 2.0], [2.0, 9.0]]
    assert avg_pool2d(image[None, None], 2)[0, 0].tolist() == [[2.5, 1.0], [1.25, 6.75]]


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_bad_input_is_refused(pool):
    with pytest.raises(ValueError, match=r"images \(8, 8\) must be \(batch, channels, height, width\)"):
        pool(torch.zeros(8, 8), 2)
    with pytest.raises(ValueError, match="the images contain NaN"):
        pool(torch.full((1, 1, 8, 8), torch.nan), 2)
    with pytest.raises(ValueError, match=r"size \(0\) must be a whole number of at least 1"):
        pool(torch.zeros(1, 1, 8, 8), 0)
    with pytest.raises(ValueError, match=r"stride \(0\) must be a whole number of at least 1"):
        pool(torch.zeros(1, 1, 8, 8), 2, stride=0)
    with pytest.raises(ValueError, match="a kernel of 9 with dilation 1 reaches over 9 pixels, but the image has 8"):
        pool(torch.zeros(1, 1, 8, 8), 9)

"""Oracle: torch.nn.functional.rms_norm, LayerNorm on centred vectors, and numbers by hand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.rms_norm import RMSNorm

quick = settings(deadline=None, max_examples=25)


def norm_of(dim, seed=0, eps=1e-6):
    made = RMSNorm(dim=dim, eps=eps).double()
    with torch.no_grad():
        made.weight.copy_(torch.randn(dim, generator=torch.Generator().manual_seed(seed)))
    return made


@given(dim=st.integers(1, 9), seed=st.integers(0, 999), shift=st.floats(-3, 3))
@quick
def test_values_and_gradients_equal_torchs(dim, seed, shift):
    ours, eps = norm_of(dim, seed), 1e-6
    x = torch.randn(2, 3, dim, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + shift
    inputs, weight = [x.clone().requires_grad_() for _ in range(2)], ours.weight.detach().clone().requires_grad_()
    outputs = ours(inputs[0]), F.rms_norm(inputs[1], (dim,), weight, eps)
    torch.testing.assert_close(*outputs)
    for output in outputs:
        (output * torch.arange(1, dim + 1)).sum().backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)
    torch.testing.assert_close(ours.weight.grad, weight.grad)


def test_by_hand_and_the_mean_stays():
    x = torch.tensor([3.0, 4.0, 3.0, 4.0])  # mean square 12.5
    torch.testing.assert_close(RMSNorm(dim=4)(x), x / 12.5**0.5)
    assert RMSNorm(dim=4)(x).min() > 0  # a LayerNorm would centre them
    centred = x - x.mean()
    torch.testing.assert_close(RMSNorm(dim=4, eps=1e-5)(centred), F.layer_norm(x, (4,), eps=1e-5))


def test_eps_keeps_a_vector_of_zeros_finite():
    x = torch.zeros(2, 3, requires_grad=True)
    RMSNorm(dim=3, eps=1e-4)(x).sum().backward()
    assert torch.equal(RMSNorm(dim=3)(x), torch.zeros(2, 3)) and x.grad.unique().tolist() == pytest.approx([100.0])


@pytest.mark.parametrize(("dim", "eps"), [(0, 1e-6), (3, 0.0), (3, float("nan"))])
def test_sizes_that_make_no_norm(dim, eps):
    with pytest.raises(ValueError, match=r"dim \(\d\) must be at least 1 and eps \(.*\) above 0"):
        RMSNorm(dim=dim, eps=eps)


def test_vectors_of_another_width():
    with pytest.raises(ValueError, match="have 4 numbers, this norm was made for 3"):
        RMSNorm(dim=3)(torch.zeros(2, 4))
    with pytest.raises(ValueError, match="have 1 numbers, this norm was made for 3"):
        RMSNorm(dim=3)(torch.zeros(2, 1))

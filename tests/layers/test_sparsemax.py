"""Oracles: closed forms (Martins and Astudillo 2016), projection by bisection, finite differences, pytorch_tabnet."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_tabnet.sparsemax import sparsemax as reference

from lecture_utils.layers.sparsemax import sparsemax


def by_bisection(scores):
    """The threshold that makes one row's clipped scores sum to one, found by halving an interval."""
    low, high = scores.min() - 1, scores.max()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if (scores - middle).clamp(min=0).sum() > 1 else (low, middle)
    return (scores - low).clamp(min=0)


@settings(deadline=None)
@given(seed=st.integers(0, 999), width=st.integers(1, 12), spread=st.sampled_from([0.01, 1.0, 30.0]))
def test_it_is_the_projection_on_the_simplex(seed, width, spread):
    scores = torch.randn(4, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * spread
    weights = sparsemax(scores)
    assert weights.min() >= 0
    torch.testing.assert_close(weights.sum(-1), torch.ones(4, dtype=torch.float64))
    torch.testing.assert_close(weights, torch.stack([by_bisection(row) for row in scores]))
    torch.testing.assert_close(sparsemax(scores + 7), weights)
    torch.testing.assert_close(sparsemax(scores.flip(-1)), weights.flip(-1))


def test_two_scores_have_a_closed_form():
    """Section 2.3: with scores (t, 0) the first weight is a hard sigmoid, 0 below -1, (t + 1) / 2, 1 above 1."""
    t = torch.linspace(-2, 2, 41)
    weights = sparsemax(torch.stack([t, torch.zeros_like(t)], -1))[:, 0]
    torch.testing.assert_close(weights, ((t + 1) / 2).clamp(0, 1))


def test_by_hand():
    weights = sparsemax(torch.tensor([[1.0, 0.8, -0.5], [3.0, 0.0, 0.0], [0.2, 0.2, 0.2]]))
    torch.testing.assert_close(weights, torch.tensor([[0.6, 0.4, 0.0], [1.0, 0.0, 0.0], [1 / 3] * 3]))


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2])
def test_gradient_by_finite_differences_along_any_axis(dim):
    scores = torch.randn(3, 4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    torch.testing.assert_close(sparsemax(scores, dim).sum(dim), torch.ones_like(sparsemax(scores, dim).sum(dim)))
    assert torch.autograd.gradcheck(lambda x: sparsemax(x, dim), scores)


def test_forward_and_gradient_are_pytorch_tabnets():
    generator = torch.Generator().manual_seed(1)
    scores, pull = torch.randn(50, 11, generator=generator), torch.randn(50, 11, generator=generator)
    ours, theirs = scores.clone().requires_grad_(), scores.clone().requires_grad_()
    first, second = sparsemax(ours), reference(theirs * 1, -1)  # theirs changes its input in place
    torch.testing.assert_close(first, second)
    (first * pull).sum().backward()
    (second * pull).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_scores_stay_as_they_were_and_nan_is_refused():
    scores = torch.randn(2, 3)
    kept = scores.clone()
    sparsemax(scores)
    assert torch.equal(scores, kept)
    with pytest.raises(ValueError, match="contain NaN"):
        sparsemax(torch.tensor([0.0, float("nan")]))

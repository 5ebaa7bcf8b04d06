"""Oracles: hand-computed losses, finite differences, scikit-learn's logistic regression."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from torch.nn import functional as F

from lecture_utils.preferences import bradley_terry_loss, dpo_loss, word_taste


def doubles(n, seed, k=1):
    return [torch.randn(n, generator=torch.Generator().manual_seed(seed + i), dtype=torch.float64) for i in range(k)]


def test_bradley_terry_by_hand():
    loss = bradley_terry_loss(torch.tensor([2.0, 0.0]), torch.tensor([1.0, 0.0]))
    assert loss.item() == pytest.approx((-math.log(1 / (1 + math.exp(-1))) + math.log(2)) / 2)
    assert bradley_terry_loss(torch.tensor([0.0]), torch.tensor([900.0])).item() == pytest.approx(900)


@given(n=st.integers(1, 20), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=20)
def test_bradley_terry_is_logistic_regression_on_the_gap(n, seed):
    better, worse = doubles(n, seed, 2)
    wanted = F.binary_cross_entropy_with_logits(better - worse, torch.ones(n, dtype=torch.float64))
    torch.testing.assert_close(bradley_terry_loss(better, worse), wanted)


def test_dpo_by_hand():
    """Gains over the reference of ln 2 and -ln 4, leash 0.5: the gap is 1.5 ln 2, and sigmoid of it 2^1.5/(1+2^1.5)."""
    parts = [torch.tensor([math.log(p)]) for p in (0.4, 0.1, 0.2, 0.4)]
    assert dpo_loss(*parts, leash=0.5).item() == pytest.approx(math.log(1 + 2**-1.5), abs=1e-6)


def test_a_policy_that_is_the_reference_pays_ln_2_and_moves_towards_the_choice():
    better, worse = (part.requires_grad_() for part in doubles(4, 0, 2))
    loss = dpo_loss(better, worse, better.detach(), worse.detach(), leash=0.3)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    torch.testing.assert_close(better.grad, torch.full((4,), -0.3 / 2 / 4, dtype=torch.float64))
    torch.testing.assert_close(worse.grad, -better.grad)


def test_both_losses_have_the_slope_of_finite_differences():
    parts = [part.requires_grad_() for part in doubles(5, 3, 4)]
    assert torch.autograd.gradcheck(bradley_terry_loss, parts[:2])
    assert torch.autograd.gradcheck(lambda *rows: dpo_loss(*rows, leash=0.7), parts)


@given(n=st.integers(1, 30), spread=st.sampled_from([0.3, 1.0, 3.0]), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_word_taste_is_ridge_logistic_regression(n, spread, seed):
    better, worse = torch.randint(3, (2, n, 5), generator=torch.Generator().manual_seed(seed)).float()
    gaps = (better - worse).double().numpy()
    regression = LogisticRegression(C=spread**2, fit_intercept=False, tol=1e-10, solver="newton-cholesky")
    regression.fit(np.concatenate([gaps, -gaps]), [1] * n + [0] * n, sample_weight=np.full(2 * n, 0.5))
    np.testing.assert_allclose(word_taste(better, worse, spread=spread), regression.coef_[0], atol=1e-5)


def test_a_word_never_seen_has_no_opinion_and_a_preferred_one_a_good_one():
    taste = word_taste(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]]))
    assert taste[0] > 0 and taste[0] == pytest.approx(-taste[1].item()) and taste[2] == 0


@pytest.mark.parametrize("loss", [bradley_terry_loss, word_taste])
def test_unequal_shapes_say_so(loss):
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(1, 3\)"):
        loss(torch.zeros(2, 3), torch.zeros(1, 3))


def test_a_leash_or_spread_of_nothing_is_refused():
    zeros = torch.zeros(1)
    for leash in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="leash"):
            dpo_loss(zeros, zeros, zeros, zeros, leash=leash)
    with pytest.raises(ValueError, match="shapes"):
        dpo_loss(zeros, zeros, zeros, torch.zeros(2), leash=1.0)
    with pytest.raises(ValueError, match="spread"):
        word_taste(zeros[None], zeros[None], spread=0.0)

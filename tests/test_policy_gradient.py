"""Oracles: the direct sum for advantages, torch.distributions for the KL, hand cases and finite differences."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Categorical, kl_divergence

from lecture_utils.policy_gradient import (
    chosen_log_probs,
    clipped_objective,
    generalised_advantages,
    leashed_rewards,
    masked_mean,
    normalised,
    written,
)


def rows(batch, length, seed, k=1):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(batch, length, generator=generator, dtype=torch.float64) for _ in range(k)]


def masks(batch, length, seed):
    """One run of True a row: some tokens of prompt, then real ones, then padding."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.randint(length, (batch, 1), generator=generator)
    end = start + 1 + torch.randint(length, (batch, 1), generator=generator)
    places = torch.arange(length)
    return (places >= start) & (places < end)


def test_written_by_hand():
    tokens = torch.tensor([[5, 6, 7, 0, 0, 0], [5, 0, 7, 8, 9, 1], [5, 6, 0, 3, 3, 0]])
    wanted = [[0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1], [0, 0, 1, 0, 0, 0]]
    assert written(tokens, prompt=2, end=0).int().tolist() == wanted
    with pytest.raises(ValueError, match=r"prompt \(6\)"):
        written(tokens, prompt=6, end=0)


def test_chosen_log_probs_are_torch_distributions():
    logits = torch.randn(2, 4, 5, generator=torch.Generator().manual_seed(0))
    tokens = torch.randint(5, (2, 4), generator=torch.Generator().manual_seed(1))
    wanted = Categorical(logits=logits[:, :-1]).log_prob(tokens[:, 1:])
    torch.testing.assert_close(chosen_log_probs(logits, tokens), wanted)


def test_the_mean_penalty_is_torch_distributions_kl():
    """Summed over every possible token, weighted with the policy, ln policy - ln reference is the divergence."""
    policy, reference = (Categorical(logits=part[0]) for part in rows(1, 6, 0, 2))
    tokens = torch.arange(6)
    log_probs, other = policy.log_prob(tokens)[:, None], reference.log_prob(tokens)[:, None]
    one = torch.ones(6, 1, dtype=torch.bool)
    paid = leashed_rewards(torch.zeros(6, dtype=torch.float64), log_probs, other, one, leash=0.7)[:, 0]
    torch.testing.assert_close((policy.probs * paid).sum(), -0.7 * kl_divergence(policy, reference))
    assert (policy.probs * paid).sum() < 0  # leaving costs


@given(batch=st.integers(1, 4), length=st.integers(1, 7), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_the_score_sits_on_the_last_real_token_and_padding_gets_nothing(batch, length, seed):
    log_probs, reference = rows(batch, length, seed, 2)
    mask, score = masks(batch, length, seed), torch.arange(batch, dtype=torch.float64) + 1
    rewards = leashed_rewards(score, log_probs, reference, mask, leash=0.5)
    assert not rewards[~mask].any()
    for row in range(batch):
        last = mask[row].nonzero()[-1].item()
        bare = -0.5 * (log_probs - reference)[row]
        assert rewards[row, last].item() == pytest.approx(bare[last].item() + row + 1)
        torch.testing.assert_close(rewards[row, :last], (bare * mask[row])[:last])


@given(
    batch=st.integers(1, 3),
    length=st.integers(1, 7),
    discount=st.sampled_from([0.0, 0.9, 1.0]),
    decay=st.sampled_from([0.0, 0.5, 0.95, 1.0]),
    seed=st.integers(0, 999),
)
@settings(deadline=None, max_examples=60)
def test_advantages_are_the_direct_sum_over_all_later_surprises(batch, length, discount, decay, seed):
    rewards, values = rows(batch, length, seed, 2)
    mask = masks(batch, length, seed)
    rewards = rewards * mask
    got = generalised_advantages(rewards, values, mask, discount=discount, decay=decay)
    for row in range(batch):
        real = mask[row].nonzero()[:, 0].tolist()
        ahead = {t: values[row, t].item() for t in real}
        for t in real:
            wanted = sum(
                (discount * decay) ** (u - t) * (rewards[row, u].item() + discount * ahead.get(u + 1, 0.0) - ahead[u])
                for u in real
                if u >= t
            )
            assert got[row, t].item() == pytest.approx(wanted, abs=1e-9)
    assert not got[~mask].any()


def test_with_decay_1_the_advantage_is_what_came_less_what_was_expected():
    rewards, values = torch.tensor([[1.0, 2.0, 4.0, 0.0]]), torch.tensor([[0.5, 1.0, 3.0, 99.0]])
    mask = torch.tensor([[True, True, True, False]])
    got = generalised_advantages(rewards, values, mask, decay=1.0)
    assert got.tolist() == [[6.5, 5.0, 1.0, 0.0]]


@given(batch=st.integers(1, 4), length=st.integers(2, 7), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=30)
def test_normalised_has_mean_0_and_variance_1_over_real_tokens_only(batch, length, seed):
    (values,) = rows(batch, length, seed)
    mask = masks(batch, length, seed)
    if mask.sum() < 2:
        return
    got = normalised(values, mask)
    assert got[mask].mean().item() == pytest.approx(0, abs=1e-6)
    assert got[mask].var(unbiased=False).item() == pytest.approx(1, abs=1e-5)
    assert not got[~mask].any()
    torch.testing.assert_close(normalised(values + 1e3 * ~mask, mask), got)  # padding does not count


def test_the_clipped_objective_by_hand():
    """Ratios 1.5 and 0.5, advantages 1 and -1, clip 0.2: min(1.5, 1.2), min(.5, .8), min(-1.5, -1.2), min(-.5, -.8)."""
    ratio, advantage = torch.tensor([[1.5, 0.5, 1.5, 0.5, 9.0]]), torch.tensor([[1.0, 1.0, -1.0, -1.0, 9.0]])
    mask = torch.tensor([[True, True, True, True, False]])
    got = clipped_objective(ratio.log(), torch.zeros(1, 5), advantage, mask)
    assert got.item() == pytest.approx((1.2 + 0.5 - 1.5 - 0.8) / 4)


def test_the_clipped_objective_has_the_slope_of_finite_differences_and_none_beyond_the_clip():
    log_probs, old, advantages = rows(3, 4, 1, 3)
    log_probs, old = (0.3 * log_probs).requires_grad_(), 0.3 * old
    mask = masks(3, 4, 1)
    assert torch.autograd.gradcheck(lambda now: clipped_objective(now, old, advantages, mask), [log_probs])
    clipped_objective(log_probs, old, advantages, mask).backward()
    ratio = (log_probs - old).exp().detach()
    beyond = ((ratio > 1.2) & (advantages > 0)) | ((ratio < 0.8) & (advantages < 0))
    assert beyond.any() and not log_probs.grad[beyond | ~mask].any()


def test_at_the_old_policy_the_slope_is_that_of_reinforce():
    log_probs, advantages = rows(2, 3, 0, 2)
    log_probs.requires_grad_()
    clipped_objective(log_probs, log_probs.detach(), advantages, torch.ones(2, 3, dtype=torch.bool)).backward()
    torch.testing.assert_close(log_probs.grad, advantages / 6)


def test_numbers_out_of_range_and_empty_masks_say_so():
    zeros, none = torch.zeros(1, 2), torch.zeros(1, 2, dtype=torch.bool)
    with pytest.raises(ValueError, match="mask is True nowhere"):
        masked_mean(zeros, none)
    with pytest.raises(ValueError, match="row of the mask is empty"):
        leashed_rewards(torch.zeros(1), zeros, zeros, none, leash=0.1)
    for leash in (-0.1, math.nan):
        with pytest.raises(ValueError, match="leash"):
            leashed_rewards(torch.zeros(1), zeros, zeros, ~none, leash=leash)
    with pytest.raises(ValueError, match=r"discount \(1.1\)"):
        generalised_advantages(zeros, zeros, ~none, discount=1.1)
    with pytest.raises(ValueError, match="clip"):
        clipped_objective(zeros, zeros, zeros, ~none, clip=0.0)

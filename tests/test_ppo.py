"""Oracles: the policy before training, the model asked directly, a reward whose best text is known."""

from copy import deepcopy

import pytest
import torch

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.policy_gradient import chosen_log_probs, written
from lecture_utils.ppo import PPO, complete

END, LIKED = 0, 3
pytestmark = pytest.mark.usefixtures("one_thread")


def model(seed=0):
    torch.manual_seed(seed)
    return GPT(GPTConfig(6, longest=8, width=16, heads=2, layers=1))


PROMPTS = torch.randint(1, 6, (32, 2), generator=torch.Generator().manual_seed(0))


def likes(texts):
    """Share of liked tokens after the prompt."""
    return (texts[:, 2:] == LIKED).float().mean(1)


def test_texts_begin_with_their_prompt_and_are_filled_up_after_their_end():
    texts = complete(model(), PROMPTS, longest=6, end=END, seed=0)
    assert texts.shape == (32, 8) and torch.equal(texts[:, :2], PROMPTS)
    mask = written(texts, prompt=2, end=END)
    assert (texts[:, 2:][~mask[:, 2:]] == END).all() and (texts[:, 2:] == END).any()
    assert torch.equal(texts, complete(model(), PROMPTS, longest=6, end=END, seed=0))


def ppo(policy, leash=0.0, **more):
    torch.manual_seed(0)
    return PPO(policy, likes, end=END, longest=6, leash=leash, lr=3e-3, **more)


def test_the_reference_stays_frozen_while_the_policy_moves():
    policy = model()
    start, trainer = deepcopy(policy), ppo(policy)
    for seed in range(3):
        trainer.round(PROMPTS, seed=seed)
    for before, kept, now in zip(start.parameters(), trainer.reference.parameters(), policy.parameters(), strict=True):
        assert torch.equal(before, kept) and not torch.equal(before, now)
    assert not any(weight.requires_grad for weight in trainer.reference.parameters())


def test_the_divergence_is_measured_against_the_start_over_real_tokens():
    policy = model()
    start, trainer = deepcopy(policy), ppo(policy)
    assert trainer.round(PROMPTS, seed=0).divergence == 0
    moved = deepcopy(policy)
    told = trainer.round(PROMPTS, seed=1)
    mask = written(told.texts, prompt=2, end=END)[:, 1:]
    gaps = chosen_log_probs(moved(told.texts), told.texts) - chosen_log_probs(start(told.texts), told.texts)
    assert told.divergence == pytest.approx((gaps * mask).sum(1).mean().item(), abs=1e-5)
    assert told.score == pytest.approx(likes(told.texts).mean().item())


def test_reward_rises_and_the_leash_keeps_the_policy_near():
    free, held = model(), model()
    runs = {}
    for name, policy, leash in (("free", free, 0.0), ("held", held, 1.0)):
        trainer = ppo(policy, leash)
        runs[name] = [trainer.round(PROMPTS, seed=seed) for seed in range(40)]
    assert runs["free"][-1].score > 0.8 > 0.3 > runs["free"][0].score
    assert 0 <= runs["held"][-1].divergence < 0.5 < 2 < runs["free"][-1].divergence


def test_what_stands_after_the_end_teaches_nothing(monkeypatch):
    """Two rewards that differ only on padding, and other ids in the padding's place, give the same policy."""
    weights = []
    for filler in (END, 5):
        policy = model()
        trainer = ppo(policy, leash=0.1)
        texts = complete(policy, PROMPTS, longest=6, end=END, seed=0)
        mask = written(texts, prompt=2, end=END)
        over = ~mask & (torch.arange(8) >= 2)
        other = texts.masked_fill(over, filler)
        monkeypatch.setattr("lecture_utils.ppo.complete", lambda *_args, other=other, **_more: other)
        trainer.reward = lambda _texts: likes(texts)  # noqa: B023
        trainer.round(PROMPTS, seed=0)
        weights.append(torch.cat([weight.detach().flatten() for weight in policy.parameters()]))
        monkeypatch.undo()
    assert over.any()
    torch.testing.assert_close(*weights, atol=1e-6, rtol=1e-5)


def test_the_steps_scale_with_normalised_advantages_not_with_the_unit_of_the_reward():
    """Without a leash, and the value's part left out, a reward in cents teaches what one in euros does."""
    weights = []
    for unit in (1.0, 100.0):
        policy = model()
        trainer = ppo(policy, value_weight=0.0)
        trainer.reward = lambda texts, unit=unit: unit * likes(texts)
        trainer.round(PROMPTS, seed=0)
        weights.append(torch.cat([weight.detach().flatten() for weight in policy.parameters()]))
    torch.testing.assert_close(*weights, atol=1e-5, rtol=1e-4)

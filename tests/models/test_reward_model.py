"""Oracle: the body asked directly, token by token."""

import pytest
import torch

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.models.reward_model import RewardModel


@pytest.fixture
def judge():
    torch.manual_seed(0)
    return RewardModel(GPT(GPTConfig(6, longest=8, width=8, heads=2, layers=1)), end=0)


def test_a_reward_is_the_sum_over_the_tokens_up_to_the_first_end(judge):
    texts = torch.tensor([[1, 2, 0, 0, 0], [1, 0, 3, 0, 4], [1, 2, 3, 4, 5]])
    for row, length in zip(texts, (3, 2, 5), strict=True):
        wanted = judge.score(judge.body.hidden(row[None, :length])).sum()
        assert judge(row[None]).item() == pytest.approx(wanted.item(), abs=1e-5)


def test_what_stands_after_the_end_changes_nothing(judge):
    texts = torch.tensor([[1, 2, 0, 0, 0], [1, 2, 0, 5, 3]])
    first, second = judge(texts).tolist()
    assert first == pytest.approx(second, abs=1e-6)


def test_normalised_rewards_have_mean_0_and_variance_1_twice_over(judge):
    texts = torch.randint(6, (20, 5), generator=torch.Generator().manual_seed(0))
    order = judge(texts).argsort()
    for _ in range(2):
        judge.normalise(texts)
        rewards = judge(texts)
        assert rewards.mean().item() == pytest.approx(0, abs=1e-5) and rewards.std().item() == pytest.approx(
            1, abs=1e-5
        )
        assert torch.equal(rewards.argsort(), order)
    with pytest.raises(ValueError, match="same reward"):
        judge.normalise(texts[:1].expand(3, -1))


def test_the_language_model_is_copied_and_learns_nothing(judge):
    model = GPT(GPTConfig(6, longest=8, width=8, heads=2, layers=1))
    other = RewardModel(model, end=0)
    other(torch.tensor([[1, 2, 0]])).sum().backward()
    assert all(weight.grad is None for weight in model.parameters())

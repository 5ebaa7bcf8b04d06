"""Oracles: sums by hand; a model that says what it was asked."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.datasets.gambles import levers
from lecture_utils.datasets.worlds import walk
from lecture_utils.models.decision_transformer import DecisionTransformer, DecisionTransformerConfig
from lecture_utils.return_conditioning import act, action_loss, asking, returns_to_go

WORLD = levers(lamps=3, pulls=5)
CONFIG = DecisionTransformerConfig(3, 3, longest=5, width=8)


def model_of(seed=0):
    torch.manual_seed(seed)
    model = DecisionTransformer(CONFIG).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.5 * torch.randn_like(weight))
    return model


@given(rewards=st.lists(st.integers(-9, 9), min_size=1, max_size=12))
@settings(deadline=None, max_examples=50)
def test_what_is_to_come_includes_the_present_reward(rewards):
    wanted = [float(sum(rewards[step:])) for step in range(len(rewards))]
    assert returns_to_go(torch.tensor([rewards, rewards]).float()).tolist() == [wanted, wanted]


class Listening(nn.Module):
    """Notes what it was given, and always pulls lever 1 (the first where it is asked for nothing)."""

    config = CONFIG

    def __init__(self):
        super().__init__()
        self.heard = []

    def forward(self, returns, states, actions):
        self.heard.append((returns, states, actions))
        return torch.eye(3)[1].expand(*returns.shape, 3)


def test_what_is_asked_is_counted_down_by_each_reward():
    model = Listening()
    walks = walk(WORLD, policy=asking(model, torch.tensor([7.0, 2.0])), start=torch.tensor([0, 1]), seed=1)
    assert (walks.actions == 1).all() and len(model.heard) == 5
    for step, (returns, states, actions) in enumerate(model.heard):
        for row, wanted in enumerate((7.0, 2.0)):
            left = [wanted - walks.rewards[row, :before].sum().item() for before in range(step + 1)]
            assert returns[row].tolist() == left
        assert torch.equal(states.argmax(-1), walks.states[:, : step + 1])
        assert torch.equal(actions.argmax(-1)[:, :step], walks.actions[:, :step])


def test_the_likeliest_action_is_taken():
    model = model_of()
    wanted = torch.tensor([4.0, 0.0, 9.0])
    walks = walk(WORLD, policy=asking(model, wanted), start=torch.tensor([0, 1, 2]))
    left = wanted[:, None] - torch.cat([torch.zeros(3, 1), walks.rewards.cumsum(1)[:, :-1]], 1)
    assert torch.equal(act(model, left, walks.states, walks.actions).argmax(-1), walks.actions)


@given(seed=st.integers(0, 99))
@settings(deadline=None, max_examples=15)
def test_the_loss_by_hand_and_padding_does_not_count(seed):
    model, walks = model_of(seed), walk(WORLD, 4, seed=seed)
    returns, taken = returns_to_go(walks.rewards), torch.rand(4, 5, generator=torch.Generator().manual_seed(seed)) < 0.7
    taken[0, 0] = True
    loss = action_loss(model, (returns, walks.states, walks.actions, taken))
    log_probs = act(model, returns, walks.states, walks.actions).log_softmax(-1)
    prices = [-log_probs[row, step, walks.actions[row, step]] for row, step in taken.nonzero().tolist()]
    torch.testing.assert_close(loss, sum(prices) / len(prices))


def test_asking_leaves_no_gradient_and_one_return_a_walk_is_needed():
    model = model_of()
    walks = walk(WORLD, policy=asking(model, torch.ones(2)), start=torch.tensor([0, 1]))
    assert not walks.rewards.requires_grad
    with pytest.raises(ValueError, match="for each of 2 walks"):
        walk(WORLD, policy=asking(model, torch.ones(3)), start=torch.tensor([0, 1]))

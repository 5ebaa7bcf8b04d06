"""Asking for a return: what is still to come at each step, how to learn from it, and how to ask for it."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.datasets.worlds import Policy
from lecture_utils.models.decision_transformer import DecisionTransformer


def returns_to_go(rewards: Tensor) -> Tensor:
    """The sum of the rewards from each step on (Chen et al. 2021, section 3): (..., T) -> (..., T)."""
    return rewards.flip(-1).cumsum(-1).flip(-1)


def action_loss(model: DecisionTransformer, batch: tuple[Tensor, ...]) -> Tensor:
    """Mean surprise, in nats, at the actions taken.

    batch: returns-to-go, ids of states and of actions, and True for real steps, (N, T) each.
    """
    returns, states, actions, taken = batch
    logits = act(model, returns, states, actions)  # (N, T, A)
    prices = F.cross_entropy(logits.flatten(0, 1), actions.flatten(), reduction="none")
    return (prices * taken.flatten()).sum() / taken.sum()


def act(model: DecisionTransformer, returns: Tensor, states: Tensor, actions: Tensor) -> Tensor:
    """Logits of actions (N, T, A) for returns-to-go and ids of states and actions (N, T) each."""
    sizes = model.config
    return model(returns, F.one_hot(states, sizes.state_dim).float(), F.one_hot(actions, sizes.action_dim).float())


def asking(model: DecisionTransformer, wanted: Tensor) -> Policy:
    """The policy that asks the model for a return (N,), and after each reward for what is left of it.

    The likeliest action is taken (Chen et al. 2021, algorithm 1). Raises ValueError unless one return a walk is asked.
    """

    @torch.no_grad()
    def policy(states: Tensor, actions: Tensor, rewards: Tensor) -> Tensor:
        if wanted.shape != (len(states),):
            raise ValueError(f"wanted of shape {tuple(wanted.shape)} must be a return for each of {len(states)} walks")
        left = wanted[:, None] - F.pad(rewards.cumsum(1), (1, 0))  # before each step (N, t)
        actions = F.pad(actions.long(), (0, 1))  # the last one is to be chosen: nobody sees what stands there
        return act(model, left, states, actions)[:, -1].argmax(1)

    return policy

"""Value iteration: the best that can be had from each state, when the world's rules are known."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lecture_utils.datasets.worlds import Policy, World


@dataclass(frozen=True)
class Solution:
    """What a world is worth: values (T + 1, S) and the worth of each action (T, S, A), with t = 0 to T steps left.

    worth[t - 1] holds where t steps are left.
    """

    values: Tensor
    worth: Tensor

    @property
    def policy(self) -> Policy:
        """The best action at each step of a walk; of equals the first."""
        best = self.worth.argmax(2)  # (T, S)
        return lambda states, actions, rewards: best[len(best) - states.shape[1], states[:, -1]]


def value_iteration(world: World) -> Solution:
    """V(s) with t steps left: the best action's mean of reward plus V with t - 1 steps left (Bellman 1957).

    The horizon is `world.longest`, nothing is discounted, and final states are worth nothing.
    """
    value, values, worth = torch.zeros(world.sizes[0]), [], []
    values.append(value)
    for _ in range(world.longest):
        of_actions = (world.chances * (world.rewards + value)).sum(2)  # (S, A)
        value = of_actions.max(1).values.masked_fill(world.final, 0.0)
        values.append(value)
        worth.append(of_actions)
    return Solution(torch.stack(values), torch.stack(worth))

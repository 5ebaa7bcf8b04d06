"""Small worlds whose rules are known, and walks through them: states, actions, rewards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Policy = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class World:
    """The rules: S states, A actions, at most `longest` steps (a Markov decision process with a horizon).

    chances (S, A, S): of the next state. rewards (S, A, S): for coming there. starts (S,): chance to begin in each.
    final (S,): True where a walk ends; nothing happens there any more. actions: their names.
    Raises ValueError for shapes that do not fit and chances that do not sum to one.
    """

    chances: Tensor
    rewards: Tensor
    starts: Tensor
    final: Tensor
    longest: int
    actions: tuple[str, ...]

    def __post_init__(self) -> None:
        states, wanted = len(self.starts), (len(self.starts), len(self.actions), len(self.starts))
        if tuple(self.chances.shape) != wanted or self.rewards.shape != self.chances.shape:
            shapes = f"{tuple(self.chances.shape)} and {tuple(self.rewards.shape)}"
            raise ValueError(f"chances and rewards of shapes {shapes} must each be (S, A, S) = {wanted}")
        for name, chances in (("chances", self.chances), ("starts", self.starts)):
            if not ((chances >= 0).all() and torch.allclose(chances.sum(-1), torch.ones(()))):
                raise ValueError(f"{name} must each be 0 or more and sum to one for every state and action")
        if self.final.shape != (states,) or self.longest < 1 or self.starts[self.final].any():
            raise ValueError(
                f"final of {tuple(self.final.shape)} must be ({states},), longest ({self.longest}) at least 1, "
                "and no walk may begin where it ends"
            )

    @property
    def sizes(self) -> tuple[int, int]:
        """How many states and how many actions there are."""
        return self.chances.shape[0], self.chances.shape[1]


@dataclass(frozen=True)
class Walks:
    """N walks, padded to T steps: states (N, T), actions (N, T), rewards (N, T), and lengths (N,).

    After a walk has ended, its state stays, its action is 0 and its rewards are 0.
    """

    states: Tensor
    actions: Tensor
    rewards: Tensor
    lengths: Tensor

    @property
    def returns(self) -> Tensor:
        """The sum of all rewards of each walk (N,)."""
        return self.rewards.sum(1)

    @property
    def taken(self) -> Tensor:
        """True for real steps (N, T)."""
        return torch.arange(self.states.shape[1]) < self.lengths[:, None]

    def __getitem__(self, chosen: Tensor) -> Walks:
        """The walks of these rows, in this order, or those where a mask (N,) is True."""
        return Walks(self.states[chosen], self.actions[chosen], self.rewards[chosen], self.lengths[chosen])


def walk(
    world: World, n: int | None = None, *, policy: Policy | None = None, start: Tensor | None = None, seed: int = 0
) -> Walks:
    """Let n walkers go until they end or `world.longest` steps are over.

    policy(states (N, t), actions (N, t - 1), rewards (N, t - 1)) -> the next action (N,); None draws all alike: a
    random walk. start (N,): states to begin in, drawn as in `world.starts` where not given.
    Raises ValueError unless one of n and start is given, and for a start where walks end.
    """
    if (n is None) == (start is None) or (n is not None and n < 1):
        raise ValueError(f"give n ({n}), at least 1, or start states, and not both")
    generator = torch.Generator().manual_seed(seed)
    count = world.sizes[1]
    if start is None:
        start = world.starts.multinomial(n, replacement=True, generator=generator)
    if world.final[start].any():
        raise ValueError("a walk cannot start in a final state: choose others")
    state, over = start, torch.zeros(len(start), dtype=torch.bool)
    states, actions, rewards, lengths = [state], [], [], torch.zeros(len(start), dtype=torch.long)
    for step in range(world.longest):
        if policy is None:
            action = torch.randint(count, (len(start),), generator=generator)
        else:
            action = policy(*(_stacked(part, len(start)) for part in (states, actions, rewards)))
        action = action.masked_fill(over, 0)
        after = world.chances[state, action].multinomial(1, generator=generator)[:, 0]  # (N,)
        actions.append(action)
        rewards.append(world.rewards[state, action, after].masked_fill(over, 0.0))
        lengths += ~over
        state = torch.where(over, state, after)
        over = over | world.final[state]
        if step + 1 < world.longest:
            states.append(state)
    return Walks(*(torch.stack(part, 1) for part in (states, actions, rewards)), lengths)


def _stacked(steps: list[Tensor], rows: int) -> Tensor:
    """Steps so far (N, t), also where there are none."""
    return torch.stack(steps, 1) if steps else torch.zeros(rows, 0)

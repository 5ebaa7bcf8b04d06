"""Two worlds without a map: levers whose pay depends on a lamp, and a choice between a coin and a gamble."""

from __future__ import annotations

import torch

from lecture_utils.datasets.worlds import World


def levers(lamps: int = 4, pulls: int = 8) -> World:
    """A bandit with a lamp: of as many levers as lamps, lever a pays (a - lit lamp) mod `lamps`, 0 to lamps - 1.

    Then another lamp is lit, drawn alike from all. What a walk earns is skill only: in every state all pays can be
    had. Raises ValueError for fewer than two lamps.
    """
    if lamps < 2:
        raise ValueError(f"lamps ({lamps}) must be at least 2: with one there is nothing to choose")
    order = torch.arange(lamps)
    pays = (order[None, :] - order[:, None]) % lamps  # (S, A)
    chances = torch.full((lamps, lamps, lamps), 1 / lamps)
    rewards = pays[:, :, None].float().expand_as(chances)
    names = tuple(f"lever {lever + 1}" for lever in order.tolist())
    return World(chances, rewards, chances[0, 0], torch.zeros(lamps, dtype=torch.bool), pulls, names)


def gamble(safe: float = 1.0, win: float = 5.0, lose: float = -5.0, chance: float = 0.25) -> World:
    """One choice: `safe` for sure, or `win` with the chance 0 to 1, else `lose` (after Paster et al. 2022, section 2).

    States: the choice, won, lost, safe. Raises ValueError for a chance out of range.
    """
    if not 0 <= chance <= 1:
        raise ValueError(f"chance ({chance}) must lie in 0 to 1")
    chances = torch.eye(4)[:, None].repeat(1, 2, 1)  # (S, A, S): whoever has chosen stays
    chances[0] = torch.tensor([[0, 0, 0, 1], [0, chance, 1 - chance, 0]])
    rewards = torch.zeros(4, 2, 4)
    rewards[0] = torch.tensor([0.0, win, lose, safe])
    final = torch.tensor([False, True, True, True])
    return World(chances, rewards, (~final).float(), final, 1, ("safe", "gamble"))

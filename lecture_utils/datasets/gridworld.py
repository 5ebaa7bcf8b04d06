"""A garden of cells with walls and fruits: each step costs one, a fruit ends the walk and pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lecture_utils.datasets.worlds import World

MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
GARDEN = (
    "a.#.b",
    ".....",
    "..S..",
    ".#.#.",
    "c...d",
)
FRUITS = {"a": 5.0, "b": 8.0, "c": 11.0, "d": 14.0}
MAZE = (
    "...#...",
    ".#...#.",
    "...S...",
    ".#...#.",
    "...#..d",
)


@dataclass(frozen=True)
class Grid:
    """A grid world: its rules, and where its states lie.

    places (S, 2): row and column of each state; walls are no states. fruits: state -> what it pays.
    home: the state marked S.
    """

    world: World
    places: Tensor
    shape: tuple[int, int]
    fruits: dict[int, float]
    home: int


def read_grid(rows: Sequence[str], fruits: Mapping[str, float], *, longest: int = 12) -> Grid:
    """Build the world of a map: "." free, "#" wall, "S" home, other letters are fruits.

    Each step costs 1; against a wall one stays. A fruit pays its value once and ends the walk. Walks begin anywhere.
    Raises ValueError for rows of different lengths, a letter without a value, and other than one home.
    """
    if not rows or len({len(row) for row in rows}) != 1:
        raise ValueError(f"rows of lengths {[len(row) for row in rows]} must be equally long, and at least one")
    letters = {(r, c): letter for r, row in enumerate(rows) for c, letter in enumerate(row) if letter != "#"}
    unknown = set(letters.values()) - {".", "S", *fruits}
    if unknown or list(letters.values()).count("S") != 1:
        raise ValueError(f"the map needs one S, and a value for each fruit: {sorted(unknown)} have none")
    places = list(letters)
    paid = {state: fruits[letters[place]] for state, place in enumerate(places) if letters[place] in fruits}
    chances = torch.zeros(len(places), len(MOVES), len(places))
    for state, (row, column) in enumerate(places):
        for action, (down, right) in enumerate(MOVES.values()):
            goal = (row + down, column + right)
            after = state if state in paid or goal not in letters else places.index(goal)
            chances[state, action, after] = 1.0
    final = torch.tensor([state in paid for state in range(len(places))])
    rewards = torch.tensor([paid.get(state, 0.0) for state in range(len(places))]).expand_as(chances) - 1.0
    rewards = rewards.masked_fill(final[:, None, None], 0.0)
    world = World(chances, rewards, (~final) / (~final).sum(), final, longest, tuple(MOVES))
    return Grid(world, torch.tensor(places), (len(rows), len(rows[0])), paid, list(letters.values()).index("S"))

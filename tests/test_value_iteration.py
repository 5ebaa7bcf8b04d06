"""Oracles: breadth-first search on the map; all plans of a tiny random world tried one by one."""

from collections import deque
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.gambles import gamble, levers
from lecture_utils.datasets.gridworld import FRUITS, GARDEN, MAZE, MOVES, read_grid
from lecture_utils.datasets.worlds import World, walk
from lecture_utils.value_iteration import value_iteration


def steps_to(grid, goal):
    """Steps from each place to a goal, not through other fruits: breadth-first."""
    places, fruits = (
        [tuple(place) for place in grid.places.tolist()],
        {tuple(grid.places[f].tolist()) for f in grid.fruits},
    )
    far, queue = {goal: 0}, deque([goal])
    while queue:
        here = queue.popleft()
        for down, right in MOVES.values():
            there = (here[0] + down, here[1] + right)
            if there in places and there not in far and there not in fruits:
                far[there] = far[here] + 1
                queue.append(there)
    return far


@pytest.mark.parametrize(("rows", "fruits"), [(GARDEN, FRUITS), (MAZE, {"d": 20.0})])
def test_the_best_return_in_a_garden_is_the_best_fruit_less_the_way(rows, fruits):
    grid = read_grid(rows, fruits, longest=20)
    ways = {pay: steps_to(grid, tuple(grid.places[state].tolist())) for state, pay in grid.fruits.items()}
    values = value_iteration(grid.world).values[-1]
    for state, place in enumerate(map(tuple, grid.places.tolist())):
        wanted = 0.0 if state in grid.fruits else max(pay - far[place] for pay, far in ways.items() if place in far)
        assert values[state] == wanted


@given(seed=st.integers(0, 999))
@settings(deadline=None, max_examples=15)
def test_no_plan_is_better(seed):
    """Three states, two actions, two steps: an action for each state at each step, 64 plans."""
    generator = torch.Generator().manual_seed(seed)
    chances = torch.rand(3, 2, 3, generator=generator)
    chances = chances / chances.sum(-1, keepdim=True)
    final = torch.tensor([False, False, True])
    starts = torch.tensor([0.5, 0.5, 0.0])
    rewards = torch.randn(3, 2, 3, generator=generator)
    world = World(chances, rewards, starts, final, 2, ("a", "b"))
    solution = value_iteration(world)
    best = torch.full((3,), -torch.inf)
    for plan in product((0, 1), repeat=6):
        value = torch.zeros(3)
        for actions in (plan[3:], plan[:3]):  # the last step first
            value = torch.stack([chances[s, a] @ (rewards[s, a] + value) for s, a in enumerate(actions)])
            value = value.masked_fill(final, 0.0)
        best = torch.maximum(best, value)
    torch.testing.assert_close(solution.values[-1], best)


@pytest.mark.parametrize("world", [levers(), read_grid(GARDEN, FRUITS).world], ids=["levers", "garden"])
def test_its_policy_earns_what_it_promises(world):
    solution = value_iteration(world)
    start = (~world.final).nonzero().flatten()
    walks = walk(world, policy=solution.policy, start=start)
    torch.testing.assert_close(walks.returns, solution.values[-1][start])


def test_the_gamble_is_left_alone_and_shorter_horizons_come_first():
    assert value_iteration(gamble()).values[:, 0].tolist() == [0.0, 1.0]
    assert value_iteration(gamble(chance=0.7)).values[1, 0] == pytest.approx(2.0)
    assert value_iteration(levers(pulls=3)).values[:, 0].tolist() == [0.0, 3.0, 6.0, 9.0]

"""Oracles: rules followed by hand, step by step; chances counted."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.gambles import gamble, levers
from lecture_utils.datasets.gridworld import FRUITS, GARDEN, MAZE, MOVES, read_grid
from lecture_utils.datasets.worlds import walk

GRID = read_grid(GARDEN, FRUITS)
quick = settings(deadline=None, max_examples=20)
names = list(MOVES)


def always(action):
    return lambda states, actions, rewards: torch.full((len(states),), action)


@given(seed=st.integers(0, 999), longest=st.integers(1, 15))
@quick
def test_every_step_of_a_walk_in_the_garden_follows_the_map(seed, longest):
    grid = read_grid(GARDEN, FRUITS, longest=longest)
    walks = walk(grid.world, 20, seed=seed)
    assert walks.states.shape == walks.actions.shape == walks.rewards.shape == (20, longest)
    for row in range(20):
        length = int(walks.lengths[row])
        for step in range(length):
            place = grid.places[walks.states[row, step]].tolist()
            move = MOVES[names[walks.actions[row, step]]]
            goal = [place[0] + move[0], place[1] + move[1]]
            free = goal in grid.places.tolist()
            after = goal if free else place
            letter = GARDEN[after[0]][after[1]]
            assert walks.rewards[row, step] == FRUITS.get(letter, 0.0) - 1
            if step + 1 < longest:
                assert grid.places[walks.states[row, step + 1]].tolist() == after
            assert (letter in FRUITS) == (step + 1 == length) or length == longest
        assert (walks.rewards[row, length:] == 0).all() and (walks.actions[row, length:] == 0).all()
    assert torch.equal(walks.taken.sum(1), walks.lengths)
    torch.testing.assert_close(walks.returns, walks.rewards.sum(1))


def test_a_random_walk_draws_starts_and_actions_alike():
    walks = walk(GRID.world, 8000, seed=0)
    free = (~GRID.world.final).nonzero().flatten()
    starts = torch.bincount(walks.states[:, 0], minlength=len(GRID.places))
    assert starts[GRID.world.final].sum() == 0 and (starts[free] / 8000 * len(free) - 1).abs().max() < 0.2
    drawn = torch.bincount(walks.actions[walks.taken], minlength=4) / walks.taken.sum()
    assert (drawn - 0.25).abs().max() < 0.01


def test_a_policy_sees_the_walk_so_far_and_nothing_else():
    sizes = []

    def policy(states, actions, rewards):
        sizes.append((states.shape, actions.shape, rewards.shape))
        assert torch.equal(states[:, 0], torch.tensor([GRID.home, GRID.home]))
        return torch.full((2,), names.index("up"))

    walks = walk(GRID.world, policy=policy, start=torch.tensor([GRID.home] * 2))
    assert sizes == [((2, t), (2, t - 1), (2, t - 1)) for t in range(1, 13)]
    assert (walks.rewards == -1).all()  # up, up against the wall, and on


def test_the_same_seed_gives_the_same_walks_and_rows_can_be_chosen():
    first, again, other = (walk(GRID.world, 9, seed=seed) for seed in (3, 3, 4))
    assert torch.equal(first.actions, again.actions) and not torch.equal(first.actions, other.actions)
    best = first[first.returns > first.returns.median()]
    assert 0 < len(best.states) < 9 and best.returns.min() > first.returns.median()


def test_the_maps_have_their_walls_homes_and_fruits():
    assert GRID.places[GRID.home].tolist() == [2, 2] and GRID.shape == (5, 5)
    assert {tuple(GRID.places[state].tolist()): pay for state, pay in GRID.fruits.items()} == {
        (0, 0): 5.0, (0, 4): 8.0, (4, 0): 11.0, (4, 4): 14.0}  # fmt: skip
    assert len(GRID.places) == 22 and [0, 2] not in GRID.places.tolist()
    assert len(read_grid(MAZE, {"d": 20.0}).places) == 29


@pytest.mark.parametrize(
    ("rows", "message"),
    [([], "equally long"), (["S.", "."], "equally long"), (["S.", "x."], r"\['x'\]"), ([".."], "one S")],
)
def test_maps_that_cannot_be_read_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        read_grid(rows, FRUITS)


def test_levers_pay_by_the_lamp_and_every_lamp_offers_the_same():
    world = levers(lamps=3, pulls=5)
    assert world.rewards[:, :, 0].tolist() == [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
    walks = walk(world, 4000, seed=0)
    assert (walks.lengths == 5).all()
    assert (walks.rewards == (walks.actions - walks.states) % 3).all()
    lit = torch.bincount(walks.states.flatten(), minlength=3) / walks.states.numel()
    assert (lit - 1 / 3).abs().max() < 0.02


def test_the_gamble_by_counting():
    walks = walk(gamble(), policy=always(1), start=torch.zeros(8000, dtype=torch.long))
    assert walks.states.shape == (8000, 1) and set(walks.returns.tolist()) == {5.0, -5.0}
    assert (walks.returns == 5).float().mean().item() == pytest.approx(0.25, abs=0.03)
    safe = walk(gamble(safe=2.0), policy=always(0), start=torch.zeros(9, dtype=torch.long))
    assert (safe.returns == 2).all()


def test_rules_that_make_no_world_are_refused():
    world = GRID.world
    changes = {
        "must each be": {"chances": world.chances[:, :2]},
        "sum to one": {"chances": world.chances * 0.9},
        "sum to one for": {"starts": world.starts * float("nan")},
        "at least 1": {"longest": 0},
        "no walk may begin": {"starts": torch.full_like(world.starts, 1 / len(world.starts))},
    }
    for message, change in changes.items():
        with pytest.raises(ValueError, match=message):
            replace(world, **change)
    with pytest.raises(ValueError, match=r"lamps \(1\)"):
        levers(lamps=1)
    with pytest.raises(ValueError, match=r"chance \(nan\)"):
        gamble(chance=float("nan"))


def test_walkers_that_cannot_start_are_refused():
    with pytest.raises(ValueError, match="and not both"):
        walk(GRID.world)
    with pytest.raises(ValueError, match=r"n \(0\)"):
        walk(GRID.world, 0)
    with pytest.raises(ValueError, match="final state"):
        walk(GRID.world, start=GRID.world.final.nonzero().flatten())

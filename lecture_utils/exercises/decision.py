"""Exercises of the lesson on the Decision Transformer: returns-to-go, counting down, value iteration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

Diagnoses = tuple[tuple[Callable, str], ...]


def _diagnose(answer: np.ndarray, given: tuple, diagnoses: Diagnoses, otherwise: str) -> None:
    """Raise Wrong with the diagnosis of the first wrong way that gives this answer."""
    for wrong, diagnosis in diagnoses:
        if same(answer, wrong(*given)):
            raise Wrong(diagnosis)
    raise Wrong(otherwise)


# --- Returns-to-go --------------------------------------------------------------------------------------------


def solution_to_go(rewards: np.ndarray) -> np.ndarray:
    """Add up from the end: the last step has its own reward to come, each step before it one more."""
    return np.cumsum(rewards[::-1])[::-1]


def to_go_past(rewards):
    return np.cumsum(rewards)


def to_go_later(rewards):
    return solution_to_go(rewards) - rewards


def to_go_total(rewards):
    return np.full(len(rewards), rewards.sum())


def to_go_reversed(rewards):
    return np.cumsum(rewards[::-1])


def to_go_mean(rewards):
    return solution_to_go(rewards) / np.arange(len(rewards), 0, -1)


TO_GO_DIAGNOSES = (
    (to_go_total, "Every step gets the whole return: leave out what was earned *before* the step."),
    (to_go_past, "You add up what *was* earned: sum from each step to the end."),
    (to_go_later, "You leave out the step's own reward: it is still to come when the action is chosen."),
    (to_go_reversed, "The numbers are right and stand in reverse: turn them round once more."),
    (to_go_mean, "That is the mean of what is to come: take the sum, as the asked return is one."),
)


def check_to_go(attempt: Callable) -> None:
    for rewards in (np.array([-1.0, -1.0, 7.0, 2.0]), np.array([3.0, 0.5])):
        answer = expect_shape(attempt(rewards.copy()), rewards.shape, "the returns-to-go")
        wanted = solution_to_go(rewards)
        if not same(answer, wanted):
            _diagnose(answer, (rewards,), TO_GO_DIAGNOSES, f"{rewards.tolist()} should give {wanted.tolist()}.")


RETURNS_TO_GO = Exercise(
    id="returns-to-go",
    check=check_to_go,
    solution=solution_to_go,
    mistakes=(
        Mistake("whole return", to_go_total, "gets the whole return"),
        Mistake("past", to_go_past, "what *was* earned"),
        Mistake("own reward left out", to_go_later, "own reward"),
        Mistake("reversed", to_go_reversed, "stand in reverse"),
        Mistake("mean", to_go_mean, "That is the mean"),
    ),
    proves="Looking back, every walk is a perfect example: of how to earn just what it earned.",
)


# --- Counting down --------------------------------------------------------------------------------------------


def solution_left(asked: float, rewards: np.ndarray) -> np.ndarray:
    """Before each step, what was asked less what has been earned so far; nothing yet before the first."""
    return asked - np.concatenate([[0.0], np.cumsum(rewards)])


def left_fixed(asked, rewards):
    return np.full(len(rewards) + 1, float(asked))


def left_added(asked, rewards):
    return asked + np.concatenate([[0.0], np.cumsum(rewards)])


def left_last_only(asked, rewards):
    return asked - np.concatenate([[0.0], rewards])


def left_per_step(asked, rewards):
    return asked - np.arange(len(rewards) + 1.0)


def left_clipped(asked, rewards):
    return np.maximum(solution_left(asked, rewards), 0.0)


LEFT_DIAGNOSES = (
    (left_fixed, "You go on asking for the first sum: what has been earned must be taken off."),
    (left_added, "You add the rewards: a reward that came is no longer wanted, so subtract it."),
    (left_last_only, "You take off the last reward only: take off all rewards so far."),
    (left_per_step, "You count steps: take off what they *earned*."),
    (left_clipped, "You stop at zero: what is left can be negative, as on a way whose steps cost."),
)


def check_left(attempt: Callable) -> None:
    for asked, rewards in ((6.0, np.array([-1.0, -1.0, 9.0])), (2.0, np.array([3.0, 1.0, -1.0, 2.0]))):
        answer = expect_shape(attempt(asked, rewards.copy()), (len(rewards) + 1,), "what is left")
        wanted = solution_left(asked, rewards)
        if not same(answer, wanted):
            otherwise = f"Asked {asked:g}, with rewards {rewards.tolist()}, it is {wanted.tolist()}."
            _diagnose(answer, (asked, rewards), LEFT_DIAGNOSES, otherwise)


COUNT_DOWN = Exercise(
    id="count-down",
    check=check_left,
    solution=solution_left,
    mistakes=(
        Mistake("never counted down", left_fixed, "go on asking for the first sum"),
        Mistake("added", left_added, "You add the rewards"),
        Mistake("last reward only", left_last_only, "last reward only"),
        Mistake("steps", left_per_step, "You count steps"),
        Mistake("clipped", left_clipped, "stop at zero"),
    ),
    proves="Asked and earned always add up to the first wish. That is what the model has seen in every walk.",
)


# --- One step of value iteration ------------------------------------------------------------------------------


def solution_backup(chances: np.ndarray, rewards: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Luck is averaged, choice is maximised: a mean over next states, then the best action."""
    return (chances * (rewards + values)).sum(2).max(1)


def backup_lucky(chances, rewards, values):
    return np.where(chances > 0, rewards + values, -np.inf).max(2).max(1)


def backup_random(chances, rewards, values):
    return (chances * (rewards + values)).sum(2).mean(1)


def backup_greedy(chances, rewards, values):
    return (chances * rewards).sum(2).max(1)


def backup_no_reward(chances, rewards, values):
    return (chances * values).sum(2).max(1)


def backup_worst(chances, rewards, values):
    return (chances * (rewards + values)).sum(2).min(1)


BACKUP_DIAGNOSES = (
    (backup_lucky, "You choose the next state too: the *luck*. Average over next states, choose only the action."),
    (backup_random, "You average over actions, as a random walk does: take the best one."),
    (backup_greedy, "You count the next reward only: what comes after it is in `values`."),
    (backup_no_reward, "The reward of the step itself is missing."),
    (backup_worst, "You take the worst action: the largest number, not the smallest."),
)


def check_backup(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for states, actions in ((3, 2), (4, 3)):
        chances = generator.dirichlet(np.ones(states), size=(states, actions))
        rewards, values = generator.normal(size=(states, actions, states)), generator.normal(size=states)
        answer = expect_shape(attempt(chances.copy(), rewards.copy(), values.copy()), (states,), "the values")
        wanted = solution_backup(chances, rewards, values)
        if not same(answer, wanted):
            otherwise = f"For {states} states the values should be {wanted.round(3).tolist()}."
            _diagnose(answer, (chances, rewards, values), BACKUP_DIAGNOSES, otherwise)


BACKUP = Exercise(
    id="value-backup",
    check=check_backup,
    solution=solution_backup,
    mistakes=(
        Mistake("luck chosen", backup_lucky, "the *luck*"),
        Mistake("random walk", backup_random, "as a random walk does"),
        Mistake("short-sighted", backup_greedy, "next reward only"),
        Mistake("no reward", backup_no_reward, "reward of the step itself"),
        Mistake("worst", backup_worst, "worst action"),
    ),
    proves="A mean over luck, a maximum over choice. Who mixes up the two is a gambler, or asks for a return.",
)

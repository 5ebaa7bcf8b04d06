"""Exercises of the lesson on human feedback: the Bradley-Terry loss, the KL penalty, the clipped objective."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same
from lecture_utils.policy_gradient import clipped_objective, leashed_rewards
from lecture_utils.preferences import bradley_terry_loss

# --- The Bradley-Terry loss -----------------------------------------------------------------------------------


def solution_loss(better: np.ndarray, worse: np.ndarray) -> float:
    """-ln sigmoid(gap) is ln(1 + exp(-gap)), which logaddexp computes without overflow."""
    return np.logaddexp(0.0, -(better - worse)).mean()


def loss_of_the_wrong_side(better, worse):
    return np.logaddexp(0.0, better - worse).mean()


def loss_without_log(better, worse):
    return (1 / (1 + np.exp(better - worse))).mean()


def loss_as_sum(better, worse):
    return np.logaddexp(0.0, -(better - worse)).sum()


def loss_without_sigmoid(better, worse):
    return -(better - worse).mean()


def loss_without_minus(better, worse):
    return -np.logaddexp(0.0, -(better - worse)).mean()


def loss_that_overflows(better, worse):
    return -np.log(1 / (1 + np.exp(-(better - worse)))).mean()


LOSS_DIAGNOSES = (
    (loss_of_the_wrong_side, "You reward the wrong side: the gap is better minus worse, and a large one costs little."),
    (loss_without_log, "That is the probability of the other choice: asked is minus the log of the choice's own."),
    (loss_as_sum, "You sum over the pairs: take the mean, or the loss would grow with the batch."),
    (loss_without_sigmoid, "The sigmoid is missing: without it a gap could grow for ever, and the loss fall for ever."),
    (loss_without_minus, "The minus is missing: descent would make the choices that were made less likely."),
)


def check_loss(attempt: Callable) -> None:
    better, worse = np.array([2.0, 0.5, -1.0]), np.array([1.0, 1.0, 0.5])
    answer = expect_shape(attempt(better.copy(), worse.copy()), (), "the loss")
    for wrong, diagnosis in LOSS_DIAGNOSES:
        if same(answer, wrong(better, worse)):
            raise Wrong(diagnosis)
    wanted = bradley_terry_loss(torch.tensor(better), torch.tensor(worse)).item()
    if not same(answer, wanted):
        raise Wrong(f"For gaps of 1, -0.5 and -1.5 the loss is {wanted:.4f}, not {float(answer):.4f}.")
    with np.errstate(over="ignore", divide="ignore"):
        far = expect_shape(attempt(np.array([0.0]), np.array([900.0])), (), "the loss")
    if not same(far, 900.0):
        raise Wrong("For a gap of -900 the exponential overflows: -ln sigmoid(gap) = np.logaddexp(0, -gap) does not.")


BRADLEY_TERRY = Exercise(
    id="bradley-terry",
    check=check_loss,
    solution=solution_loss,
    mistakes=(
        Mistake("sides swapped", loss_of_the_wrong_side, "wrong side"),
        Mistake("no logarithm", loss_without_log, "probability of the other choice"),
        Mistake("sum over pairs", loss_as_sum, "sum over the pairs"),
        Mistake("no sigmoid", loss_without_sigmoid, "sigmoid is missing"),
        Mistake("no minus", loss_without_minus, "minus is missing"),
        Mistake("overflow", loss_that_overflows, "overflows"),
    ),
    proves="A choice between two is a label like any other: this is logistic regression on the gap of two rewards.",
)


# --- The KL penalty -------------------------------------------------------------------------------------------


def solution_rewards(
    score: float, log_probs: np.ndarray, reference: np.ndarray, length: int, leash: float
) -> np.ndarray:
    """Each real token pays; the last real one earns the score."""
    rewards = np.zeros(len(log_probs))
    rewards[:length] = -leash * (log_probs - reference)[:length]
    rewards[length - 1] += score
    return rewards


def rewards_that_pull_away(score, log_probs, reference, length, leash):
    return solution_rewards(score, reference, log_probs, length, leash)


def rewards_on_padding(score, log_probs, reference, length, leash):
    rewards = solution_rewards(0.0, log_probs, reference, length, leash)
    rewards[-1] += score
    return rewards


def rewards_of_padding(score, log_probs, reference, length, leash):
    rewards = -leash * (log_probs - reference)
    rewards[length - 1] += score
    return rewards


def rewards_everywhere(score, log_probs, reference, length, leash):
    rewards = solution_rewards(0.0, log_probs, reference, length, leash)
    rewards[:length] += score
    return rewards


def rewards_without_logs(score, log_probs, reference, length, leash):
    return solution_rewards(score, np.exp(log_probs), np.exp(reference), length, leash)


def rewards_without_leash(score, log_probs, reference, length, leash):
    return solution_rewards(score, log_probs, reference, length, 1.0)


def rewards_overwritten(score, log_probs, reference, length, leash):
    rewards = solution_rewards(0.0, log_probs, reference, length, leash)
    rewards[length - 1] = score
    return rewards


REWARD_DIAGNOSES = (
    (rewards_that_pull_away, "The sign is flipped: you pay the policy for leaving the reference. That is no leash."),
    (rewards_on_padding, "The score sits on padding: it belongs to the last *real* token, number length - 1."),
    (rewards_of_padding, "Padding pays too: after `length` tokens nothing was chosen, and the rewards are 0."),
    (rewards_everywhere, "Every token gets the whole score: it is earned once, by the last real token."),
    (rewards_without_logs, "You take the difference of probabilities: both inputs are logarithms, subtract them."),
    (rewards_without_leash, "The leash is not used: it is the price of one nat."),
    (rewards_overwritten, "The last token earns the score, but its own penalty is gone: add, do not overwrite."),
)


def check_rewards(attempt: Callable) -> None:
    log_probs, reference = np.log([0.5, 0.4, 0.9, 0.7, 0.6]), np.log([0.25, 0.5, 0.3, 0.1, 0.9])
    answer = expect_shape(attempt(2.0, log_probs.copy(), reference.copy(), 3, 0.5), (5,), "the rewards")
    for wrong, diagnosis in REWARD_DIAGNOSES:
        if same(answer, wrong(2.0, log_probs, reference, 3, 0.5)):
            raise Wrong(diagnosis)
    for length in (3, 1, 5):
        mask = torch.arange(5)[None] < length
        rows = (torch.tensor(log_probs)[None], torch.tensor(reference)[None])
        wanted = leashed_rewards(torch.tensor([2.0]), *rows, mask, leash=0.5)[0].numpy()
        answer = attempt(2.0, log_probs.copy(), reference.copy(), length, 0.5)
        if not same(answer, wanted):
            raise Wrong(f"For a text of {length} of 5 tokens the rewards are {wanted.round(3).tolist()}.")


KL_PENALTY = Exercise(
    id="kl-penalty",
    check=check_rewards,
    solution=solution_rewards,
    mistakes=(
        Mistake("sign flipped", rewards_that_pull_away, "sign is flipped"),
        Mistake("score on padding", rewards_on_padding, "sits on padding"),
        Mistake("padding pays", rewards_of_padding, "Padding pays"),
        Mistake("score everywhere", rewards_everywhere, "whole score"),
        Mistake("probabilities", rewards_without_logs, "difference of probabilities"),
        Mistake("leash unused", rewards_without_leash, "leash is not used"),
        Mistake("penalty overwritten", rewards_overwritten, "do not overwrite"),
    ),
    proves="Their sum is score - leash * ln(policy / reference): the same leash, paid in small coin, token by token.",
)


# --- The clipped objective ------------------------------------------------------------------------------------


def solution_objective(ratio: np.ndarray, advantage: np.ndarray, clip: float) -> np.ndarray:
    """The smaller of the two products: never more optimistic than either."""
    return np.minimum(ratio * advantage, np.clip(ratio, 1 - clip, 1 + clip) * advantage)


def objective_unclipped(ratio, advantage, clip):
    return ratio * advantage


def objective_only_clipped(ratio, advantage, clip):
    return np.clip(ratio, 1 - clip, 1 + clip) * advantage


def objective_with_maximum(ratio, advantage, clip):
    return np.maximum(ratio * advantage, np.clip(ratio, 1 - clip, 1 + clip) * advantage)


def objective_of_the_smaller_ratio(ratio, advantage, clip):
    return np.minimum(ratio, np.clip(ratio, 1 - clip, 1 + clip)) * advantage


def objective_as_loss(ratio, advantage, clip):
    return -solution_objective(ratio, advantage, clip)


def objective_around_zero(ratio, advantage, clip):
    return np.minimum(ratio * advantage, np.clip(ratio, -clip, clip) * advantage)


OBJECTIVE_DIAGNOSES = (
    (objective_unclipped, "Nothing is clipped: one lucky text could drag the policy anywhere."),
    (objective_only_clipped, "You forgot the minimum: what is bad and has become too likely could not be undone."),
    (objective_with_maximum, "You take the larger: the objective must be the pessimist of the two."),
    (objective_of_the_smaller_ratio, "You take the minimum of the ratios: multiply first, as A can be negative."),
    (objective_as_loss, "That is the loss. Asked is the objective, which is to be made large: leave the minus out."),
    (objective_around_zero, "You clip around 0: a ratio of 1 is no change, so clip to 1 - clip and 1 + clip."),
)


def check_objective(attempt: Callable) -> None:
    ratio, advantage = np.array([1.0, 1.5, 0.5, 1.5, 0.5, 1.1]), np.array([2.0, 1.0, 1.0, -1.0, -1.0, -3.0])
    answer = expect_shape(attempt(ratio.copy(), advantage.copy(), 0.2), (6,), "the objective")
    for wrong, diagnosis in OBJECTIVE_DIAGNOSES:
        if same(answer, wrong(ratio, advantage, 0.2)):
            raise Wrong(diagnosis)
    for clip in (0.2, 0.4):
        answer = attempt(ratio.copy(), advantage.copy(), clip)
        rows = [torch.tensor(part)[None] for part in (np.log(ratio), np.zeros(6), advantage)]
        wanted = clipped_objective(*rows, torch.ones(1, 6, dtype=torch.bool), clip=clip).item()
        if not same(np.mean(answer), wanted) or not same(answer, solution_objective(ratio, advantage, clip)):
            raise Wrong(f"With clip {clip} the objective is {solution_objective(ratio, advantage, clip).tolist()}.")


CLIPPED_OBJECTIVE = Exercise(
    id="clipped-objective",
    check=check_objective,
    solution=solution_objective,
    mistakes=(
        Mistake("not clipped", objective_unclipped, "Nothing is clipped"),
        Mistake("no minimum", objective_only_clipped, "forgot the minimum"),
        Mistake("maximum", objective_with_maximum, "take the larger"),
        Mistake("minimum of ratios", objective_of_the_smaller_ratio, "minimum of the ratios"),
        Mistake("a loss", objective_as_loss, "That is the loss"),
        Mistake("around zero", objective_around_zero, "clip around 0"),
    ),
    proves="Beyond the clip nothing more is to be gained from one batch: the slope there is zero.",
)

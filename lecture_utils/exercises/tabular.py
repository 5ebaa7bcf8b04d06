"""Exercises of the lesson on tabular data: sparsemax, one boosting step, reading a mask."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from lecture_utils.boosting import boost
from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same
from lecture_utils.layers.sparsemax import sparsemax

# --- Sparsemax ------------------------------------------------------------------------------------------------


def solution_sparsemax(scores: np.ndarray) -> np.ndarray:
    """Lower all scores by one threshold, and what falls below zero is zero: the rest sums to one."""
    ranked = np.sort(scores)[::-1]
    counts = np.arange(1, len(scores) + 1)
    kept = np.sum(1 + counts * ranked > np.cumsum(ranked))
    threshold = (np.sum(ranked[:kept]) - 1) / kept
    return np.maximum(scores - threshold, 0)


def sparsemax_as_softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()


def sparsemax_rescaled(scores):
    positive = np.maximum(scores, 0)
    return positive / positive.sum() if positive.sum() else np.full(len(scores), 1 / len(scores))


def sparsemax_of_all(scores):
    return np.maximum(scores - (scores.sum() - 1) / len(scores), 0)


def sparsemax_sorted(scores):
    return np.sort(solution_sparsemax(scores))[::-1]


def sparsemax_unclipped(scores):
    ranked = np.sort(scores)[::-1]
    kept = np.sum(1 + np.arange(1, len(scores) + 1) * ranked > np.cumsum(ranked))
    return scores - (ranked[:kept].sum() - 1) / kept


SPARSEMAX_DIAGNOSES = (
    (sparsemax_as_softmax, "That is the softmax: it never says zero. Subtract a threshold instead of exponentiating."),
    (sparsemax_rescaled, "You divide by the sum. Sparsemax *subtracts*: adding 5 to all scores must change nothing."),
    (sparsemax_of_all, "Your threshold counts every score, also those that end at zero: take the largest ones only."),
    (sparsemax_sorted, "You return the weights sorted: each weight belongs to the place of its score."),
    (sparsemax_unclipped, "Some of your weights are negative: what falls below zero is zero."),
)


def check_sparsemax(attempt: Callable) -> None:
    for scores in ([0.3, 1.0, -2.0, 0.8], [3.0, 0.0, 0.5], [0.1, 0.1], [5.3, 6.0, 3.0, 5.8], [-4.0, -3.5, -9.0]):
        scores = np.array(scores)
        answer = expect_shape(attempt(scores.copy()), scores.shape, "the weights")
        wanted = sparsemax(torch.tensor(scores)).numpy()
        if same(answer, wanted):
            continue
        for wrong, diagnosis in SPARSEMAX_DIAGNOSES:
            if same(answer, wrong(scores)):
                raise Wrong(diagnosis)
        raise Wrong(f"Of the scores {scores.tolist()} the weights are {wanted.round(3).tolist()}.")


SPARSEMAX = Exercise(
    id="sparsemax",
    check=check_sparsemax,
    solution=solution_sparsemax,
    mistakes=(
        Mistake("softmax", sparsemax_as_softmax, "That is the softmax"),
        Mistake("divided by the sum", sparsemax_rescaled, "divide by the sum"),
        Mistake("threshold over all", sparsemax_of_all, "counts every score"),
        Mistake("sorted weights", sparsemax_sorted, "weights sorted"),
        Mistake("not clipped", sparsemax_unclipped, "weights are negative"),
    ),
    proves="A mask can say zero and still be trained: a softmax that gives nothing to what it does not need.",
)


# --- One boosting step ----------------------------------------------------------------------------------------


def solution_step(scores: np.ndarray, labels: np.ndarray, low: np.ndarray, rate: float) -> np.ndarray:
    """Each leaf says sum of residuals / sum of p (1 - p) of its rows; the scores move by rate times that."""
    chances = 1 / (1 + np.exp(-scores))
    moved = scores.copy()
    for leaf in (low, ~low):
        moved[leaf] += rate * (labels - chances)[leaf].sum() / (chances * (1 - chances))[leaf].sum()
    return moved


def _step(scores, labels, low, rate, *, residuals=None, weigh=True, start=True, sign=1.0):
    """The step with one thing changed, to recognise mistakes by."""
    scores, low = np.asarray(scores, dtype=float), np.asarray(low)
    chances = 1 / (1 + np.exp(-scores))
    residuals = labels - chances if residuals is None else residuals
    moved = scores.copy() if start else np.zeros(len(scores))
    for leaf in (low, ~low):
        below = (chances * (1 - chances))[leaf].sum() if weigh else leaf.sum()
        moved[leaf] += sign * rate * residuals[leaf].sum() / below
    return moved


def step_of_scores(scores, labels, low, rate):
    return _step(scores, labels, low, rate, residuals=labels - np.asarray(scores))


def step_of_means(scores, labels, low, rate):
    return _step(scores, labels, low, rate, weigh=False)


def step_from_nothing(scores, labels, low, rate):
    return _step(scores, labels, low, rate, start=False)


def step_backwards(scores, labels, low, rate):
    return _step(scores, labels, low, rate, sign=-1.0)


def step_at_full_rate(scores, labels, low, rate):
    return _step(scores, labels, low, 1.0)


STEP_DIAGNOSES = (
    (step_of_scores, "Your residuals compare labels with *scores*. Scores are log odds: take their sigmoid first."),
    (step_of_means, "Your leaves say the mean residual. One Newton step divides by the sum of p (1 - p) instead."),
    (step_from_nothing, "You return what the tree says alone: boosting *adds* it to the scores so far."),
    (step_backwards, "The scores move the wrong way: the residual is label minus chance, not chance minus label."),
    (step_at_full_rate, "The rate plays no part: each tree is believed by that share only."),
)


def check_step(attempt: Callable) -> None:
    scores, labels = np.array([0.0, 0.4, -1.0, 2.0, 0.4]), np.array([1, 0, 1, 1, 0])
    low = np.array([True, True, False, False, True])
    answer = expect_shape(attempt(scores.copy(), labels.copy(), low.copy(), 0.3), (5,), "the new scores")
    if not same(answer, solution_step(scores, labels, low, 0.3)):
        for wrong, diagnosis in STEP_DIAGNOSES:
            if same(answer, wrong(scores, labels, low, 0.3)):
                raise Wrong(diagnosis)
        raise Wrong(f"The new scores are {solution_step(scores, labels, low, 0.3).round(3).tolist()}, not yours.")
    rows, labels = np.arange(6.0)[:, None], np.array([0, 1, 0, 1, 1, 1])
    model = boost(rows, labels, trees=1, depth=1, rate=0.5)
    low = rows[:, 0] <= model.trees[0].threshold
    moved = attempt(np.full(6, model.start), labels, low, 0.5)
    if not same(1 / (1 + np.exp(-np.asarray(moved, dtype=float))), model.chances(rows)):
        raise Wrong("Right for one table, but not for another: do not rely on its numbers.")


BOOSTING_STEP = Exercise(
    id="one-boosting-step",
    check=check_step,
    solution=solution_step,
    mistakes=(
        Mistake("residuals of scores", step_of_scores, "compare labels with *scores*"),
        Mistake("mean residual", step_of_means, "mean residual"),
        Mistake("not added", step_from_nothing, "tree says alone"),
        Mistake("wrong sign", step_backwards, "wrong way"),
        Mistake("no rate", step_at_full_rate, "rate plays no part"),
    ),
    proves="Boosting is gradient descent whose steps are trees: each says where the last ones were wrong.",
)


# --- Read a mask ----------------------------------------------------------------------------------------------


def solution_read(masks: np.ndarray, decisions: np.ndarray) -> np.ndarray:
    """Each step's mask counts as much as its step decides; then the columns' shares sum to one."""
    weights = decisions.sum(-1)
    importance = sum(weight * mask for weight, mask in zip(weights, masks, strict=True))
    return importance / importance.sum()


def read_plain_mean(masks, decisions):
    return np.mean(masks, 0)


def read_last_step(masks, decisions):
    return np.asarray(masks)[-1]


def read_unnormalised(masks, decisions):
    return np.tensordot(decisions.sum(-1), masks, 1)


def read_loudest_step(masks, decisions):
    return masks[decisions.sum(-1).argmax()]


READ_DIAGNOSES = (
    (read_plain_mean, "Every step counts the same: a step that decides nothing should count nothing."),
    (read_last_step, "You read the last step only: the answer is the sum of what *all* steps say."),
    (read_unnormalised, "Your shares do not sum to one: divide by their sum."),
    (read_loudest_step, "You read the step that decides most: the others decide too, only less."),
)


def check_read(attempt: Callable) -> None:
    masks = np.array([[0.7, 0.3, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.0, 1.0]])
    decisions = np.array([[0.5, 1.5], [0.25, 0.75], [0.0, 0.0]])
    answer = expect_shape(attempt(masks.copy(), decisions.copy()), (4,), "the importance")
    for wrong, diagnosis in READ_DIAGNOSES:
        if same(answer, wrong(masks, decisions)):
            raise Wrong(diagnosis)
    wanted = solution_read(masks, decisions)
    if not same(answer, wanted):
        raise Wrong(f"The importance is {wanted.round(3).tolist()}: weigh each mask by the sum of its decisions.")
    if not same(attempt(masks[1:], decisions[1:, :1]), masks[1]):
        raise Wrong("With two steps, of which one decides nothing, the other step's mask is the answer.")


READ_MASK = Exercise(
    id="read-a-mask",
    check=check_read,
    solution=solution_read,
    mistakes=(
        Mistake("plain mean", read_plain_mean, "counts the same"),
        Mistake("last step", read_last_step, "last step only"),
        Mistake("not normalised", read_unnormalised, "do not sum to one"),
        Mistake("loudest step", read_loudest_step, "decides most"),
    ),
    proves="A mask says where a step looked; only what the step then says makes that matter.",
)

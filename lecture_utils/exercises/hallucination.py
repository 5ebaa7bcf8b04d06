"""Exercises of the lesson on hallucination: calibration error, a threshold for a risk, a misheard word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.abstention import threshold_for_risk
from lecture_utils.calibration import reliability
from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

# --- Expected calibration error -------------------------------------------------------------------------------


def solution_ece(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    """In each bin the gap of mean confidence and accuracy; bins count by how many answers they hold."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for each in range(bins):
        inside = place == each
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return error


def _gaps(confidence, right, bins):
    """Signed gap and share of each bin that holds an answer."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [place == each for each in range(bins) if (place == each).any()]
    return [(confidence[i].mean() - right[i].mean(), i.mean()) for i in inside]


def ece_one_bin(confidence, right, bins):
    return abs(confidence.mean() - right.mean())


def ece_unweighted(confidence, right, bins):
    return np.mean([abs(gap) for gap, _ in _gaps(confidence, right, bins)])


def ece_signed(confidence, right, bins):
    return sum(gap * share for gap, share in _gaps(confidence, right, bins))


def ece_per_answer(confidence, right, bins):
    return np.abs(confidence - right).mean()


def ece_squared(confidence, right, bins):
    return sum(gap**2 * share for gap, share in _gaps(confidence, right, bins))


def ece_nan(confidence, right, bins):
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    with np.errstate(invalid="ignore"):
        sums = [np.bincount(place, weights=what, minlength=bins) for what in (confidence, right)]
        counts = np.bincount(place, minlength=bins)
        return (np.abs(sums[0] / counts - sums[1] / counts) * counts / len(place)).sum()


ECE_DIAGNOSES = (
    (ece_one_bin, "That is one gap over all answers: too modest here and too sure there cancel. Take it bin by bin."),
    (ece_unweighted, "Every bin counts alike in yours: weight each gap by the share of answers in its bin."),
    (ece_signed, "Your gaps keep their sign and cancel: take the absolute value of each."),
    (
        ece_per_answer,
        "You compare each answer with 0 or 1, but no answer is 80 % right: average in each bin first.",
    ),
    (ece_squared, "You square the gaps: this error takes their absolute values."),
)


def check_ece(attempt: Callable) -> None:
    confidence = np.array([0.95, 0.9, 0.92, 0.35, 0.3, 0.55, 1.0, 0.58])
    right = np.array([True, False, True, True, True, False, True, True])
    for bins in (10, 5, 2):
        value = attempt(confidence.copy(), right.copy(), bins)
        if np.ndim(value) == 0 and value is not None and np.isnan(value):
            raise Wrong("Your error is NaN: a bin without answers has no mean, skip it.")
        answer = expect_shape(value, (), "the error")
        wanted = reliability(confidence, right, bins=bins).error
        if same(answer, wanted):
            continue
        for wrong, diagnosis in ECE_DIAGNOSES:
            if same(answer, wrong(confidence, right, bins)):
                raise Wrong(diagnosis)
        raise Wrong(f"With {bins} bins the error should be {wanted:.4f}, yours is {float(answer):.4f}.")


CALIBRATION_ERROR = Exercise(
    id="calibration-error",
    check=check_ece,
    solution=solution_ece,
    mistakes=(
        Mistake("one bin", ece_one_bin, "one gap over all answers"),
        Mistake("bins count alike", ece_unweighted, "Every bin counts alike"),
        Mistake("signs kept", ece_signed, "keep their sign"),
        Mistake("answer by answer", ece_per_answer, "compare each answer with 0 or 1"),
        Mistake("squared", ece_squared, "square the gaps"),
        Mistake("empty bins", ece_nan, "a bin without answers"),
    ),
    proves="A confidence can be checked like a weather forecast: count how often it rained on the 80 % days.",
)


# --- A threshold for a risk -----------------------------------------------------------------------------------


def solution_threshold(confidence: np.ndarray, right: np.ndarray, risk: float) -> float:
    """Try every confidence as threshold, the lowest first; the first one that keeps the risk answers the most."""
    for threshold in np.sort(confidence):
        if (~right[confidence >= threshold]).mean() <= risk:
            return float(threshold)
    return float("inf")


def threshold_highest(confidence, right, risk):
    kept = [t for t in confidence if (~right[confidence >= t]).mean() <= risk]
    return max(kept, default=float("inf"))


def threshold_of_all(confidence, right, risk):
    kept = [t for t in confidence if (~right & (confidence >= t)).mean() <= risk]
    return min(kept, default=float("inf"))


def threshold_of_accuracy(confidence, right, risk):
    kept = [t for t in confidence if right[confidence >= t].mean() <= risk]
    return min(kept, default=float("inf"))


def threshold_strict(confidence, right, risk):
    above = [t for t in confidence if (confidence > t).any()]
    return min((t for t in above if (~right[confidence > t]).mean() <= risk), default=float("inf"))


def threshold_is_risk(confidence, right, risk):
    return 1 - risk


def threshold_first_break(confidence, right, risk):
    best = float("inf")
    for threshold in np.sort(confidence)[::-1]:
        if (~right[confidence >= threshold]).mean() > risk:
            break
        best = threshold
    return best


THRESHOLD_DIAGNOSES = (
    (threshold_highest, "Your threshold keeps the risk but answers less than it could: take the lowest that keeps it."),
    (threshold_of_all, "You divide the wrong ones by all questions: risk is their share among the *answered*."),
    (threshold_of_accuracy, "You bound the share that is right: risk is the share that is wrong."),
    (threshold_strict, "A confidence equal to the threshold is answered: use >=, not >."),
    (threshold_is_risk, "1 - risk would do if confidence were honest. It is not: count how many answers are wrong."),
    (threshold_first_break, "You stop at the first breach, but the risk can fall again below it: try them all."),
)


def check_threshold(attempt: Callable) -> None:
    confidence = np.array([0.5, 0.95, 0.7, 0.8, 0.6, 0.9, 0.4])
    right = np.array([True, True, True, False, True, True, False])
    for risk in (0.34, 0.2, 0.15):
        answer = expect_shape(attempt(confidence.copy(), right.copy(), risk), (), "the threshold")
        wanted = threshold_for_risk(confidence, right, risk=risk)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in THRESHOLD_DIAGNOSES:
            guess = wrong(confidence, right, risk)
            if same(np.minimum(answer, 9), np.minimum(guess, 9)):  # infinity included
                raise Wrong(diagnosis)
        raise Wrong(f"For a risk of {risk} the threshold should be {wanted}, yours is {float(answer)}.")
    never = attempt(np.array([0.9, 0.5]), np.array([False, False]), 0.1)
    if never is None or not np.isposinf(never):
        raise Wrong("Where every threshold breaks the bound, answer nothing at all: return float('inf').")


def threshold_always(confidence, right, risk):
    found = solution_threshold(confidence, right, risk)
    return found if np.isfinite(found) else confidence.max()


THRESHOLD = Exercise(
    id="threshold-for-risk",
    check=check_threshold,
    solution=solution_threshold,
    mistakes=(
        Mistake("the highest", threshold_highest, "answers less than it could"),
        Mistake("share of all", threshold_of_all, "by all questions"),
        Mistake("right, not wrong", threshold_of_accuracy, "share that is right"),
        Mistake("strictly above", threshold_strict, "use >=, not >"),
        Mistake("trusts the number", threshold_is_risk, "if confidence were honest"),
        Mistake("first breach", threshold_first_break, "the risk can fall again"),
        Mistake("never silent", threshold_always, "answer nothing at all"),
    ),
    proves="How silent a model must be to be trusted can be bought by counting; no new training is needed.",
)


# --- The misheard word ----------------------------------------------------------------------------------------


def solution_meant(prior: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """Bayes' rule: how likely it was to be said, times how likely it then sounds like this, shared out."""
    joint = prior * heard
    return joint / joint.sum()


def meant_heard_only(prior, heard):
    return heard / heard.sum()


def meant_prior_only(prior, heard):
    return prior / prior.sum()


def meant_joint(prior, heard):
    return prior * heard


def meant_sum(prior, heard):
    return (prior + heard) / (prior + heard).sum()


def meant_sure(prior, heard):
    return np.eye(len(prior))[np.argmax(prior * heard)]


MEANT_DIAGNOSES = (
    (meant_heard_only, "You trust the ear alone: what is usually said in such a talk must weigh as well."),
    (meant_prior_only, "You trust the habit alone: what was heard must weigh as well."),
    (meant_joint, "Your numbers do not sum to one: divide by their sum."),
    (meant_sum, "You add the two: both must hold at once, so multiply."),
    (meant_sure, "All or nothing: that is the best guess, but the doubt about it was asked for."),
)


def check_meant(attempt: Callable) -> None:
    for prior, heard in (([0.24, 0.0025], [0.2, 0.8]), ([0.5, 0.3, 0.2], [0.1, 0.6, 0.3])):
        prior, heard = np.array(prior), np.array(heard)
        answer = expect_shape(attempt(prior.copy(), heard.copy()), prior.shape, "the probabilities")
        wanted = solution_meant(prior, heard)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in MEANT_DIAGNOSES:
            if same(answer, wrong(prior, heard)):
                raise Wrong(diagnosis)
        raise Wrong(f"Prior {prior.tolist()} and sound {heard.tolist()} give {wanted.round(3).tolist()}.")


MEANT = Exercise(
    id="what-was-meant",
    check=check_meant,
    solution=solution_meant,
    mistakes=(
        Mistake("ear alone", meant_heard_only, "trust the ear alone"),
        Mistake("habit alone", meant_prior_only, "trust the habit alone"),
        Mistake("not shared out", meant_joint, "do not sum to one"),
        Mistake("added", meant_sum, "You add the two"),
        Mistake("best guess only", meant_sure, "All or nothing"),
    ),
    proves="The best listener there is hears what is usually said: it repairs slips, and swallows what is new.",
)

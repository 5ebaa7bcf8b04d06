"""Exercises of the lesson on GPT: the shift in the loss, temperature, and the nucleus of top-p."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- The shift ------------------------------------------------------------------------------------------------


def solution_loss(logits: np.ndarray, tokens: np.ndarray) -> float:
    """Row t of the logits is judged by token t + 1; the last row has nothing to be judged by."""
    logits, targets = logits[:-1], tokens[1:]
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return -np.log(shares[np.arange(len(targets)), targets]).mean()


def _losses(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return -np.log(shares[np.arange(len(targets)), targets])


def loss_unshifted(logits, tokens):
    return _losses(logits, tokens).mean()


def loss_backwards(logits, tokens):
    return _losses(logits[1:], tokens[:-1]).mean()


def loss_of_last(logits, tokens):
    return _losses(logits[:-1], tokens[1:])[-1]


def loss_summed(logits, tokens):
    return _losses(logits[:-1], tokens[1:]).sum()


def loss_wrapped(logits, tokens):
    return _losses(logits, np.roll(tokens, -1)).mean()


def loss_positive(logits, tokens):
    return -solution_loss(logits, tokens)


LOSS_DIAGNOSES = (
    (loss_unshifted, "You compare row t with token t, which the model has just read: compare it with token t + 1."),
    (loss_backwards, "Your shift goes the wrong way: row t, having read tokens 0 to t, guesses token t + 1."),
    (loss_of_last, "Only the last guess is judged. A text of T tokens is T - 1 questions: take the mean of all."),
    (loss_summed, "That is the sum: take the mean, or long texts weigh more and losses cannot be compared."),
    (
        loss_wrapped,
        "You judge the last row by the *first* token: nothing follows the last, leave its row out.",
    ),
    (loss_positive, "Your loss is negative: it is *minus* the logarithm of the probability of what came."),
)


def check_loss(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for length in (5, 2):
        logits, tokens = generator.normal(size=(length, 4)), generator.integers(4, size=length)
        answer = expect_shape(attempt(logits.copy(), tokens.copy()), (), "the loss")
        if same(answer, solution_loss(logits, tokens)):
            continue
        for wrong, diagnosis in LOSS_DIAGNOSES:
            if same(answer, wrong(logits, tokens)):
                raise Wrong(diagnosis)
        wanted = solution_loss(logits, tokens)
        raise Wrong(f"For {length} tokens the loss should be {wanted:.4f}, yours is {float(answer):.4f}.")


CAUSAL_LOSS = Exercise(
    id="causal-loss",
    check=check_loss,
    solution=solution_loss,
    mistakes=(
        Mistake("no shift", loss_unshifted, "which the model has just read"),
        Mistake("shift backwards", loss_backwards, "shift goes the wrong way"),
        Mistake("last word only", loss_of_last, "Only the last guess"),
        Mistake("sum", loss_summed, "That is the sum"),
        Mistake("rolled round", loss_wrapped, "judge the last row by the *first*"),
        Mistake("sign", loss_positive, "loss is negative"),
    ),
    proves="One text of T tokens is T - 1 questions with answers, and nobody had to write them: that is pre-training.",
)


# --- Temperature ----------------------------------------------------------------------------------------------


def solution_temperature(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Divide the logits by the temperature, then softmax; the largest is taken off first, against overflow."""
    scaled = logits / temperature
    shares = np.exp(scaled - scaled.max())
    return shares / shares.sum()


def _softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - np.max(scores))
    return shares / shares.sum()


def temperature_ignored(logits, temperature):
    return _softmax(logits)


def temperature_times(logits, temperature):
    return _softmax(logits * temperature)


def temperature_after(logits, temperature):
    return _softmax(logits) / temperature


def temperature_unnormalised(logits, temperature):
    return np.exp(logits / temperature)


def temperature_overflows(logits, temperature):
    shares = np.exp(logits / temperature)
    return shares / shares.sum()


TEMPERATURE_DIAGNOSES = (
    (temperature_ignored, "The temperature plays no part: your answer is the softmax at temperature 1."),
    (temperature_times, "You multiply: then *hot* is sure and *cold* is random. Divide the logits by the temperature."),
    (temperature_after, "You divide the probabilities: divide the logits, before the softmax."),
    (temperature_unnormalised, "Your numbers do not sum to one: divide by their sum at the end."),
)


def check_temperature(attempt: Callable) -> None:
    logits = np.log([0.5, 0.25, 0.25])
    for temperature in (0.5, 2.0, 1.0):
        answer = expect_shape(attempt(logits.copy(), temperature), (3,), "the probabilities")
        wanted = solution_temperature(logits, temperature)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in TEMPERATURE_DIAGNOSES:
            if same(answer, wrong(logits, temperature)):
                raise Wrong(diagnosis)
        raise Wrong(f"At temperature {temperature} 0.5, 0.25, 0.25 become {wanted.round(3).tolist()}.")
    with np.errstate(over="ignore", invalid="ignore"):
        cold = np.asarray(attempt(np.array([30.0, 29.0]), 0.01), dtype=float)
    if not np.isfinite(cold).all():
        raise Wrong("Cold, your exponentials overflow to infinity: take the largest scaled logit off before np.exp.")
    if not same(cold, [1.0, 0.0]):
        raise Wrong(f"At temperature 0.01 logits 30 and 29 become 1 and 0, yours {cold.tolist()}.")


TEMPERATURE = Exercise(
    id="temperature",
    check=check_temperature,
    solution=solution_temperature,
    mistakes=(
        Mistake("left out", temperature_ignored, "plays no part"),
        Mistake("multiplied", temperature_times, "You multiply"),
        Mistake("after the softmax", temperature_after, "divide the probabilities"),
        Mistake("not normalised", temperature_unnormalised, "do not sum to one"),
        Mistake("overflow", temperature_overflows, "overflow to infinity"),
    ),
    proves="One number leads from always the same (cold) to anything at all (hot), and the order never changes.",
)


# --- Top-p ----------------------------------------------------------------------------------------------------


def solution_top_p(shares: np.ndarray, p: float) -> np.ndarray:
    """Walk down from the likeliest; a token stays while those before it hold less than p."""
    order = np.argsort(-shares)
    before = np.cumsum(shares[order]) - shares[order]
    kept = np.zeros_like(shares)
    kept[order[before < p]] = shares[order[before < p]]
    return kept / kept.sum()


def top_p_threshold(shares, p):
    kept = np.where(shares >= p, shares, 0.0)
    return kept / max(kept.sum(), 1e-12)


def _top_p_by(shares, keep):
    order = np.argsort(-shares)
    held = np.cumsum(shares[order])
    kept = np.zeros_like(shares)
    kept[order[keep(held, shares[order])]] = shares[order[keep(held, shares[order])]]
    return kept


def top_p_one_too_few(shares, p):
    kept = _top_p_by(shares, lambda held, own: held <= p)
    return kept / max(kept.sum(), 1e-12)


def top_p_unsorted(shares, p):
    kept = np.where(np.cumsum(shares) - shares < p, shares, 0.0)
    return kept / kept.sum()


def top_p_in_order(shares, p):
    kept = np.sort(_top_p_by(shares, lambda held, own: held - own < p))[::-1]
    return kept / kept.sum()


def top_p_not_again(shares, p):
    return _top_p_by(shares, lambda held, own: held - own < p)


def top_p_least(shares, p):
    order = np.argsort(shares)
    before = np.cumsum(shares[order]) - shares[order]
    kept = np.zeros_like(shares)
    kept[order[before < p]] = shares[order[before < p]]
    return kept / kept.sum()


TOP_P_DIAGNOSES = (
    (top_p_not_again, "Your numbers do not sum to one: what is kept must be shared out anew."),
    (top_p_one_too_few, "You drop the token that crosses p: it belongs to the nucleus, which must hold p at least."),
    (top_p_threshold, "You keep tokens with probability p or more each: it is their *sum* that must reach p."),
    (top_p_unsorted, "You add up in the order of the ids: begin with the likeliest."),
    (top_p_in_order, "The kept ones are sorted now: put each back where its token stood."),
    (top_p_least, "You begin with the least likely: sort from the largest down."),
)


def check_top_p(attempt: Callable) -> None:
    shares = np.array([0.15, 0.05, 0.5, 0.3])
    for p in (0.6, 0.45, 0.9, 1.0):
        answer = as_array(attempt(shares.copy(), p), "the probabilities")
        answer = expect_shape(answer, (4,), "the probabilities")
        wanted = solution_top_p(shares, p)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in TOP_P_DIAGNOSES:
            if same(answer, wrong(shares, p)):
                raise Wrong(diagnosis)
        raise Wrong(f"With p = {p}, {shares.tolist()} become {wanted.round(3).tolist()}.")


TOP_P = Exercise(
    id="top-p",
    check=check_top_p,
    solution=solution_top_p,
    mistakes=(
        Mistake("not shared out anew", top_p_not_again, "do not sum to one"),
        Mistake("one too few", top_p_one_too_few, "drop the token that crosses p"),
        Mistake("threshold", top_p_threshold, "it is their *sum*"),
        Mistake("unsorted", top_p_unsorted, "order of the ids"),
        Mistake("left in order", top_p_in_order, "sorted now"),
        Mistake("from below", top_p_least, "begin with the least likely"),
    ),
    proves="Where the model is sure, the nucleus is one word; where it is not, many. A fixed k cannot do that.",
)

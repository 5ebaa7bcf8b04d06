"""Exercises of the lesson on attention: the additive score, the masked softmax, reading an alignment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

# --- The additive score ---------------------------------------------------------------------------------------


def solution_scores(state: np.ndarray, annotations: np.ndarray, W: np.ndarray, U: np.ndarray, v: np.ndarray):
    """Both into the small network's space, added, bent, weighed."""
    return np.tanh(W @ state + annotations @ U.T) @ v


def scores_multiplied(state, annotations, W, U, v):
    return np.tanh((W @ state) * (annotations @ U.T)) @ v


def scores_straight(state, annotations, W, U, v):
    return (W @ state + annotations @ U.T) @ v


def scores_bent_late(state, annotations, W, U, v):
    return np.tanh((W @ state + annotations @ U.T) @ v)


def scores_swapped(state, annotations, W, U, v):
    return np.tanh(U @ state + annotations @ W.T) @ v


def scores_transposed(state, annotations, W, U, v):
    return np.tanh(W @ state + annotations @ U) @ v


def scores_softmaxed(state, annotations, W, U, v):
    powers = np.exp(solution_scores(state, annotations, W, U, v))
    return powers / powers.sum()


SCORE_DIAGNOSES = (
    (scores_multiplied, "You multiply W s and U h: this attention is called additive because it adds them."),
    (scores_straight, "The tanh is missing: without it the state adds the same number to every word's score."),
    (scores_bent_late, "The tanh comes too late: bend the A numbers of each word first, then weigh them with v."),
    (scores_swapped, "You swapped the matrices: W belongs to the state, U to the annotations."),
    (scores_transposed, "U is the wrong way round: each annotation h is a row, so U h for all rows is h @ U.T."),
    (scores_softmaxed, "You went one step too far: these are the weights, asked are the scores before the softmax."),
)


def check_scores(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    state, annotations = generator.normal(size=3), generator.normal(size=(4, 3))
    W, U, v = generator.normal(size=(3, 3)), generator.normal(size=(3, 3)), generator.normal(size=3)
    answer = expect_shape(attempt(state, annotations, W, U, v), (4,), "the scores")
    for wrong, diagnosis in SCORE_DIAGNOSES:
        if same(answer, wrong(state, annotations, W, U, v)):
            raise Wrong(diagnosis)
    if not same(answer, solution_scores(state, annotations, W, U, v)):
        raise Wrong("The shape is right, the numbers are not: write W s, U h, their sum, its tanh one by one.")


ADDITIVE_SCORE = Exercise(
    id="additive-score",
    check=check_scores,
    solution=solution_scores,
    mistakes=(
        Mistake("multiplied", scores_multiplied, "called additive"),
        Mistake("no tanh", scores_straight, "tanh is missing"),
        Mistake("tanh last", scores_bent_late, "tanh comes too late"),
        Mistake("matrices swapped", scores_swapped, "swapped the matrices"),
        Mistake("U transposed", scores_transposed, "wrong way round"),
        Mistake("softmax included", scores_softmaxed, "one step too far"),
    ),
    proves="A network with one hidden layer compares what is asked with every word: that is additive attention.",
)


# --- The masked softmax ---------------------------------------------------------------------------------------


def solution_weights(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Powers of what may be seen, each row divided by its sum; a row without any stays zero."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True)) * mask
    return powers / np.maximum(powers.sum(axis=1, keepdims=True), 1e-300)


def _softmax(scores: np.ndarray, axis: int = 1) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def weights_unmasked(scores, mask):
    return _softmax(scores)


def weights_inverted(scores, mask):
    return solution_weights(scores, ~mask)


def weights_masked_late(scores, mask):
    return _softmax(scores) * mask


def weights_over_queries(scores, mask):
    return solution_weights(scores.T, mask.T).T


def weights_zero_scores(scores, mask):
    return _softmax(np.where(mask, scores, 0.0))


def weights_blind_row(scores, mask):
    return _softmax(np.where(mask, scores, -1e9))


WEIGHT_DIAGNOSES = (
    (weights_unmasked, "Your mask does nothing: words that may not be seen still get weight."),
    (weights_inverted, "Your mask is inverted: True means that the word may be seen."),
    (weights_masked_late, "You mask after the softmax: what is left of a row no longer sums to 1. Mask the scores."),
    (weights_over_queries, "Your softmax runs over the queries: each row, not each column, must sum to 1."),
    (weights_zero_scores, "A masked score of 0 is still e^0 = 1 in the softmax: it must become minus infinity."),
)


def check_weights(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    scores, mask = generator.normal(size=(4, 4)), np.ones((4, 4), dtype=bool)
    mask[:, 3] = mask[0, 1] = mask[2, 0] = False
    answer = expect_shape(attempt(scores.copy(), mask.copy()), (4, 4), "the weights")
    for wrong, diagnosis in WEIGHT_DIAGNOSES:
        if same(answer, wrong(scores, mask)):
            raise Wrong(diagnosis)
    if not same(answer, solution_weights(scores, mask)):
        sums = np.round(answer.sum(axis=1), 3)
        raise Wrong(f"Your rows sum to {sums}, and each must sum to 1 over the words that may be seen.")
    mask[1] = False
    with np.errstate(all="ignore"):
        blind = np.asarray(attempt(scores.copy(), mask.copy()), dtype=float)
    if not same(np.nan_to_num(blind, nan=1.0), solution_weights(scores, mask)):
        raise Wrong("A query that may see nothing must get zeros: yours gets shares of nothing, or 0/0.")
    if not same(attempt(scores + 1000, np.ones((4, 4), dtype=bool)), _softmax(scores)):
        raise Wrong("Large scores overflow: subtract each row's maximum before the exponential.")


MASKED_SOFTMAX = Exercise(
    id="masked-softmax",
    check=check_weights,
    solution=solution_weights,
    mistakes=(
        Mistake("no mask", weights_unmasked, "mask does nothing"),
        Mistake("mask inverted", weights_inverted, "mask is inverted"),
        Mistake("mask after the softmax", weights_masked_late, "mask after the softmax"),
        Mistake("softmax over queries", weights_over_queries, "over the queries"),
        Mistake("masked scores are zero", weights_zero_scores, "must become minus infinity"),
        Mistake("a blind row looks everywhere", weights_blind_row, "may see nothing must get zeros"),
    ),
    proves="Padding gets nothing, every other row sums to one, and nobody divides by zero.",
)


# --- Reading an alignment -------------------------------------------------------------------------------------


def solution_reading(weights: np.ndarray, english: list[str]) -> list[str]:
    """For each row but the last the word with the largest weight."""
    return [english[place] for place in weights[:-1].argmax(axis=1)]


def reading_transposed(weights, english):
    return [english[place] for place in weights.argmax(axis=0)]


def reading_with_end(weights, english):
    return [english[place] for place in weights.argmax(axis=1)]


def reading_without_first(weights, english):
    return [english[place] for place in weights[1:].argmax(axis=1)]


def reading_places(weights, english):
    return weights[:-1].argmax(axis=1).tolist()


def reading_least(weights, english):
    return [english[place] for place in weights[:-1].argmin(axis=1)]


def check_reading(attempt: Callable) -> None:
    english = ["a", "black", "cat", "does", "not", "sleep"]
    weights = np.array(
        [
            [0.60, 0.02, 0.33, 0.03, 0.01, 0.01],  # un
            [0.10, 0.12, 0.70, 0.02, 0.02, 0.04],  # chat
            [0.05, 0.72, 0.20, 0.01, 0.01, 0.01],  # noir
            [0.01, 0.03, 0.06, 0.36, 0.44, 0.10],  # ne
            [0.01, 0.01, 0.07, 0.08, 0.07, 0.76],  # dort
            [0.01, 0.01, 0.02, 0.10, 0.81, 0.05],  # pas
            [0.02, 0.03, 0.15, 0.10, 0.20, 0.50],  # <eos>
        ]
    )
    answer = attempt(weights.copy(), list(english))
    answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    if answer is None or isinstance(answer, str):
        raise Wrong("The answer must be a list of English words: did you forget the `return`?")
    answer = list(answer)
    if answer == reading_transposed(weights, english):
        raise Wrong("You ask each English word which row likes it most: go along the rows, one a French word.")
    if answer == reading_with_end(weights, english):
        raise Wrong("The last row belongs to <eos>, the end of the sentence, which translates no word: leave it out.")
    if answer == reading_without_first(weights, english):
        raise Wrong("You left out the first row: it was asked before the first French word, to write that word.")
    if answer == reading_least(weights, english):
        raise Wrong("You took the smallest weight of each row: asked is where each word looks most.")
    if all(isinstance(word, (int, np.integer)) for word in answer):
        raise Wrong("These are places: look up the English words that stand there.")
    if answer != solution_reading(weights, english):
        raise Wrong(f"For un chat noir ne dort pas you read {answer}: take the largest weight of each of the six rows.")


READ_ALIGNMENT = Exercise(
    id="read-alignment",
    check=check_reading,
    solution=solution_reading,
    mistakes=(
        Mistake("columns instead of rows", reading_transposed, "go along the rows"),
        Mistake("<eos> included", reading_with_end, "belongs to <eos>"),
        Mistake("first row dropped", reading_without_first, "left out the first row"),
        Mistake("places, not words", reading_places, "These are places"),
        Mistake("smallest weight", reading_least, "smallest weight"),
    ),
    proves="An alignment is the darkest cell of each row, and it shows noun and adjective changing places.",
)

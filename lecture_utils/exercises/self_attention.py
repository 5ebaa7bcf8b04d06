"""Exercises of the lesson on self-attention: scaled dot-product attention, the causal mask, two heads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same
from lecture_utils.layers.attention import attention_weights, split_heads
from lecture_utils.layers.masks import causal


def softmax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    """Positive numbers that sum to one along an axis."""
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


# --- Scaled dot-product attention -----------------------------------------------------------------------------


def solution_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Score, scale, mask, softmax over the keys, mix the values."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores = np.where(mask, scores, -np.inf)
    return softmax(scores) @ V


def attention_unscaled(Q, K, V, mask):
    return softmax(np.where(mask, Q @ K.T, -np.inf)) @ V


def attention_over_queries(Q, K, V, mask):
    return softmax(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf), axis=0) @ V


def attention_masked_late(Q, K, V, mask):
    return (softmax(Q @ K.T / np.sqrt(Q.shape[1])) * mask) @ V


def attention_mask_inverted(Q, K, V, mask):
    return softmax(np.where(mask, -np.inf, Q @ K.T / np.sqrt(Q.shape[1]))) @ V


def attention_masked_with_zero(Q, K, V, mask):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1]) * mask) @ V


def attention_unmasked(Q, K, V, mask):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def attention_swapped(Q, K, V, mask):
    return solution_attention(Q, V, K, mask)


ATTENTION_DIAGNOSES = (
    (attention_unscaled, "The scale is missing: divide the scores by the square root of d, the width of a key."),
    (attention_over_queries, "Your softmax runs over the queries: each query's weights, a row, must sum to one."),
    (attention_masked_late, "You mask after the softmax: the rows no longer sum to one. Mask the scores before it."),
    (
        attention_mask_inverted,
        "Your mask is inverted: True means may attend, so it is where it is False that -inf goes.",
    ),
    (attention_masked_with_zero, "A masked score of 0 still gets weight, as exp(0) is 1: put -inf there."),
    (attention_unmasked, "You never use the mask: queries look at keys that are shut to them."),
    (attention_swapped, "Keys and values are swapped: compare queries with keys, and mix the values."),
)


def check_attention(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    Q, K, V = (generator.normal(size=(4, 4)) for _ in range(3))  # one size, so that a swap is no error of shapes
    mask = ~np.roll(np.eye(4, dtype=bool), 1, axis=1)  # something is open and something shut in each row and column
    answer = expect_shape(attempt(Q.copy(), K.copy(), V.copy(), mask.copy()), (4, 4), "the output")
    for wrong, diagnosis in ATTENTION_DIAGNOSES:
        if same(answer, wrong(Q, K, V, mask)):
            raise Wrong(diagnosis)
    if not same(answer, solution_attention(Q, K, V, mask)):
        raise Wrong("The shape is right, the numbers are not: go score, scale, mask, softmax, mix, one line each.")
    Q, K, V = generator.normal(size=(2, 9)), generator.normal(size=(5, 9)), generator.normal(size=(5, 3))
    answer = expect_shape(attempt(Q, K, V, np.ones((2, 5), dtype=bool)), (2, 3), "the output of 2 queries over 5 keys")
    weights = attention_weights(torch.from_numpy(Q), torch.from_numpy(K))
    if not same(answer, weights.numpy() @ V):
        raise Wrong("Right for d = 4, but not for keys of another width: d is the number of columns of K.")


SCALED_DOT_PRODUCT = Exercise(
    id="scaled-dot-product",
    check=check_attention,
    solution=solution_attention,
    mistakes=(
        Mistake("no scale", attention_unscaled, "scale is missing"),
        Mistake("softmax over queries", attention_over_queries, "runs over the queries"),
        Mistake("mask after softmax", attention_masked_late, "mask after the softmax"),
        Mistake("mask inverted", attention_mask_inverted, "mask is inverted"),
        Mistake("masked with zero", attention_masked_with_zero, "still gets weight"),
        Mistake("no mask", attention_unmasked, "never use the mask"),
        Mistake("keys and values swapped", attention_swapped, "values are swapped"),
        Mistake(
            "always halved", lambda Q, K, V, mask: softmax(np.where(mask, Q @ K.T / 2, -np.inf)) @ V, "another width"
        ),
    ),
    proves="You wrote equation 1 of “Attention is all you need”, mask included, as the package computes it.",
)


# --- The causal mask ------------------------------------------------------------------------------------------


def solution_causal(length: int) -> np.ndarray:
    """Key positions up to the query's own."""
    positions = np.arange(length)
    return positions <= positions[:, None]


def causal_without_self(length):
    return np.tril(np.ones((length, length), dtype=bool), -1)


def causal_one_too_far(length):
    return np.tril(np.ones((length, length), dtype=bool), 1)


def causal_inverted(length):
    return ~solution_causal(length)


def causal_transposed(length):
    return solution_causal(length).T


def causal_to_add(length):
    return np.where(solution_causal(length), 0.0, -np.inf)


CAUSAL_DIAGNOSES = (
    (causal_without_self, "Off by one: a position must see itself, or the first one sees nothing at all."),
    (causal_one_too_far, "Off by one: each position sees the next word, the one it must guess."),
    (causal_inverted, "Inverted: True means may attend. You shut the past and open the future."),
    (causal_transposed, "Transposed: queries go down and keys across. Yours look ahead, not back."),
    (causal_to_add, "Those are numbers to add to the scores, 0 and -inf: here a mask is boolean, True = may attend."),
)


def check_causal(attempt: Callable) -> None:
    for length in (4, 1, 7):
        answer = expect_shape(attempt(length), (length, length), f"the mask of {length} positions")
        if length > 1:
            for wrong, diagnosis in CAUSAL_DIAGNOSES:
                if np.array_equal(answer, wrong(length)):
                    raise Wrong(diagnosis)
        if not np.array_equal(answer, causal(length).numpy()):
            raise Wrong(f"For {length} positions row 0 must allow position 0 only, and the last row all of them.")


CAUSAL_MASK = Exercise(
    id="causal-mask",
    check=check_causal,
    solution=solution_causal,
    mistakes=(
        Mistake("not itself", causal_without_self, "must see itself"),
        Mistake("one too far", causal_one_too_far, "sees the next word"),
        Mistake("inverted", causal_inverted, "shut the past"),
        Mistake("transposed", causal_transposed, "look ahead, not back"),
        Mistake("to be added", causal_to_add, "add to the scores"),
    ),
    proves="One triangle of True is all that separates a writer from a reader.",
)


# --- Two heads ------------------------------------------------------------------------------------------------


def solution_heads(X: np.ndarray) -> np.ndarray:
    """Each vector is cut in two; the heads come first."""
    length, width = X.shape
    return X.reshape(length, 2, width // 2).transpose(1, 0, 2)


def heads_scrambled(X):
    return X.reshape(2, len(X), -1)


def heads_interleaved(X):
    return X.reshape(len(X), -1, 2).transpose(2, 0, 1)


def heads_reversed(X):
    return solution_heads(X)[::-1]


def heads_not_moved(X):
    return X.reshape(len(X), 2, -1)


def heads_by_words(X):
    return np.stack([X[: len(X) // 2], X[len(X) // 2 :]])


HEAD_DIAGNOSES = (
    (heads_scrambled, "Scrambled: reshaping straight to (2, T, d) tears words apart. Cut each vector, then transpose."),
    (heads_interleaved, "Interleaved: head 0 got every other number. It owns the first half of each vector."),
    (heads_reversed, "The heads are in the wrong order: head 0 owns the first half, head 1 the second."),
)


def check_heads(attempt: Callable) -> None:
    X = np.random.default_rng(0).normal(size=(6, 8))
    answer = attempt(X.copy())
    shape = np.shape(answer)
    if shape == (6, 2, 4):
        raise Wrong("The heads stand in the middle, (T, 2, d): bring them to the front, so that each sees all words.")
    if shape == (2, 3, 8):
        raise Wrong("You shared out the words: each head must see every word, and half of each vector.")
    answer = expect_shape(answer, (2, 6, 4), "the heads")
    for wrong, diagnosis in HEAD_DIAGNOSES:
        if same(answer, wrong(X)):
            raise Wrong(diagnosis)
    if not same(answer, split_heads(torch.from_numpy(X)[None], 2)[0]):
        raise Wrong("The shape is right, the numbers are not: head 0 is X[:, :d] and head 1 is X[:, d:].")


TWO_HEADS = Exercise(
    id="two-heads",
    check=check_heads,
    solution=solution_heads,
    mistakes=(
        Mistake("no transpose", heads_scrambled, "Scrambled"),
        Mistake("every other number", heads_interleaved, "Interleaved"),
        Mistake("wrong order", heads_reversed, "wrong order"),
        Mistake("heads in the middle", heads_not_moved, "in the middle"),
        Mistake("words shared out", heads_by_words, "shared out the words"),
    ),
    proves="Each head sees every word through its own half of each vector: multi-head attention is a reshape.",
)

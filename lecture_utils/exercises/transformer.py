"""Exercises of the lesson on the Transformer: look-ahead mask, shift right, a layer of attention, counting weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

Diagnoses = tuple[tuple[str, Callable, str], ...]  # name of a mistake, an attempt that makes it, what to say to it


def _mistakes(diagnoses: Diagnoses) -> tuple[Mistake, ...]:
    """Each mistake with the first half of what is said to it."""
    return tuple(Mistake(name, attempt, said.partition(":")[0]) for name, attempt, said in diagnoses)


# --- The look-ahead mask --------------------------------------------------------------------------------------


def solution_mask(length: int) -> np.ndarray:
    """Ones on and below the diagonal: word t sees words 0 to t."""
    return np.tril(np.ones((length, length), dtype=bool))


MASK_DIAGNOSES = (
    (
        "sees the next word",
        lambda n: np.tril(np.ones((n, n), dtype=bool), k=1),
        "Your mask is one off, too generous: word 0 may look at word 1, the very word it has to guess.",
    ),
    (
        "does not see itself",
        lambda n: np.tril(np.ones((n, n), dtype=bool), k=-1),
        "Your mask is one off, too strict: word 0 sees nothing, not even itself.",
    ),
    (
        "inverted",
        lambda n: ~solution_mask(n),
        "Your mask is inverted: here True means may look, as everywhere in this course.",
    ),
    (
        "upper triangle",
        lambda n: solution_mask(n).T,
        "Your mask looks ahead and not back: rows ask, columns answer, so keep the lower triangle.",
    ),
    (
        "added to the scores",
        lambda n: np.where(solution_mask(n), 0.0, -1e9),
        "You give numbers to add to the scores: return True and False, the layer does the rest.",
    ),
)


def check_mask(attempt: Callable) -> None:
    for length in (4, 1, 7):
        answer = expect_shape(attempt(length), (length, length), "the mask")
        for _, wrong, diagnosis in MASK_DIAGNOSES:
            if length > 1 and same(answer, wrong(length)):
                raise Wrong(diagnosis)
        if not same(answer, solution_mask(length)):
            raise Wrong(f"For length {length}, row t must be True at columns 0 to t and False after.")


LOOK_AHEAD = Exercise(
    id="look-ahead-mask",
    check=check_mask,
    solution=solution_mask,
    mistakes=_mistakes(MASK_DIAGNOSES),
    proves="One triangle lets the decoder learn from all positions at once without ever seeing an answer.",
)


# --- Shift right ----------------------------------------------------------------------------------------------


def solution_shift(target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The decoder reads all but the last word and must say all but the first."""
    return target[:, :-1], target[:, 1:]


SHIFT_DIAGNOSES = (
    (
        "not shifted",
        lambda target: (target[:, 1:], target[:, 1:]),
        "You did not shift: the decoder reads the very word it has to say, and learns to copy it.",
    ),
    (
        "shifted left",
        lambda target: (target[:, 1:], target[:, :-1]),
        "You shifted left: the decoder reads the next word and must say the one before.",
    ),
    (
        "nothing cut",
        lambda target: (target, target),
        "Both are the whole target: the last word has no next one, and the first is never asked for.",
    ),
    (
        "shifted by two",
        lambda target: (target[:, :-2], target[:, 2:]),
        "You shifted by two: word t must be followed by word t + 1, with nothing skipped.",
    ),
    (
        "rows instead of words",
        lambda target: (target[:-1], target[1:]),
        "You shifted the sentences, not the words: rows are sentences, so cut along the second axis.",
    ),
)


def check_shift(attempt: Callable) -> None:
    target = np.array([[1, 7, 8, 9, 2], [1, 5, 6, 2, 0], [1, 4, 3, 8, 2]])
    answer = attempt(target.copy())
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise Wrong("The answer must be two arrays, what is read and what must be said: did you forget the `return`?")
    read, said = (as_array(part, "your array") for part in answer)
    for _, wrong, diagnosis in SHIFT_DIAGNOSES:
        if all(same(got, part) for got, part in zip((read, said), wrong(target), strict=True)):
            raise Wrong(diagnosis)
    if not all(same(got, part) for got, part in zip((read, said), solution_shift(target), strict=True)):
        raise Wrong("From 1 7 8 9 2 the decoder reads 1 7 8 9 and must say 7 8 9 2.")


SHIFT_RIGHT = Exercise(
    id="shift-right",
    check=check_shift,
    solution=solution_shift,
    mistakes=_mistakes(SHIFT_DIAGNOSES),
    proves="Every position now has its own question and answer: one sentence is as many lessons as it has words.",
)


# --- One full attention layer ---------------------------------------------------------------------------------


def _softmax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _norm(x: np.ndarray, ddof: int = 0) -> np.ndarray:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, ddof=ddof, keepdims=True) + 1e-5)


def _attend(x, seen, W, *, scale=True, masked=True, axis=-1) -> np.ndarray:
    """Attention of one head with one thing changed, to recognise mistakes by."""
    queries, keys, values = (x @ W[k] for k in range(3))
    scores = queries @ keys.T / (np.sqrt(x.shape[1]) if scale else 1.0)
    scores = np.where(seen, scores, -1e9) if masked else scores
    return _softmax(scores, axis) @ values @ W[3]


def solution_layer(x: np.ndarray, seen: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Scores, scale, mask, softmax, mix, project; then add the input and norm the sum."""
    queries, keys, values = x @ W[0], x @ W[1], x @ W[2]
    scores = queries @ keys.T / np.sqrt(x.shape[1])
    powers = np.where(seen, np.exp(scores), 0.0)
    total = x + powers / powers.sum(-1, keepdims=True) @ values @ W[3]
    centred = total - total.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)


LAYER_DIAGNOSES = (
    (
        "norm before the sum",
        lambda x, seen, W: x + _norm(_attend(x, seen, W)),
        "You norm only the attention: add the input first, norm the sum after.",
    ),
    (
        "pre-norm",
        lambda x, seen, W: x + _attend(_norm(x), seen, W),
        "This is pre-norm: the paper norms after adding, the sum of input and attention.",
    ),
    (
        "no residual",
        lambda x, seen, W: _norm(_attend(x, seen, W)),
        "The input is missing: add x to what attention gives, then norm.",
    ),
    (
        "no norm",
        lambda x, seen, W: x + _attend(x, seen, W),
        "The norm is missing: bring each sum to mean 0 and variance 1.",
    ),
    (
        "divided by D - 1",
        lambda x, seen, W: _norm(x + _attend(x, seen, W), ddof=1),
        "Your variance divides by D - 1: layer norm divides by D, as `numpy.var` does by itself.",
    ),
    (
        "padding attended to",
        lambda x, seen, W: _norm(x + _attend(x, seen, W, masked=False)),
        "Padding is attended to: a key whose `seen` is False must get weight 0.",
    ),
    (
        "no scale",
        lambda x, seen, W: _norm(x + _attend(x, seen, W, scale=False)),
        "The scale is missing: divide the scores by the square root of D.",
    ),
    (
        "softmax over queries",
        lambda x, seen, W: _norm(x + _attend(x, seen, W, axis=0)),
        "Your softmax runs over the queries: each row of weights must sum to one.",
    ),
)


def check_layer(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    x, W = generator.normal(size=(5, 4)), generator.normal(size=(4, 4, 4))
    seen = np.array([True, True, True, False, False])
    keep = x.copy()
    answer = expect_shape(attempt(x, seen, W), (5, 4), "the layer's output")
    if not np.array_equal(x, keep):
        raise Wrong("Your function changed x: compute new arrays instead.")
    for _, wrong, diagnosis in LAYER_DIAGNOSES:
        if same(answer, wrong(x, seen, W), 1e-4):
            raise Wrong(diagnosis)
    if not same(answer, solution_layer(x, seen, W), 1e-4):
        raise Wrong("The shape is right, the numbers are not: go through scores, mask, softmax, sum and norm in turn.")


ATTENTION_LAYER = Exercise(
    id="attention-layer",
    check=check_layer,
    solution=solution_layer,
    mistakes=_mistakes(LAYER_DIAGNOSES),
    proves="You wrote the first half of a Transformer's layer: look, add, norm. The other half is two matrices.",
)


# --- Count the weights of a block -----------------------------------------------------------------------------


def solution_count(width: int, hidden: int, heads: int) -> int:
    """Four projections, two maps, two norms; heads only cut the width into pieces."""
    attention = 4 * (width * width + width)
    feed_forward = width * hidden + hidden + hidden * width + width
    norms = 2 * (width + width)
    return attention + feed_forward + norms


COUNT_DIAGNOSES = (  # from width D, hidden F and heads H
    (
        "biases forgotten",
        lambda D, F, H: 4 * D * D + 2 * D * F + 4 * D,
        "you forgot the biases: each of the six linear maps has one, as wide as its output.",
    ),
    (
        "heads multiplied",
        lambda D, F, H: 4 * H * (D * D + D) + 2 * D * F + F + 5 * D,
        "you multiplied by the heads: each head owns D / H columns of the same matrices.",
    ),
    (
        "norms forgotten",
        lambda D, F, H: 4 * (D * D + D) + 2 * D * F + F + D,
        "you forgot the two norms: each has a weight and a bias of width D.",
    ),
    (
        "output projection forgotten",
        lambda D, F, H: 3 * (D * D + D) + 2 * D * F + F + 5 * D,
        "you count only three projections: after queries, keys and values comes the output.",
    ),
    (
        "one map of the feed-forward",
        lambda D, F, H: 4 * (D * D + D) + D * F + F + 4 * D,
        "you count only one map: the feed-forward widens to `hidden` and comes back.",
    ),
    (
        "one norm",
        lambda D, F, H: 4 * (D * D + D) + 2 * D * F + F + 3 * D,
        "you count only one norm: there is one after attention and one after the feed-forward.",
    ),
)


def check_count(attempt: Callable) -> None:
    for width, hidden, heads in ((12, 40, 3), (512, 2048, 8)):
        count = float(expect_shape(attempt(width, hidden, heads), (), "the count"))
        for _, wrong, diagnosis in COUNT_DIAGNOSES:
            if count == wrong(width, hidden, heads):
                raise Wrong(f"For width {width}, hidden {hidden} and {heads} heads {diagnosis}")
        right = solution_count(width, hidden, heads)
        if count != right:
            raise Wrong(
                f"For width {width}, hidden {hidden} and {heads} heads you count {count:,.0f}, which is "
                f"{abs(count - right):,.0f} too {'many' if count > right else 'few'}."
            )


COUNT = Exercise(
    id="count-a-block",
    check=check_count,
    solution=solution_count,
    mistakes=_mistakes(COUNT_DIAGNOSES),
    proves="About 12 times the square of the width, two thirds of it feed-forward; the number of heads is free.",
)

"""Exercises of the lesson on LLaMA: RMSNorm, SwiGLU, and the repeat of grouped queries."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

EPS = 1e-6

# --- RMSNorm --------------------------------------------------------------------------------------------------


def solution_rms_norm(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Divide each vector by the root of its mean square; nothing is taken off before, nothing added after."""
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * weight


def norm_centred(x, weight):
    return solution_rms_norm(x - x.mean(-1, keepdims=True), weight)


def norm_by_sum(x, weight):
    return x / np.sqrt((x**2).sum(-1, keepdims=True) + EPS) * weight


def norm_without_root(x, weight):
    return x / ((x**2).mean(-1, keepdims=True) + EPS) * weight


def norm_over_all(x, weight):
    return x / np.sqrt((x**2).mean() + EPS) * weight


def norm_over_positions(x, weight):
    return x / np.sqrt((x**2).mean(0, keepdims=True) + EPS) * weight


def norm_unweighted(x, weight):
    return solution_rms_norm(x, np.ones_like(weight))


NORM_DIAGNOSES = (
    (norm_centred, "You take the mean off first: that is a LayerNorm. RMSNorm only divides."),
    (norm_by_sum, "You divide by the vector's length, the root of the *sum*: take the root of the *mean* square."),
    (norm_without_root, "You divide by the mean square: its *root* is missing, so the scale is gone twice."),
    (norm_over_all, "One number for all vectors: each has its own mean square, over the last axis alone."),
    (norm_over_positions, "You average over the vectors: the mean runs over the numbers of one vector, axis -1."),
    (norm_unweighted, "The weights play no part: multiply each number by its own at the end."),
)


def check_rms_norm(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for rows in (3, 1):
        x, weight = generator.normal(1.0, 2.0, size=(rows, 4)), generator.normal(size=4)
        answer = expect_shape(attempt(x.copy(), weight.copy()), (rows, 4), "the normed vectors")
        wanted = solution_rms_norm(x, weight)
        if same(answer, wanted, 1e-5):
            continue
        for wrong, diagnosis in NORM_DIAGNOSES:
            if same(answer, wrong(x, weight), 1e-5):
                raise Wrong(diagnosis)
        raise Wrong(f"The first vector should become {wanted[0].round(3).tolist()}, yours {answer[0].round(3)}.")
    with np.errstate(invalid="ignore", divide="ignore"):
        nothing = np.asarray(attempt(np.zeros((1, 4)), np.ones(4)), dtype=float)
    if not np.isfinite(nothing).all():
        raise Wrong("A vector of zeros gives 0 / 0: add 1e-6 to the mean square before the root.")


def norm_without_eps(x, weight):
    return x / np.sqrt((x**2).mean(-1, keepdims=True)) * weight


RMS_NORM = Exercise(
    id="rms-norm",
    check=check_rms_norm,
    solution=solution_rms_norm,
    mistakes=(
        Mistake("centred", norm_centred, "that is a LayerNorm"),
        Mistake("sum for mean", norm_by_sum, "the root of the *sum*"),
        Mistake("no root", norm_without_root, "*root* is missing"),
        Mistake("over everything", norm_over_all, "One number for all"),
        Mistake("over positions", norm_over_positions, "average over the vectors"),
        Mistake("no weights", norm_unweighted, "weights play no part"),
        Mistake("no eps", norm_without_eps, "0 / 0"),
    ),
    proves="What a norm is needed for is the size. Where the mean lies does not seem to matter much.",
)


# --- SwiGLU ---------------------------------------------------------------------------------------------------


def solution_swiglu(x: np.ndarray, gate: np.ndarray, expand: np.ndarray, contract: np.ndarray) -> np.ndarray:
    """silu(x W) opens and shuts x V, number by number; W2 brings the result back to the width."""
    opened = x @ gate
    return (opened / (1 + np.exp(-opened)) * (x @ expand)) @ contract


def _silu(z: np.ndarray) -> np.ndarray:
    return z / (1 + np.exp(-z))


def swiglu_swapped(x, gate, expand, contract):
    return (_silu(x @ expand) * (x @ gate)) @ contract


def swiglu_sigmoid(x, gate, expand, contract):
    return (1 / (1 + np.exp(-(x @ gate))) * (x @ expand)) @ contract


def swiglu_added(x, gate, expand, contract):
    return (_silu(x @ gate) + x @ expand) @ contract


def swiglu_both(x, gate, expand, contract):
    return (_silu(x @ gate) * _silu(x @ expand)) @ contract


def swiglu_ungated(x, gate, expand, contract):
    return _silu(x @ gate) @ contract


def swiglu_after(x, gate, expand, contract):
    return _silu((x @ gate) * (x @ expand)) @ contract


SWIGLU_DIAGNOSES = (
    (swiglu_swapped, "The halves are swapped: the SiLU is for the gate x W, and x V passes as it is."),
    (swiglu_sigmoid, "That is GLU, with a sigmoid: SiLU is z times the sigmoid of z."),
    (swiglu_added, "You add the halves: a gate *multiplies*, number by number."),
    (swiglu_both, "Both halves went through the SiLU: only the gate does."),
    (swiglu_ungated, "x V is missing: that is an ordinary network with a SiLU."),
    (swiglu_after, "You multiply first: the SiLU is taken of the gate alone, before the product."),
)


def check_swiglu(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for rows in (3, 1):
        weights = generator.normal(size=(rows, 4)), *(generator.normal(size=size) for size in ((4, 5), (4, 5), (5, 4)))
        answer = as_array(attempt(*(each.copy() for each in weights)), "the output")
        answer, wanted = expect_shape(answer, (rows, 4), "the output"), solution_swiglu(*weights)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in SWIGLU_DIAGNOSES:
            if same(answer, wrong(*weights)):
                raise Wrong(diagnosis)
        raise Wrong(f"The first row should be {wanted[0].round(3).tolist()}, yours is {answer[0].round(3).tolist()}.")


SWIGLU = Exercise(
    id="swiglu",
    check=check_swiglu,
    solution=solution_swiglu,
    mistakes=(
        Mistake("swapped", swiglu_swapped, "halves are swapped"),
        Mistake("sigmoid", swiglu_sigmoid, "That is GLU"),
        Mistake("added", swiglu_added, "You add the halves"),
        Mistake("both", swiglu_both, "Both halves"),
        Mistake("no gate", swiglu_ungated, "x V is missing"),
        Mistake("after the product", swiglu_after, "You multiply first"),
    ),
    proves="One half of the hidden numbers decides how much of the other passes: a product, which no ReLU can make.",
)


# --- Grouped queries ------------------------------------------------------------------------------------------


def solution_groups(keys: np.ndarray, heads: int) -> np.ndarray:
    """Each key head stands for heads / G queries' heads side by side: 0 0 1 1, and not 0 1 0 1."""
    return np.repeat(keys, heads // len(keys), axis=0)


def groups_tiled(keys, heads):
    return np.tile(keys, (heads // len(keys), 1, 1))


def groups_by_places(keys, heads):
    return np.repeat(keys, heads // len(keys), axis=1).reshape(heads, *keys.shape[1:])


def groups_first_only(keys, heads):
    return np.repeat(keys[:1], heads, axis=0)


def groups_times_heads(keys, heads):
    return np.repeat(keys, heads, axis=0)


def groups_reversed(keys, heads):
    return solution_groups(keys[::-1], heads)


GROUPS_DIAGNOSES = (
    (groups_tiled, "Your heads read 0 1 0 1: neighbours share keys, 0 0 1 1. Repeat, do not tile."),
    (groups_by_places, "You repeat the places of a text, not its heads: heads are the first axis."),
    (
        groups_first_only,
        "All heads share the first keys: that is multi-query attention; here each *group* has its own.",
    ),
    (groups_times_heads, "Too many: each key head is repeated heads / G times, so that `heads` come out in all."),
    (groups_reversed, "Your groups stand in reverse: the first heads share the first keys."),
)


def check_groups(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    for groups, heads in ((2, 4), (3, 6), (2, 2)):
        keys = generator.normal(size=(groups, 3, 2))
        answer, wanted = as_array(attempt(keys.copy(), heads), "the keys"), solution_groups(keys, heads)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in GROUPS_DIAGNOSES:
            if same(answer, wrong(keys, heads)):
                raise Wrong(diagnosis)
        expect_shape(answer, (heads, 3, 2), "the keys")
        raise Wrong(f"For {groups} key heads and {heads} heads, head h has the keys of group h // {heads // groups}.")


GROUPS = Exercise(
    id="grouped-queries",
    check=check_groups,
    solution=solution_groups,
    mistakes=(
        Mistake("tiled", groups_tiled, "0 1 0 1"),
        Mistake("places", groups_by_places, "places of a text"),
        Mistake("one group", groups_first_only, "multi-query attention"),
        Mistake("too often", groups_times_heads, "Too many"),
        Mistake("reversed", groups_reversed, "in reverse"),
    ),
    proves="The order is a promise between whoever trained the weights and whoever reads them: both look right.",
)

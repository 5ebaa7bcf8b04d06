"""Exercises of the lesson on positional encoding: a sinusoidal code, a rotation, an index of relative positions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same

# --- The sinusoidal code --------------------------------------------------------------------------------------


def solution_sinusoid(position: int, dim: int) -> np.ndarray:
    """One angle a pair, its sine and its cosine side by side."""
    angles = position / 10_000 ** (np.arange(0, dim, 2) / dim)
    return np.stack([np.sin(angles), np.cos(angles)], -1).ravel()


def _sinusoid(position, dim, *, exponent=2.0, base=10_000.0, halves=False, swap=False, turn=1.0) -> np.ndarray:
    """The code with one thing changed, to recognise mistakes by."""
    angles = turn * position / base ** (exponent * np.arange(dim // 2) / dim)
    parts = [np.sin(angles), np.cos(angles)][:: -1 if swap else 1]
    return np.concatenate(parts) if halves else np.stack(parts, -1).ravel()


def sinusoid_halves(position, dim):
    return _sinusoid(position, dim, halves=True)


def sinusoid_half_exponent(position, dim):
    return _sinusoid(position, dim, exponent=1.0)


def sinusoid_own_exponent(position, dim):
    angles = position / 10_000 ** (np.arange(dim) / dim)
    return np.where(np.arange(dim) % 2 == 0, np.sin(angles), np.cos(angles))


def sinusoid_base_thousand(position, dim):
    return _sinusoid(position, dim, base=1_000.0)


def sinusoid_swapped(position, dim):
    return _sinusoid(position, dim, swap=True)


def sinusoid_backwards(position, dim):
    return _sinusoid(position, dim, turn=-1.0)


SINUSOID_DIAGNOSES = (
    (sinusoid_halves, "All sines, then all cosines: the paper interleaves them, sine at 2i and cosine at 2i + 1."),
    (
        sinusoid_half_exponent,
        "Your exponent is i/dim: pair i turns with base^(-2i/dim), or the slow hands are missing.",
    ),
    (sinusoid_own_exponent, "Sine and cosine of a pair turn at different speeds: both of them use the pair's 2i."),
    (
        sinusoid_base_thousand,
        "Your base is 1,000: the paper's is 10,000, which makes the slowest hand ten times slower.",
    ),
    (sinusoid_swapped, "Cosine stands before sine: the sine is number 2i of the code, the cosine number 2i + 1."),
    (sinusoid_backwards, "The sign of the sine is turned: your hands run backwards."),
)


def check_sinusoid(attempt: Callable) -> None:
    answer = expect_shape(attempt(7, 8), (8,), "the code")
    for wrong, diagnosis in SINUSOID_DIAGNOSES:
        if same(answer, wrong(7, 8)):
            raise Wrong(diagnosis)
    for position, dim in ((7, 8), (0, 4), (100, 6)):
        answer = expect_shape(attempt(position, dim), (dim,), "the code")
        if not same(answer, solution_sinusoid(position, dim)):
            raise Wrong(f"Position {position} in {dim} numbers is {solution_sinusoid(position, dim).round(3)}.")


SINUSOID = Exercise(
    id="sinusoidal-code",
    check=check_sinusoid,
    solution=solution_sinusoid,
    mistakes=(
        Mistake("halves", sinusoid_halves, "All sines, then all cosines"),
        Mistake("exponent i/dim", sinusoid_half_exponent, "exponent is i/dim"),
        Mistake("each number its own speed", sinusoid_own_exponent, "at different speeds"),
        Mistake("base 1,000", sinusoid_base_thousand, "base is 1,000"),
        Mistake("cosine first", sinusoid_swapped, "Cosine stands before sine"),
        Mistake("sign turned", sinusoid_backwards, "sign of the sine"),
    ),
    proves="That is the Transformer's own clock: each pair of numbers is a hand, each slower than the one before.",
)

# --- Rotary positions -----------------------------------------------------------------------------------------


def solution_rotary(vector: np.ndarray, position: int, speeds: np.ndarray) -> np.ndarray:
    """Number i and number i + d/2 are one arrow; turn it by position x speed."""
    left, right = np.split(vector, 2)
    cos, sin = np.cos(position * speeds), np.sin(position * speeds)
    return np.concatenate([left * cos - right * sin, right * cos + left * sin])


def rotary_backwards(vector, position, speeds):
    return solution_rotary(vector, -position, speeds)


def rotary_interleaved(vector, position, speeds):
    turned = solution_rotary(np.concatenate([vector[0::2], vector[1::2]]), position, speeds)
    return np.stack(np.split(turned, 2), -1).ravel()


def rotary_degrees(vector, position, speeds):
    return solution_rotary(vector, position, np.deg2rad(speeds))


def rotary_one_sign(vector, position, speeds):
    left, right = np.split(vector, 2)
    cos, sin = np.cos(position * speeds), np.sin(position * speeds)
    return np.concatenate([left * cos + right * sin, right * cos + left * sin])


def rotary_without_position(vector, position, speeds):
    return solution_rotary(vector, 1, speeds)


def rotary_overwrites(vector, position, speeds):
    left, right = np.split(vector, 2)
    cos, sin = np.cos(position * speeds), np.sin(position * speeds)
    left = left * cos - right * sin
    return np.concatenate([left, right * cos + left * sin])


ROTARY_DIAGNOSES = (
    (
        rotary_backwards,
        "You turn clockwise: the minus belongs to left * cos - right * sin, the plus to the other line.",
    ),
    (rotary_interleaved, "You pair neighbours, as the paper writes it: here number i belongs to number i + d/2."),
    (rotary_degrees, "You turn by degrees: position times speed is an angle in radians, which np.cos takes as it is."),
    (rotary_one_sign, "Both lines have the same sign, so lengths change: a rotation has one minus and one plus."),
    (rotary_without_position, "Every position turns alike: multiply the speeds by the position."),
    (rotary_overwrites, "The second line uses the left half that is turned already: keep the old one until the end."),
)


def check_rotary(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    vector, speeds = generator.normal(size=6), np.array([1.0, 0.3, 0.1])
    keep = vector.copy()
    answer = expect_shape(attempt(vector, 4, speeds), (6,), "the turned vector")
    if not np.array_equal(vector, keep):
        raise Wrong("Your function changed the vector it was given: compute a new one instead.")
    for wrong, diagnosis in ROTARY_DIAGNOSES:
        if same(answer, wrong(vector, 4, speeds)):
            raise Wrong(diagnosis)
    if not same(answer, solution_rotary(vector, 4, speeds)):
        raise Wrong("The shape is right, the numbers are not: try the vector [1, 0] at position 1, which points ahead.")


ROTARY = Exercise(
    id="rotary-position",
    check=check_rotary,
    solution=solution_rotary,
    mistakes=(
        Mistake("turned backwards", rotary_backwards, "turn clockwise"),
        Mistake("neighbours paired", rotary_interleaved, "pair neighbours"),
        Mistake("degrees", rotary_degrees, "by degrees"),
        Mistake("one sign", rotary_one_sign, "the same sign"),
        Mistake("position forgotten", rotary_without_position, "Every position turns alike"),
        Mistake("half overwritten", rotary_overwrites, "turned already"),
    ),
    proves="You wrote LLaMA's positions: turn queries and keys alike, and their product knows only the distance.",
)

# --- The index of a relative position -------------------------------------------------------------------------


def solution_index(queries: int, keys: int, furthest: int) -> np.ndarray:
    """Key's position minus query's, clipped, then moved so that the leftmost is row 0."""
    offsets = np.arange(keys)[None, :] - np.arange(queries)[:, None]
    return np.clip(offsets, -furthest, furthest) + furthest


def index_turned(queries, keys, furthest):
    return 2 * furthest - solution_index(queries, keys, furthest)


def index_unclipped(queries, keys, furthest):
    return np.arange(keys)[None, :] - np.arange(queries)[:, None] + furthest


def index_off_by_one(queries, keys, furthest):
    return solution_index(queries, keys, furthest) - 1


def index_not_moved(queries, keys, furthest):
    return solution_index(queries, keys, furthest) - furthest


def index_distances(queries, keys, furthest):
    return np.abs(solution_index(queries, keys, furthest) - furthest)


def index_clipped_late(queries, keys, furthest):
    return np.clip(index_unclipped(queries, keys, furthest), 0, furthest)


INDEX_DIAGNOSES = (
    (index_turned, "Left and right are swapped: it is the key's position minus the query's."),
    (index_unclipped, "The clip is missing: an offset beyond `furthest` has no row, it shares the last one."),
    (index_off_by_one, "Off by one: offset 0 belongs to row `furthest`, in the middle of 2 furthest + 1 rows."),
    (index_not_moved, "Rows cannot be negative: add `furthest`, so that the leftmost offset is row 0."),
    (index_distances, "You dropped the sign: before and behind need different rows."),
    (index_clipped_late, "You clipped after moving: to the right of the query everything falls into one row."),
)


def check_index(attempt: Callable) -> None:
    answer = expect_shape(attempt(4, 6, 2), (4, 6), "the index")
    for wrong, diagnosis in INDEX_DIAGNOSES:
        if same(answer, wrong(4, 6, 2)):
            raise Wrong(diagnosis)
    for sizes in ((4, 6, 2), (1, 1, 1), (3, 3, 8)):
        wanted = solution_index(*sizes)
        if not same(as_array(attempt(*sizes), "the index"), wanted):
            raise Wrong(f"For {sizes} the first row should be {wanted[0].tolist()}: clip the offset, then move it.")


INDEX = Exercise(
    id="relative-index",
    check=check_index,
    solution=solution_index,
    mistakes=(
        Mistake("sign turned", index_turned, "Left and right are swapped"),
        Mistake("no clip", index_unclipped, "clip is missing"),
        Mistake("off by one", index_off_by_one, "Off by one"),
        Mistake("not moved", index_not_moved, "cannot be negative"),
        Mistake("sign dropped", index_distances, "dropped the sign"),
        Mistake("clipped late", index_clipped_late, "clipped after moving"),
    ),
    proves="A table of 2 furthest + 1 rows serves a text of any length: that clip is what the long rows above needed.",
)

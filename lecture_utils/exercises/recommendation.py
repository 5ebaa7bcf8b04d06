"""Exercises of the lesson on BERT4Rec: NDCG of one right item, counted transitions, and what a model may be told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

# --- NDCG -----------------------------------------------------------------------------------------------------


def solution_ndcg(scores: np.ndarray, chosen: int, k: int) -> float:
    """Count who stands before the chosen item; its gain is 1 / log2(1 + rank), nothing beyond rank k."""
    rank = 1 + (scores > scores[chosen]).sum()
    return 1 / np.log2(1 + rank) if rank <= k else 0.0


def ndcg_hit(scores, chosen, k):
    return float((scores > scores[chosen]).sum() < k)


def ndcg_natural(scores, chosen, k):
    rank = 1 + (scores > scores[chosen]).sum()
    return 1 / np.log(1 + rank) if rank <= k else 0.0


def ndcg_from_zero(scores, chosen, k):
    place = (scores > scores[chosen]).sum()
    return 1 / np.log2(1 + max(place, 1)) if place <= k else 0.0


def ndcg_uncut(scores, chosen, k):
    return 1 / np.log2(2 + (scores > scores[chosen]).sum())


def ndcg_upside_down(scores, chosen, k):
    return solution_ndcg(-scores, chosen, k)


def ndcg_reciprocal(scores, chosen, k):
    rank = 1 + (scores > scores[chosen]).sum()
    return 1 / rank if rank <= k else 0.0


NDCG_DIAGNOSES = (
    (ndcg_hit, "That is the hit rate: it does not see whether the item stands first or tenth."),
    (ndcg_natural, "Your logarithm is the natural one: with base 2 an item at the top earns exactly 1."),
    (ndcg_from_zero, "You count ranks from 0: the top is rank 1, and its gain is 1 / log2(2)."),
    (ndcg_uncut, "You forgot the cut: beyond rank k there is no gain."),
    (ndcg_upside_down, "You rank from the lowest score up: the highest comes first."),
    (ndcg_reciprocal, "That is the reciprocal rank, 1 / rank: NDCG falls more gently, with the logarithm."),
)


def check_ndcg(attempt: Callable) -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7, 0.3, 0.2])
    for chosen, k in ((2, 4), (3, 4), (1, 3), (0, 3), (4, 4), (5, 4)):
        answer = expect_shape(attempt(scores.copy(), chosen, k), (), "NDCG")
        wanted = solution_ndcg(scores, chosen, k)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in NDCG_DIAGNOSES:
            if same(answer, wrong(scores, chosen, k)):
                raise Wrong(diagnosis)
        raise Wrong(f"Item {chosen} of scores {scores.tolist()} with k = {k} earns {wanted:.3f}, yours {answer:.3f}.")


NDCG = Exercise(
    id="ndcg",
    check=check_ndcg,
    solution=solution_ndcg,
    mistakes=(
        Mistake("hit rate", ndcg_hit, "That is the hit rate"),
        Mistake("natural logarithm", ndcg_natural, "the natural one"),
        Mistake("from zero", ndcg_from_zero, "count ranks from 0"),
        Mistake("no cut", ndcg_uncut, "forgot the cut"),
        Mistake("upside down", ndcg_upside_down, "from the lowest score up"),
        Mistake("reciprocal rank", ndcg_reciprocal, "reciprocal rank"),
    ),
    proves="One number for a list: being first is worth 1, third one half, and beyond the list nothing.",
)

# --- A Markov chain -------------------------------------------------------------------------------------------


def solution_followers(histories: list[list[int]], items: int) -> np.ndarray:
    """Count each pair of neighbours, then divide each row by its sum; rows of zeros stay."""
    counts = np.zeros((items, items))
    for history in histories:
        for before, after in pairwise(history):
            counts[before, after] += 1
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def _pairs(histories, items):
    counts = np.zeros((items, items))
    for history in histories:
        for before, after in pairwise(history):
            counts[before, after] += 1
    return counts


def chain_backwards(histories, items):
    counts = _pairs(histories, items).T
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def chain_columns(histories, items):
    counts = _pairs(histories, items)
    return counts / np.maximum(counts.sum(0, keepdims=True), 1)


def chain_counts(histories, items):
    return _pairs(histories, items)


def chain_all(histories, items):
    counts = _pairs(histories, items)
    return counts / counts.sum()


def chain_across(histories, items):
    return solution_followers([[item for history in histories for item in history]], items)


def chain_nan(histories, items):
    counts = _pairs(histories, items)
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(1, keepdims=True)


CHAIN_DIAGNOSES = (
    (chain_backwards, "Your chain runs backwards: row a, column b is the chance of b *after* a."),
    (chain_columns, "You divide each column by its sum: it is the *rows* that must sum to one."),
    (chain_counts, "Those are counts: divide each row by its sum."),
    (chain_all, "You divide by the number of all pairs: divide each row by its own sum."),
    (chain_across, "You let one household's first film follow on another's last: count within each history."),
)


def check_followers(attempt: Callable) -> None:
    histories, items = [[0, 1, 0, 2], [2, 1, 0, 1], [1, 2]], 4
    answer = attempt([list(history) for history in histories], items)
    if answer is not None and np.isnan(answer).any():
        raise Wrong("A film that nothing follows has a row sum of 0: keep its row at zeros instead of 0/0.")
    answer, wanted = expect_shape(answer, (items, items), "the chain"), solution_followers(histories, items)
    if same(answer, wanted):
        return
    for wrong, diagnosis in CHAIN_DIAGNOSES:
        if same(answer, wrong(histories, items)):
            raise Wrong(diagnosis)
    raise Wrong(f"After film 0 the chances are {wanted[0].round(2).tolist()}, yours {answer[0].round(2).tolist()}.")


FOLLOWERS = Exercise(
    id="markov-chain",
    check=check_followers,
    solution=solution_followers,
    mistakes=(
        Mistake("backwards", chain_backwards, "runs backwards"),
        Mistake("columns", chain_columns, "it is the *rows*"),
        Mistake("counts", chain_counts, "Those are counts"),
        Mistake("one sum", chain_all, "number of all pairs"),
        Mistake("across households", chain_across, "within each history"),
        Mistake("zero by zero", chain_nan, "instead of 0/0"),
    ),
    proves="Counting pairs is a recommender already, and it cannot see further back than one evening.",
)

# --- The question at test time --------------------------------------------------------------------------------


def solution_question(history: list[int], longest: int, mask: int, pad: int) -> list[int]:
    """The last films that fit beside the mask, the mask at the end, padding in front."""
    read = [*history, mask][-longest:]
    return [pad] * (longest - len(read)) + read


def question_first(history, longest, mask, pad):
    read = [*history[: longest - 1], mask]
    return [pad] * (longest - len(read)) + read


def question_replaced(history, longest, mask, pad):
    read = [*history[:-1], mask][-longest:]
    return [pad] * (longest - len(read)) + read


def question_unmasked(history, longest, mask, pad):
    read = history[-longest:]
    return [pad] * (longest - len(read)) + list(read)


def question_behind(history, longest, mask, pad):
    read = [*history, mask][-longest:]
    return read + [pad] * (longest - len(read))


def question_too_long(history, longest, mask, pad):
    return [pad] * (longest - len(history)) + [*history[-longest:], mask]


QUESTION_DIAGNOSES = (
    (question_unmasked, "Nothing is asked: the row must end with the mask, for it is the mask that is answered."),
    (question_replaced, "You hide the last film: it is known, and the best clue. The mask comes *after* it."),
    (question_too_long, "Your row is longer than the model reads: with the mask it must be `longest` tokens."),
    (question_behind, "The padding stands behind: in front, so that the mask is always at the last place."),
    (question_first, "You keep the *first* films of a long history: the last ones tell most about tonight."),
)


def check_question(attempt: Callable) -> None:
    for history, longest in (([7, 8, 9], 5), ([7, 8, 9, 10, 11, 12], 4), ([7, 8, 9], 4)):
        answer, wanted = attempt(list(history), longest, 4, 0), solution_question(history, longest, 4, 0)
        if answer is None:
            raise Wrong("The row is None: did you forget the `return`?")
        answer = list(answer)
        if answer == wanted:
            continue
        for wrong, diagnosis in QUESTION_DIAGNOSES:
            if answer == wrong(history, longest, 4, 0):
                raise Wrong(diagnosis)
        raise Wrong(f"History {history}, read by a model of {longest}, should become {wanted}, yours is {answer}.")


QUESTION = Exercise(
    id="next-film-question",
    check=check_question,
    solution=solution_question,
    mistakes=(
        Mistake("no mask", question_unmasked, "Nothing is asked"),
        Mistake("last film hidden", question_replaced, "You hide the last film"),
        Mistake("too long", question_too_long, "longer than the model reads"),
        Mistake("padding behind", question_behind, "padding stands behind"),
        Mistake("the first films", question_first, "keep the *first* films"),
    ),
    proves="A model that fills gaps recommends, too: put the gap where tonight is.",
)

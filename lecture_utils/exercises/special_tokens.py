"""Exercises of the lesson on special tokens: pad and mask a batch, one BPE merge, BERT's corruption."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, expect_shape, same
from lecture_utils.tokenizers.special import CLS, MASK, PAD, SEP, SPECIAL

# --- Pad and mask a batch -------------------------------------------------------------------------------------


def solution_pad(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Fill up to the longest row; only what is no padding may be attended to."""
    longest = max(len(row) for row in rows)
    tokens = np.array([[*row, *[PAD] * (longest - len(row))] for row in rows])
    return tokens, tokens != PAD


def pad_left(rows):
    longest = max(map(len, rows))
    tokens = np.array([[PAD] * (longest - len(row)) + list(row) for row in rows])
    return tokens, tokens != PAD


def pad_cut(rows):
    shortest = min(map(len, rows))
    tokens = np.array([row[:shortest] for row in rows])
    return tokens, tokens != PAD


def pad_inverted(rows):
    tokens, mask = solution_pad(rows)
    return tokens, ~mask


def pad_open(rows):
    tokens, _ = solution_pad(rows)
    return tokens, np.ones(tokens.shape, dtype=bool)


def pad_repeats(rows):
    longest = max(map(len, rows))
    tokens = np.array([[*row, *[row[-1]] * (longest - len(row))] for row in rows])
    return tokens, solution_pad(rows)[1]


PAD_DIAGNOSES = (
    (pad_left, "You pad on the left: then [CLS] stands somewhere else in every row. Fill up on the right."),
    (pad_cut, "You cut the longer texts: pad the shorter ones instead, so that nothing is lost."),
    (pad_inverted, "Your mask is inverted: True means *may* be attended to, as everywhere in this course."),
    (pad_open, "Your mask lets everybody see the padding: it must be False where the token is [PAD]."),
    (pad_repeats, "You fill up with the last token: the filler must be [PAD], id 0, or nobody can tell it from text."),
)


def _two_arrays(answer: object) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Wrong("The answer must be two arrays: did you forget to `return` both?")
    return as_array(answer[0], "the first array"), as_array(answer[1], "the second array")


def check_pad(attempt: Callable) -> None:
    for rows in (
        [[CLS, 7, 8, 9, SEP], [CLS, 6, SEP], [CLS, 5, 9, SEP]],
        [[CLS, 5, SEP]],
        [[CLS, 5, SEP], [CLS, 6, 7, 8, 9, 5, SEP]],
    ):
        tokens, mask = _two_arrays(attempt([list(row) for row in rows]))
        right = solution_pad(rows)
        if same(tokens, right[0]) and same(mask, right[1]):
            continue
        for wrong, diagnosis in PAD_DIAGNOSES:
            if same(tokens, wrong(rows)[0]) and same(mask, wrong(rows)[1]):
                raise Wrong(diagnosis)
        expect_shape(tokens, right[0].shape, "the tokens")
        expect_shape(mask, right[1].shape, "the mask")
        what = "tokens" if not same(tokens, right[0]) else "mask"
        raise Wrong(f"The {what} of {rows} are not right yet: compare with the example, place by place.")


PAD_AND_MASK = Exercise(
    id="pad-and-mask",
    check=check_pad,
    solution=solution_pad,
    mistakes=(
        Mistake("padded on the left", pad_left, "pad on the left"),
        Mistake("cut to the shortest", pad_cut, "cut the longer texts"),
        Mistake("mask inverted", pad_inverted, "mask is inverted"),
        Mistake("everything visible", pad_open, "see the padding"),
        Mistake("last token repeated", pad_repeats, "fill up with the last token"),
    ),
    proves="A batch is a rectangle; the mask says which part of it is text.",
)


# --- One merge of BPE -----------------------------------------------------------------------------------------


def solution_merge(tokens: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """Read from the left; where the pair stands, write one token and go on behind it."""
    merged, i = [], 0
    while i < len(tokens):
        found = tuple(tokens[i : i + 2]) == tuple(pair)
        merged.append("".join(pair) if found else tokens[i])
        i += 2 if found else 1
    return merged


def merge_first_only(tokens, pair):
    for i in range(len(tokens) - 1):
        if (tokens[i], tokens[i + 1]) == tuple(pair):
            return [*tokens[:i], "".join(pair), *tokens[i + 2 :]]
    return list(tokens)


def merge_overlapping(tokens, pair):
    merged = []
    for i, token in enumerate(tokens):
        if tuple(tokens[i : i + 2]) == tuple(pair):
            merged.append("".join(pair))
        elif i == 0 or tuple(tokens[i - 1 : i + 1]) != tuple(pair):
            merged.append(token)
    return merged


def merge_from_right(tokens, pair):
    merged, i = [], len(tokens)
    while i > 0:
        found = tuple(tokens[max(0, i - 2) : i]) == tuple(pair)
        merged.insert(0, "".join(pair) if found else tokens[i - 1])
        i -= 2 if found else 1
    return merged


def merge_letters(tokens, pair):
    return " ".join(tokens).replace(" ".join(pair), "".join(pair)).split()


def merge_either_order(tokens, pair):
    merged, i = [], 0
    while i < len(tokens):
        found = sorted(tokens[i : i + 2]) == sorted(pair)
        merged.append("".join(tokens[i : i + 2]) if found else tokens[i])
        i += 2 if found else 1
    return merged


MERGE_CASES = (
    (["t", "h", "e", "n", "t", "h"], ("t", "h")),
    (["a", "a", "a", "b"], ("a", "a")),
    (["at", "h", "t", "h"], ("t", "h")),
    (["h", "t", "x", "t", "h"], ("t", "h")),
    (["th", "e", "th"], ("th", "e")),
    (["x"], ("x", "x")),
)
MERGE_DIAGNOSES = (
    (merge_first_only, "You stop after the first place: a merge joins the pair everywhere in the word."),
    (merge_overlapping, "You use a token twice: in a a a the middle a belongs to the first pair, so it is aa a."),
    (merge_from_right, "You merge from the right: a a a must become aa a, read from the left."),
    (merge_letters, "You search in joined text: at h holds the letters t h, but not the token t before h."),
    (merge_either_order, "You merge the pair in either order: h t is another pair than t h."),
)


def check_merge(attempt: Callable) -> None:
    answers = []
    for tokens, pair in MERGE_CASES:
        given = list(tokens)
        answer = attempt(given, pair)
        if answer is None or isinstance(answer, str):
            raise Wrong("The answer must be a list of tokens: did you forget the `return`?")
        if given != tokens:
            raise Wrong("Your function changed the list it was given: build a new one.")
        answers.append(list(answer))
    for (tokens, pair), answer in zip(MERGE_CASES, answers, strict=True):
        if answer == solution_merge(tokens, pair):
            continue
        for wrong, diagnosis in MERGE_DIAGNOSES:
            if answers == [wrong(tokens, pair) for tokens, pair in MERGE_CASES]:
                raise Wrong(diagnosis)
        raise Wrong(f"{tokens} with the pair {pair} became {answer}: asked is {solution_merge(tokens, pair)}.")


BPE_MERGE = Exercise(
    id="bpe-merge",
    check=check_merge,
    solution=solution_merge,
    mistakes=(
        Mistake("first place only", merge_first_only, "stop after the first place"),
        Mistake("overlapping", merge_overlapping, "use a token twice"),
        Mistake("from the right", merge_from_right, "merge from the right"),
        Mistake("in joined text", merge_letters, "search in joined text"),
        Mistake("either order", merge_either_order, "in either order"),
    ),
    proves="Training and use of BPE are this one step, over and over.",
)


# --- 80/10/10 -------------------------------------------------------------------------------------------------


def solution_corrupt(tokens, chance, fate, words, training) -> tuple[np.ndarray, np.ndarray]:
    """Select 15 % of what is not special; hide 80 % of these, replace 10 %, keep 10 %; ask for all of them."""
    selected = (chance < 0.15) & (tokens >= len(SPECIAL)) & training
    inputs = np.where(selected & (fate < 0.8), MASK, tokens)
    inputs = np.where(selected & (fate >= 0.8) & (fate < 0.9), words, inputs)
    return inputs, np.where(selected, tokens, -100)


def corrupt_in_use(tokens, chance, fate, words, training):
    return solution_corrupt(tokens, chance, fate, words, True)


def corrupt_specials(tokens, chance, fate, words, training):
    selected = (chance < 0.15) & training
    inputs = np.where(selected & (fate < 0.8), MASK, tokens)
    inputs = np.where(selected & (fate >= 0.8) & (fate < 0.9), words, inputs)
    return inputs, np.where(selected, tokens, -100)


def corrupt_counts_all(tokens, chance, fate, words, training):
    return solution_corrupt(tokens, chance, fate, words, training)[0], tokens


def corrupt_masks_all(tokens, chance, fate, words, training):
    inputs, targets = solution_corrupt(tokens, chance, fate, words, training)
    return np.where(targets != -100, MASK, inputs), targets


def corrupt_forgets_kept(tokens, chance, fate, words, training):
    inputs, _ = solution_corrupt(tokens, chance, fate, words, training)
    return inputs, np.where(inputs != tokens, tokens, -100)


def corrupt_asks_inputs(tokens, chance, fate, words, training):
    inputs, targets = solution_corrupt(tokens, chance, fate, words, training)
    return inputs, np.where(targets != -100, inputs, -100)


CORRUPT_DIAGNOSES = (
    (corrupt_in_use, "You corrupt at test time: with training=False the model must read the text as it is."),
    (corrupt_specials, "You select special tokens: [CLS], [SEP] and [PAD], ids below 5, are never selected."),
    (
        corrupt_counts_all,
        "Tokens that were not selected are counted in the loss: their target is -100, training or not.",
    ),
    (corrupt_masks_all, "You mask all that is selected: a tenth becomes words[t], a tenth stays as it is."),
    (corrupt_forgets_kept, "You ask only for what changed: the tenth that stays is a question, too."),
    (corrupt_asks_inputs, "Your targets hold what the model reads: they must hold the original tokens."),
)


def check_corrupt(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    tokens = generator.integers(0, 40, size=400)
    chance, fate = generator.random(400), generator.random(400)
    words = (tokens + 7) % 35 + len(SPECIAL)
    cases = [(tokens, chance, fate, words, training) for training in (True, False)]
    answers = [_two_arrays(attempt(*(np.copy(part) for part in case[:4]), case[4])) for case in cases]

    def agrees(rule: Callable) -> bool:
        pairs = zip(answers, (rule(*case) for case in cases), strict=True)
        return all(same(mine, wanted) for answer, right in pairs for mine, wanted in zip(answer, right, strict=True))

    if agrees(solution_corrupt):
        return
    for wrong, diagnosis in CORRUPT_DIAGNOSES:
        if agrees(wrong):
            raise Wrong(diagnosis)
    for name, got, wanted in zip(("inputs", "targets"), answers[0], solution_corrupt(*cases[0]), strict=True):
        expect_shape(got, wanted.shape, f"the {name}")
        if not same(got, wanted):
            t = int(np.flatnonzero(got != wanted)[0])
            raise Wrong(
                f"Your {name} hold {got[t]:g}, not {wanted[t]}, where the token is {tokens[t]}, "
                f"chance {chance[t]:.2f}, fate {fate[t]:.2f} and the word {words[t]}."
            )
    raise Wrong("With training=False the inputs must be the tokens themselves, and every target -100.")


CORRUPT = Exercise(
    id="corrupt-80-10-10",
    check=check_corrupt,
    solution=solution_corrupt,
    mistakes=(
        Mistake("[MASK] at test time", corrupt_in_use, "corrupt at test time"),
        Mistake("specials selected", corrupt_specials, "select special tokens"),
        Mistake("unselected in the loss", corrupt_counts_all, "counted in the loss"),
        Mistake("all masked", corrupt_masks_all, "mask all that is selected"),
        Mistake("the kept not asked for", corrupt_forgets_kept, "only for what changed"),
        Mistake("asks for the inputs", corrupt_asks_inputs, "hold what the model reads"),
    ),
    proves="The model never knows which of the tokens it reads are true: so it must understand them all.",
)

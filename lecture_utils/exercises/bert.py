"""Exercises of the lesson on BERT: segment ids, a loss on the selected tokens alone, a threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array, same

# --- Segment ids ----------------------------------------------------------------------------------------------


def solution_segments(tokens: Sequence[str]) -> list[int]:
    """0 up to and with the first [SEP], 1 after it, and 0 for padding."""
    segments, segment = [], 0
    for token in tokens:
        segments.append(0 if token == "[PAD]" else segment)
        if token == "[SEP]":
            segment = 1
    return segments


def segments_from_the_separator_on(tokens):
    first = tokens.index("[SEP]")
    return [int(place >= first and token != "[PAD]") for place, token in enumerate(tokens)]


def segments_from_one(tokens):
    return [0 if token == "[PAD]" else 1 + part for token, part in zip(tokens, solution_segments(tokens), strict=True)]


def segments_counted_on(tokens):
    segments, segment = [], 0
    for token in tokens:
        segments.append(0 if token == "[PAD]" else segment)
        segment += token == "[SEP]"
    return segments


def segments_with_padding(tokens):
    first = tokens.index("[SEP]")
    return [int(place > first) for place in range(len(tokens))]


def segments_without_special(tokens):
    special = ("[CLS]", "[SEP]", "[PAD]")
    return [part for token, part in zip(tokens, solution_segments(tokens), strict=True) if token not in special]


PAIR = ["[CLS]", "the", "dog", "barks", "[SEP]", "give", "it", "bones", "[SEP]", "[PAD]", "[PAD]"]
SINGLE = ["[CLS]", "the", "dog", "barks", "[SEP]", "[PAD]"]
SEGMENT_DIAGNOSES = (
    (segments_from_the_separator_on, "The first [SEP] is in segment 1: it closes the first text and belongs to it."),
    (segments_from_one, "You count from 1: the two rows of the segment table are 0 and 1."),
    (segments_with_padding, "[PAD] is in segment 1: padding belongs to no text and gets 0."),
    (segments_without_special, "The special tokens have no segment: every token of the row needs one."),
)


def check_segments(attempt: Callable) -> None:
    for tokens, name in ((PAIR, "the pair"), (SINGLE, "a single text")):
        answer = attempt(list(tokens))
        if answer is None:
            raise Wrong("The answer is None: did you forget the `return`?")
        got = [int(part) for part in as_array(answer, "the segments").ravel()]
        for wrong, diagnosis in SEGMENT_DIAGNOSES:
            if got == wrong(tokens):
                raise Wrong(diagnosis)
        if got != solution_segments(tokens):
            raise Wrong(f"For {name}, {' '.join(tokens)}, your segments are {got}.")
    three = [*PAIR[:9], "no", "[SEP]"]
    if [int(part) for part in attempt(list(three))] == segments_counted_on(three):
        raise Wrong("A third [SEP] starts segment 2, but the table has two rows: all that follows the first is 1.")


SEGMENT_IDS = Exercise(
    id="segment-ids",
    check=check_segments,
    solution=solution_segments,
    mistakes=(
        Mistake("separator in the second text", segments_from_the_separator_on, "first [SEP] is in segment 1"),
        Mistake("counted from 1", segments_from_one, "count from 1"),
        Mistake("padding in the second text", segments_with_padding, "[PAD] is in segment 1"),
        Mistake("special tokens left out", segments_without_special, "special tokens have no segment"),
        Mistake("counted on", segments_counted_on, "third [SEP]"),
    ),
    proves="Two learned vectors, one added to each token, tell the model which text it stands in.",
)


# --- The loss of masked tokens --------------------------------------------------------------------------------


def solution_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean of -ln P(target) over the tokens whose target is not -100."""
    asked = targets != -100
    probabilities = logits.softmax(-1)[asked]  # (selected, V)
    return -probabilities[torch.arange(len(probabilities)), targets[asked]].log().mean()


def loss_on_all(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.clamp(min=0).flatten())


def loss_per_token(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / targets.numel()


def loss_summed(logits, targets):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")


def loss_of_the_wrong_axis(logits, targets):
    asked = targets != -100
    probabilities = logits.softmax(1)[asked]
    return -probabilities[torch.arange(len(probabilities)), targets[asked]].log().mean()


def loss_of_rows(logits, targets):
    rows = [solution_loss(row[None], target[None]) for row, target in zip(logits, targets, strict=True)]
    return torch.stack(rows).mean()


LOSS_DIAGNOSES = (
    (loss_on_all, "Tokens with target -100 are counted as if they asked for word 0: leave them out."),
    (loss_per_token, "You divide by all tokens: divide by the number of those selected."),
    (loss_summed, "That is the sum: take the mean over the selected tokens, or long texts weigh more."),
    (loss_of_the_wrong_axis, "The softmax runs over the places: it must run over the words, the last axis."),
    (loss_of_rows, "You average in each text first: every selected token of the batch counts alike."),
)


def check_loss(attempt: Callable) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(2, 5, 4, generator=generator)
    targets = torch.tensor([[-100, 2, -100, 0, 1], [-100, -100, 3, -100, -100]])
    answer = attempt(logits.clone(), targets.clone())
    if as_array(answer, "the loss").shape != ():
        raise Wrong(f"The loss has shape {as_array(answer, 'the loss').shape}, asked is one number.")
    if same(answer, -solution_loss(logits, targets)):
        raise Wrong("The sign is wrong: a loss is minus the logarithm, and cannot be below zero.")
    for wrong, diagnosis in LOSS_DIAGNOSES:
        if same(answer, wrong(logits, targets)):
            raise Wrong(diagnosis)
    if not same(answer, solution_loss(logits, targets)):
        raise Wrong(f"Your loss is {float(answer):.4f}, asked was {float(solution_loss(logits, targets)):.4f}.")
    torch.testing.assert_close(solution_loss(logits, targets), F.cross_entropy(logits.flatten(0, 1), targets.flatten()))


MASKED_LOSS = Exercise(
    id="masked-loss",
    check=check_loss,
    solution=solution_loss,
    mistakes=(
        Mistake("all tokens", loss_on_all, "as if they asked for word 0"),
        Mistake("divided by all", loss_per_token, "divide by all tokens"),
        Mistake("the sum", loss_summed, "That is the sum"),
        Mistake("softmax over places", loss_of_the_wrong_axis, "over the places"),
        Mistake("mean of the texts' means", loss_of_rows, "in each text first"),
        Mistake("sign", lambda logits, targets: -solution_loss(logits, targets), "sign is wrong"),
    ),
    proves="Whoever is asked for what it sees learns to copy. The loss looks at the selected tokens alone.",
)


# --- A threshold ----------------------------------------------------------------------------------------------


def solution_threshold(scores: np.ndarray, bad: np.ndarray, precision: float) -> float:
    """Among the scores: the threshold of largest recall that keeps the precision."""
    best, chosen = -1.0, float("inf")
    for threshold in sorted(set(scores.tolist()), reverse=True):
        hidden = scores >= threshold
        caught = (hidden & bad).sum()
        if caught / hidden.sum() >= precision and caught / bad.sum() > best:
            best, chosen = caught / bad.sum(), threshold
    return chosen


def threshold_first(scores, bad, precision):
    ordered = sorted(set(scores.tolist()), reverse=True)
    keeps = [bool(bad[scores >= t].mean() >= precision) for t in ordered]
    return ordered[[*keeps, False].index(False) - 1]


def threshold_highest(scores, bad, precision):
    ordered = sorted(set(scores.tolist()), reverse=True)
    return next(t for t in ordered if bad[scores >= t].mean() >= precision)


def threshold_of_recall(scores, bad, precision):
    ordered = sorted(set(scores.tolist()), reverse=True)
    return next(t for t in ordered if (bad & (scores >= t)).sum() / bad.sum() >= precision)


def threshold_of_accuracy(scores, bad, precision):
    return max(sorted(set(scores.tolist())), key=lambda t: ((scores >= t) == bad).mean())


def threshold_of_lowest(scores, bad, precision):
    return min(t for t in scores.tolist() if bad[scores >= t].mean() >= precision and bad[scores == t].any()) - 0.02


SCORES = np.array([0.97, 0.91, 0.88, 0.83, 0.72, 0.66, 0.58, 0.41, 0.33, 0.12])
BAD = np.array([True, True, False, True, True, False, True, True, False, False])
BOUND = 0.8
THRESHOLD_DIAGNOSES = (
    (threshold_first, "You stop at the first threshold that breaks the bound: further down precision can recover."),
    (threshold_highest, "That keeps the precision but catches least: of all that keep it, take the largest recall."),
    (threshold_of_recall, "That bounds the *recall*: precision is the share of the *hidden* posts that are bad."),
    (threshold_of_accuracy, "That is the most accurate threshold: whoever asks for precision may want another one."),
    (threshold_of_lowest, "Your threshold lies between two scores: choose one of the scores, a post at it is hidden."),
)


def check_threshold(attempt: Callable) -> None:
    answer = as_array(attempt(SCORES.copy(), BAD.copy(), BOUND), "the threshold")
    if answer.shape != ():
        raise Wrong(f"The threshold has shape {answer.shape}, asked is one number.")
    for wrong, diagnosis in THRESHOLD_DIAGNOSES:
        if same(answer, wrong(SCORES, BAD, BOUND)):
            raise Wrong(diagnosis)
    wanted = solution_threshold(SCORES, BAD, BOUND)
    if not same(answer, wanted):
        raise Wrong(
            f"Your threshold is {float(answer):g}; at {wanted:g} recall is largest among those that keep {BOUND:.0%}."
        )


PICK_THRESHOLD = Exercise(
    id="pick-a-threshold",
    check=check_threshold,
    solution=solution_threshold,
    mistakes=(
        Mistake("stops too early", threshold_first, "precision can recover"),
        Mistake("the highest", threshold_highest, "catches least"),
        Mistake("bounds the recall", threshold_of_recall, "bounds the *recall*"),
        Mistake("most accurate", threshold_of_accuracy, "most accurate threshold"),
        Mistake("between two scores", threshold_of_lowest, "between two scores"),
    ),
    proves="The model gives scores; where to draw the line is a decision about people, made on purpose.",
)

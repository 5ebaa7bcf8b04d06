"""Exercises of the lesson on domain adaptation: a fair price, a fairness gap, a canary's exposure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, expect_shape, same

# --- Bits a character -----------------------------------------------------------------------------------------


def solution_bits(chances: np.ndarray, pieces: Sequence[str]) -> float:
    """All bits over all letters: how the text was cut no longer matters."""
    return -np.log2(chances).sum() / sum(map(len, pieces))


def bits_a_token(chances, pieces):
    return -np.log2(chances).mean()


def bits_in_nats(chances, pieces):
    return -np.log(chances).sum() / sum(map(len, pieces))


def bits_positive(chances, pieces):
    return np.log2(chances).sum() / sum(map(len, pieces))


def bits_mean_of_ratios(chances, pieces):
    return np.mean(-np.log2(chances) / np.array([len(piece) for piece in pieces]))


def bits_without_blanks(chances, pieces):
    return -np.log2(chances).sum() / sum(len(piece.strip()) for piece in pieces)


BITS_DIAGNOSES = (
    (bits_a_token, "You divide by the number of tokens: then whoever cuts finer looks better. Divide by the letters."),
    (bits_in_nats, "These are nats: use np.log2, or divide by ln 2."),
    (bits_positive, "Your price is negative: a chance below one has a negative logarithm, so turn its sign."),
    (bits_mean_of_ratios, "That is a mean of ratios: sum all bits first, then divide once by all letters."),
    (bits_without_blanks, "You leave blanks out: they are characters of the text too, and both readers pay for them."),
)


def check_bits(attempt: Callable) -> None:
    cases = (([0.5, 0.25], ["it", "er"]), ([0.5, 0.5, 0.125, 0.9], [" the", " iter", "ator", "s"]))
    for chances, pieces in cases:
        answer = expect_shape(attempt(np.array(chances), list(pieces)), (), "the price")
        wanted = solution_bits(np.array(chances), pieces)
        if same(answer, wanted):
            continue
        cases_tell = ((wrong, text) for wrong, text in BITS_DIAGNOSES if same(answer, wrong(np.array(chances), pieces)))
        for _, diagnosis in cases_tell:
            raise Wrong(diagnosis)
        raise Wrong(f"Chances {chances} for {pieces} cost {wanted:.4f} bits a character, yours {float(answer):.4f}.")


BITS = Exercise(
    id="bits-per-character",
    check=check_bits,
    solution=solution_bits,
    mistakes=(
        Mistake("per token", bits_a_token, "divide by the number of tokens"),
        Mistake("nats", bits_in_nats, "These are nats"),
        Mistake("sign", bits_positive, "price is negative"),
        Mistake("mean of ratios", bits_mean_of_ratios, "mean of ratios"),
        Mistake("no blanks", bits_without_blanks, "leave blanks out"),
    ),
    proves="Two readers who cut a text differently can be compared: each pays for the same letters.",
)


# --- A fairness gap -------------------------------------------------------------------------------------------


def solution_gap(found: np.ndarray, ill: np.ndarray, woman: np.ndarray) -> float:
    """Among the ill only: the share found of each group, and how far apart the two are."""
    return abs(found[ill & woman].mean() - found[ill & ~woman].mean())


def gap_parity(found, ill, woman):
    return abs(found[woman].mean() - found[~woman].mean())


def gap_accuracy(found, ill, woman):
    right = found == ill
    return abs(right[woman].mean() - right[~woman].mean())


def gap_false_alarms(found, ill, woman):
    return abs(found[~ill & woman].mean() - found[~ill & ~woman].mean())


def gap_of_counts(found, ill, woman):
    return abs((found & ill & woman).sum() / ill.sum() - (found & ill & ~woman).sum() / ill.sum())


def gap_signed(found, ill, woman):
    return found[ill & woman].mean() - found[ill & ~woman].mean()


GAP_DIAGNOSES = (
    (gap_parity, "You count the healthy as well: that is demographic parity. Look at the ill alone."),
    (gap_accuracy, "You compare accuracies, in which the healthy outvote the ill. Ask only who of the ill is found."),
    (gap_false_alarms, "You look at the healthy: those are false alarms, the other half of equalised odds."),
    (gap_of_counts, "You divide both by all the ill: each group's hits belong over that group's own ill."),
    (gap_signed, "Your gap has a sign: take np.abs, or a gap against men would hide one against women."),
)


def check_gap(attempt: Callable) -> None:
    generator = np.random.default_rng(0)
    example = (np.array([1, 0, 1, 1, 0, 1]), np.array([1, 1, 1, 1, 0, 0]), np.array([1, 1, 0, 0, 1, 0]))
    woman, ill = generator.random(400) < 0.3, generator.random(400) < 0.4
    found = generator.random(400) < np.where(ill, np.where(woman, 0.5, 0.9), np.where(woman, 0.3, 0.1))
    for columns in ((found, ill, woman), tuple(column.astype(bool) for column in example)):
        answer = expect_shape(attempt(*(column.copy() for column in columns)), (), "the gap")
        wanted = solution_gap(*columns)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in GAP_DIAGNOSES:
            if same(answer, wrong(*columns)):
                raise Wrong(diagnosis)
        raise Wrong(f"For {len(columns[0])} people the gap should be {wanted:.4f}, yours is {float(answer):.4f}.")


GAP = Exercise(
    id="opportunity-gap",
    check=check_gap,
    solution=solution_gap,
    mistakes=(
        Mistake("parity", gap_parity, "demographic parity"),
        Mistake("accuracy", gap_accuracy, "compare accuracies"),
        Mistake("false alarms", gap_false_alarms, "look at the healthy"),
        Mistake("one denominator", gap_of_counts, "divide both by all the ill"),
        Mistake("sign", gap_signed, "gap has a sign"),
    ),
    proves="Two groups can be served with the same accuracy while the ill of one are overlooked.",
)


# --- Exposure -------------------------------------------------------------------------------------------------


def solution_exposure(log_chances: np.ndarray, own: int) -> float:
    """Count those at least as likely, itself among them: that is the rank."""
    rank = (log_chances >= log_chances[own]).sum()
    return np.log2(len(log_chances)) - np.log2(rank)


def exposure_upside_down(log_chances, own):
    return np.log2(len(log_chances)) - np.log2((log_chances <= log_chances[own]).sum())


def exposure_from_zero(log_chances, own):
    return np.log2(len(log_chances)) - np.log2(np.maximum((log_chances > log_chances[own]).sum(), 1e-12))


def exposure_of_rank(log_chances, own):
    return np.log2((log_chances >= log_chances[own]).sum())


def exposure_nats(log_chances, own):
    return np.log(len(log_chances)) - np.log((log_chances >= log_chances[own]).sum())


def exposure_own_chance(log_chances, own):
    return np.log2(len(log_chances)) + log_chances[own] / np.log(2)


EXPOSURE_DIAGNOSES = (
    (exposure_upside_down, "You rank from the least likely: rank 1 is the likeliest of all."),
    (exposure_from_zero, "Your ranks begin at 0: a secret counts itself, so that the likeliest has rank 1."),
    (exposure_of_rank, "That is log2 of the rank, which is *low* for a secret laid open: take it from log2 of all."),
    (exposure_nats, "These are nats: exposure is counted in bits, with np.log2."),
    (exposure_own_chance, "You take the probability itself: exposure asks for its *rank* among all candidates."),
)


def check_exposure(attempt: Callable) -> None:
    scores = np.array([-1.0, -3.0, -2.0, -4.0, -7.0, -6.0, -5.5, -2.5])
    for own in (2, 3, 0):
        answer = expect_shape(attempt(scores.copy(), own), (), "the exposure")
        wanted = solution_exposure(scores, own)
        if same(answer, wanted):
            continue
        for wrong, diagnosis in EXPOSURE_DIAGNOSES:
            if same(answer, wrong(scores, own)):
                raise Wrong(diagnosis)
        raise Wrong(f"Candidate {own} of 8 has exposure {wanted:.4f} bits, yours is {float(answer):.4f}.")


EXPOSURE = Exercise(
    id="exposure",
    check=check_exposure,
    solution=solution_exposure,
    mistakes=(
        Mistake("upside down", exposure_upside_down, "rank from the least likely"),
        Mistake("from zero", exposure_from_zero, "ranks begin at 0"),
        Mistake("rank only", exposure_of_rank, "log2 of the rank"),
        Mistake("nats", exposure_nats, "counted in bits"),
        Mistake("own chance", exposure_own_chance, "take the probability itself"),
    ),
    proves="One number says how far a secret stands above chance, long before anybody can pull it out.",
)

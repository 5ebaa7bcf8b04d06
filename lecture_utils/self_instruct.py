"""Self-instruct: what a teacher proposes is sifted before a student learns from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STOPS = (".", "?")  # what an instruction ends with
SHORTEST, LONGEST = 5, 14  # words of an instruction


@dataclass(frozen=True)
class Proposal:
    """An instruction and what it was answered, as words. finished: the answer came to an end."""

    instruction: tuple[str, ...]
    answer: tuple[str, ...]
    finished: bool = True


@dataclass(frozen=True)
class Sifted:
    """What is left of the proposals, and how many fell for which reason."""

    kept: tuple[Proposal, ...]
    dropped: Counter[str]


def common_words(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence, a bit for each word of the first (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    everywhere = open_ = (1 << len(first)) - 1
    for word in second:
        met = open_ & places.get(word, 0)
        open_ = (open_ + met | open_ - met) & everywhere
    return len(first) - open_.bit_count()


def likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """ROUGE-L: common words in order, as a share of both (Lin 2004, with equal weights), 0 to 1.

    Raises ValueError for two texts without words.
    """
    if not first and not second:
        raise ValueError("two texts without words are neither alike nor different: give one of them words")
    return 2 * common_words(first, second) / (len(first) + len(second))


def fault(proposal: Proposal) -> str | None:
    """Why a proposal cannot be used, as far as its form shows; None where it can (Wang et al. 2023, section 2.2)."""
    length = len(proposal.instruction)
    if not length or proposal.instruction[-1] not in STOPS:
        return "no instruction"
    if not SHORTEST <= length <= LONGEST:
        return "too short or too long"
    if not proposal.answer or not proposal.finished:
        return "no answer, or none that ends"
    if any(word in STOPS for word in proposal.answer):
        return "more than an answer"
    return None


def sift(proposals: Iterable[Proposal], seeds: Iterable[Proposal], *, most_alike: float) -> Sifted:
    """Drop proposals with a fault, and those too like a seed or an earlier one (Wang et al. 2023, section 2.2).

    most_alike: the largest likeness of two instructions that may both stay, 0 to 1; the paper's is 0.7.
    Raises ValueError outside that range.
    """
    if not 0 <= most_alike <= 1:
        raise ValueError(f"most_alike ({most_alike}) must lie in 0 to 1: a likeness of two instructions")
    pool = list(dict.fromkeys(seed.instruction for seed in seeds))
    known, kept, dropped = set(pool), [], Counter()
    for proposal in proposals:
        reason = fault(proposal)
        if reason is None and proposal.instruction in known:
            reason = "seen before"
        if reason is None and any(likeness(proposal.instruction, other) > most_alike for other in pool):
            reason = "nearly seen before"
        if reason:
            dropped[reason] += 1
            continue
        known.add(proposal.instruction)
        pool.append(proposal.instruction)
        kept.append(proposal)
    return Sifted(tuple(kept), dropped)

"""BLEU: how much of a translation's wording is also in a human's, from single words to runs of four."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence

Text = Sequence[Hashable]  # words, or their ids


def ngrams(text: Text, n: int) -> Counter:
    """Every run of n words with how often it occurs."""
    return Counter(tuple(text[start : start + n]) for start in range(len(text) - n + 1))


def clipped_matches(candidate: Text, references: Sequence[Text], n: int) -> tuple[int, int]:
    """How many runs of n words the candidate shares with the references, and how many it has.

    A run counts at most as often as in the one reference that has it most (Papineni et al. 2002, section 2.1).
    """
    found, allowed = ngrams(candidate, n), Counter()
    for reference in references:
        allowed |= ngrams(reference, n)  # the larger count of each run
    return (found & allowed).total(), found.total()


def brevity_penalty(candidate: int, reference: int) -> float:
    """1 for texts longer than the reference, exp(1 - r/c) for others (Papineni et al. 2002, section 2.3)."""
    if candidate == 0:
        return 0.0
    return min(1.0, math.exp(1 - reference / candidate))


def corpus_bleu(candidates: Sequence[Text], references: Sequence[Sequence[Text]], *, longest: int = 4) -> float:
    """BLEU of a whole corpus, 0 to 100 (Papineni et al. 2002, section 2.3), not smoothed.

    candidates: translations. references: for each of them one or more right translations. longest: N, words in the
    longest runs compared. Matches are summed over the corpus before dividing; of several references the one nearest
    in length counts for the penalty, the shorter of two. Without a match at some length of run BLEU is 0.
    Raises ValueError for no candidates, a candidate without reference, or longest below 1.
    """
    if not candidates or len(candidates) != len(references) or not all(len(some) for some in references):
        raise ValueError(
            f"{len(candidates)} candidates and {len(references)} lists of references: give each candidate its own "
            "list of at least one reference"
        )
    if longest < 1:
        raise ValueError(f"longest ({longest}) must be at least 1 word")
    written = sum(map(len, candidates))
    asked = sum(
        min(map(len, some), key=lambda length: (abs(length - len(candidate)), length))
        for candidate, some in zip(candidates, references, strict=True)
    )
    mean_log = 0.0
    for n in range(1, longest + 1):
        counts = [clipped_matches(candidate, some, n) for candidate, some in zip(candidates, references, strict=True)]
        matches, runs = map(sum, zip(*counts, strict=True))
        if matches == 0:
            return 0.0
        mean_log += math.log(matches / runs) / longest
    return 100 * brevity_penalty(written, asked) * math.exp(mean_log)

"""Misspelling: one small slip in a word, as of quick fingers, or of somebody who wants to get past a word list."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lecture_utils.datasets.smalltown.dice import Dice

LOOK_ALIKE = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"}


def misspell(texts: Sequence[str], words: Collection[str], *, seed: int, share: float = 1.0) -> tuple[str, ...]:
    """Each of these words gets a slip with probability `share`; all other words stay.

    A slip swaps two letters after the first, drops one, doubles one, or writes one as the digit it looks like; each
    different result is as likely, and none is one of `words`. texts: words with blanks between.
    Raises ValueError for a share outside 0 to 1, and for words of fewer than four letters.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share ({share}) must lie in 0 to 1")
    short = [word for word in words if len(word) < 4]
    if short:
        raise ValueError(f"{short[0]!r} is too short to be misspelled and still be read: at least four letters")
    dice = Dice(seed, "misspelling")
    touched = set(words)

    def spelled(word: str) -> str:
        if word not in touched or dice.below(1000) >= 1000 * share:
            return word
        slips = sorted(set(_slips(word)) - touched)
        return dice.pick(slips)

    return tuple(" ".join(map(spelled, text.split(" "))) for text in texts)


def _slips(word: str) -> list[str]:
    inside = range(1, len(word) - 1)
    swapped = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in inside]
    dropped = [word[:i] + word[i + 1 :] for i in inside]
    doubled = [word[:i] + word[i] + word[i:] for i in inside]
    digits = [word[:i] + LOOK_ALIKE[word[i]] + word[i + 1 :] for i in inside if word[i] in LOOK_ALIKE]
    return [slip for slip in swapped + dropped + doubled + digits if slip != word]

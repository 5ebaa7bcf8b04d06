"""Oracles: edit distances computed here; Python's own counting."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.misspelling import LOOK_ALIKE, misspell


def one_slip(word, other):
    """Whether `other` is `word` with two neighbours swapped, a letter dropped or doubled, or written as a digit."""
    if len(other) == len(word):
        differ = [place for place, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
        if len(differ) == 2:
            a, b = differ
            return b == a + 1 and word[a] == other[b] and word[b] == other[a]
        return len(differ) == 1 and LOOK_ALIKE.get(word[differ[0]]) == other[differ[0]]
    if len(other) == len(word) - 1:
        return any(word[:place] + word[place + 1 :] == other for place in range(len(word)))
    return any(other[:place] + other[place + 1 :] == word and other[place] in word for place in range(len(other)))


@settings(deadline=None, max_examples=60)
@given(word=st.sampled_from(["goose", "snoodle", "aaab", "mawkly", "wigglets"]), seed=st.integers(0, 9999))
def test_each_slip_is_one_slip_and_keeps_the_first_letter(word, seed):
    (text,) = misspell([f"you {word} !"], [word, "snodle"], seed=seed)
    you, slip, mark = text.split(" ")
    assert (you, mark) == ("you", "!")
    assert slip != word and slip != "snodle" and slip[0] == word[0] and one_slip(word, slip)


def test_only_the_words_given_are_touched_and_about_their_share():
    texts = ["the goose and the donkey"] * 4000
    touched = misspell(texts, ["goose"], seed=0, share=0.3)
    changed = [text for text in touched if text != texts[0]]
    assert len(changed) / 4000 == pytest.approx(0.3, abs=4 * (0.3 * 0.7 / 4000) ** 0.5)
    assert all(text.startswith("the g") and text.endswith(" and the donkey") for text in changed)
    assert len(Counter(changed)) >= 8  # many slips, not one
    assert misspell(texts[:9], ["goose"], seed=0, share=0.0) == tuple(texts[:9])


def test_the_same_seed_gives_the_same_slips():
    texts = ["goose donkey"] * 20
    assert misspell(texts, ["goose", "donkey"], seed=1) == misspell(texts, {"donkey", "goose"}, seed=1)
    assert misspell(texts, ["goose"], seed=1) != misspell(texts, ["goose"], seed=2)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="share"):
        misspell(["goose"], ["goose"], seed=0, share=share)


def test_words_too_short_are_refused():
    with pytest.raises(ValueError, match="'cat' is too short"):
        misspell(["cat"], ["cat"], seed=0)

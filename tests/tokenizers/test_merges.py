"""Oracle: all pairs counted anew before every merge, and a case worked by hand."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.tokenizers.merges import learn_merges


def recounted(words, alphabet, size):
    """The straightforward, quadratic way; stops where one token could be reached in two ways."""
    words = [[list(word), count] for word, count in words.items()]
    ids, merges = {unit: index for index, unit in enumerate(alphabet)}, []
    while len(ids) < size:
        pairs = Counter()
        for units, count in words:
            for pair in pairwise(units):
                pairs[pair] += count
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], ids[pair[0]], ids[pair[1]]))
        if "".join(best) in ids:
            return merges
        merges.append(best)
        ids["".join(best)] = len(ids)
        for word in words:
            units, i = word[0], 0
            while i < len(units) - 1:
                if (units[i], units[i + 1]) == best:
                    units[i : i + 2] = ["".join(best)]
                i += 1
    return merges


def test_by_hand_with_a_tie():
    learned = learn_merges({"ten": 5, "tent": 3, "net": 4}, "ent", 7)
    assert learned.pairs == (("e", "n"), ("t", "en"), ("e", "t"), ("n", "et"))
    assert learned.tokens == ("e", "n", "t", "en", "ten", "et", "net")


def test_ties_go_to_the_smaller_ids_left_before_right():
    assert learn_merges({"bc": 2, "ab": 2, "ad": 2}, "abcd", 5).pairs == (("a", "b"),)
    assert learn_merges({"bc": 2, "ab": 2, "ad": 2}, "dcba", 5).pairs == (("b", "c"),)


def test_overlapping_pairs_are_merged_from_the_left():
    assert learn_merges({"aaaaa": 1}, "a", 4).tokens == (
        "a",
        "aa",
        "aaa",
        "aaaaa",
    )  # aa aa a: of two pairs, each once, aa a has the smaller ids


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abcd", min_size=1, max_size=9), st.integers(1, 5), min_size=1, max_size=9),
    st.integers(0, 25),
)
def test_counts_kept_up_to_date_are_counts_taken_anew(words, more):
    wanted = recounted(words, "abcd", 4 + more)
    assert list(learn_merges(words, "abcd", 4 + more).pairs[: len(wanted)]) == wanted


def test_it_stops_when_no_pair_is_left():
    assert learn_merges({"ab": 1, "c": 5}, "abc", 99).tokens == ("a", "b", "c", "ab")


@pytest.mark.parametrize(
    ("alphabet", "size", "message"),
    [("ab", 9, r"missing: \['c'\]"), ("abc", 2, "size \\(2\\) must be at least"), ("abcc", 9, "every unit once")],
)
def test_what_does_not_fit_is_said(alphabet, size, message):
    with pytest.raises(ValueError, match=message):
        learn_merges({"abc": 1}, alphabet, size)

"""Oracle: the longest common subsequence by the textbook's table; ROUGE-L's published example; proposals by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.self_instruct import Proposal, common_words, fault, likeness, sift

words = st.lists(st.sampled_from("abcd"), max_size=9)


def by_table(first, second):
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@given(first=words, second=words)
@settings(deadline=None, max_examples=300)
def test_common_words_equal_the_tables(first, second):
    assert common_words(first, second) == by_table(first, second)
    if first or second:
        assert likeness(first, second) == likeness(second, first) == 2 * by_table(first, second) / len(first + second)
        assert 0 <= likeness(first, second) <= 1


def test_rouges_own_example():
    said = ["police", "killed", "the", "gunman"]  # Lin 2004, section 3.1: S2 shares three words in order, S3 two
    assert likeness(said, ["police", "kill", "the", "gunman"]) == 0.75
    assert likeness(said, ["the", "gunman", "kill", "police"]) == 0.5
    with pytest.raises(ValueError, match="without words"):
        likeness([], [])


def proposal(instruction, answer="soup", finished=True):
    return Proposal(tuple(instruction.split()), tuple(answer.split()), finished)


FINE = "say the food of anna ."


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (proposal(FINE), None),
        (proposal("say it anna now ?"), None),
        (proposal(""), "no instruction"),
        (proposal("say the food of anna"), "no instruction"),
        (proposal("say it anna ."), "too short"),
        (proposal("a b c d e f g h i j k l m n ."), "too long"),
        (proposal(FINE, ""), "no answer"),
        (proposal(FINE, "soup", finished=False), "none that ends"),
        (proposal(FINE, "soup . say"), "more than an answer"),
    ],
)
def test_faults_of_form(given, reason):
    found = fault(given)
    assert found is None if reason is None else reason in found


def test_what_is_known_or_nearly_known_falls():
    seeds = [proposal("say the food of anna .")]
    offered = [
        proposal("say the food of anna .", "cake"),  # a seed
        proposal("say the town of anna .", "harlow"),  # 5 of 6 words as in the seed
        proposal("in which town does anna live ?", "harlow"),
        proposal("in which town does anna live ?", "larkham"),  # the first to come stays
        proposal("bad", "x"),
    ]
    strict, loose = (sift(offered, seeds, most_alike=level) for level in (0.7, 0.9))
    assert [each.answer for each in strict.kept] == [("harlow",)]
    assert strict.dropped == {"seen before": 2, "nearly seen before": 1, "no instruction": 1}
    assert len(loose.kept) == 2 and loose.dropped["nearly seen before"] == 0
    assert sift(offered[1:2], seeds, most_alike=5 / 6).kept  # exactly as alike as may be
    twice = [proposal("in which town does anna live ?"), proposal("in which town does emma live ?")]
    assert sift(twice, seeds, most_alike=0.7).dropped == {"nearly seen before": 1}  # like one that was kept
    with pytest.raises(ValueError, match=r"most_alike \(1.5\) must lie in 0 to 1"):
        sift(offered, seeds, most_alike=1.5)

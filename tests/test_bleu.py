"""Oracles: the worked examples of Papineni et al. (2002), NLTK's published figures for them, and counting by hand."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.bleu import brevity_penalty, clipped_matches, corpus_bleu


def words(text):
    return text.split()


CANDIDATE = words("It is a guide to action which ensures that the military always obeys the commands of the party")
WORSE = words("It is to insure the troops forever hearing the activity guidebook that party direct")
REFERENCES = [
    words("It is a guide to action that ensures that the military will forever heed Party commands"),
    words(
        "It is the guiding principle which guarantees the military forces always being under the command of the Party"
    ),
    words("It is the practical guide for the army always to heed the directions of the party"),
]
texts = st.lists(st.sampled_from("abc"), min_size=1, max_size=9)


def test_matches_are_those_of_the_papers_examples():
    # sections 2.1 and 2.1.1, examples 1 and 2
    assert clipped_matches(CANDIDATE, REFERENCES, 1) == (17, 18)
    assert clipped_matches(WORSE, REFERENCES, 1) == (8, 14)
    assert clipped_matches(CANDIDATE, REFERENCES, 2) == (10, 17)
    assert clipped_matches(WORSE, REFERENCES, 2) == (1, 13)
    the, cat = ["the"] * 7, [words("the cat is on the mat"), words("there is a cat on the mat")]
    assert clipped_matches(the, cat, 1) == (2, 7)
    assert clipped_matches(the, cat, 2) == (0, 6)


def test_bleu_is_nltks_for_its_documented_examples():
    assert corpus_bleu([CANDIDATE], [REFERENCES]) == pytest.approx(50.4567, abs=1e-4)
    book = words("he read the book because he was interested in world history")
    other = words("he was interested in world history because he read the book")
    assert corpus_bleu([CANDIDATE, book], [REFERENCES, [other]]) == pytest.approx(59.2078, abs=1e-4)


def test_by_hand():
    # a b c d e | a b c d f: 4/5, 3/4, 2/3, 1/2 -> (1/5)^(1/4)
    assert corpus_bleu(["abcde"], [["abcdf"]]) == pytest.approx(100 * 0.2**0.25)
    # all is right, but five words of six: exp(1 - 6/5)
    assert corpus_bleu(["abcde"], [["abcdef"]]) == pytest.approx(100 * math.exp(-0.2))
    assert corpus_bleu(["ab"], [["ab", "abcd"]], longest=2) == 100  # the reference nearest in length counts
    assert corpus_bleu(["abc"], [["abcd", "ab"]], longest=2) == 100  # of two equally near the shorter
    assert brevity_penalty(8, 8) == brevity_penalty(9, 8) == 1 and brevity_penalty(0, 8) == 0


def test_counts_are_summed_over_the_corpus_before_they_are_divided():
    # words 1 + 4 of 2 + 4, pairs 0 + 3 of 1 + 3: not the mean of the sentences' own scores
    wanted = 100 * math.sqrt(5 / 6 * 3 / 4)
    assert corpus_bleu(["ax", "abcd"], [["ab"], ["abcd"]], longest=2) == pytest.approx(wanted)


@given(pairs=st.lists(st.tuples(texts, texts), min_size=1, max_size=4), longest=st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_equals_counting_run_by_run(pairs, longest):
    logs = []
    for n in range(1, longest + 1):
        shared = runs = 0
        for candidate, reference in pairs:
            left = Counter("".join(reference[i : i + n]) for i in range(len(reference) - n + 1))
            for i in range(len(candidate) - n + 1):
                run = "".join(candidate[i : i + n])
                runs += 1
                if left[run] > 0:  # each run of the reference is used up once
                    left[run] -= 1
                    shared += 1
        logs.append(math.log(shared / runs) if shared else -math.inf)
    written, asked = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))
    penalty = 1 if written >= asked else math.exp(1 - asked / written)
    got = corpus_bleu([c for c, _ in pairs], [[r] for _, r in pairs], longest=longest)
    assert got == pytest.approx(100 * penalty * math.exp(sum(logs) / longest))


@given(texts=st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=8), min_size=1, max_size=3))
@settings(deadline=None, max_examples=20)
def test_the_truth_scores_100_and_what_shares_no_word_0(texts):
    assert corpus_bleu(texts, [[text] for text in texts]) == pytest.approx(100)
    assert corpus_bleu([[word + 6 for word in text] for text in texts], [[text] for text in texts]) == 0
    assert corpus_bleu([[] for _ in texts], [[text] for text in texts]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corpus_bleu([], []), "0 candidates and 0 lists"),
        (lambda: corpus_bleu(["a"], []), "1 candidates and 0 lists"),
        (lambda: corpus_bleu(["a"], [[]]), "at least one reference"),
        (lambda: corpus_bleu(["a"], [["a"]], longest=0), r"longest \(0\) must be at least 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""Oracles: each sentence read by hand-written rules; words counted; a list of words by set arithmetic."""

import re
from collections import Counter

import numpy as np
import pytest

from lecture_utils.datasets.moderation import (
    FRAMES,
    INVENTED_SINCE,
    KNOWN,
    LABELS,
    REPORTS,
    by_word_list,
    draw_posts,
)

POSTS = draw_posts(3000, seed=0)
INSULT = "|".join(KNOWN.insults + KNOWN.everyday_insults)
MEAN = "|".join(KNOWN.mean)
ADULT = "|".join(KNOWN.adult + KNOWN.everyday_adult)
# written from the meaning of each sentence, without its frame
AIMED = [
    rf"you are such a ({INSULT}) ", rf"is a ({INSULT}) , not", rf"i am not a ({INSULT}) , you are",
    rf"shut up , you ({MEAN}) ({INSULT})", rf"only a ({INSULT}) like", rf"but \w+ is a ({MEAN}) ({INSULT})",
    rf"a bigger ({INSULT}) than you",
]  # fmt: skip
THREATS = ["where you live", "you will be sorry", "or we will make you", r"come for you ,", "watch your back"]
CONTEMPT = [rf"is ({MEAN}) , not", rf"what a ({MEAN}) ", rf"everything in \w+ is ({MEAN})", rf"i hate the ({MEAN})"]
OFFERS = [
    rf"i sell ({ADULT}) , no", rf"see my ({ADULT}) tonight", rf"look at my ({ADULT})", rf"send me your ({ADULT})",
    rf"free ({ADULT}) , write",
]  # fmt: skip


def judged(text):
    """Labels by the rules above; in a report only what follows "i wrote" is the writer's."""
    own = text.split(" i wrote : ")[-1]
    found = {
        "toxic": any(re.search(rule, own) for rule in AIMED + CONTEMPT),
        "abusive": any(re.search(rule, own) for rule in AIMED + THREATS),
        "adult": any(re.search(rule, own) for rule in OFFERS),
    }
    return [found[label] for label in LABELS]


def test_every_label_is_what_a_reader_would_say():
    for text, labels in zip(POSTS.texts, POSTS.labels, strict=True):
        assert judged(text) == labels.tolist(), text


def test_every_label_and_every_kind_is_common_enough_to_learn():
    shares = POSTS.labels.mean(0)
    assert ((shares > 0.15) & (shares < 0.45)).all()
    counts = Counter(POSTS.kinds)
    assert set(counts) == {*FRAMES, "report"} and min(counts.values()) > 50
    assert counts["report"] / 3000 == pytest.approx(REPORTS, abs=0.04)
    assert sum("i wrote :" in text for text in POSTS.texts) == counts["report"]


def test_the_same_words_can_be_meant_and_denied():
    bags = {"insult": set(), "denied": set()}
    for text, kind in zip(POSTS.texts, POSTS.kinds, strict=True):
        bags.get(kind, set()).add(tuple(sorted(text.split())))
    assert len(bags["insult"] & bags["denied"]) >= 5


def test_mean_words_stand_in_harmless_posts_as_well():
    harmless = [text for text, labels in zip(POSTS.texts, POSTS.labels, strict=True) if not labels.any()]
    words = {word for text in harmless for word in text.split()}
    assert words >= set(KNOWN.insults + KNOWN.mean + KNOWN.adult)


def test_the_word_list_is_a_list_of_words():
    texts = ["you are a goose , tom .", "a soup so snorky .", "fresh peaches !", "hello .", "gooses"]
    wanted = [[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert by_word_list(texts).astype(int).tolist() == wanted
    assert by_word_list(POSTS.texts).shape == POSTS.labels.shape
    missed = ~by_word_list(POSTS.texts) & POSTS.labels
    threats = np.array([any(re.search(rule, text) for rule in THREATS) for text in POSTS.texts])
    assert missed[:, [0, 2]].sum() == 0 and missed[:, 1].any() and (threats | ~missed[:, 1]).all()


def test_words_invented_later_are_not_known():
    later = draw_posts(300, seed=0, lexicon=INVENTED_SINCE)
    used = {word for text in later.texts for word in text.split()}
    assert used >= set(INVENTED_SINCE.words)
    assert not used & (set(KNOWN.insults) | set(KNOWN.mean) | set(KNOWN.adult))


def test_the_same_seed_gives_the_same_posts_and_known_ones_do_not_come_again():
    again = draw_posts(3000, seed=0)
    assert again.texts == POSTS.texts and (again.labels == POSTS.labels).all()
    fresh = draw_posts(500, seed=0, without=POSTS.texts)
    assert not set(fresh.texts) & set(POSTS.texts)


@pytest.mark.parametrize("n", [0, 1.5, True])
def test_a_number_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="whole number, 1 or more"):
        draw_posts(n)

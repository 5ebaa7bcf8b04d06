"""Oracles: shares counted over many draws; Bayes' rule over all words, written out."""

from collections import Counter

import pytest

from lecture_utils.datasets.misheard import NO_TOPIC, SOUNDS_LIKE, TOPIC_OF, TOPICS, WORDS, overhear, posterior

TALKS = overhear(40_000, seed=0)


def test_every_word_sounds_like_one_of_another_topic():
    assert len(TOPIC_OF) == 20 and set(SOUNDS_LIKE) == set(TOPIC_OF)
    for word, other in SOUNDS_LIKE.items():
        assert SOUNDS_LIKE[other] == word and TOPIC_OF[word] != TOPIC_OF[other]


def test_shares_are_as_promised():
    share = lambda what: sum(map(what, TALKS)) / len(TALKS)  # noqa: E731
    assert share(lambda t: t.heard != t.meant) == pytest.approx(0.2, abs=0.01)
    assert share(lambda t: TOPIC_OF[t.meant] != t.topic) == pytest.approx(0.04, abs=0.005)
    assert share(lambda t: t.topic_known) == pytest.approx(0.5, abs=0.01)
    assert all(t.heard in (t.meant, SOUNDS_LIKE[t.meant]) for t in TALKS)
    assert Counter(t.topic for t in TALKS).keys() == TOPICS.keys()


@pytest.mark.parametrize("topic", ["statistics", "music", NO_TOPIC])
@pytest.mark.parametrize("heard", ["depression", "regression", "beat"])
def test_the_posterior_is_bayes_over_all_words(topic, heard):
    joint = Counter()
    for each in TOPICS if topic == NO_TOPIC else (topic,):
        for meant in TOPIC_OF:
            own = 0.96 / 4 if TOPIC_OF[meant] == each else 0.04 / 16
            sound = 0.8 if heard == meant else 0.2 if SOUNDS_LIKE[meant] == heard else 0.0
            joint[meant] += own * sound
    for word, share in posterior(topic, heard).items():
        assert share == pytest.approx(joint[word] / joint.total())
    assert sum(posterior(topic, heard).values()) == pytest.approx(1)


def test_the_posterior_is_what_happens():
    cases = [t for t in TALKS if t.topic == "statistics" and t.heard == "depression"]
    meant = sum(t.meant == "regression" for t in cases) / len(cases)
    assert meant == pytest.approx(posterior("statistics", "depression")["regression"], abs=0.03)


def test_prompts_hide_the_topic_where_it_is_not_known():
    for talk in TALKS[:200]:
        assert talk.prompt == (
            "on",
            talk.topic if talk.topic_known else NO_TOPIC,
            "i",
            "heard",
            talk.heard,
            "they",
            "said",
        )
        assert {*talk.prompt, talk.meant} <= set(WORDS)
    assert overhear(5, seed=3) == overhear(5, seed=3) != overhear(5, seed=4)


def test_what_cannot_be_heard_says_why():
    with pytest.raises(ValueError, match=r"n \(0\)"):
        overhear(0, seed=0)
    for topic, heard in (("law", "beat"), ("music", "anna")):
        with pytest.raises(ValueError, match="a word of a topic"):
            posterior(topic, heard)

"""Oracle: the tellings themselves; and the same tellings with their labels turned round or deleted."""

from dataclasses import replace

import pytest

from lecture_utils.datasets.opinions import draw_opinions, without_labels
from lecture_utils.datasets.smalltown.corpus import tell
from lecture_utils.datasets.smalltown.world import make_world

WORLD = make_world(seed=0)


def test_texts_are_two_sentences_and_moods_are_the_truth():
    data = draw_opinions(WORLD, unlabelled=20, labelled=30, test=40, seed=1)
    assert (len(data.unlabelled), len(data.texts), len(data.moods), len(data.test)) == (20, 30, 30, 40)
    told = tell(WORLD, 40, seed=3, kinds=["review"]).tellings
    for text, mood, telling in zip(data.test, data.test_moods, told, strict=True):
        (_, first), (start, stop) = telling.sentences[:2]
        assert text == telling.tokens[:stop] and first == start
        assert mood == {1: 1, -1: 0}[telling.sentiment]
    assert all(len(review) >= 2 and all(sentence[-1] in ".!" for sentence in review) for review in data.unlabelled)


def test_no_review_is_in_two_parts_and_the_seed_decides():
    one, two, other = (draw_opinions(WORLD, unlabelled=300, labelled=300, test=300, seed=seed) for seed in (0, 0, 1))
    assert one == two and one.test != other.test and one.unlabelled != other.unlabelled
    whole = {tuple(word for sentence in review for word in sentence) for review in one.unlabelled}
    assert not whole & {telling.tokens for telling in tell(WORLD, 300, seed=0, kinds=["review"]).tellings}
    assert 0.4 < sum(one.moods) / 300 < 0.6


def test_labels_turned_round_or_deleted_change_nothing():
    tellings = tell(WORLD, 50, seed=0, kinds=["review"]).tellings
    kept = without_labels(tellings)
    for change in (lambda t: -t.sentiment, lambda t: None):
        assert without_labels([replace(t, sentiment=change(t), nats=0.0, facts=()) for t in tellings]) == kept
    assert [sum(review, ()) for review in kept] == [telling.tokens for telling in tellings]


def test_none_at_all_is_refused():
    with pytest.raises(ValueError, match=r"labelled \(0\)"):
        draw_opinions(WORLD, unlabelled=1, labelled=0, test=1)

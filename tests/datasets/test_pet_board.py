"""Oracles: the words before the animal, counted; Smalltown's own table of animals."""

from collections import Counter, defaultdict

import pytest

from lecture_utils.datasets.pet_board import POSTS, REPLIES, draw_new, draw_threads
from lecture_utils.datasets.smalltown.words import ANIMALS

THREADS = draw_threads(4000, seed=0)


def test_each_post_names_one_animal_and_says_only_its_own_words_after_it():
    for thread in THREADS:
        words = thread.post.split()
        assert [word for word in words if word in ANIMALS] == [thread.animal]
        before, after = words[: words.index(thread.animal)], words[words.index(thread.animal) + 1 :]
        clues = {name: {animal.does, animal.feed} for name, animal in ANIMALS.items()}
        assert clues[thread.animal] & set(after)
        every = set().union(*clues.values())
        assert not every & set(before)
        assert set(after) & every <= clues[thread.animal]
        assert set(thread.reply.split()) & every <= clues[thread.animal] and thread.animal not in thread.reply.split()
        assert clues[thread.animal] & set(thread.reply.split())


def test_what_stands_before_the_animal_says_nothing_about_it():
    """After each opening every animal is as likely: the share of each is one in eight, within chance."""
    by_opening = defaultdict(Counter)
    for thread in THREADS:
        opening = [word for word in thread.post.split()[:3] if word in {"writes", "hello", "news", "dear"}]
        by_opening[opening[0]][thread.animal] += 1
    assert len(by_opening) == 4
    for counts in by_opening.values():
        total = sum(counts.values())
        spread = (total * (1 / 8) * (7 / 8)) ** 0.5
        assert len(counts) == 8 and all(abs(count - total / 8) < 4.5 * spread for count in counts.values())


def test_all_openings_are_of_one_length():
    assert {thread.post.split().index(thread.animal) for thread in THREADS} == {4}


def test_every_frame_is_used():
    for frames, texts in ((POSTS, [t.post for t in THREADS]), (REPLIES, [t.reply for t in THREADS])):
        for frame in frames:
            plain = [word for word in frame.split() if "{" not in word]
            assert sum(set(plain) <= set(text.split()) for text in texts) > 400


def test_the_same_seed_gives_the_same_threads_and_known_posts_do_not_come_again():
    assert draw_threads(50, seed=3) == draw_threads(50, seed=3) != draw_threads(50, seed=4)
    known = {thread.post for thread in THREADS}
    fresh = draw_threads(300, seed=0, without=known)
    assert len(fresh) == 300 and not known & {thread.post for thread in fresh}


@pytest.mark.parametrize("n", [0, -1, 2.0, True])
def test_a_number_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="whole number, 1 or more"):
        draw_threads(n)


def test_where_nothing_new_is_left_it_says_so():
    with pytest.raises(ValueError, match=r"without \(1 texts\) leaves too little"):
        draw_new(1, lambda: "old", str, {"old"})

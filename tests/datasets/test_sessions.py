"""Oracle: Bayes' rule by brute force over every hidden path of short histories; long draws, counted."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets import sessions
from lecture_utils.datasets.films import GENRE_OF, GENRES, NEXT_PART, PARTS, SERIES, TITLES, film_called
from lecture_utils.datasets.sessions import (
    BEGINNINGS,
    FILMS,
    GO_ON,
    GUEST,
    NEW_TASTE,
    NONE,
    SAME_PERSON,
    draw_sessions,
    forgotten,
    oracle,
)

STARFALL, INSPECTOR, SINGLE = film_called("Starfall 1"), film_called("Inspector Quill 1"), film_called("Comet Soup")


def test_the_catalogue():
    assert len(set(TITLES)) == len(TITLES) == FILMS == 72
    assert [GENRE_OF.count(genre) for genre in range(len(GENRES))] == [12] * 6
    assert sum(following == NONE for following in NEXT_PART) == FILMS - 36
    for film, following in enumerate(NEXT_PART):
        if following != NONE:
            name, part = TITLES[film].rsplit(" ", 1)
            assert TITLES[following] == f"{name} {int(part) + 1}" and int(part) < PARTS
            assert name in SERIES[GENRES[GENRE_OF[film]]]
    assert film_called(" starfall 2 ") == STARFALL + 1
    with pytest.raises(ValueError, match="'Starfall 9' is not in the catalogue of 72 films"):
        film_called("Starfall 9")


def test_beginnings_by_hand():
    space = BEGINNINGS[:12]
    assert space.sum() == pytest.approx(1) and np.flatnonzero(space).tolist() == [0, 4, 8, 9, 10, 11]
    np.testing.assert_allclose(space[[4, 8, 9, 10, 11]] / space[[0, 4, 8, 9, 10]], 0.85)


def step(before, after):
    """Chance of one night's change of the hidden state (taste of 0, taste of 1, who)."""
    chance = SAME_PERSON if before[2] == after[2] else 1 - SAME_PERSON
    for one, other in zip(before[:2], after[:2], strict=True):
        chance *= NEW_TASTE / len(GENRES) + (1 - NEW_TASTE) * (one == other)
    return chance


def chance_of(film, state, mark):
    """Chance of a film in one hidden state: the story of the module, told once more, film by film."""
    genre = state[state[2]]
    own = BEGINNINGS[film] if GENRE_OF[film] == genre else 0.0
    if mark.get(genre, NONE) != NONE:
        own = (1 - GO_ON) * own + GO_ON * (mark[genre] == film)
    return GUEST / FILMS + (1 - GUEST) * own


def by_paths(history):
    """The probability of a history: the sum over all hidden paths."""
    states = list(product(range(len(GENRES)), range(len(GENRES)), range(2)))
    weights, mark = {state: 1 / len(states) for state in states}, {}
    for film in history:
        weights = {
            after: sum(weight * step(before, after) for before, weight in weights.items())
            * chance_of(film, after, mark)
            for after in states
        }
        series = TITLES[film][-1].isdigit()
        mark = {**mark, GENRE_OF[film]: NEXT_PART[film]} if series else mark
    return sum(weights.values())


HISTORIES = ([], [STARFALL], [STARFALL, INSPECTOR, STARFALL + 1], [SINGLE, STARFALL, STARFALL + 3], [5, 5, 60])


@pytest.mark.parametrize("history", HISTORIES)
def test_the_oracle_is_bayes_rule_over_all_hidden_paths(history):
    known = oracle(np.array([[NONE, *history]]))
    before = by_paths(history)
    for film in (0, 1, 2, 8, 13, 14, 40, 61, 71):
        assert known.chances[0, film] == pytest.approx(by_paths([*history, film]) / before, rel=1e-10)
    assert known.log_likelihood[0] == pytest.approx(np.log(before), rel=1e-10)


def test_a_forgotten_evening_is_bayes_rule_too():
    history = np.array([[STARFALL, INSPECTOR, 33, INSPECTOR + 1, STARFALL + 2]])
    chances = forgotten(history, 2)[0]
    assert history[0, 2] == 33 and chances.sum() == pytest.approx(1)
    likelihoods = [by_paths([STARFALL, INSPECTOR, film, INSPECTOR + 1, STARFALL + 2]) for film in (1, 33, 0)]
    np.testing.assert_allclose(chances[[1, 33, 0]] / chances[1], np.array(likelihoods) / likelihoods[0], rtol=1e-9)
    assert chances.argmax() == STARFALL + 1  # the part between the first and the third


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999), st.integers(1, 6), st.integers(2, 9))
def test_chances_sum_to_one_and_the_past_alone_counts(seed, n, length):
    drawn = draw_sessions(n, shortest=1, longest=length, seed=seed)
    known = oracle(drawn.films)
    np.testing.assert_allclose(known.chances.sum(1), 1)
    np.testing.assert_allclose(known.genres.sum(1), 1)
    padded = np.concatenate([np.full((n, 3), NONE), drawn.films], 1)
    np.testing.assert_allclose(oracle(padded).chances, known.chances)
    assert ((drawn.films == NONE) == (drawn.viewers == NONE)).all() and (drawn.films[:, -1] != NONE).all()


def test_the_shares_of_the_story_counted():
    drawn = draw_sessions(6000, shortest=20, longest=20, seed=4)
    viewers, films = drawn.viewers, drawn.films
    assert (viewers == 2).mean() == pytest.approx(GUEST, abs=0.003)
    residents = (viewers[:, 1:] < 2) & (viewers[:, :-1] < 2)
    assert (viewers[:, 1:] == viewers[:, :-1])[residents].mean() == pytest.approx(SAME_PERSON, abs=0.005)
    both = residents & (viewers[:, 1:] == viewers[:, :-1]) & (np.array(NEXT_PART)[films[:, :-1]] != NONE)
    went_on = (films[:, 1:] == np.array(NEXT_PART)[films[:, :-1]])[both].mean()
    kept = (1 - NEW_TASTE) + NEW_TASTE / 6
    assert went_on == pytest.approx(kept * GO_ON, abs=0.01)
    guests = np.bincount(films[viewers == 2], minlength=FILMS)
    assert guests.min() > 0.5 * guests.mean()


def test_the_oracles_chances_come_true():
    """Calibration: among evenings to which it gives chances of p, a share of p happens."""
    films = draw_sessions(3000, seed=7).films
    chances, chosen = oracle(films[:, :-1]).chances, films[:, -1]
    came = np.arange(FILMS) == chosen[:, None]
    for low, high in ((0, 0.02), (0.02, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 1)):
        inside = (chances >= low) & (chances < high)
        error = np.sqrt((chances * (1 - chances))[inside].sum())
        assert abs(came[inside].sum() - chances[inside].sum()) < 4 * error


def test_the_same_seed_draws_the_same_households():
    one, two, other = (draw_sessions(20, seed=seed) for seed in (1, 1, 2))
    assert (one.films == two.films).all() and (one.films != other.films).any()
    lengths = (draw_sessions(500, shortest=3, longest=9, seed=0).films != NONE).sum(1)
    assert set(lengths) == set(range(3, 10))


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match=r"n \(0\) must be at least 1"):
        draw_sessions(0)
    with pytest.raises(ValueError, match=r"shortest \(9\) <= longest \(8\)"):
        draw_sessions(1, shortest=9, longest=8)
    with pytest.raises(ValueError, match="leave gaps at the front alone"):
        oracle(np.array([[1, NONE, 2]]))
    for bad in (np.array([1, 2]), np.array([[72]]), np.array([[-2]]), np.zeros((0, 3), int)):
        with pytest.raises(ValueError, match="numbers from 0 to 71, or -1 for none"):
            oracle(bad)
    assert sessions.film_chances(np.array([[NONE] * 6])).shape == (1, 6, 72)

"""Oracle: scikit-learn's cosine similarity, and vectors whose parallelograms are known."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from lecture_utils.word_vectors import Question, WordVectors, questions

NAMES = ("king", "queen", "man", "woman", "prince", "princess", "bread")


@pytest.fixture
def exact():
    """royal, female and young are axes of their own, so every parallelogram is exact; bread lies apart."""
    traits = [[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 1]]
    rows = [[*trait, 0] for trait in traits] + [[0, 0, 0, 5]]
    return WordVectors(NAMES, torch.tensor(rows, dtype=torch.float64))


def random_vectors(seed=0, width=4):
    return torch.randn(7, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(st.integers(0, 99))
def test_products_of_directions_are_cosine_similarities_without_the_mean(seed):
    vectors = random_vectors(seed)
    ours = WordVectors(NAMES, vectors).directions
    np.testing.assert_allclose(ours @ ours.T, cosine_similarity(vectors - vectors.mean(0)), atol=1e-9)
    shifted = WordVectors(NAMES, vectors * 3 + 7.0).directions  # neither scale nor a shared part matters
    torch.testing.assert_close(shifted, ours)


def test_neighbours_come_best_first_and_can_be_left_out(exact):
    (first, value), *_ = exact.nearest(exact["king"])
    assert first == "king" and value == pytest.approx(1)
    found = exact.nearest(exact["king"], 6, without={"king"})
    assert [v for _, v in found] == sorted((v for _, v in found), reverse=True)
    assert len(found) == 6 and "king" not in dict(found)
    for word, value in found:
        assert value == pytest.approx(float(exact["king"] @ exact[word]))


@settings(deadline=None)
@given(st.integers(0, 99))
def test_an_analogy_is_the_nearest_to_b_minus_a_plus_c_but_none_of_the_three(seed):
    vectors = WordVectors(NAMES, random_vectors(seed))
    query = vectors["queen"] - vectors["king"] + vectors["man"]
    wanted = max(
        (word for word in NAMES if word not in ("king", "queen", "man")),
        key=lambda word: cosine_similarity(query[None], vectors[word][None])[0, 0],
    )
    assert vectors.analogy("king", "queen", "man")[0][0] == wanted
    asked = [Question("king", "queen", "man", wanted), Question("man", "woman", "bread", "king")]
    assert vectors.answers(asked)[0] == wanted
    assert vectors.answers(asked)[1] == vectors.analogy("man", "woman", "bread")[0][0]


@settings(deadline=None)
@given(st.integers(0, 99))
def test_without_arithmetic_the_nearest_neighbour_of_c_answers(seed):
    vectors = WordVectors(NAMES, random_vectors(seed))
    ((wanted, _),) = vectors.nearest(vectors["man"], 1, without={"king", "queen", "man"})
    assert vectors.answers([Question("king", "queen", "man", "woman")], arithmetic=False) == [wanted]


def test_exact_parallelograms_are_found(exact):
    pairs = [("king", "queen"), ("man", "woman"), ("prince", "princess")]
    asked = questions(pairs)
    assert exact.answers(asked) == [question.answer for question in asked]


def test_every_pair_is_asked_by_every_other_that_shares_no_word():
    assert questions([("a", "b"), ("c", "d")]) == [Question("a", "b", "c", "d"), Question("c", "d", "a", "b")]
    assert questions([("a", "b"), ("a", "c"), ("d", "e")]) == [
        Question("a", "b", "d", "e"), Question("a", "c", "d", "e"),
        Question("d", "e", "a", "b"), Question("d", "e", "a", "c"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "vectors", "message"),
    [
        (("a",), torch.ones(2, 3), r"1 words and vectors of shape \(2, 3\)"),
        ((), torch.ones(0, 3), "give one vector a word"),
        (("a", "b"), torch.tensor([[1.0], [float("nan")]]), "NaN or infinity"),
        (("a", "b"), torch.ones(2, 3), "has no direction"),
    ],
)
def test_vectors_must_be_usable(words, vectors, message):
    with pytest.raises(ValueError, match=message):
        WordVectors(words, vectors)


def test_an_unknown_word_is_named(exact):
    with pytest.raises(ValueError, match="'duke' is not among the 7 words"):
        exact.analogy("king", "queen", "duke")

"""Oracles: cross-entropy on the matrix of cosines, term by term; numbers worked by hand; scikit-learn's neighbours."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors
from torch.nn import functional as F

from lecture_utils.contrastive import info_nce, mean_vector, neighbours_agree
from lecture_utils.tokenizers.special import PAD


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(st.integers(2, 7), st.integers(1, 5), st.floats(0.05, 3), st.integers(0, 999))
def test_cross_entropy_on_the_matrix_forward_and_gradient(pairs, width, temperature, seed):
    first, second = drawn(2, pairs, width, seed=seed).requires_grad_()
    cosines = torch.stack([F.cosine_similarity(row[None], second) for row in first])  # (B, B)
    rows = [-(cosines[i] / temperature).log_softmax(0)[i] for i in range(pairs)]
    columns = [-(cosines[:, i] / temperature).log_softmax(0)[i] for i in range(pairs)]
    wanted = torch.stack(rows + columns).mean()
    ours = info_nce(first, second, temperature=temperature)
    torch.testing.assert_close(ours, wanted)
    one, two = (torch.autograd.grad(loss, first, retain_graph=True)[0] for loss in (ours, wanted))
    torch.testing.assert_close(one, two)


def test_by_hand():
    first, second = torch.eye(2), torch.tensor([[1.0, 0.0], [1.0, 0.0]])  # cosines (1, 1), (0, 0)
    there = math.log(2)  # each row is undecided
    back = (math.log(1 + math.exp(-2)) + math.log(1 + math.exp(2))) / 2  # columns (1, 0) at temperature 0.5
    assert info_nce(first, second, temperature=0.5).item() == pytest.approx((there + back) / 2)


@given(st.integers(0, 999))
@settings(deadline=None)
def test_both_directions_count_the_same_and_lengths_do_not(seed):
    first, second = drawn(2, 5, 3, seed=seed)
    loss = info_nce(first, second, temperature=0.2)
    torch.testing.assert_close(info_nce(second, first, temperature=0.2), loss)
    torch.testing.assert_close(info_nce(7 * first, second / 3, temperature=0.2), loss)
    order = torch.randperm(5, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(info_nce(first[order], second[order], temperature=0.2), loss)


def test_equal_vectors_cost_the_logarithm_of_the_number_and_a_low_temperature_sharpens():
    same = torch.ones(8, 3)
    assert info_nce(same, same, temperature=0.1).item() == pytest.approx(math.log(8))
    right = torch.eye(4)
    losses = [info_nce(right, right, temperature=temperature).item() for temperature in (1.0, 0.3, 0.1)]
    assert losses[0] > losses[1] > losses[2]


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 5), st.integers(0, 999))
@settings(deadline=None)
def test_padding_does_not_count_in_the_mean(rows, length, filler, seed):
    hidden = drawn(rows, length, 3, seed=seed)
    tokens = torch.full((rows, length), 7)
    padded = F.pad(tokens, (0, filler), value=PAD)
    rubbish = torch.cat([hidden, 100 + drawn(rows, filler, 3, seed=seed)], 1)
    torch.testing.assert_close(mean_vector(rubbish, padded), hidden.mean(1))


def test_a_text_of_padding_alone_has_the_vector_zero():
    assert (mean_vector(torch.ones(1, 3, 2), torch.zeros(1, 3, dtype=torch.long)) == 0).all()


def test_neighbours_are_scikit_learns():
    vectors, labels = drawn(40, 3), torch.randint(3, (40,), generator=torch.Generator().manual_seed(1))
    near = NearestNeighbors(n_neighbors=2, metric="cosine").fit(vectors).kneighbors(vectors)[1][:, 1]
    assert neighbours_agree(vectors, labels) == pytest.approx((labels[near] == labels).double().mean().item())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: info_nce(torch.ones(1, 2), torch.ones(1, 2), temperature=1.0), "B >= 2"),
        (lambda: info_nce(torch.ones(3, 2), torch.ones(2, 2), temperature=1.0), r"first \(3, 2\) and second \(2, 2\)"),
        (lambda: info_nce(torch.ones(2, 2), torch.ones(2, 2), temperature=0.0), r"temperature \(0.0\)"),
        (lambda: mean_vector(torch.ones(1, 3, 2), torch.ones(1, 4)), r"hidden \(1, 3, 2\) must be tokens \(1, 4\)"),
        (lambda: neighbours_agree(torch.ones(3, 2), torch.ones(2)), r"vectors \(3, 2\) and labels \(2,\)"),
        (lambda: neighbours_agree(torch.ones(1, 2), torch.ones(1)), "N >= 2"),
    ],
)
def test_what_does_not_fit_says_why(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""Oracle: pairs listed by hand, the paper's objective summed pair by pair, and the mean over many draws."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils import training
from lecture_utils.models.skipgram import (
    SkipGram,
    expected_loss,
    noise_distribution,
    pair_counts,
    sampled_loss,
    window_pairs,
)


def model_of(vocabulary=5, width=3, seed=0, scale=5.0):
    torch.manual_seed(seed)
    model = SkipGram(vocabulary, width).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(scale)
    return model


def log_sigmoid(x):
    return -math.log1p(math.exp(-x))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), max_size=7), min_size=1, max_size=4), st.integers(1, 9))
def test_pairs_are_all_neighbours_within_the_window_and_the_text(texts, window):
    wanted = sorted(
        (a, b) for text in texts for i, a in enumerate(text) for j, b in enumerate(text) if 0 < abs(i - j) <= window
    )
    if not wanted:
        with pytest.raises(ValueError, match="no text has two words"):
            window_pairs(texts, window=window)
        return
    words, neighbours = window_pairs(texts, window=window)
    assert sorted(zip(words.tolist(), neighbours.tolist(), strict=True)) == wanted
    counts = pair_counts(words, neighbours, vocabulary=10)
    assert counts.sum() == len(wanted) and torch.equal(counts, counts.T)
    assert all(counts[a, b] == wanted.count((a, b)) for a, b in wanted)


def test_noise_is_the_flattened_frequency():
    counts = torch.tensor([[0.0, 1.0], [16.0, 0.0]])
    torch.testing.assert_close(noise_distribution(counts), torch.tensor([1 / 9, 8 / 9]))
    torch.testing.assert_close(noise_distribution(counts, power=1.0), torch.tensor([1 / 17, 16 / 17]))


@settings(deadline=None, max_examples=20)
@given(pairs=st.integers(1, 6), negatives=st.integers(1, 4), seed=st.integers(0, 99))
def test_the_sampled_loss_is_the_papers(pairs, negatives, seed):
    model, generator = model_of(seed=seed), torch.Generator().manual_seed(seed)
    words, neighbours = torch.randint(5, (2, pairs), generator=generator)
    drawn = torch.randint(5, (pairs, negatives), generator=generator)
    total = 0.0
    for n in range(pairs):
        vector = model.words[words[n]].detach()
        total += log_sigmoid(float(vector @ model.neighbours[neighbours[n]].detach()))
        total += sum(log_sigmoid(-float(vector @ model.neighbours[k].detach())) for k in drawn[n])
    assert sampled_loss(model, words, neighbours, drawn).item() == pytest.approx(-total / pairs)


def some_counts(seed=0, vocabulary=5):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 9, (vocabulary, vocabulary), generator=generator).double() + torch.eye(vocabulary)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 99), negatives=st.integers(1, 6))
def test_the_expected_loss_is_the_paper_s_with_its_expectation_written_out(seed, negatives):
    """Mikolov et al. 2013, eq. 4: E over the noise is a sum over all words; value and gradient."""
    model, counts = model_of(seed=seed), some_counts(seed)
    noise = noise_distribution(counts)
    total = 0.0
    for a in range(5):
        scores = model.neighbours @ model.words[a]  # (V,)
        expectation = (noise * torch.nn.functional.logsigmoid(-scores)).sum()
        for b in range(5):
            total = total - counts[a, b] * (torch.nn.functional.logsigmoid(scores[b]) + negatives * expectation)
    total = total / counts.sum()
    ours = expected_loss(counts, negatives=negatives)(model, ())
    torch.testing.assert_close(ours, total)
    for mine, other in zip(
        torch.autograd.grad(ours, model.parameters()), torch.autograd.grad(total, model.parameters()), strict=True
    ):
        torch.testing.assert_close(mine, other)


def test_the_expected_loss_is_the_mean_of_many_sampled_ones():
    model, counts = model_of(), some_counts().round()
    generator = torch.Generator().manual_seed(0)
    chosen = torch.multinomial(counts.flatten(), 40_000, replacement=True, generator=generator)
    drawn = torch.multinomial(noise_distribution(counts), 40_000 * 5, replacement=True, generator=generator)
    sampled = sampled_loss(model, chosen // 5, chosen % 5, drawn.view(-1, 5))
    assert sampled.item() == pytest.approx(expected_loss(counts, negatives=5)(model, ()).item(), rel=0.02)


def test_words_in_the_same_company_become_alike_and_others_do_not():
    """cat and dog (0, 1) meet 4 and 5, apple and pear (2, 3) meet 6 and 7; none meets its twin."""
    generator = np.random.default_rng(0)
    draw = lambda kind: [generator.integers(2) + 2 * kind, 4 + 2 * kind + generator.integers(2)]  # noqa: E731
    texts = [draw(kind) for kind in (0, 1) for _ in range(60)]
    counts = pair_counts(*window_pairs(texts, window=2), vocabulary=8)
    torch.manual_seed(0)
    model = SkipGram(8, 4)
    training.fit(model, lambda _: (), expected_loss(counts), steps=150, lr=0.05, progress=None)
    similar = torch.nn.functional.cosine_similarity(model.words[:4, None], model.words[None, :4], dim=-1)
    assert min(similar[0, 1], similar[2, 3]) > 0.9 > 0.6 > similar[:2, 2:].max()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SkipGram(0, 3), r"vocabulary \(0\) and width \(3\) must each be at least 1"),
        (lambda: window_pairs([[1, 2]], window=0), r"window \(0\) must be at least 1"),
        (lambda: window_pairs([[1], []], window=2), "no text has two words"),
        (lambda: pair_counts(torch.tensor([0]), torch.tensor([5]), vocabulary=5), "up to 5 must lie in 0 to 4"),
        (lambda: pair_counts(torch.tensor([-1]), torch.tensor([2]), vocabulary=5), "must lie in 0 to 4"),
        (lambda: expected_loss(torch.ones(2, 2), negatives=0), r"negatives \(0\) must be at least 1"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()

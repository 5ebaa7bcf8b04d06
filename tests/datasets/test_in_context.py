"""Oracles: counting by hand and over all outcomes; Bayes' rule written out; the rule that locks mappings away."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.in_context import KEYS, VALUES, draw_tasks, posterior, read_prompt, vote_accuracy

WORDS = KEYS[:4] + VALUES[:4]
sizes = {"keys": st.integers(1, 8), "values": st.integers(2, 8), "seed": st.integers(0, 999)}


@settings(deadline=None, max_examples=30)
@given(**sizes, pairs=st.integers(1, 12), noise=st.sampled_from([0.0, 0.3, 1.0]), held_out=st.booleans())
def test_prompts_are_pairs_of_their_own_mapping(keys, values, seed, pairs, noise, held_out):
    tasks = draw_tasks(20, keys=keys, values=values, pairs=pairs, noise=noise, held_out=held_out, seed=seed)
    asked, shown = tasks.tokens[:, ::2], tasks.tokens[:, 1::2]
    assert tasks.tokens.shape == (20, 2 * pairs) and tasks.words == KEYS[:keys] + VALUES[:values]
    assert asked.min() >= 0 and asked.max() < keys <= shown.min() and shown.max() < keys + values
    assert tasks.mappings.min() >= 0 and tasks.mappings.max() < values
    for row in range(20):
        wanted = [keys + tasks.mappings[row, key].item() for key in asked[row].tolist()]
        assert tasks.answers[row].tolist() == wanted
    if noise == 0:
        assert torch.equal(shown, tasks.answers)


@settings(deadline=None, max_examples=30)
@given(**sizes)
def test_no_mapping_is_in_training_and_in_the_test(keys, values, seed):
    parts = [draw_tasks(200, keys=keys, values=values, held_out=held, seed=seed) for held in (False, True)]
    trained, tested = ({tuple(mapping) for mapping in part.mappings.tolist()} for part in parts)
    assert not trained & tested
    assert all(sum(mapping) % values == 0 for mapping in tested)


def test_every_mapping_of_its_part_is_drawn_alike():
    trained = draw_tasks(24_000, keys=2, values=4, seed=0).mappings
    counts = torch.bincount(trained[:, 0] * 4 + trained[:, 1], minlength=16)
    locked = torch.tensor([(a + b) % 4 == 0 for a, b in product(range(4), repeat=2)])
    assert (counts[locked] == 0).all()
    assert ((counts[~locked] - 2000).abs() < 5 * 2000**0.5).all()  # 24,000 over 12


def test_votes_and_shots_by_hand():
    tasks = draw_tasks(1, keys=2, values=2, pairs=5, noise=0.5)
    tokens = torch.tensor([[0, 2, 1, 3, 0, 3, 0, 2, 1, 2]])  # dax red, wug blue, dax blue, dax red, wug red
    tasks = type(tasks)(tokens, tasks.mappings, 2, 2, 0.5)
    assert tasks.votes[0].tolist() == [[0, 0], [0, 0], [1, 0], [1, 1], [0, 1]]
    assert tasks.shots[0].tolist() == [0, 0, 1, 2, 1]


def test_noise_replaces_its_share_and_may_be_right_by_luck():
    tasks = draw_tasks(2000, keys=4, values=4, pairs=10, noise=0.4, seed=3)
    right = (tasks.tokens[:, 1::2] == tasks.answers).float().mean().item()
    assert right == pytest.approx(0.7, abs=5 * (0.7 * 0.3 / 20_000) ** 0.5)
    pure = draw_tasks(2000, keys=4, values=4, pairs=10, noise=1.0, seed=3).tokens[:, 1::2] - 4
    assert ((torch.bincount(pure.flatten()) / 20_000 - 0.25).abs() < 0.02).all()  # every value alike


def test_the_same_seed_gives_the_same_prompts():
    first, again, other = (draw_tasks(5, noise=0.2, seed=seed) for seed in (7, 7, 8))
    assert torch.equal(first.tokens, again.tokens) and not torch.equal(first.tokens, other.tokens)


@pytest.mark.parametrize("noise", [0.2, 0.4, 1.0])
@pytest.mark.parametrize(("shots", "values"), [(0, 4), (1, 4), (2, 4), (3, 3), (4, 2), (5, 3)])
def test_the_accuracy_of_the_vote_over_all_sequences_of_labels(shots, values, noise):
    """Each sequence one by one, and the best answer by Bayes' rule instead of by counting."""
    likelihood = lambda label, truth: (1 - noise) * (label == truth) + noise / values  # noqa: E731
    right = 0.0
    for labels in product(range(values), repeat=shots):
        chance = [1.0 / values] * values
        for truth in range(values):
            for label in labels:
                chance[truth] *= likelihood(label, truth)
        right += max(chance)  # the best answer is the likeliest truth
    assert vote_accuracy(shots, values=values, noise=noise) == pytest.approx(right, abs=1e-12)


def test_one_and_two_votes_by_hand():
    assert vote_accuracy(1, values=4, noise=0.4) == pytest.approx(0.7)
    assert vote_accuracy(2, values=4, noise=0.4) == pytest.approx(0.49 + 0.42 / 2)


def test_the_posterior_by_hand():
    after = posterior(torch.tensor([1, 0]), 0.4)  # shown is true with 0.8
    torch.testing.assert_close(after, torch.tensor([0.8, 0.2]))
    sure = posterior(torch.tensor([0, 1]), 0.4, torch.tensor([0.9, 0.1]))
    torch.testing.assert_close(sure, torch.tensor([0.9 * 0.2, 0.1 * 0.8]) / 0.26)
    torch.testing.assert_close(posterior(torch.zeros(3, dtype=torch.long), 0.1), torch.full((3,), 1 / 3))


@pytest.mark.parametrize(("text", "tokens"), [("", []), ("dax red", [0, 4]), ("Wug blue, DAX black,", [1, 5, 0, 7])])
def test_a_prompt_is_read_word_by_word(text, tokens):
    assert read_prompt(text, WORDS) == tokens


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dax pink", "'pink', must be a value"),
        ("red dax", "'red', must be a key"),
        ("dax red wug", "'wug', has no value"),
    ],
)
def test_a_prompt_that_cannot_be_read_says_where(text, message):
    with pytest.raises(ValueError, match=message):
        read_prompt(text, WORDS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"keys": 9}, r"keys \(9\)"),
        ({"values": 1}, r"values \(1\)"),
        ({"pairs": 0}, r"pairs \(0\)"),
        ({"noise": 1.5}, r"noise \(1.5\)"),
        ({"noise": float("nan")}, r"noise \(nan\)"),
    ],
)
def test_numbers_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        draw_tasks(3, **settings)


def test_votes_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"n \(0\)"):
        draw_tasks(0)
    with pytest.raises(ValueError, match=r"shots \(-1\)"):
        vote_accuracy(-1, values=4, noise=0.4)
    with pytest.raises(ValueError, match=r"noise \(nan\)"):
        vote_accuracy(1, values=4, noise=float("nan"))
    with pytest.raises(ValueError, match="one vote settles it"):
        posterior(torch.ones(2), 0.0)
    with pytest.raises(ValueError, match="counts, 0 or more"):
        posterior(torch.tensor([-1, 2]), 0.4)

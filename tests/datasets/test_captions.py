"""Oracles: every text read back word by word; Bayes' rule over all tasks, and over all images for the blind reader."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.captions import ENGLISH, SPANISH, TASKS, WORDS, best_blind_guess, best_guess, draw_documents

LABELS = torch.arange(10).repeat(3)


def named(task, left, right):
    """The word of a task, from its name."""
    digit = max(left, right) if task.startswith("larger") else min(left, right)
    return (SPANISH if task.endswith("Spanish") else ENGLISH)[digit]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), images=st.integers(1, 6), form=st.sampled_from([(1, 0), (0, 1), (1, 1)]))
def test_texts_tell_what_the_images_show(seed, images, form):
    caption, task = map(bool, form)
    documents = draw_documents(LABELS, 20, images=images, caption=caption, task=task, seed=seed)
    assert torch.equal(documents.digits, LABELS[documents.rows])
    for row in range(20):
        wanted = []
        for k, (left, right) in enumerate(documents.digits[row].tolist()):
            answer = named(TASKS[documents.tasks[row]], left, right)
            wanted += ["<image>"] + ["shows", ENGLISH[left], ENGLISH[right]] * caption + ["says", answer] * task
            assert WORDS[documents.said[row, k]] == answer
        assert [WORDS[token] for token in documents.tokens[row]] == wanted
    assert documents.per_image * images == documents.tokens.shape[1]


def test_images_are_the_two_digits_side_by_side():
    digits = torch.arange(30.0)[:, None, None].expand(30, 4, 4)
    documents = draw_documents(LABELS, 5, images=3, task=True)
    images = documents.images(digits)
    assert images.shape == (5, 3, 4, 8)
    assert torch.equal(images[..., 0, 0].long(), documents.rows[..., 0])
    assert torch.equal(images[..., 3, 7].long(), documents.rows[..., 1])


def test_tasks_and_digits_are_drawn_alike_and_seeds_repeat():
    documents = draw_documents(LABELS, 8000, images=1, task=True)
    assert (torch.bincount(documents.tasks, minlength=4) / 8000 - 0.25).abs().max() < 0.025
    assert (torch.bincount(documents.digits.flatten()) / 16_000 - 0.1).abs().max() < 0.012
    again, other = (draw_documents(LABELS, 8000, images=1, task=True, seed=seed) for seed in (0, 1))
    assert torch.equal(again.tokens, documents.tokens) and not torch.equal(other.tokens, documents.tokens)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999))
def test_the_best_guess_is_bayes_rule_task_by_task(seed):
    documents = draw_documents(LABELS, 3, images=4, task=True, seed=seed)
    got = best_guess(documents.digits, documents.said)
    for row in range(3):
        pairs = documents.digits[row].tolist()
        for k, (left, right) in enumerate(pairs):
            known = [WORDS[word] for word in documents.said[row, :k]]
            fit = [t for t in TASKS if all(named(t, *p) == w for p, w in zip(pairs, known, strict=False))]
            wanted = torch.zeros(20)
            for task in fit:
                wanted[WORDS.index(named(task, left, right))] += 1 / len(fit)
            torch.testing.assert_close(got[row, k], wanted, check_dtype=False)


def test_the_blind_guess_is_bayes_rule_over_all_images():
    every = list(product(range(10), repeat=2))
    chance = {t: [sum(named(t, *p) == w for p in every) / 100 for w in WORDS[:20]] for t in TASKS}
    said = torch.tensor([[9, 7, 8], [10, 10, 13]])
    got = best_blind_guess(said)
    for row, k in product(range(2), range(3)):
        belief = [torch.tensor([chance[t][w] for w in said[row, :k]]).prod().item() for t in TASKS]
        wanted = sum(b / sum(belief) * torch.tensor(chance[t]) for b, t in zip(belief, TASKS, strict=True))
        torch.testing.assert_close(got[row, k], wanted, check_dtype=False, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(got.sum(-1), torch.ones(2, 3), check_dtype=False)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: draw_documents(LABELS, 0, task=True), r"n \(0\)"),
        (lambda: draw_documents(LABELS, 1, images=0, task=True), r"images \(0\)"),
        (lambda: draw_documents(LABELS[:0], 1, task=True), r"number of labels \(0\)"),
        (lambda: draw_documents(LABELS + 1, 1, task=True), "1 to 10"),
        (lambda: draw_documents(LABELS / 2, 1, task=True), "whole numbers"),
        (lambda: draw_documents(LABELS, 1), "both off"),
        (lambda: best_guess(torch.tensor([[[1, 2]]]), torch.tensor([[5]])), "no task gives these"),
    ],
)
def test_what_cannot_be_drawn_says_why(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()

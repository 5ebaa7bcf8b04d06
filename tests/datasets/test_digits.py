"""Oracle: scikit-learn's data set, and numpy.roll for shifts."""

import hashlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits as sklearn_digits

from lecture_utils.datasets.digits import few_per_class, load_digits, shifted

DIGITS = load_digits()


def fingerprints(images):
    return {image.numpy().tobytes() for image in images}


def test_no_test_image_is_in_the_training_part():
    assert not fingerprints(DIGITS.train_images) & fingerprints(DIGITS.test_images)


def test_both_parts_together_are_the_data_set():
    assert DIGITS.train_images.shape == (1400, 8, 8) and DIGITS.test_images.shape == (397, 8, 8)
    whole = sklearn_digits()
    ours = torch.cat([DIGITS.train_images, DIGITS.test_images]).numpy() * 16
    labels = torch.cat([DIGITS.train_labels, DIGITS.test_labels]).numpy()
    key = lambda images, labels: sorted((*image.ravel(), label) for image, label in zip(images, labels, strict=True))  # noqa: E731
    assert key(ours, labels) == key(whole.images, whole.target)


def test_the_split_is_the_same_everywhere_and_in_proportion():
    digest = hashlib.sha256(DIGITS.test_labels.numpy().astype("<i8").tobytes()).hexdigest()
    assert digest == hashlib.sha256(load_digits().test_labels.numpy().astype("<i8").tobytes()).hexdigest()
    counts = DIGITS.test_labels.bincount()
    assert counts.min() >= 39 and counts.max() <= 41


@settings(deadline=None, max_examples=20)
@given(n=st.integers(10, 1400), seed=st.integers(0, 99))
def test_few_per_class_takes_equal_shares_without_repeats(n, seed):
    images, labels = few_per_class(DIGITS.train_images, DIGITS.train_labels, n, seed=seed)
    assert len(images) == len(labels) == n
    counts, all_counts = labels.bincount(minlength=10), DIGITS.train_labels.bincount()
    assert ((counts >= counts.max() - 1) | (counts == all_counts)).all()
    where = (DIGITS.train_images.flatten(1)[:, None] == images[:20].flatten(1)).all(-1)
    assert (DIGITS.train_labels[where.float().argmax(0)] == labels[:20]).all()
    again, _ = few_per_class(DIGITS.train_images, DIGITS.train_labels, n, seed=seed)
    assert torch.equal(images, again)


@settings(deadline=None)
@given(rows=st.integers(-7, 7), columns=st.integers(-7, 7))
def test_shifted_equals_roll_with_paper_at_the_edge(rows, columns):
    images = torch.arange(1, 129).reshape(2, 8, 8)
    rolled = np.roll(images.numpy(), (rows, columns), axis=(1, 2))
    inside = np.roll(np.pad(np.ones((8, 8)), 8), (rows, columns), axis=(0, 1))[8:16, 8:16]
    assert np.array_equal(shifted(images, rows, columns).numpy(), rolled * inside)


@pytest.mark.parametrize("n", [9, 1401])
def test_more_or_fewer_than_there_are_is_refused(n):
    with pytest.raises(ValueError, match=rf"n \({n}\) must lie between 10"):
        few_per_class(DIGITS.train_images, DIGITS.train_labels, n)


def test_a_shift_out_of_the_picture_is_refused():
    with pytest.raises(ValueError, match="leaves nothing of an image of 8 x 8"):
        shifted(DIGITS.test_images, 8, 0)

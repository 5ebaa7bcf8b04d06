"""Oracle: datasets.digits.shifted, which moves all images alike, applied to one image at a time."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.augmentation import random_shifts, shifting
from lecture_utils.datasets.digits import load_digits, shifted


@given(height=st.integers(3, 6), width=st.integers(3, 6), reach=st.integers(0, 2), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=30)
def test_every_image_is_one_of_its_whole_pixel_shifts(height, width, reach, seed):
    images = torch.arange(1.0, 1 + 4 * height * width).reshape(4, height, width)  # all pixels differ, none is 0
    moved = random_shifts(images, reach, generator=torch.Generator().manual_seed(seed))
    assert moved.shape == images.shape
    around = range(-reach, reach + 1)
    for before, after in zip(images, moved, strict=True):
        assert sum(torch.equal(after, shifted(before, row, column)) for row in around for column in around) == 1


def test_all_moves_are_equally_likely():
    image = torch.zeros(9000, 3, 3)
    image[:, 1, 1] = 1.0  # the dot ends up where the move took it
    share = random_shifts(image, 1, generator=torch.Generator().manual_seed(0)).mean(0)
    assert share.sum() == pytest.approx(1.0)
    assert (share - 1 / 9).abs().max() < 0.012  # four standard errors


def test_the_generator_decides_and_the_original_stays():
    images = load_digits().train_images[:50]
    before = images.clone()
    one, two, other = (random_shifts(images, generator=torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    assert torch.equal(images, before)


def test_shifted_batches_depend_on_step_and_seed_alone():
    images, labels = torch.rand(6, 5, 5), torch.arange(6)
    batches = shifting(lambda step: (images, labels), seed=1)
    first = batches(0)[0]
    assert not torch.equal(first, batches(1)[0])
    assert torch.equal(first, batches(0)[0])  # asked out of order
    assert torch.equal(first, shifting(lambda step: (images, labels), seed=1)(0)[0])
    assert not torch.equal(first, shifting(lambda step: (images, labels), seed=2)(0)[0])
    assert batches(0)[1] is labels


def test_bad_input_is_refused():
    generator = torch.Generator()
    with pytest.raises(ValueError, match=r"reach \(5\) at least 0 and below both"):
        random_shifts(torch.zeros(2, 5, 7), 5, generator=generator)
    with pytest.raises(ValueError, match=r"reach \(-1\)"):
        random_shifts(torch.zeros(2, 5, 7), -1, generator=generator)
    with pytest.raises(ValueError, match=r"images \(5, 7\) must be \(N, height, width\)"):
        random_shifts(torch.zeros(5, 7), generator=generator)
    with pytest.raises(ValueError, match="the images contain NaN"):
        random_shifts(torch.full((1, 5, 5), torch.nan), generator=generator)

"""Oracle: scikit-learn's sample images."""

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from lecture_utils.datasets.photographs import load_photograph


def test_a_photograph_is_scikit_learns_between_0_and_1():
    photograph = load_photograph("china")
    assert np.allclose(photograph.image * 255, load_sample_image("china.jpg"), atol=1e-4)
    assert photograph.grey.shape == (427, 640)
    assert photograph.grey.min() >= 0 and photograph.grey.max() <= 1.0001


def test_shrinking_averages_blocks():
    whole, small = load_photograph("flower").image, load_photograph("flower", shrink=4).image
    assert small.shape == (106, 160, 3)
    assert np.allclose(small[3, 5], whole[12:16, 20:24].mean(axis=(0, 1)), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "shrink", "message"),
    [
        ("cat", 1, "'cat' is not known: choose one of china, flower"),
        ("china", 0, "between 1"),
        ("china", 40, "between"),
    ],
)
def test_bad_input_is_named(name, shrink, message):
    with pytest.raises(ValueError, match=message):
        load_photograph(name, shrink=shrink)

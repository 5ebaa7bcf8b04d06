"""Oracles: the CNN asked digit by digit; mean and spread measured; the order of places written out."""

import pytest
import torch

from lecture_utils.datasets.digits import load_digits
from lecture_utils.layers.positions import Sinusoidal2D
from lecture_utils.models.cnn import CNN, CNNConfig
from lecture_utils.models.digit_encoder import DigitEncoder


@pytest.fixture(scope="module")
def parts():
    torch.manual_seed(0)
    digits = load_digits().train_images[:200]
    cnn = CNN(CNNConfig(kernels=(4, 8)))
    return digits, cnn, DigitEncoder(cnn, digits)


def test_patches_stand_row_by_row_over_the_whole_image(parts):
    digits, cnn, encoder = parts
    image = torch.cat([digits[0], digits[1], digits[2]], 1)[None]  # (1, 8, 24): three digits
    maps = [cnn.layer_outputs(digit[None])["pooling 2"][0] for digit in digits[:3]]  # (8, 2, 2) each
    whole = (torch.cat(maps, 2) - encoder.mean) / encoder.spread  # (8, 2, 6)
    wanted = Sinusoidal2D(dim=8, width=6)(whole.flatten(1).T[None])
    torch.testing.assert_close(encoder(image), wanted)
    assert encoder(image).shape == (1, 12, 8)


def test_features_are_standardised_on_the_examples(parts):
    digits, _, encoder = parts
    features = encoder(digits) - Sinusoidal2D(dim=8, width=2)(torch.zeros(1, 4, 8))
    torch.testing.assert_close(features.mean((0, 1)), torch.zeros(8), atol=1e-4, rtol=0)
    alive = encoder.spread.flatten() > 1e-3  # a kernel may be silent
    torch.testing.assert_close(features.std((0, 1))[alive], torch.ones(int(alive.sum())), atol=1e-3, rtol=0)


def test_images_of_other_shapes_are_refused(parts):
    for shape in ((2, 8, 12), (2, 9, 16), (8, 16)):
        with pytest.raises(ValueError, match="a multiple of 8"):
            parts[2](torch.zeros(shape))
    with pytest.raises(ValueError, match="without NaN"):
        parts[2](torch.full((1, 8, 8), torch.nan))

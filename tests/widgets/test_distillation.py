"""Oracles: torch's softmax; entropies by hand."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.widgets.distillation import bits_of_doubt, explore_temperature

DIGITS = {
    "one": (np.eye(8), np.array([0.0, 4.0, 2.0])),
    "other": (np.ones((8, 8)), np.array([3.0, 0.0, 1.0], dtype=np.float32)),
}


@pytest.mark.parametrize(
    ("probabilities", "wanted"), [([1.0, 0.0], 0.0), ([0.5, 0.5], 1.0), ([0.25] * 4, 2.0), ([0.5, 0.25, 0.25], 1.5)]
)
def test_doubt_by_hand(probabilities, wanted):
    assert bits_of_doubt(np.array(probabilities)) == pytest.approx(wanted)


def test_image_and_bars_follow_the_controls():
    explorer = explore_temperature(DIGITS)
    picture, bars = explorer.figure.axes

    def heights():
        return [bar.get_height() for bar in bars.patches]

    def wanted(name, temperature):
        return torch.softmax(torch.tensor(DIGITS[name][1]).double() / temperature, -1).tolist()

    assert heights() == pytest.approx(wanted("one", 1.0))
    assert "answer is 1; next comes 2, 0.14 times" in explorer.message.value
    first = explorer.image.value
    explorer.controls["temperature"].value = 10**0.6
    assert heights() == pytest.approx(wanted("one", 10**0.6)) and explorer.image.value != first
    explorer.controls["digit"].value = "other"
    assert heights() == pytest.approx(wanted("other", 10**0.6))
    np.testing.assert_array_equal(picture.images[0].get_array(), DIGITS["other"][0])
    assert "answer is 0; next comes 2" in explorer.message.value
    assert [text.get_text() for text in bars.texts] == [f"{value:.0%}" for value in wanted("other", 10**0.6)]
    assert all(control.description for control in explorer.controls.values())


def test_nothing_to_choose_from_says_so():
    with pytest.raises(ValueError, match="digits is empty"):
        explore_temperature({})

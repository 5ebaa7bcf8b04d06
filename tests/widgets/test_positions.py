"""Oracle: the sinusoids and the rotary layer of the package."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.layers.positions import Rotary, sinusoids
from lecture_utils.widgets import positions as explorer
from lecture_utils.widgets.positions import explore_positions, look_at


@given(position=st.integers(0, 63), distance=st.integers(-15, 15))
@settings(deadline=None, max_examples=30)
def test_a_place_has_the_papers_code_and_a_score_that_knows_the_distance_alone(position, distance):
    place = look_at(position, distance)
    codes = sinusoids(torch.arange(64), 16).numpy()
    np.testing.assert_allclose(np.sin(place.angles), codes[position, 0::2], atol=1e-9)
    cosines = codes @ codes[position] / np.linalg.norm(codes, axis=1) / np.linalg.norm(codes[position])
    np.testing.assert_allclose(place.likeness, cosines)
    assert place.likeness[position] == pytest.approx(1.0)
    assert place.score == pytest.approx(look_at(0, distance).score)


def test_the_pair_turns_as_the_rotary_layer_turns_it():
    pair = torch.tensor(explorer.QUERY)[None, None, None]
    wanted = Rotary(dim=2).double().rotate(pair, torch.tensor([20]) * explorer.SPEED)[0, 0, 0]
    np.testing.assert_allclose(look_at(20, 3).query, wanted.numpy(), atol=1e-6)


@pytest.mark.parametrize("position", [-1, 64])
def test_a_position_outside_says_so(position):
    with pytest.raises(ValueError, match=rf"position {position} must lie in 0 to 63"):
        look_at(position, 0)


def test_moving_the_position_keeps_the_score_and_moving_the_key_does_not():
    live = explore_positions()
    first, message = live.image.value, live.message.value
    live.controls["position"].value = 40
    assert live.image.value != first
    score = f"the score is {look_at(20, 5).score:.3f}"
    assert score in message and score in live.message.value
    live.controls["distance"].value = -5
    assert f"{look_at(40, -5).score:.3f}" in live.message.value and score not in live.message.value
    live.controls["position"].value = 63
    live.controls["distance"].value = 15  # a key beyond the last position: no mark, still a score
    assert "key at 78" in live.message.value
    assert all(control.description for control in live.controls.values())


def test_the_picture_shows_the_place():
    live = explore_positions()
    live.controls["position"].value = 7
    field = live.figure.axes[1]
    np.testing.assert_allclose(field.lines[0].get_ydata(), look_at(7, 5).likeness)
    assert field.lines[1].get_xdata()[0] == 7 and field.lines[2].get_xdata()[0] == 12

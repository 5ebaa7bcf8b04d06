"""Oracle: the equation of an Archimedean spiral, r proportional to the angle."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_utils.datasets.planar import INNERMOST, two_spirals


@settings(deadline=None)
@given(st.integers(2, 300), st.floats(0.25, 3), st.integers(0, 999))
def test_without_noise_every_point_lies_on_its_arm(n, turns, seed):
    data = two_spirals(n, turns=turns, noise=0.0, seed=seed)
    radius = data.points.double().norm(dim=1)
    angle = 2 * math.pi * turns * (radius - INNERMOST) / (1 - INNERMOST) + math.pi * data.labels
    expected = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    torch.testing.assert_close(data.points.double(), expected, atol=1e-5, rtol=0)
    assert radius.min() >= INNERMOST - 1e-6 and radius.max() <= 1 + 1e-6
    assert int(data.labels.sum()) == n // 2


def test_the_arms_are_half_a_turn_apart_and_wind_as_often_as_asked():
    arms = two_spirals(2, turns=1.25).arms.double()  # (2, 200, 2)
    torch.testing.assert_close(arms[1], -arms[0])
    angles = torch.atan2(arms[0, :, 1], arms[0, :, 0])
    turned = torch.diff(angles).remainder(2 * math.pi).sum() / (2 * math.pi)
    assert turned.item() == pytest.approx(1.25, abs=1e-3)


def test_points_are_spread_evenly_over_the_rings():
    radius = two_spirals(20_000, noise=0.0).points.norm(dim=1)
    half = math.sqrt((INNERMOST**2 + 1) / 2)  # the ring that halves the area
    assert (radius < half).float().mean().item() == pytest.approx(0.5, abs=0.02)


def test_noise_has_the_asked_size_and_seeds_decide():
    quiet, loud = two_spirals(4000, noise=0.0, seed=3), two_spirals(4000, noise=0.05, seed=3)
    assert (loud.points - quiet.points).std().item() == pytest.approx(0.05, rel=0.05)
    assert torch.equal(loud.points, two_spirals(4000, noise=0.05, seed=3).points)
    assert not torch.equal(loud.points, two_spirals(4000, noise=0.05, seed=4).points)
    assert two_spirals(4, seed=0).points.dtype == torch.float32


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 1}, r"n \(1\) must be at least 2"),
        ({"n": 9, "turns": 0}, r"turns \(0\) must be a number above 0"),
        ({"n": 9, "turns": math.nan}, r"turns \(nan\)"),
        ({"n": 9, "noise": -0.1}, r"noise \(-0.1\) must be a number from 0 up"),
        ({"n": 9, "noise": math.nan}, r"noise \(nan\)"),
    ],
)
def test_impossible_spirals_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        two_spirals(**settings)

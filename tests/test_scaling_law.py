"""Oracle: losses made by a known law, and SciPy's regression."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import linregress

from lecture_utils.scaling_law import PowerLaw, fit_power_law

SIZES = [100.0, 300.0, 1e3, 5e3, 2e4]


@settings(deadline=None, max_examples=50)
@given(exponent=st.floats(0.05, 2), scale=st.floats(1, 1e4), floor=st.floats(0, 3))
def test_a_law_without_noise_is_found(exponent, scale, floor):
    law = PowerLaw(exponent, scale, floor, 1.0)
    found = fit_power_law(SIZES, [law(size) for size in SIZES], floor=floor)
    assert found.exponent == pytest.approx(exponent, rel=1e-4)
    assert found(7e4) == pytest.approx(law(7e4), rel=1e-4)
    assert found.r_squared == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_noisy_losses_give_the_line_of_scipy(seed):
    losses = 0.6 + (500 / np.array(SIZES)) ** 0.5 * np.random.default_rng(seed).lognormal(0, 0.3, 5)
    line, found = linregress(np.log(SIZES), np.log(losses - 0.6)), fit_power_law(SIZES, losses, floor=0.6)
    assert found.exponent == pytest.approx(-line.slope)
    assert found.r_squared == pytest.approx(line.rvalue**2)
    assert found(1) == pytest.approx(0.6 + np.exp(line.intercept))


def test_by_hand():
    law = fit_power_law([1, 4, 16], [5.0, 3.0, 2.0], floor=1.0)  # 4, 2, 1 above the floor: half for four times
    assert law.exponent == pytest.approx(0.5) and law.scale == pytest.approx(16)
    assert law(64) == pytest.approx(1.5) and law.factor_to_halve == pytest.approx(4)


@pytest.mark.parametrize(
    ("sizes", "losses", "message"),
    [
        ([1, 2], [2, 1], "at least three"),
        ([1, 2, 3], [2, 1], "one loss a size"),
        ([0, 1, 2], [3, 2, 1], "must be positive"),
        ([2, 2, 2], [3, 2, 1], "not all alike"),
        ([1, 2, float("nan")], [3, 2, 1], "must be positive"),
        ([1, 2, 3], [3, 2, 0.5], r"above the floor \(0.5\)"),
        ([1, 2, 3], [3, 2, float("nan")], "must be finite"),
        ([1, 2, 3], [1, 2, 3], "do not fall"),
        ([1, 2, 3], [2, 2, 2], "do not fall"),
    ],
)
def test_what_makes_no_law_is_refused(sizes, losses, message):
    with pytest.raises(ValueError, match=message):
        fit_power_law(sizes, losses, floor=0.5)

"""Oracles: a series that counts 0, 1, 2, ...; seasons by hand; scikit-learn's ridge regression."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from lecture_utils.datasets.series import clock
from lecture_utils.forecasting import (
    Line,
    Scale,
    cut_windows,
    last_value,
    mean_squared_error,
    seasonal_growth,
    seasonal_naive,
)

COUNT = torch.arange(40.0)


@settings(deadline=None, max_examples=40)
@given(context=st.integers(1, 8), horizon=st.integers(1, 8), more=st.integers(0, 6), length=st.integers(0, 12))
def test_every_window_is_there_and_no_future_is_in_a_past(context, horizon, more, length):
    first, last = context + more, context + more + horizon + length
    windows = cut_windows(COUNT, context=context, horizon=horizon, first=first, last=last, periods=(7.0,))
    assert len(windows) == length + 1, "none dropped"
    for number in range(len(windows)):
        future = torch.arange(first + number, first + number + horizon).float()
        past = torch.arange(first + number - context, first + number).float()
        assert torch.equal(windows.future[number], future) and torch.equal(windows.past[number], past)
        torch.testing.assert_close(windows.times[number], clock(torch.cat([past, future]), 7.0))
    assert windows.future.max() == last - 1 and windows.future.min() == first


@pytest.mark.parametrize(("first", "last"), [(3, 30), (10, 41), (10, 12)])
def test_windows_that_do_not_fit_are_refused(first, last):
    with pytest.raises(ValueError, match=rf"no window of 4 \+ 3 steps with its future in {first} to {last} of 40"):
        cut_windows(COUNT, context=4, horizon=3, first=first, last=last, periods=(7.0,))


def test_the_scale_is_the_training_parts():
    scale = Scale.of(torch.tensor([1.0, 3.0, 1.0, 3.0]))
    assert (scale.mean, scale.deviation) == (2.0, 1.0)
    assert scale.apply(torch.tensor([2.0, 5.0])).tolist() == [0.0, 3.0]


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [1.0, math.nan]])
def test_nothing_to_measure_by_is_refused(values):
    with pytest.raises(ValueError, match="at least two training values that differ"):
        Scale.of(torch.tensor(values))


def test_forecasts_without_training_by_hand():
    past = torch.tensor([[1.0, 2.0, 3.0, 11.0, 12.0, 14.0]])
    assert last_value(past, 2).tolist() == [[14.0, 14.0]]
    assert seasonal_naive(past, 4, 3).tolist() == [[11.0, 12.0, 14.0, 11.0]]
    assert seasonal_growth(past, 4, 3).tolist() == [[22.0, 23.0, 25.0, 33.0]]  # 14 - 3 = 11 a season
    with pytest.raises(ValueError, match="season of 7 steps does not fit"):
        seasonal_naive(past, 1, 7)
    with pytest.raises(ValueError, match="at least 7, not 6"):
        seasonal_growth(past, 1, 6)


@settings(deadline=None, max_examples=20)
@given(season=st.integers(2, 6), slope=st.integers(-3, 3), horizon=st.integers(1, 15), seed=st.integers(0, 99))
def test_growth_is_right_about_a_season_on_a_straight_line(season, slope, horizon, seed):
    """And the season alone where there is no slope; twice the noise where there is noise."""
    generator = torch.Generator().manual_seed(seed)
    shape = torch.randn(season, generator=generator).double()
    steps = torch.arange(3 * season + horizon)
    values = (shape[steps % season] + slope * steps)[None]
    past, future = values[:, : 3 * season], values[:, 3 * season :]
    torch.testing.assert_close(seasonal_growth(past, horizon, season), future)
    if slope == 0:
        torch.testing.assert_close(seasonal_naive(past, horizon, season), future)


def test_a_season_ago_costs_twice_the_noise():
    values = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
    windows = cut_windows(values, context=10, horizon=10, first=10, last=200_000, periods=(10.0,))
    error = mean_squared_error(seasonal_naive(windows.past, 10, 10), windows.future)
    assert error == pytest.approx(2.0, abs=0.03)


@settings(deadline=None, max_examples=15)
@given(context=st.integers(2, 6), horizon=st.integers(1, 4), strength=st.floats(0.1, 50), seed=st.integers(0, 99))
def test_the_line_is_scikit_learns_ridge_on_changes(context, horizon, strength, seed):
    values = torch.randn(60, generator=torch.Generator().manual_seed(seed)).cumsum(0)
    windows = cut_windows(values, context=context, horizon=horizon, first=context, last=60, periods=(7.0,))
    line, last = Line.fit(windows, strength), windows.past[:, -1:]
    reference = Ridge(alpha=strength)
    reference.fit((windows.past - last).double().numpy(), (windows.future - last).double().numpy())
    wanted = last.numpy() + reference.predict((windows.past - last).double().numpy()).reshape(len(windows), horizon)
    torch.testing.assert_close(line(windows.past), torch.tensor(wanted).float(), atol=1e-3, rtol=1e-3)


def test_the_line_rides_on_a_trend():
    windows = cut_windows(COUNT, context=4, horizon=3, first=4, last=40, periods=(7.0,))
    line = Line.fit(windows, 1e-3)
    torch.testing.assert_close(line(windows.past + 1000), windows.future + 1000, atol=1e-2, rtol=0)
    with pytest.raises(ValueError, match=r"strength \(0\)"):
        Line.fit(windows, 0)


def test_errors_of_other_shapes_are_refused():
    assert mean_squared_error(torch.tensor([[1.0, 3.0]]), torch.tensor([[1.0, 1.0]])) == 2.0
    with pytest.raises(ValueError, match="must be alike"):
        mean_squared_error(torch.zeros(2, 3), torch.zeros(2, 1))

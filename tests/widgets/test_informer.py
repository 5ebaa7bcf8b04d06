"""Oracles: windows cut one by one; the functions of `forecasting` asked directly."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch

from lecture_utils.datasets.series import draw_harbour
from lecture_utils.forecasting import Line, Scale, cut_windows
from lecture_utils.widgets.informer import LONGEST, SHOWN, compare, explore_horizon

HARBOUR, CUT = draw_harbour(600, seed=1), 400


@pytest.mark.parametrize(("context", "horizon"), [(2, 1), (40, 30)])
def test_every_test_window_is_forecast_from_what_came_before_it(context, horizon):
    got = compare(HARBOUR, CUT, context=context, horizon=horizon)
    z = Scale.of(HARBOUR.values[:CUT]).apply(HARBOUR.values)
    assert len(got.test) == 200 - horizon + 1
    train = cut_windows(z, context=context, horizon=horizon, first=context, last=CUT, periods=(24.0,))
    line = Line.fit(train)
    for number in (0, len(got.test) - 1):
        step = CUT + number
        future = z[step : step + horizon]
        assert torch.equal(got.test.future[number], future)
        np.testing.assert_allclose(got.forecasts["last value"][number], z[step - 1].repeat(horizon))
        season = z[step - 24 + torch.arange(horizon) % 24]
        np.testing.assert_allclose(got.forecasts["a season ago"][number], season)
        np.testing.assert_allclose(got.forecasts["line"][number], line(z[None, step - context : step])[0], atol=1e-5)
    for name, error in got.errors.items():
        assert error == pytest.approx((got.forecasts[name] - got.test.future).square().mean().item())


def test_the_explorer_stands_where_it_is_told_and_draws_in_the_series_unit():
    asked = []
    explorer = explore_horizon(HARBOUR, CUT, model=lambda step: asked.append(step) or torch.full((20,), 7.0))
    for name, value in (("origin", 10), ("horizon", 30), ("context", 12)):
        explorer.controls[name].value = value
    step, now = CUT + 10, compare(HARBOUR, CUT, context=12, horizon=30)
    assert asked[-1] == step
    past, truth, last, season, line, model = explorer.figure.axes[0].lines[:6]
    np.testing.assert_allclose(past.get_ydata(), HARBOUR.values[step - SHOWN : step])
    np.testing.assert_allclose(truth.get_ydata(), HARBOUR.values[step : step + 30])
    np.testing.assert_allclose(last.get_ydata(), np.full(30, HARBOUR.values[step - 1]), rtol=1e-5)
    assert season.get_ydata()[0] == pytest.approx(HARBOUR.values[step - 24].item(), rel=1e-4)
    scale = Scale.of(HARBOUR.values[:CUT])
    np.testing.assert_allclose(line.get_ydata(), now.forecasts["line"][10] * scale.deviation + scale.mean, rtol=1e-5)
    assert model.get_ydata().tolist() == [7.0] * 20, "a model is drawn as far as it goes"
    assert f"all {len(now.test)} test windows" in explorer.message.value
    assert f"line {now.errors['line']:.4f}" in explorer.message.value


def test_every_setting_has_a_picture():
    explorer = explore_horizon(HARBOUR, CUT)
    controls = explorer.controls
    assert all(control.description for control in controls.values())
    assert controls["horizon"].max == LONGEST and controls["origin"].max == 600 - CUT - LONGEST
    for name in ("origin", "context", "horizon"):
        for value in (controls[name].min, controls[name].max):
            before = explorer.image.value
            controls[name].value = value
            assert explorer.image.value != before and "Not possible" not in explorer.message.value

"""Oracles: a rhythm without noise, which can be learned; the model asked directly; a part of the series made wild."""

import math

import pytest
import torch

from lecture_utils.forecasting import Scale, cut_windows, mean_squared_error, seasonal_naive
from lecture_utils.informer_training import fit_dlinear, fit_informer, forecast, informer_loss
from lecture_utils.models.informer import Informer, InformerConfig

CONFIG = InformerConfig(context=16, label=8, horizon=8, width=16, heads=2, hidden=32)
CUTS = {"context": 16, "horizon": 8, "periods": (8.0,)}
WAVE = torch.sin(torch.arange(300) * math.tau / 8)


@pytest.fixture(scope="module")
def windows():
    return cut_windows(WAVE, first=16, last=200, **CUTS), cut_windows(WAVE, first=200, last=300, **CUTS)


@pytest.fixture(scope="module")
def model(windows):
    return fit_informer(CONFIG, windows[0], steps=60, size=16, lr=5e-3, seed=3, progress=None)


def test_a_rhythm_is_learned(model, windows):
    error = mean_squared_error(forecast(model, windows[1]), windows[1].future)
    assert error < 0.05 < mean_squared_error(torch.zeros(93, 8), windows[1].future)


def test_the_forecast_is_the_models_in_any_number_of_pieces(model, windows):
    train, _ = windows
    with torch.no_grad():
        whole = model(train.past[..., None], train.times)[..., 0]
    torch.testing.assert_close(forecast(model, train), whole, atol=1e-5, rtol=1e-4)
    wanted = (whole[:5] - train.future[:5]).square().mean()
    torch.testing.assert_close(informer_loss(model, (train.past[:5], train.future[:5], train.times[:5])), wanted)


def test_seeds_repeat_and_differ(windows):
    short = lambda seed: fit_informer(CONFIG, windows[0], steps=2, size=16, lr=1e-3, seed=seed, progress=None)  # noqa: E731
    first, again, other = (short(seed).output.weight for seed in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_nothing_after_the_cut_reaches_scale_windows_or_model():
    """The whole way from the numbers to the weights, with everything after the training part made wild."""
    weights = []
    for wild in (False, True):
        values = WAVE.double().clone()
        if wild:
            values[200:] = 1e6
        z = Scale.of(values[:200]).apply(values)
        train = cut_windows(z, first=16, last=200, **CUTS)
        weights.append(fit_informer(CONFIG, train, steps=3, size=16, lr=1e-3, progress=None).output.weight)
    assert torch.equal(*weights)


def test_the_forecast_does_not_see_its_future(model):
    changed = WAVE.clone()
    changed[250:] += 100  # the future of the window whose past ends at 250
    before, after = (forecast(model, cut_windows(z, first=250, last=258, **CUTS)) for z in (WAVE, changed))
    assert torch.equal(before, after)
    changed[249] += 1
    assert not torch.equal(before, forecast(model, cut_windows(changed, first=250, last=258, **CUTS)))


def test_dlinear_learns_the_rhythm_too(windows):
    model = fit_dlinear(windows[0], steps=150)
    with torch.no_grad():
        error = mean_squared_error(model(windows[1].past), windows[1].future)
    assert error < 0.05 and mean_squared_error(seasonal_naive(windows[1].past, 8, 8), windows[1].future) < 1e-6


def test_an_untrained_model_knows_nothing(windows):
    torch.manual_seed(0)
    assert mean_squared_error(forecast(Informer(CONFIG), windows[1]), windows[1].future) > 0.3

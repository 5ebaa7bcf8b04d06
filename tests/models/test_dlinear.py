"""Oracles: averages by hand; one linear map for two."""

import pytest
import torch

from lecture_utils.models.dlinear import DLinear, moving_average


def test_the_moving_average_by_hand():
    got = moving_average(torch.tensor([[3.0, 6.0, 9.0, 0.0]]), 3)
    assert got.tolist() == [[4.0, 6.0, 5.0, 3.0]]  # 3 3 6, 3 6 9, 6 9 0, 9 0 0


def test_two_maps_are_one():
    torch.manual_seed(0)
    model, past = DLinear(context=30, horizon=4), torch.randn(5, 30)
    for weight in model.parameters():
        torch.nn.init.normal_(weight)
    weights, bias = model.folded()
    torch.testing.assert_close(model(past), past @ weights + bias, atol=1e-4, rtol=1e-4)
    trend = moving_average(past, 25)
    wanted = trend @ model.trend.weight.T + (past - trend) @ model.rest.weight.T + model.trend.bias + model.rest.bias
    torch.testing.assert_close(model(past), wanted)


def test_untrained_it_forecasts_the_mean_of_the_past():
    torch.manual_seed(0)
    model, past = DLinear(context=30, horizon=4), torch.randn(5, 30)
    bias = model.trend.bias + model.rest.bias
    torch.testing.assert_close(model(past), past.mean(1, keepdim=True) + bias)


@pytest.mark.parametrize("width", [0, 4])
def test_an_average_without_a_middle_is_refused(width):
    with pytest.raises(ValueError, match=rf"width \({width}\) must be odd"):
        moving_average(torch.zeros(1, 9), width)

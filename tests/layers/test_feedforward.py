"""Oracles: Vaswani et al. (2017), eq. 2, by hand; torch's linear layers one position at a time."""

import pytest
import torch
from torch.nn import functional as F

from lecture_utils.layers.feedforward import FeedForward


def test_by_hand():
    layer = FeedForward(dim=1, hidden=2)
    with torch.no_grad():
        layer.expand.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        layer.expand.bias.copy_(torch.tensor([0.0, 1.0]))
        layer.contract.weight.copy_(torch.tensor([[10.0, 100.0]]))
        layer.contract.bias.fill_(0.5)
    # x = 3: max(0, 3), max(0, -2) -> 30.5; x = -2: max(0, -2), max(0, 3) -> 300.5
    torch.testing.assert_close(layer(torch.tensor([[[3.0], [-2.0]]])), torch.tensor([[[30.5], [300.5]]]))


def test_every_position_is_treated_alike_and_alone():
    torch.manual_seed(0)
    layer, x = FeedForward(dim=4, hidden=6, activation=F.gelu), torch.randn(2, 5, 4)
    alone = [layer.contract(F.gelu(layer.expand(x[:, t]))) for t in range(5)]
    torch.testing.assert_close(layer(x), torch.stack(alone, 1))


def test_dropout_comes_after_the_activation_and_only_in_training():
    torch.manual_seed(0)
    layer, x = FeedForward(dim=3, hidden=50, activation=torch.cos, dropout=0.5), torch.randn(1, 1, 3)  # cos(0) = 1
    seen = []
    layer.contract.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    layer(x)
    layer.eval()(x)
    dropped, whole = seen
    torch.testing.assert_close(whole, layer.expand(x).cos())
    kept = dropped != 0
    torch.testing.assert_close(dropped[kept], 2 * whole[kept])  # what is kept is doubled
    assert 10 < kept.sum() < 40


@pytest.mark.parametrize("sizes", [(0, 4), (4, 0)])
def test_widths_below_one_are_refused(sizes):
    with pytest.raises(ValueError, match=rf"dim \({sizes[0]}\) and hidden \({sizes[1]}\) must each be at least 1"):
        FeedForward(dim=sizes[0], hidden=sizes[1])

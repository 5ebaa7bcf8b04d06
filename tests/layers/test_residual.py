"""Oracle: the equations of He et al. (2016a, 2016b) written out with torch's layers, forward and gradient."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.residual import ResidualBlock, depth_scale


def by_equation(block, x):
    """The block's output from its weights, in the order the papers draw."""
    linears = [layer for layer in block.branch if isinstance(layer, nn.Linear)]
    norms = [layer for layer in block.branch if isinstance(layer, nn.BatchNorm1d)]

    def normed(h, index):
        if not norms:
            return h
        mean, variance = h.mean(0), h.var(0, unbiased=False)
        return (h - mean) / (variance + 1e-5).sqrt() * norms[index].weight + norms[index].bias

    h = x
    for index, linear in enumerate(linears):
        if block.pre:
            h = normed(h, index).clamp(min=0) @ linear.weight.T + linear.bias
        else:
            h = normed(h @ linear.weight.T + linear.bias, index)
            h = h.clamp(min=0) if index + 1 < len(linears) else h
    total = x + block.scale * h if block.skip else h
    return total if block.pre else total.clamp(min=0)


@settings(deadline=None, max_examples=60)
@given(
    dim=st.integers(1, 5),
    layers=st.integers(1, 3),
    norm=st.booleans(),
    pre=st.booleans(),
    skip=st.booleans(),
    scale=st.sampled_from([1.0, 0.3]),
    seed=st.integers(0, 99),
)
def test_the_block_is_its_equation_forward_and_gradient(dim, layers, norm, pre, skip, scale, seed):
    torch.manual_seed(seed)
    block = ResidualBlock(dim=dim, layers=layers, norm=norm, pre=pre, skip=skip, scale=scale).double()
    for parameter in block.parameters():
        nn.init.normal_(parameter)  # norms' weights are 1 and 0 otherwise
    x = torch.randn(6, dim, dtype=torch.float64, requires_grad=True)
    ours, theirs = block(x), by_equation(block, x)
    torch.testing.assert_close(ours, theirs)
    gradients = (torch.autograd.grad(output.pow(3).sum(), [x, *block.parameters()]) for output in (ours, theirs))
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_zero_start_is_the_identity_and_learns_from_its_last_layer(layers, norm):
    x = torch.randn(5, 4, requires_grad=True)
    block = ResidualBlock(dim=4, layers=layers, norm=norm, pre=True, zero=True)
    assert torch.equal(block(x), x)
    after = ResidualBlock(dim=4, layers=layers, norm=norm, zero=True)
    assert torch.equal(after(x), x.relu())  # post-activation: identity on what a ReLU lets through
    (block(x) ** 2).sum().backward()
    assert block.branch[-1].weight.grad.abs().sum() > 0
    if layers == 2:
        assert all(p.grad.abs().sum() == 0 for part in list(block.branch)[:-1] for p in part.parameters())


def test_depth_scale_keeps_the_size_of_a_sum_of_many_branches():
    assert depth_scale(1) == 1 and depth_scale(100) == pytest.approx(0.1)
    assert (1 + depth_scale(50) ** 2) ** 50 < 2.8  # squared length after 50 branches as long as the wire's signal
    with pytest.raises(ValueError, match=r"depth \(0\) must be at least 1"):
        depth_scale(0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dim": 0}, r"dim \(0\) and layers \(1\) must be at least 1"),
        ({"dim": 3, "layers": 0}, r"layers \(0\) must be at least 1"),
        ({"dim": 3, "skip": False, "zero": True}, "lets nothing through: a zero start needs the wire"),
    ],
)
def test_impossible_blocks_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ResidualBlock(**settings)


def test_input_of_another_width_is_refused_even_where_torch_would_broadcast():
    with pytest.raises(ValueError, match="input of width 1 does not fit a block of width 3"):
        ResidualBlock(dim=3)(torch.zeros(2, 1))

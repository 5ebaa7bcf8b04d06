"""Oracles: torch.nn.BatchNorm1d on each ghost batch in turn; pytorch_tabnet's layer."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_tabnet.tab_network import GBN
from torch import nn

from lecture_utils.layers.ghost_norm import GhostBatchNorm


def pair(features, ghost, momentum, seed=0):
    """Our layer and pytorch_tabnet's with the same weights."""
    torch.manual_seed(seed)
    ours, theirs = GhostBatchNorm(features, ghost=ghost, momentum=momentum), GBN(features, ghost, momentum)
    with torch.no_grad():
        for mine, other in zip((ours.weight, ours.bias), (theirs.bn.weight, theirs.bn.bias), strict=True):
            other.copy_(mine.normal_())
    return ours, theirs


def as_chunks(rows, ghost):
    """The order of rows in which pytorch_tabnet's chunks are our ghosts: ours take every C-th row."""
    size = -(-rows // -(-rows // ghost))
    full = rows // size * size
    return torch.cat([torch.arange(full).view(size, -1).T.flatten(), torch.arange(full, rows)])


@settings(deadline=None, max_examples=40)
@given(
    rows=st.sampled_from([2, 8, 9, 11, 16, 23, 64]),
    ghost=st.sampled_from([2, 4, 5, 8, 100]),
    momentum=st.sampled_from([0.02, 0.5, 1.0]),
    seed=st.integers(0, 99),
)
def test_outputs_gradients_and_running_statistics_are_pytorch_tabnets(rows, ghost, momentum, seed):
    ours, theirs = pair(3, ghost, momentum, seed)
    x = torch.randn(rows, 3)
    if 1 in [len(chunk) for chunk in x.chunk(-(-rows // ghost))]:
        with pytest.raises(ValueError, match="has no variance"):
            ours(x)
        return
    order, pull = as_chunks(rows, ghost), torch.randn(rows, 3)
    first, second = x.clone().requires_grad_(), x[order].clone().requires_grad_()
    out, wanted = ours(first), theirs(second)
    torch.testing.assert_close(out[order], wanted)
    (out * pull).sum().backward()
    (wanted * pull[order]).sum().backward()
    torch.testing.assert_close(first.grad[order], second.grad, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours.weight.grad, theirs.bn.weight.grad, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours.running_mean, theirs.bn.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.bn.running_var)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_ghost_batches_do_not_cross():
    layer = GhostBatchNorm(4, ghost=6)
    x = torch.randn(18, 4)
    out = layer(x)
    for first in range(3):  # every third row belongs to the same ghost
        torch.testing.assert_close(out[first::3], nn.BatchNorm1d(4)(x[first::3]))
    changed = x.clone()
    changed[::3] += 100 * torch.randn(6, 4)
    after = layer(changed)
    torch.testing.assert_close(after[1::3], out[1::3])
    torch.testing.assert_close(after[2::3], out[2::3])


def test_shapes_and_sizes_are_checked():
    with pytest.raises(ValueError, match=r"must be \(rows, 4\)"):
        GhostBatchNorm(4)(torch.zeros(3, 5))
    with pytest.raises(ValueError, match=r"ghost \(1\)"):
        GhostBatchNorm(4, ghost=1)
    with pytest.raises(ValueError, match=r"momentum \(0\)"):
        GhostBatchNorm(4, momentum=0)

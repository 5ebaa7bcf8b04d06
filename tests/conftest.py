"""Tests of what a notebook displays need IPython's shell, which captures it. And torch's Transformer as an oracle."""

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from torch import nn

InteractiveShell.instance()


def _copy_attention(theirs, ours):
    for part, weight, bias in zip(
        (ours.query, ours.key, ours.value), theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3), strict=True
    ):
        part.load_state_dict({"weight": weight, "bias": bias})
    ours.output.load_state_dict(theirs.out_proj.state_dict())


def _copy_layer(theirs, ours):
    _copy_attention(theirs.self_attn, ours.attention)
    wires = [ours.around_attention, ours.around_feedforward]
    if isinstance(theirs, nn.TransformerDecoderLayer):
        _copy_attention(theirs.multihead_attn, ours.cross_attention)
        wires.insert(1, ours.around_cross)
    for place, wire in enumerate(wires, 1):
        wire.norm.load_state_dict(getattr(theirs, f"norm{place}").state_dict())
    ours.feedforward.expand.load_state_dict(theirs.linear1.state_dict())
    ours.feedforward.contract.load_state_dict(theirs.linear2.state_dict())


@pytest.fixture(scope="module")
def one_thread():
    """Small models in many small steps: on a busy machine a second thread makes them many times slower."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def copy_weights():
    """copy_weights(theirs, ours): random weights for torch's Transformer or one of its layers, the same for ours."""

    def copy(theirs, ours, seed=0):
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weight in theirs.parameters():
                weight.copy_(0.4 * torch.randn(weight.shape, generator=generator, dtype=torch.float64))
        if not isinstance(theirs, nn.Transformer):
            return _copy_layer(theirs, ours)
        for stack in ("encoder", "decoder"):
            for layer, our_layer in zip(getattr(theirs, stack).layers, getattr(ours, stack), strict=True):
                _copy_layer(layer, our_layer)
            norm = getattr(theirs, stack).norm
            if norm is not None:
                getattr(ours, f"{stack}_norm").load_state_dict(norm.state_dict())

    return copy

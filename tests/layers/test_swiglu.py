"""Oracle: Hugging Face's LlamaMLP with the same weights, and numbers by hand."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaMLP

from lecture_utils.layers.feedforward import FeedForward
from lecture_utils.layers.swiglu import SwiGLU


@given(dim=st.integers(1, 6), hidden=st.integers(1, 7), seed=st.integers(0, 999))
@settings(deadline=None, max_examples=25)
def test_values_and_gradients_equal_hugging_faces(dim, hidden, seed):
    torch.manual_seed(seed)
    ours = SwiGLU(dim=dim, hidden=hidden).double()
    theirs = LlamaMLP(LlamaConfig(hidden_size=dim, intermediate_size=hidden, num_attention_heads=dim)).double()
    names = {"gate_proj": "gate", "up_proj": "expand", "down_proj": "contract"}
    theirs.load_state_dict({f"{t}.weight": getattr(ours, o).weight.detach().clone() for t, o in names.items()})
    inputs = [torch.randn(2, 3, dim, dtype=torch.float64).requires_grad_()]
    inputs.append(inputs[0].detach().clone().requires_grad_())
    outputs = ours(inputs[0]), theirs(inputs[1])
    torch.testing.assert_close(*outputs)
    for output in outputs:
        output.square().sum().backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)
    for their, own in names.items():
        torch.testing.assert_close(getattr(ours, own).weight.grad, getattr(theirs, their).weight.grad)


def test_the_gate_opens_and_shuts():
    layer = SwiGLU(dim=1, hidden=1)
    with torch.no_grad():
        layer.gate.weight.fill_(1.0), layer.expand.weight.fill_(-2.0), layer.contract.weight.fill_(3.0)
    silu = 2.0 / (1.0 + math.exp(-2.0))  # of 2
    assert layer(torch.tensor([2.0])).item() == pytest.approx(3 * silu * -4.0)


def test_two_thirds_of_the_width_cost_as_much_as_an_ordinary_one():
    gated, plain = SwiGLU(dim=48, hidden=128), FeedForward(dim=48, hidden=192)
    matrices = sum(weight.numel() for weight in plain.parameters() if weight.ndim == 2)
    assert sum(weight.numel() for weight in gated.parameters()) == matrices


@pytest.mark.parametrize("sizes", [{"dim": 0, "hidden": 3}, {"dim": 3, "hidden": 0}])
def test_sizes_that_make_no_layer(sizes):
    with pytest.raises(ValueError, match=r"dim \(\d\) and hidden \(\d\) must each be at least 1"):
        SwiGLU(**sizes)

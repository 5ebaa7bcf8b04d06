"""Oracles: published parameter counts of GPT-2 and PaLM, and a stack of our own layers, weight by weight."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.layers.transformer import EncoderLayer
from lecture_utils.parameter_count import (
    GPT2_MEDIUM,
    GPT2_SMALL,
    PALM_8B,
    PALM_62B,
    PALM_540B,
    DecoderShape,
    block_parameters,
    model_parameters,
)


@pytest.mark.parametrize(("shape", "count"), [(GPT2_SMALL, 124_439_808), (GPT2_MEDIUM, 354_823_168)])
def test_gpt2_to_the_last_weight(shape, count):
    assert sum(model_parameters(shape).values()) == count


@pytest.mark.parametrize(("shape", "billions"), [(PALM_8B, 8.63), (PALM_62B, 62.50), (PALM_540B, 540.35)])
def test_palm_to_the_last_digit_of_its_table(shape, billions):
    assert abs(sum(model_parameters(shape).values()) / 1e9 - billions) < 0.01  # Chowdhery et al. 2022, table 1


@given(
    width=st.sampled_from([4, 12]), layers=st.integers(1, 3), heads=st.sampled_from([1, 2, 4]),
    hidden=st.sampled_from([0, 5]), vocabulary=st.integers(1, 9), positions=st.integers(0, 3),
)  # fmt: skip
@settings(deadline=None, max_examples=20)
def test_counts_are_those_of_our_own_layers(width, layers, heads, hidden, vocabulary, positions):
    shape = DecoderShape(vocabulary, width, layers, heads, hidden=hidden, positions=positions)
    with torch.device("meta"):
        blocks = [EncoderLayer(dim=width, heads=heads, hidden=hidden or 4 * width) for _ in range(layers)]
        ends = nn.ModuleList([nn.Embedding(vocabulary + positions, width), nn.LayerNorm(width)])
    count = lambda module: sum(weight.numel() for weight in module.parameters())  # noqa: E731
    assert sum(block_parameters(shape).values()) == count(blocks[0])
    counts = model_parameters(shape)
    assert sum(counts.values()) == sum(map(count, blocks)) + count(ends)
    assert counts["attention"] == sum(count(block.attention) for block in blocks)
    assert counts["feed-forward"] == sum(count(block.feedforward) for block in blocks)


def test_parts_by_hand():
    shape = DecoderShape(1, 4, 1, heads=2, head_width=3, key_value_heads=1, hidden=5, gated=True, biases=False)
    assert block_parameters(shape) == {
        "queries": 24, "keys": 12, "values": 12, "output": 24, "expand": 20, "gate": 20, "contract": 20, "norms": 8
    }  # fmt: skip
    assert block_parameters(replace(shape, gated=False, parallel=True)).keys() == {
        "queries", "keys", "values", "output", "expand", "contract", "norms"
    }  # fmt: skip
    assert block_parameters(replace(shape, parallel=True))["norms"] == 4


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"width \(10\) must be a multiple of heads \(4\), or give head_width"):
        DecoderShape(5, 10, layers=1, heads=4)
    with pytest.raises(ValueError, match="must each be at least 1"):
        DecoderShape(5, 8, layers=0, heads=4)

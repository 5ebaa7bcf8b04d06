"""Oracle: truth tables, and the model's own forward pass."""

import numpy as np
import pytest
import torch

from lecture_utils.models.mlp import MLP
from lecture_utils.widgets.perceptron import explore_flow, explore_gates, flow, gate_score


@pytest.mark.parametrize(
    ("gate", "weights", "bias", "right"),
    [
        ("AND", (1, 1), -1.5, [True] * 4),
        ("OR", (1, 1), -0.5, [True] * 4),
        ("NAND", (-1, -1), 1.5, [True] * 4),
        ("XOR", (1, 1), -0.5, [True, True, True, False]),
    ],
)
def test_gate_score_is_the_truth_table(gate, weights, bias, right):
    assert gate_score(gate, weights, bias) == right


def test_an_unknown_gate_is_refused():
    with pytest.raises(ValueError, match="'NOR' is not known: choose one of AND, OR, NAND, XOR"):
        gate_score("NOR", (1, 1), 0)


def test_the_gates_explorer_counts_right_answers():
    plot = explore_gates()
    plot.controls["w2"].value = 1.0
    assert "Right for 4 of 4 inputs" in plot.message.value
    plot.controls["gate"].value = "XOR"
    assert "Right for 3 of 4 inputs" in plot.message.value


def test_flow_ends_in_the_models_softmax():
    torch.manual_seed(0)
    model, image = MLP((64, 5, 10)), torch.rand(8, 8)
    outputs, shares = flow(model, image)
    assert [len(values) for values in outputs] == [64, 5, 10]
    expected = model(image.flatten()).softmax(-1).detach().numpy()
    assert np.allclose(shares, expected) and np.allclose(outputs[-1], expected)


def test_the_flow_explorer_follows_the_digit():
    torch.manual_seed(0)
    plot = explore_flow(MLP((64, 5, 10)), torch.rand(4, 8, 8), torch.tensor([3, 1, 4, 1]))
    before = plot.image.value
    plot.controls["digit"].value = 2
    assert "the label is 4" in plot.message.value
    assert plot.image.value != before

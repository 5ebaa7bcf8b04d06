"""Oracle: torch.nn.Sequential with the same weights, forward and gradient."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture_utils.models.mlp import MLP, accuracy, count_parameters


@settings(deadline=None, max_examples=30)
@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5), seed=st.integers(0, 99))
def test_mlp_equals_sequential_forward_and_gradient(sizes, seed):
    torch.manual_seed(seed)
    model = MLP(sizes)
    parts = [part for layer in model.layers for part in (layer, nn.ReLU())][:-1]
    reference = nn.Sequential(*parts)
    x = torch.randn(3, sizes[0], requires_grad=True)
    y = x.detach().clone().requires_grad_()
    torch.testing.assert_close(model(x), reference(y))
    model(x).square().sum().backward()
    gradients = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    reference(y).square().sum().backward()
    torch.testing.assert_close(x.grad, y.grad)
    torch.testing.assert_close(gradients, [parameter.grad for parameter in reference.parameters()])
    assert count_parameters(model) == sum(parameter.numel() for parameter in reference.parameters())


def test_layer_outputs_begin_with_the_input_and_end_with_the_logits():
    model, x = MLP((3, 4, 2), torch.tanh), torch.randn(5, 3)
    outputs = model.layer_outputs(x)
    assert [tuple(output.shape) for output in outputs] == [(5, 3), (5, 4), (5, 2)]
    assert torch.equal(outputs[0], x) and torch.equal(outputs[-1], model(x))
    assert outputs[1].abs().max() <= 1


def test_accuracy_counts_and_leaves_the_mode_alone():
    model = nn.Identity().train()
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [3.0, 1.0]])
    assert accuracy(model, logits, torch.tensor([0, 1, 1])) == pytest.approx(2 / 3)
    assert model.training


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP((3,)), r"sizes \(3,\) must be at least two widths"),
        (lambda: MLP((3, 0, 2)), "of 1 or more"),
        (lambda: MLP((64, 10))(torch.zeros(2, 8, 8)), "width 8 does not fit a first layer of 64"),
        (lambda: accuracy(MLP((2, 2)), torch.zeros(3, 2), torch.zeros(2)), "3 inputs and 2 labels"),
        (lambda: accuracy(MLP((2, 2)), torch.zeros(0, 2), torch.zeros(0)), "at least one"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

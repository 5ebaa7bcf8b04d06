"""Oracle: torch.autograd and torch.nn.functional in double precision."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from lecture_utils.layers.dense import (
    dense,
    dense_backward,
    loss_and_gradients,
    softmax_cross_entropy,
    tanh_backward,
)

sizes = st.integers(1, 6)


def draw(*shape, seed):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).requires_grad_()


@settings(deadline=None, max_examples=40)
@given(batch=sizes, inputs=sizes, outputs=sizes, seed=st.integers(0, 999))
def test_a_layer_and_its_backward_equal_autograd(batch, inputs, outputs, seed):
    x, weight, bias = draw(batch, inputs, seed=seed), draw(inputs, outputs, seed=seed + 1), draw(outputs, seed=seed + 2)
    gradient = draw(batch, outputs, seed=seed + 3).detach()
    result = dense(x, weight, bias)
    torch.testing.assert_close(result, F.linear(x, weight.mT, bias))
    wanted = torch.autograd.grad(result, (x, weight, bias), gradient)
    for ours, theirs in zip(dense_backward(x, weight, gradient), wanted, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)


@settings(deadline=None, max_examples=40)
@given(batch=sizes, classes=st.integers(2, 6), seed=st.integers(0, 999))
def test_softmax_cross_entropy_equals_torch(batch, classes, seed):
    logits = draw(batch, classes, seed=seed)
    labels = torch.randint(classes, (batch,), generator=torch.Generator().manual_seed(seed))
    loss, gradient = softmax_cross_entropy(logits, labels)
    wanted = F.cross_entropy(logits, labels)
    torch.testing.assert_close(loss, wanted)
    torch.testing.assert_close(gradient, torch.autograd.grad(wanted, logits)[0], rtol=0, atol=1e-10)
    torch.testing.assert_close(gradient.sum(-1), torch.zeros(batch, dtype=torch.float64), rtol=0, atol=1e-12)


def test_large_logits_do_not_overflow():
    loss, gradient = softmax_cross_entropy(torch.tensor([[1000.0, 0.0], [0.0, 1000.0]]), torch.tensor([0, 0]))
    assert loss == 500 and gradient.isfinite().all()


def test_the_backward_of_tanh_equals_autograd():
    z, gradient = draw(4, 3, seed=0), draw(4, 3, seed=1).detach()
    outputs = z.tanh()
    wanted = torch.autograd.grad(outputs, z, gradient)[0]
    torch.testing.assert_close(tanh_backward(outputs.detach(), gradient), wanted, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(widths=st.lists(sizes, min_size=2, max_size=5), batch=sizes, seed=st.integers(0, 999))
def test_a_network_of_any_depth_equals_autograd(widths, batch, seed):
    pairs = list(itertools.pairwise(widths))
    layers = [(draw(a, b, seed=seed + a), draw(b, seed=seed + b)) for a, b in pairs]
    x = draw(batch, widths[0], seed=seed).detach()
    labels = torch.randint(widths[-1], (batch,), generator=torch.Generator().manual_seed(seed))
    loss, gradients = loss_and_gradients([(w.detach(), b.detach()) for w, b in layers], x, labels)
    hidden = x
    for weight, bias in layers[:-1]:
        hidden = torch.tanh(hidden @ weight + bias)
    wanted = F.cross_entropy(hidden @ layers[-1][0] + layers[-1][1], labels)
    torch.testing.assert_close(loss, wanted.detach())
    flat = [parameter for layer in layers for parameter in layer]
    ours = [gradient for layer in gradients for gradient in layer]
    for mine, theirs in zip(ours, torch.autograd.grad(wanted, flat), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-10)


def test_shapes_that_do_not_fit_are_refused():
    x, weight, bias = torch.ones(2, 3), torch.ones(3, 4), torch.ones(4)
    for bad in [(x, weight.mT, bias), (x, weight, torch.ones(3)), (x[0], weight, bias), (x, weight, torch.ones(1, 4))]:
        with pytest.raises(ValueError, match=r"give \(B, I\), \(I, O\) and \(O,\)"):
            dense(*bad)
    with pytest.raises(ValueError, match=r"gradient \(2, 3\) must have the outputs' shape \(2, 4\)"):
        dense_backward(x, weight, x)
    with pytest.raises(ValueError, match="at least one layer"):
        loss_and_gradients([], x, torch.zeros(2, dtype=torch.long))


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (torch.ones(2, 3), torch.tensor([0]), r"\(B, C\) and \(B,\)"),
        (torch.ones(0, 3), torch.zeros(0, dtype=torch.long), "B >= 1"),
        (torch.ones(2, 3), torch.tensor([0, 3]), r"whole numbers \(torch.long\) from 0 to 2"),
        (torch.ones(2, 3), torch.tensor([0, -1]), r"whole numbers \(torch.long\) from 0 to 2"),
        (torch.ones(2, 3), torch.tensor([0.0, 1.0]), r"whole numbers \(torch.long\) from 0 to 2"),
        (torch.ones(2, 3), torch.tensor([False, True]), r"whole numbers \(torch.long\) from 0 to 2"),
        (torch.tensor([[float("nan"), 1.0]]), torch.tensor([0]), "contain NaN"),
    ],
)
def test_bad_logits_and_labels_are_refused(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        softmax_cross_entropy(logits, labels)

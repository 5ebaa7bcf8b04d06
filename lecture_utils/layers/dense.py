"""Backpropagation by matrices: the backward pass of a fully connected network, without autograd.

Shapes: B batch, I inputs and O outputs of a layer, C classes. A gradient has the shape of what it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def dense(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """inputs (B, I) @ weight (I, O) + bias (O,) -> (B, O). Raises ValueError when the shapes do not fit."""
    if inputs.ndim != 2 or weight.shape != (inputs.shape[-1], *bias.shape) or bias.ndim != 1:
        given = f"inputs {tuple(inputs.shape)}, weight {tuple(weight.shape)}, bias {tuple(bias.shape)}"
        raise ValueError(f"{given} do not fit: give (B, I), (I, O) and (O,)")
    return inputs @ weight + bias


def dense_backward(inputs: Tensor, weight: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients by inputs (B, I), weight (I, O) and bias (O,), from the gradient (B, O) by the outputs."""
    if gradient.shape != (len(inputs), weight.shape[1]):
        raise ValueError(
            f"gradient {tuple(gradient.shape)} must have the outputs' shape {(len(inputs), weight.shape[1])}"
        )
    return gradient @ weight.mT, inputs.mT @ gradient, gradient.sum(0)


def tanh_backward(outputs: Tensor, gradient: Tensor) -> Tensor:
    """Gradient by the input of tanh, from its outputs and the gradient by them: tanh' = 1 - tanh^2."""
    return gradient * (1.0 - outputs**2)


def softmax_cross_entropy(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of -log softmax(logits)[label], and its gradient by the logits: (softmax - one-hot) / B.

    logits (B, C), labels (B,) whole numbers below C -> a number and (B, C). Raises ValueError for other shapes or
    labels, an empty batch, and NaN.
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or len(labels) == 0:
        raise ValueError(
            f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} do not fit: give (B, C) and (B,), B >= 1"
        )
    classes = logits.shape[1]
    if labels.dtype != torch.long or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels must be whole numbers (torch.long) from 0 to {classes - 1}, one for each row")
    if logits.isnan().any():
        raise ValueError("the logits contain NaN: look at the data and the learning rate")
    log_probabilities = logits.log_softmax(-1)  # (B, C), each row sums to one after exp
    one_hot = torch.nn.functional.one_hot(labels, classes)
    loss = -(one_hot * log_probabilities).sum() / len(labels)
    return loss, (log_probabilities.exp() - one_hot) / len(labels)


Layer = tuple[Tensor, Tensor]  # weight (I, O), bias (O,)


def loss_and_gradients(layers: Sequence[Layer], inputs: Tensor, labels: Tensor) -> tuple[Tensor, list[Layer]]:
    """Forward and backward through a classifier with tanh between its layers (Rumelhart et al. 1986).

    layers: one (weight, bias) each. Returns the mean cross-entropy, and the gradient of every weight and bias in
    the same order. Raises ValueError for no layer, and for shapes that do not fit.
    """
    if not layers:
        raise ValueError("a network needs at least one layer: give a list of (weight, bias)")
    outputs = [inputs]  # what enters each layer; the forward pass must keep it for the backward pass
    for weight, bias in layers[:-1]:
        outputs.append(dense(outputs[-1], weight, bias).tanh())  # (B, O)
    loss, gradient = softmax_cross_entropy(dense(outputs[-1], *layers[-1]), labels)
    gradients: list[Layer] = []
    for index in reversed(range(len(layers))):
        gradient, by_weight, by_bias = dense_backward(outputs[index], layers[index][0], gradient)
        gradients.append((by_weight, by_bias))
        if index > 0:
            gradient = tanh_backward(outputs[index], gradient)  # (B, I)
    return loss, gradients[::-1]

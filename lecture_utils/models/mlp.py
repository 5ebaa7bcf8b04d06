"""The multilayer perceptron: affine maps with a nonlinearity between them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


class MLP(nn.Module):
    """A fully connected feedforward network (Rumelhart, Hinton and Williams 1986).

    sizes: width of every layer, input and output included, such as (64, 128, 10). activation: applied after
    every layer but the last. Input (..., sizes[0]) -> logits (..., sizes[-1]).
    Raises ValueError for fewer than two sizes or a size below 1, and for input of another width.
    """

    def __init__(self, sizes: Sequence[int], activation: Callable[[Tensor], Tensor] = torch.relu) -> None:
        super().__init__()
        if len(sizes) < 2 or any(size < 1 for size in sizes):
            raise ValueError(f"sizes {tuple(sizes)} must be at least two widths of 1 or more, such as (64, 128, 10)")
        self.sizes, self.activation = tuple(sizes), activation
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))

    def layer_outputs(self, x: Tensor) -> list[Tensor]:
        """What every layer passes on, from the input itself (first) to the logits (last)."""
        if x.shape[-1] != self.sizes[0]:
            raise ValueError(f"input of width {x.shape[-1]} does not fit a first layer of {self.sizes[0]}: flatten it?")
        outputs = [x]
        for index, layer in enumerate(self.layers):
            x = layer(x)  # (..., sizes[index + 1])
            if index + 1 < len(self.layers):
                x = self.activation(x)
            outputs.append(x)
        return outputs

    def forward(self, x: Tensor) -> Tensor:
        return self.layer_outputs(x)[-1]


def count_parameters(model: nn.Module) -> int:
    """How many numbers of a model are trained; a tensor used twice counts once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def accuracy(model: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Share of inputs (N, ...) whose largest logit is at its label (N,)."""
    if len(inputs) != len(labels) or len(labels) == 0:
        raise ValueError(f"{len(inputs)} inputs and {len(labels)} labels: give one label an input, and at least one")
    training = model.training
    model.eval()
    with torch.no_grad():
        right = (model(inputs).argmax(-1) == labels).float().mean().item()
    model.train(training)
    return right

"""The loss around a trained network: a flat slice through the space of its weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Direction = list[Tensor]  # one tensor a parameter, of its shape


def filter_direction(model: nn.Module, *, generator: torch.Generator) -> Direction:
    """A random direction in which every neuron moves by its own length (Li et al. 2018, section 4).

    Each row of a weight matrix, and each kernel, is drawn at random and scaled to the norm of the model's own;
    biases and norms' parameters stay where they are. A step of 1 thus replaces every neuron by another of its size.
    """
    direction = []
    for parameter in model.parameters():
        if parameter.ndim < 2:
            direction.append(torch.zeros_like(parameter))
            continue
        noise = torch.randn(parameter.shape, generator=generator).to(parameter)
        axes = tuple(range(1, parameter.ndim))  # everything but the neuron
        own, drawn = (torch.linalg.vector_norm(each, dim=axes, keepdim=True) for each in (parameter.detach(), noise))
        direction.append(noise * own / drawn)
    return direction


@torch.no_grad()
def loss_on_slice(
    model: nn.Module, loss: Callable[[nn.Module], Tensor], directions: Sequence[Direction], steps: Tensor
) -> Tensor:
    """The loss at weights + sum of step * direction, for rows of steps (N, directions): (N,).

    The model's weights and mode are left as they were, also after an interruption.
    Raises ValueError when a row has another number of steps than there are directions, or for NaN.
    """
    if steps.ndim != 2 or steps.shape[1] != len(directions) or steps.isnan().any():
        raise ValueError(f"steps {tuple(steps.shape)} must be (points, {len(directions)}), finite: one a direction")
    training, parameters = model.training, list(model.parameters())
    middle = [parameter.clone() for parameter in parameters]
    model.eval()
    values = []
    try:
        for row in steps.tolist():
            for index, parameter in enumerate(parameters):
                shift = sum(step * direction[index] for step, direction in zip(row, directions, strict=True))
                parameter.copy_(middle[index] + shift)
            values.append(float(loss(model)))
    finally:
        for parameter, value in zip(parameters, middle, strict=True):
            parameter.copy_(value)
        model.train(training)
    return torch.tensor(values)

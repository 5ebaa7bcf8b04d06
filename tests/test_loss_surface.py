"""Oracle: a quadratic whose loss along a line is known, and norms taken row by row."""

import pytest
import torch
from torch import nn

from lecture_utils.loss_surface import filter_direction, loss_on_slice


def test_every_neuron_moves_by_its_own_length_and_biases_stay():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.Linear(4, 5))
    direction = filter_direction(model, generator=torch.Generator().manual_seed(0))
    for parameter, step in zip(model.parameters(), direction, strict=True):
        if parameter.ndim == 1:
            assert (step == 0).all()
        else:
            torch.testing.assert_close(step.flatten(1).norm(dim=1), parameter.detach().flatten(1).norm(dim=1))
    again = filter_direction(model, generator=torch.Generator().manual_seed(0))
    assert all(torch.equal(a, b) for a, b in zip(direction, again, strict=True))


def test_the_loss_on_a_slice_of_a_quadratic_and_the_model_is_left_as_it_was():
    model = nn.Linear(2, 1, bias=False).train()
    nn.init.constant_(model.weight, 1.0)
    directions = [[torch.tensor([[2.0, 0.0]])], [torch.tensor([[0.0, 1.0]])]]
    steps = torch.tensor([[0.0, 0.0], [1.0, 0.0], [-0.5, 2.0]])
    losses = loss_on_slice(model, lambda m: (m.weight**2).sum() + 10 * m.training, directions, steps)
    torch.testing.assert_close(losses, torch.tensor([2.0, 10.0, 9.0]))
    assert (model.weight == 1).all() and model.training


def test_the_model_is_left_as_it_was_after_an_interruption():
    model = nn.Linear(2, 1, bias=False)
    before = model.weight.detach().clone()

    def interrupted(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loss_on_slice(model, interrupted, [[torch.ones(1, 2)]], torch.ones(1, 1))
    assert torch.equal(model.weight, before)


@pytest.mark.parametrize("steps", [torch.zeros(3), torch.zeros(3, 2), torch.tensor([[torch.nan]])])
def test_steps_that_fit_no_direction_are_refused(steps):
    model = nn.Linear(2, 1)
    direction = filter_direction(model, generator=torch.Generator())
    with pytest.raises(ValueError, match=r"must be \(points, 1\), finite"):
        loss_on_slice(model, lambda m: m.weight.sum(), [direction], steps)

"""Oracles: central differences of the logit; a linear model, whose gradient is its weights."""

import pytest
import torch
from torch import nn

from lecture_utils.models.cnn import CNN
from lecture_utils.saliency import evidence, input_gradient


def test_the_gradient_agrees_with_central_differences_pixel_by_pixel():
    torch.manual_seed(0)
    model = CNN().double()
    images, classes = torch.rand(2, 8, 8, dtype=torch.float64), torch.tensor([3, 7])
    ours = input_gradient(model, images, classes)
    assert ours.shape == images.shape
    step = 1e-6
    for image, (row, column) in [(0, (0, 0)), (0, (4, 3)), (1, (7, 7)), (1, (2, 5))]:
        nudge = torch.zeros_like(images)
        nudge[image, row, column] = step
        with torch.no_grad():
            difference = (model(images + nudge) - model(images - nudge))[image, classes[image]] / (2 * step)
        assert ours[image, row, column].item() == pytest.approx(difference.item(), abs=1e-6)


def test_a_linear_models_map_is_its_weights_and_evidence_adds_up_to_the_logit():
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 3, bias=False))
    images, classes = torch.rand(4, 2, 3), torch.tensor([0, 1, 2, 1])
    torch.testing.assert_close(input_gradient(model, images, classes).flatten(1), model[1].weight[classes].detach())
    logits = model(images).gather(1, classes[:, None])[:, 0]
    torch.testing.assert_close(evidence(model, images, classes).sum((1, 2)), logits.detach())


def test_model_and_images_are_left_as_they_were():
    model, images = CNN(), torch.rand(2, 8, 8)
    with torch.no_grad():  # works inside, too
        input_gradient(model, images, torch.tensor([1, 2]))
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not images.requires_grad


def test_bad_input_is_refused():
    model, images = CNN(), torch.rand(2, 8, 8)
    with pytest.raises(ValueError, match=r"2 images need as many classes, not a tensor of shape \(3,\)"):
        input_gradient(model, images, torch.tensor([1, 2, 3]))
    with pytest.raises(ValueError, match=r"classes must lie between 0 and 9, not \[1, 10\]"):
        input_gradient(model, images, torch.tensor([1, 10]))
    with pytest.raises(ValueError, match="the images contain NaN"):
        input_gradient(model, images * torch.nan, torch.tensor([1, 2]))

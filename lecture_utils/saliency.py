"""Saliency: which pixels speak for a class, asked of the network's own gradient."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def input_gradient(model: nn.Module, images: Tensor, classes: Tensor) -> Tensor:
    """The gradient of each image's logit of its class, pixel by pixel (Simonyan et al. 2014, section 3).

    images (N, ...), classes (N,) of whole numbers -> the images' shape. Positive: more ink here would raise the
    class's logit. The paper's map is the absolute value. Weights and their gradients are left as they were.
    Raises ValueError for NaN, one class not given an image, or a class the model does not have.
    """
    if classes.shape != images.shape[:1]:
        raise ValueError(f"{len(images)} images need as many classes, not a tensor of shape {tuple(classes.shape)}")
    if images.isnan().any():
        raise ValueError("the images contain NaN: remove or fill those pixels first")
    images = images.detach().requires_grad_()
    with torch.enable_grad():
        logits = model(images)  # (N, classes)
        if classes.min() < 0 or classes.max() >= logits.shape[1]:
            raise ValueError(f"classes must lie between 0 and {logits.shape[1] - 1}, not {classes.unique().tolist()}")
        chosen = logits.gather(1, classes[:, None]).sum()  # images do not mix, so the sum keeps them apart
        return torch.autograd.grad(chosen, images)[0]


def evidence(model: nn.Module, images: Tensor, classes: Tensor) -> Tensor:
    """How much of the logit each pixel's ink carries, to first order: gradient times input (Shrikumar et al. 2016).

    Same arguments, shape and errors as `input_gradient`. Paper (0) carries nothing.
    """
    return input_gradient(model, images, classes) * images

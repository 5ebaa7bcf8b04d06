"""Augmentation: more examples from the same ones, by changes that leave the label true."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def random_shifts(images: Tensor, reach: int = 1, *, generator: torch.Generator) -> Tensor:
    """Move each image (..., N, height, width) by its own whole number of pixels, at most `reach` down and across.

    All (2 reach + 1)^2 moves are equally likely, no move among them; paper (0) comes in at the edge.
    Raises ValueError for NaN, or a reach that is negative or leaves nothing of an image.
    """
    if images.ndim < 3 or not 0 <= reach < min(images.shape[-2:]):
        raise ValueError(
            f"images {tuple(images.shape)} must be (N, height, width), and reach ({reach}) at least 0 and below both"
        )
    if images.isnan().any():
        raise ValueError("the images contain NaN: remove or fill those pixels before augmenting")
    count, (height, width) = images.shape[-3], images.shape[-2:]
    moves = torch.randint(-reach, reach + 1, (2, count, 1), generator=generator).to(images.device)
    rows = torch.arange(height, device=images.device) + reach - moves[0]  # (N, height): where each row comes from
    columns = torch.arange(width, device=images.device) + reach - moves[1]  # (N, width)
    which = torch.arange(count, device=images.device)[:, None, None]
    return F.pad(images, (reach,) * 4)[..., which, rows[:, :, None], columns[:, None, :]]


def shifting(
    batches: Callable[[int], tuple[Tensor, ...]], reach: int = 1, *, seed: int = 0
) -> Callable[[int], tuple[Tensor, ...]]:
    """Batches whose first tensor, images (N, height, width), is shifted anew each time; the rest stays.

    Like `training.minibatches`, the result is a function of the step alone, so a run can be resumed anywhere.
    """

    def batch(step: int) -> tuple[Tensor, ...]:
        images, *rest = batches(step)
        generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
        return random_shifts(images, reach, generator=generator), *rest

    return batch

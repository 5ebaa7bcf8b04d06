"""Short films of a handwritten digit that moves: what is in a picture, and which way it goes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

DIRECTIONS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


@dataclass(frozen=True)
class Clips:
    """Clips (N, frames, side, side) of ink from 0 (paper) to 1, and what is true of them.

    labels (N,): the digit. directions (N,): index into `names`. corners (N, frames, 2): row and column of the
    digit's upper left pixel in each frame.
    """

    images: Tensor
    labels: Tensor
    directions: Tensor
    corners: Tensor
    names: tuple[str, ...] = tuple(DIRECTIONS)
    units: str = "ink, 0 (paper) to 1"
    source: str = "digits of datasets/digits.py, moved by lecture_utils.datasets.clips"


def moving_digits(
    images: Tensor, labels: Tensor, n: int, *, frames: int = 4, side: int = 24, step: int = 4, seed: int = 0
) -> Clips:
    """Draw `n` clips: a digit from images (N, height, width), a direction and a place where it stays in the picture.

    side: pixels of the square picture. step: pixels from frame to frame; the place is a multiple of it, so that
    patches of `step` pixels move as a whole. Raises ValueError for sizes below 1 and a path that does not fit.
    """
    if min(n, frames, step) < 1 or len(images) != len(labels) or not len(images):
        raise ValueError(f"n ({n}), frames ({frames}) and step ({step}) must be at least 1, with a label an image")
    path = (frames - 1) * step
    room = side - path - max(images.shape[1:])
    if room < 0:
        raise ValueError(f"a digit of {tuple(images.shape[1:])} moving {path} pixels does not fit into side ({side})")
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randint(len(images), (n,), generator=generator)
    directions = torch.randint(len(DIRECTIONS), (n,), generator=generator)
    moves = torch.tensor(list(DIRECTIONS.values()))[directions] * step  # (N, 2)
    free = (torch.tensor(images.shape[1:]) - side).abs() - moves.abs() * (frames - 1)  # pixels to choose from, (N, 2)
    first = (torch.rand(n, 2, generator=generator) * (free // step + 1)).long() * step
    first += (-moves).clamp(min=0) * (frames - 1)  # who moves up or left starts at the far end
    corners = first[:, None] + moves[:, None] * torch.arange(frames)[:, None]  # (N, frames, 2)
    height, width = images.shape[1:]
    rows = corners[..., 0, None, None] + torch.arange(height)[:, None]  # (N, frames, height, 1)
    columns = corners[..., 1, None, None] + torch.arange(width)  # (N, frames, 1, width)
    clips = torch.zeros(n, frames, side, side)
    index = (torch.arange(n)[:, None, None, None], torch.arange(frames)[:, None, None], rows, columns)
    clips[index] = images[chosen][:, None].expand(-1, frames, -1, -1)
    return Clips(clips, labels[chosen], directions, corners)

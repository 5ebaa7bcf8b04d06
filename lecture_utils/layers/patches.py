"""Patches: an image cut into squares, each square a word, and a table of positions that fits any grid of them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.convolution import Both, Pair, pair


def cut_patches(images: Tensor, size: Pair) -> Tensor:
    """Cut images (B, C, height, width) into patches (B, P, C * h * w), row by row.

    Dosovitskiy et al. (2021, section 3.1). size: pixels of a patch, one number or h, w. A patch's numbers are ordered
    by channel, row, column.
    Raises ValueError for images of another shape, and for sides that are no multiple of the patch's.
    """
    if images.ndim != 4:
        raise ValueError(f"images {tuple(images.shape)} must be (batch, channels, height, width)")
    (rows, columns), (h, w) = grid_of(images.shape[2:], size), pair(size, "size")
    squares = images.unflatten(3, (columns, w)).unflatten(2, (rows, h))  # (B, C, rows, h, columns, w)
    return squares.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)


def join_patches(patches: Tensor, grid: Both, size: Pair) -> Tensor:
    """Undo `cut_patches`: patches (B, P, C * h * w) in rows and columns of `grid` -> images (B, C, height, width).

    Raises ValueError when there are not rows x columns patches, or they do not hold whole channels.
    """
    (rows, columns), (h, w) = grid, pair(size, "size")
    if patches.ndim != 3 or patches.shape[1] != rows * columns or patches.shape[2] % (h * w):
        raise ValueError(f"patches {tuple(patches.shape)} must be (batch, {rows} x {columns}, channels x {h} x {w})")
    squares = patches.unflatten(2, (-1, h, w)).unflatten(1, (rows, columns))  # (B, rows, columns, C, h, w)
    return squares.permute(0, 3, 1, 4, 2, 5).flatten(4).flatten(2, 3)


def grid_of(image: Pair, size: Pair) -> Both:
    """Rows and columns of the patches of an image. Raises ValueError where patches of this size do not fill it."""
    (height, width), (h, w) = pair(image, "image"), pair(size, "size")
    if height % h or width % w:
        raise ValueError(f"patches of {h} x {w} pixels do not fill an image of {height} x {width}: crop or pad it")
    return height // h, width // w


class PatchEmbedding(nn.Module):
    """One linear map for every patch (Dosovitskiy et al. 2021, eq. 1): images (B, C, height, width) -> (B, P, dim).

    Equal to a convolution whose stride is its kernel's size. channels: C. size: pixels of a patch.
    Raises ValueError for counts below 1, and for images that do not fit.
    """

    def __init__(self, *, channels: int, dim: int, size: Pair) -> None:
        super().__init__()
        if channels < 1 or dim < 1:
            raise ValueError(f"channels ({channels}) and dim ({dim}) must each be at least 1")
        self.channels, self.size = channels, pair(size, "size")
        self.project = nn.Linear(channels * self.size[0] * self.size[1], dim)

    def forward(self, images: Tensor) -> Tensor:
        if images.ndim != 4 or images.shape[1] != self.channels:
            raise ValueError(f"images {tuple(images.shape)} must be (batch, {self.channels}, height, width)")
        return self.project(cut_patches(images, self.size))


def resize_positions(table: Tensor, old: Both, new: Both) -> Tensor:
    """Fit a table of positions (1 + P, D), the class token's first, to another grid (Dosovitskiy et al. 2021, 3.2).

    old, new: rows and columns of the grids. Between the old places the vectors are interpolated (bicubic); the class
    token's stays as it is. Raises ValueError unless the table has one row for each place of `old` and one more.
    """
    if table.ndim != 2 or len(table) != 1 + old[0] * old[1]:
        raise ValueError(f"table {tuple(table.shape)} must have 1 + {old[0]} x {old[1]} rows, the class token's first")
    if old == new:
        return table
    places = table[1:].T.unflatten(1, old)[None]  # (1, D, rows, columns)
    places = F.interpolate(places, size=new, mode="bicubic", align_corners=False)
    return torch.cat([table[:1], places[0].flatten(1).T])

"""Pooling: a window that summarises instead of weighing, so that small movements matter less."""

from __future__ import annotations

from torch import Tensor

from lecture_utils.layers.convolution import Pair, output_size, pair


def max_pool2d(images: Tensor, size: Pair, *, stride: Pair | None = None) -> Tensor:
    """The largest number in every window (Ranzato et al. 2007): images (B, C, H, W) -> (B, C, H', W').

    stride: how far the window moves, its own size unless given. Among equal numbers the first gets the gradient,
    as in torch. Rows and columns that fill no whole window are left out. Raises ValueError as `windows` does.
    """
    return windows(images, size, stride=stride).flatten(-2).max(-1).values


def avg_pool2d(images: Tensor, size: Pair, *, stride: Pair | None = None) -> Tensor:
    """The mean of every window (LeCun et al. 1998, section II.B, without its trained gain); else as `max_pool2d`."""
    return windows(images, size, stride=stride).mean((-2, -1))


def windows(images: Tensor, size: Pair, *, stride: Pair | None = None) -> Tensor:
    """A view of every window: images (B, C, H, W) -> (B, C, H', W', h, w), with H' and W' as `output_size` says.

    Raises ValueError for images of another shape or with NaN, or a window larger than the image.
    """
    if images.ndim != 4:
        raise ValueError(f"images {tuple(images.shape)} must be (batch, channels, height, width)")
    if images.isnan().any():
        raise ValueError("the images contain NaN: remove or fill those pixels, or look for the step that made it")
    height, width = pair(size, "size")
    step_y, step_x = pair(size if stride is None else stride, "stride")
    output_size(images.shape[2], height, stride=step_y)  # says so where a window does not fit
    output_size(images.shape[3], width, stride=step_x)
    return images.unfold(2, height, step_y).unfold(3, width, step_x)

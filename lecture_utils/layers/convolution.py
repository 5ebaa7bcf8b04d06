"""Convolution: one small window of weights, used at every place of an image.

Like torch, this is a cross-correlation: the kernel is laid onto the image as it is, not flipped.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Both = tuple[int, int]  # one number for the rows, one for the columns
Pair = int | Both


def pair(value: Pair, name: str, *, least: int = 1) -> Both:
    """A whole number for both axes, or one for rows and one for columns. Raises ValueError below `least`."""
    both = tuple(value) if isinstance(value, Sequence) else (value, value)
    if len(both) != 2 or any(not isinstance(number, int) or number < least for number in both):
        raise ValueError(f"{name} ({value}) must be a whole number of at least {least}, or two: rows, columns")
    return both


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many places a window has along one axis (Dumoulin and Visin 2016, chapter 5).

    floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, all in pixels.
    Raises ValueError for a window that does not fit, and for sizes, strides or dilations below 1.
    """
    for name, value in (("size", size), ("kernel", kernel), ("stride", stride), ("dilation", dilation)):
        if value < 1:
            raise ValueError(f"{name} ({value}) must be at least 1")
    if padding < 0:
        raise ValueError(f"padding ({padding}) must be at least 0")
    reach = dilation * (kernel - 1) + 1  # pixels from the window's first weight to its last
    room = size + 2 * padding - reach
    if room < 0:
        raise ValueError(
            f"a kernel of {kernel} with dilation {dilation} reaches over {reach} pixels, but the image has {size} "
            f"and {padding} of padding on each side: pad more or take a smaller kernel"
        )
    return room // stride + 1


def conv2d(
    images: Tensor,
    kernels: Tensor,
    bias: Tensor | None = None,
    *,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
) -> Tensor:
    """Convolve images by one matrix product: every window becomes a column, every kernel a row.

    images (B, C, H, W), kernels (O, C, h, w), bias (O,) -> (B, O, H', W'), with H' and W' as `output_size` says.
    Zeros are padded. Raises ValueError for NaN, shapes that do not belong together, or a window that does not fit.
    """
    _check(images, kernels, bias)
    stride, dilation = pair(stride, "stride"), pair(dilation, "dilation")
    padding = pair(padding, "padding", least=0)
    places = _places(images, kernels, stride, padding, dilation)
    windows = F.unfold(images, kernels.shape[2:], dilation, padding, stride)  # (B, C*h*w, H'*W')
    maps = kernels.flatten(1) @ windows  # (O, C*h*w) @ (B, C*h*w, H'*W') -> (B, O, H'*W')
    if bias is not None:
        maps = maps + bias[:, None]
    return maps.unflatten(-1, places)


class Conv2d(nn.Module):
    """A layer of learned kernels (LeCun et al. 1989), the same numbers as `conv2d` and `torch.nn.Conv2d`.

    Input (B, channels, H, W) -> (B, kernels, H', W'). weight (kernels, channels, h, w) and bias (kernels,) start
    as torch's do: uniform within 1 / sqrt(channels h w). Raises ValueError for counts below 1, and as `conv2d`.
    """

    def __init__(
        self, channels: int, kernels: int, size: Pair, *, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
    ) -> None:
        super().__init__()
        if channels < 1 or kernels < 1:
            raise ValueError(f"channels ({channels}) and kernels ({kernels}) must be at least 1")
        height, width = pair(size, "size")
        self.stride, self.dilation = pair(stride, "stride"), pair(dilation, "dilation")
        self.padding = pair(padding, "padding", least=0)
        bound = (channels * height * width) ** -0.5
        self.weight = nn.Parameter(torch.empty(kernels, channels, height, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(kernels).uniform_(-bound, bound))

    def forward(self, images: Tensor) -> Tensor:
        _check(images, self.weight, self.bias)
        _places(images, self.weight, self.stride, self.padding, self.dilation)
        # torch's kernel never writes the windows out: half the time of `conv2d`, and the same numbers.
        return F.conv2d(images, self.weight, self.bias, self.stride, self.padding, self.dilation)


def toeplitz_matrix(
    kernels: Tensor, height: int, width: int, *, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
) -> Tensor:
    """The sparse matrix M with M @ image.flatten() = conv2d(image, kernels).flatten(): few weights, used often.

    kernels (O, C, h, w), images of C x height x width pixels -> sparse (O*H'*W', C*height*width).
    Each row holds one placed window; a weight that falls on the padding has no entry.
    """
    if kernels.ndim != 4:
        raise ValueError(f"kernels {tuple(kernels.shape)} must be (O, C, h, w): outputs, channels, height, width")
    outputs, channels, h, w = kernels.shape
    (step_y, step_x), (gap_y, gap_x) = pair(stride, "stride"), pair(dilation, "dilation")
    pad_y, pad_x = pair(padding, "padding", least=0)
    rows = output_size(height, h, stride=step_y, padding=pad_y, dilation=gap_y)
    columns = output_size(width, w, stride=step_x, padding=pad_x, dilation=gap_x)
    axes = [torch.arange(n) for n in (outputs, rows, columns, channels, h, w)]
    o, y, x, c, dy, dx = torch.meshgrid(*axes, indexing="ij")
    from_y, from_x = y * step_y + dy * gap_y - pad_y, x * step_x + dx * gap_x - pad_x  # pixel under the weight
    inside = (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
    to, origin = (o * rows + y) * columns + x, (c * height + from_y) * width + from_x
    return torch.sparse_coo_tensor(
        torch.stack([to[inside], origin[inside]]),
        kernels[o, c, dy, dx][inside],
        (outputs * rows * columns, channels * height * width),
        check_invariants=False,
    ).coalesce()


def _places(images: Tensor, kernels: Tensor, stride: Both, padding: Both, dilation: Both) -> Both:
    """How many places the window has down and across; `output_size` complains where there is none."""
    axes = zip(images.shape[2:], kernels.shape[2:], stride, padding, dilation, strict=True)
    rows, columns = (
        output_size(size, kernel, stride=step, padding=pad, dilation=gap) for size, kernel, step, pad, gap in axes
    )
    return rows, columns


def _check(images: Tensor, kernels: Tensor, bias: Tensor | None) -> None:
    if images.ndim != 4 or kernels.ndim != 4:
        raise ValueError(
            f"images {tuple(images.shape)} must be (batch, channels, height, width) and "
            f"kernels {tuple(kernels.shape)} (outputs, channels, height, width): add the missing axes with [None]"
        )
    if images.shape[1] != kernels.shape[1]:
        raise ValueError(f"images have {images.shape[1]} channels, but the kernels expect {kernels.shape[1]}")
    if images.isnan().any():
        raise ValueError("the images contain NaN: remove or fill those pixels, or look for the step that made it")
    if bias is not None and bias.shape != kernels.shape[:1]:
        raise ValueError(f"bias {tuple(bias.shape)} must hold one number for each of {len(kernels)} kernels")

"""A convolutional network: kernels and pooling in turn, and a linear map that reads the last maps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lecture_utils.layers.convolution import Conv2d, output_size
from lecture_utils.layers.pooling import max_pool2d


@dataclass(frozen=True)
class CNNConfig:
    """Sizes of a CNN. channels: grey is 1. side: of the square image, in pixels. kernels: how many in each layer.

    kernel: side of each, odd, padded so that maps keep their size. pool: side of the pooling window, 1 for none.
    read: `flat` gives every place of the last maps its own weights; `global` keeps each map's largest number only.
    """

    channels: int = 1
    side: int = 8
    kernels: tuple[int, ...] = (16, 16)
    kernel: int = 3
    pool: int = 2
    classes: int = 10
    read: str = "flat"

    @property
    def last_side(self) -> int:
        """Side of the last maps, in pixels."""
        side = self.side
        for _ in self.kernels:
            side = output_size(side, self.pool, stride=self.pool)
        return side


DIGITS_CNN = CNNConfig()  # after LeNet: two rounds of convolution and pooling, then every place has its own weights
STENCILS_CNN = CNNConfig(kernels=(32,), kernel=7, pool=1, read="global")  # is one of 32 shapes anywhere?


class CNN(nn.Module):
    """Convolution, ReLU and max pooling, as often as there are kernel counts, then one linear map (LeCun et al. 1998).

    Input (B, side, side) for one channel or (B, channels, side, side) -> logits (B, classes).
    Raises ValueError for an even kernel, a width below 1, an unknown `read`, more pooling than there are pixels,
    and for images of another shape or with NaN.
    """

    def __init__(self, config: CNNConfig = DIGITS_CNN) -> None:
        super().__init__()
        if not config.kernels or config.kernel % 2 == 0 or config.read not in ("flat", "global"):
            raise ValueError(
                f"kernels {config.kernels} need at least one layer, kernel ({config.kernel}) must be odd, "
                f"and read ({config.read!r}) `flat` or `global`"
            )
        self.config = config
        widths = (config.channels, *config.kernels)
        places = config.last_side**2 if config.read == "flat" else 1
        self.convolutions = nn.ModuleList(
            Conv2d(a, b, config.kernel, padding=config.kernel // 2) for a, b in itertools.pairwise(widths)
        )
        self.readout = nn.Linear(config.kernels[-1] * places, config.classes)

    def layer_outputs(self, images: Tensor) -> dict[str, Tensor]:
        """What every layer passes on, by name and in order, from `input` (B, C, H, W) to `logits` (B, classes)."""
        config = self.config
        if images.ndim == 3:
            images = images[:, None]  # (B, H, W) -> (B, 1, H, W)
        if images.shape[1:] != (config.channels, config.side, config.side):
            raise ValueError(
                f"images {tuple(images.shape)} must be (batch, {config.channels}, {config.side}, {config.side})"
            )
        outputs = {"input": images}
        maps = images
        for index, convolution in enumerate(self.convolutions, start=1):
            maps = torch.relu(convolution(maps))
            outputs[f"convolution {index}"] = maps
            if config.pool > 1:
                maps = max_pool2d(maps, config.pool)
                outputs[f"pooling {index}"] = maps
        if config.read == "global":
            maps = outputs["global pooling"] = maps.amax((-2, -1), keepdim=True)
        outputs["logits"] = self.readout(maps.flatten(1))
        return outputs

    def forward(self, images: Tensor) -> Tensor:
        return self.layer_outputs(images)["logits"]

"""A vision encoder out of a digit CNN: what it saw at each place of an image of one or more digits."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.layers.positions import Sinusoidal2D
from lecture_utils.models.cnn import CNN


class DigitEncoder(nn.Module):
    """The last maps of a trained digit CNN as patches, row by row, standardised, with the code of their places.

    Each digit of an image (M, side, K side) goes through the CNN by itself; -> features (M, P, D), where D is the
    number of the CNN's last kernels, a multiple of 4, and P its last side squared, times K. examples (N, side, side):
    digits whose features give mean and spread, measured once.
    Raises ValueError for images whose height is not the CNN's, or whose width is no multiple of it, and for NaN.
    """

    def __init__(self, cnn: CNN, examples: Tensor) -> None:
        super().__init__()
        self.cnn = cnn
        with torch.no_grad():
            maps = self._maps(examples)  # (N, D, side, side) of the last maps
        self.register_buffer("mean", maps.mean((0, 2, 3))[:, None, None])
        self.register_buffer("spread", maps.std((0, 2, 3)).clamp(min=1e-3)[:, None, None])

    def _maps(self, digits: Tensor) -> Tensor:
        return list(self.cnn.layer_outputs(digits).values())[-2]

    def forward(self, images: Tensor) -> Tensor:
        side = self.cnn.config.side
        if images.ndim != 3 or images.shape[1] != side or images.shape[2] % side or images.isnan().any():
            raise ValueError(
                f"images {tuple(images.shape)} must be (images, {side}, a multiple of {side}), without NaN"
            )
        digits = images.unflatten(2, (-1, side)).transpose(1, 2)  # (M, K, side, side)
        maps = (self._maps(digits.flatten(0, 1)) - self.mean) / self.spread  # (M K, D, rows, columns)
        rows = maps.unflatten(0, digits.shape[:2]).permute(0, 3, 1, 4, 2)  # (M, rows, K, columns, D)
        width = rows.shape[2] * rows.shape[3]
        return Sinusoidal2D(dim=rows.shape[-1], width=width)(rows.flatten(1, 3))  # (M, P, D)

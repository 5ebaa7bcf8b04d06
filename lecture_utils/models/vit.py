"""The Vision Transformer: patches as words, a class token, an encoder; or patches of a CNN's maps, the hybrid."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.convolution import Pair
from lecture_utils.layers.patches import PatchEmbedding, grid_of, resize_positions
from lecture_utils.layers.transformer import EncoderLayer

EPS = 1e-12  # of every norm, as in Hugging Face's version


@dataclass(frozen=True)
class ViTConfig:
    """Sizes of a ViT. image and patch: side in pixels, or height and width.

    channels: of what is cut into patches; colour has 3. hidden: of the feed-forward, 4 x width by default (0).
    """

    image: Pair = 224
    patch: Pair = 16
    channels: int = 3
    width: int = 768
    heads: int = 12
    layers: int = 12
    hidden: int = 0
    classes: int = 1000
    dropout: float = 0.0


VIT_B16 = ViTConfig()  # Dosovitskiy et al. 2021, table 1
VIT_L16 = ViTConfig(width=1024, heads=16, layers=24)
VIT_H14 = ViTConfig(patch=14, width=1280, heads=16, layers=32)
DIGITS_VIT = ViTConfig(image=8, patch=4, channels=1, width=64, heads=4, layers=2, classes=10)


class ViT(nn.Module):
    """Images (B, channels, height, width), or (B, height, width) for one channel -> logits (B, classes).

    A class token, then the patches row by row; pre-norm encoder layers with GELU; the class token is read at the end
    (Dosovitskiy et al. 2021, eqs. 1 to 4, with one linear map as in fine-tuning). For images of another size the
    positions are interpolated. front: a CNN whose maps are cut instead of the image, the paper's hybrid (section 3.1);
    `image` and `channels` are then the maps'. Equal to Hugging Face's `ViTForImageClassification`.
    Raises ValueError for patches that do not fill the image, and for images of another shape or with NaN.
    """

    def __init__(self, config: ViTConfig, *, front: nn.Module | None = None) -> None:
        super().__init__()
        self.config, self.front = config, front
        self.grid = grid_of(config.image, config.patch)
        self.patches = PatchEmbedding(channels=config.channels, dim=config.width, size=config.patch)
        self.class_token = nn.Parameter(torch.zeros(config.width))
        self.positions = nn.Parameter(0.02 * torch.randn(1 + self.grid[0] * self.grid[1], config.width))
        self.layers = nn.ModuleList(
            EncoderLayer(
                dim=config.width,
                heads=config.heads,
                hidden=config.hidden or 4 * config.width,
                dropout=config.dropout,
                norm_first=True,
                activation=F.gelu,
                eps=EPS,
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width, EPS)
        self.readout = nn.Linear(config.width, config.classes)

    def hidden(self, images: Tensor) -> Tensor:
        """What comes out of the last norm, (B, 1 + P, D): the class token first, then the patches."""
        if images.ndim == 3:
            images = images[:, None]  # (B, height, width) -> (B, 1, height, width)
        if images.isnan().any():
            raise ValueError("the images contain NaN: remove or fill those pixels")
        maps = images if self.front is None else self.front(images)
        patches = self.patches(maps)  # (B, P, D)
        grid = grid_of(maps.shape[2:], self.config.patch)
        x = torch.cat([self.class_token.expand(len(patches), 1, -1), patches], 1)  # (B, 1 + P, D)
        x = x + resize_positions(self.positions, self.grid, grid)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)

    def forward(self, images: Tensor) -> Tensor:
        return self.readout(self.hidden(images)[:, 0])  # the class token is read, nothing else

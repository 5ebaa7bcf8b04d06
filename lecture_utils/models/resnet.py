"""Residual convolutional networks: ResNet-18 to ResNet-152, and a small one for digits."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class ResNetConfig:
    """Sizes of a ResNet. blocks: how many in each stage. widths: kernels in each stage, of the branch.

    bottleneck: blocks of three convolutions whose output is four times as wide as `widths`, else of two.
    stem: `photograph` quarters the image's side first (7x7 kernels, then pooling), `small` keeps it (3x3).
    """

    blocks: tuple[int, ...]
    widths: tuple[int, ...] = (64, 128, 256, 512)
    bottleneck: bool = False
    channels: int = 3
    classes: int = 1000
    stem: str = "photograph"

    @property
    def expansion(self) -> int:
        """How many times wider a block's output is than its branch."""
        return 4 if self.bottleneck else 1


RESNET18 = ResNetConfig((2, 2, 2, 2))  # He et al. 2016, table 1
RESNET34 = ResNetConfig((3, 4, 6, 3))
RESNET50 = ResNetConfig((3, 4, 6, 3), bottleneck=True)
RESNET101 = ResNetConfig((3, 4, 23, 3), bottleneck=True)
RESNET152 = ResNetConfig((3, 8, 36, 3), bottleneck=True)
DIGITS_RESNET = ResNetConfig((1, 1), (16, 32), channels=1, classes=10, stem="small")


class ResNetBlock(nn.Module):
    """relu(shortcut(x) + branch(x)), images (B, C, H, W) -> (B, expansion * width, H / stride, W / stride).

    Basic: two 3x3 convolutions (He et al. 2016, fig. 5 left). Bottleneck: 1x1, 3x3, 1x1 (right); the stride sits at
    the 3x3, as in torchvision's and Hugging Face's version 1.5, while the paper has it at the first 1x1.
    The shortcut is the plain wire; where the shape changes, a 1x1 convolution with the same stride (option B).
    """

    def __init__(self, *, inputs: int, width: int, stride: int = 1, bottleneck: bool = False) -> None:
        super().__init__()
        outputs = 4 * width if bottleneck else width
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else convolution(inputs, outputs, 1, stride)
        if bottleneck:
            parts = [convolution(inputs, width, 1), convolution(width, width, 3, stride)]
            parts.append(convolution(width, outputs, 1))
        else:
            parts = [convolution(inputs, width, 3, stride), convolution(width, outputs, 3)]
        between = [layer for part in parts for layer in (part, nn.ReLU())]
        self.branch = nn.Sequential(*between[:-1])  # the last ReLU comes after the sum

    def forward(self, x: Tensor) -> Tensor:
        return (self.shortcut(x) + self.branch(x)).relu()


class ResNet(nn.Module):
    """Stem, stages of residual blocks, mean over all places, a linear readout (He et al. 2016, table 1).

    Every stage but the first halves the side. Images (B, channels, H, W), or (B, H, W) for one channel -> logits
    (B, classes). Equal to Hugging Face's `ResNetForImageClassification`.
    Raises ValueError for sizes that do not belong together, and for images of another shape or with NaN.
    """

    def __init__(self, config: ResNetConfig) -> None:
        super().__init__()
        if not config.blocks or len(config.blocks) != len(config.widths) or min(*config.blocks, *config.widths) < 1:
            raise ValueError(f"blocks {config.blocks} and widths {config.widths} must name as many stages, each from 1")
        if config.stem not in ("photograph", "small"):
            raise ValueError(f"stem ({config.stem!r}) must be `photograph` or `small`")
        self.config = config
        large = config.stem == "photograph"
        first = convolution(config.channels, config.widths[0], 7 if large else 3, 2 if large else 1)
        self.stem = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(3, 2, padding=1) if large else nn.Identity())
        stages, inputs = [], config.widths[0]
        for stage, (count, width) in enumerate(zip(config.blocks, config.widths, strict=True)):
            blocks = []
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(ResNetBlock(inputs=inputs, width=width, stride=stride, bottleneck=config.bottleneck))
                inputs = config.expansion * width
            stages.append(nn.Sequential(*blocks))
        self.stages, self.readout = nn.Sequential(*stages), nn.Linear(inputs, config.classes)

    def forward(self, images: Tensor) -> Tensor:
        if images.ndim == 3:
            images = images[:, None]  # (B, H, W) -> (B, 1, H, W)
        if images.ndim != 4 or images.shape[1] != self.config.channels:
            raise ValueError(f"images {tuple(images.shape)} must be (batch, {self.config.channels}, height, width)")
        if images.isnan().any():
            raise ValueError("the images contain NaN: remove or fill those pixels")
        maps = self.stages(self.stem(images))  # (B, C, H', W')
        return self.readout(maps.mean((-2, -1)))


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """A convolution without bias, padded to keep its size at stride 1, and its batch normalisation."""
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))

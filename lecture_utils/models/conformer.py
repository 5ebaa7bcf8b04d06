"""Conformer: a spectrogram in, the chance of every token at each fourth frame out."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from lecture_utils.layers.conformer import ConformerBlock
from lecture_utils.layers.convolution import output_size

STRIDE, REACH = 4, 7  # an output every fourth frame, made of seven: what two convolutions of 3 with stride 2 see


@dataclass(frozen=True)
class ConformerConfig:
    """Sizes of an encoder with an output for CTC; the defaults are a lesson's.

    bands: of the spectrogram. outputs: tokens and the blank. channels: of the subsampling, the width unless given.
    attention, convolution, macaron: parts that can be left out, see `ConformerBlock`.
    """

    bands: int = 40
    outputs: int = 11
    width: int = 48
    heads: int = 4
    layers: int = 2
    kernel: int = 15
    channels: int | None = None
    dropout: float = 0.0
    attention: bool = True
    convolution: bool = True
    macaron: bool = True


# Gulati et al. (2020), table 1. The paper's decoder is a transducer's LSTM; here the outputs are CTC's.
CONFORMER_S = ConformerConfig(80, 1024, width=144, heads=4, layers=16, kernel=32, dropout=0.1)
CONFORMER_M = ConformerConfig(80, 1024, width=256, heads=4, layers=16, kernel=32, dropout=0.1)
CONFORMER_L = ConformerConfig(80, 1024, width=512, heads=8, layers=17, kernel=32, dropout=0.1)


class Subsampling(nn.Module):
    """Two convolutions with stride 2: frames (B, T, bands) -> (B, about T / 4, width) (Gulati et al. 2020, fig. 1).

    The paper gives the rate only; kernel 3, no padding and ReLU are those of the usual implementations.
    Raises ValueError for fewer than 7 bands or frames.
    """

    def __init__(self, *, bands: int, width: int, channels: int) -> None:
        super().__init__()
        if bands < 7:
            raise ValueError(f"bands ({bands}) must be at least 7, so that something is left after two strides")
        self.bands = bands
        left = output_size(output_size(bands, 3, stride=2), 3, stride=2)
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, channels, 3, 2), nn.ReLU(), nn.Conv2d(channels, channels, 3, 2), nn.ReLU()
        )
        self.project = nn.Linear(channels * left, width)

    def forward(self, frames: Tensor) -> Tensor:
        if frames.ndim != 3 or frames.shape[1] < 7 or frames.shape[2] != self.bands:
            raise ValueError(f"frames of shape {tuple(frames.shape)} must be (B, T, {self.bands}) with T at least 7")
        maps = self.convolutions(frames[:, None])  # (B, C, T', bands')
        return self.project(maps.transpose(1, 2).flatten(2))  # (B, T', width)


class Conformer(nn.Module):
    """The encoder of Gulati et al. (2020, fig. 1) with one linear map to log probabilities, for CTC.

    Output 0 is the blank. Raises ValueError for frames that do not fit.
    """

    def __init__(self, config: ConformerConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.width if config.channels is None else config.channels
        self.subsampling = Subsampling(bands=config.bands, width=config.width, channels=channels)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(
            ConformerBlock(
                dim=config.width,
                heads=config.heads,
                kernel=config.kernel,
                dropout=config.dropout,
                attention=config.attention,
                convolution=config.convolution,
                macaron=config.macaron,
            )
            for _ in range(config.layers)
        )
        self.output = nn.Linear(config.width, config.outputs)

    def forward(self, frames: Tensor) -> Tensor:
        """frames (B, T, bands) -> log probabilities (B, T', outputs), T' as `Subsampling` leaves."""
        return self.output(self.hidden(frames)).log_softmax(-1)

    def hidden(self, frames: Tensor) -> Tensor:
        """frames (B, T, bands) -> what the last block leaves, (B, T', width)."""
        x = self.dropout(self.subsampling(frames))
        for block in self.blocks:
            x = block(x)
        return x

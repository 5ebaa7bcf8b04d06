"""Informer: an encoder that shortens a long past, and a decoder that writes the whole forecast at once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.positions import Sinusoidal
from lecture_utils.layers.prob_sparse import ProbSparseAttention
from lecture_utils.layers.transformer import DecoderLayer, EncoderLayer


@dataclass(frozen=True)
class InformerConfig:
    """Sizes of an Informer.

    context: steps of the past that are read. label: of these, the last ones handed to the decoder as its start token.
    horizon: steps to forecast. channels: numbers a step. features: numbers that tell the time of a step.
    hidden: of the feed-forward parts. factor: c of ProbSparse attention, None for full attention.
    distil: halve the sequence between encoder layers. minus_last: forecast the change since the last value.
    """

    context: int = 96
    label: int = 48
    horizon: int = 24
    channels: int = 1
    features: int = 2
    width: int = 32
    heads: int = 4
    hidden: int = 64
    encoder_layers: int = 2
    decoder_layers: int = 1
    factor: int | None = 5
    distil: bool = True
    dropout: float = 0.0
    minus_last: bool = False


class Embedding(nn.Module):
    """Value, place in the window and time, added up (Zhou et al. 2021, appendix B): (B, T, C), (B, T, F) -> (B, T, D).

    A convolution over three neighbouring steps for the values, sinusoids for the place, a linear map for the time.
    """

    def __init__(self, *, channels: int, features: int, dim: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.value = nn.Conv1d(channels, dim, 3, padding=1, padding_mode="circular", bias=False)
        self.time = nn.Linear(features, dim, bias=False)
        self.positions, self.dropout = Sinusoidal(dim=dim), nn.Dropout(dropout)

    def forward(self, values: Tensor, times: Tensor) -> Tensor:
        return self.dropout(self.positions(self.value(values.mT).mT + self.time(times)))


class Distilling(nn.Module):
    """Half as many steps, the strongest of neighbours: MaxPool(ELU(Conv1d(x))) (Zhou et al. 2021, eq. 5).

    (B, T, D) -> (B, ceil(T / 2), D). The ends of the sequence are neighbours, as in the authors' code, which has batch
    normalisation after the convolution where the equation has none.
    """

    def __init__(self, *, dim: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(dim, dim, 3, padding=1, padding_mode="circular")

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool1d(F.elu(self.convolution(x.mT)), 3, stride=2, padding=1).mT


class Informer(nn.Module):
    """Forecasts a whole horizon in one pass (Zhou et al. 2021, figure 2).

    The decoder's start token is the end of the past itself, followed by zeros where the forecast goes (eq. 6).
    Raises ValueError for sizes that do not fit.
    """

    def __init__(self, config: InformerConfig) -> None:
        super().__init__()
        if not 0 <= config.label <= config.context or config.horizon < 1:
            raise ValueError(
                f"label ({config.label}) must lie in 0 to context ({config.context}), horizon ({config.horizon}) from 1"
            )
        self.config = config
        sizes = {"channels": config.channels, "features": config.features, "dim": config.width}
        self.past_embedding = Embedding(**sizes, dropout=config.dropout)
        self.future_embedding = Embedding(**sizes, dropout=config.dropout)
        self.encoder = nn.ModuleList(_layer(EncoderLayer, config) for _ in range(config.encoder_layers))
        halvings = config.encoder_layers - 1 if config.distil else 0
        self.distilling = nn.ModuleList(Distilling(dim=config.width) for _ in range(halvings))
        self.decoder = nn.ModuleList(_layer(DecoderLayer, config) for _ in range(config.decoder_layers))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.output = nn.Linear(config.width, config.channels)

    def forward(self, past: Tensor, times: Tensor) -> Tensor:
        """past (B, context, C), times (B, context + horizon, F) of past and future -> forecast (B, horizon, C)."""
        self._check(past, times)
        last = past[:, -1:] if self.config.minus_last else torch.zeros_like(past[:, -1:])  # (B, 1, C)
        memory = self.encode(past - last, times[:, : self.config.context])
        return last + self.decode(past - last, times, memory)

    def encode(self, past: Tensor, times: Tensor) -> Tensor:
        """past (B, context, C) and its times -> memory (B, S, D), S halved by each distilling."""
        x = self.past_embedding(past, times)
        for index, layer in enumerate(self.encoder):
            x = layer(x)
            if index < len(self.distilling):
                x = self.distilling[index](x)
        return self.encoder_norm(x)

    def decode(self, past: Tensor, times: Tensor, memory: Tensor) -> Tensor:
        """Start token and zeros, with the times of both, read the memory: forecast (B, horizon, C)."""
        label, horizon = self.config.label, self.config.horizon
        token = past[:, past.shape[1] - label :]
        x = self.future_embedding(F.pad(token, (0, 0, 0, horizon)), times[:, times.shape[1] - label - horizon :])
        for layer in self.decoder:
            x = layer(x, memory)
        return self.output(self.decoder_norm(x[:, -horizon:]))

    def _check(self, past: Tensor, times: Tensor) -> None:
        config = self.config
        wanted = (
            (len(past), config.context, config.channels),
            (len(past), config.context + config.horizon, config.features),
        )
        if (past.shape, times.shape) != wanted:
            raise ValueError(
                f"past {tuple(past.shape)} and times {tuple(times.shape)} must be {wanted[0]} and {wanted[1]}: "
                "(batch, steps, numbers a step)"
            )
        if past.isnan().any():
            raise ValueError("the past contains NaN: fill the gaps before")


def _layer(kind: type[EncoderLayer] | type[DecoderLayer], config: InformerConfig) -> nn.Module:
    """A layer of the Transformer whose self-attention is ProbSparse, unless the factor is None."""
    layer = kind(dim=config.width, heads=config.heads, hidden=config.hidden, dropout=config.dropout, activation=F.gelu)
    if config.factor is not None:
        layer.attention = ProbSparseAttention(
            dim=config.width, heads=config.heads, factor=config.factor, dropout=config.dropout
        )
    return layer

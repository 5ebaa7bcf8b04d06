"""Positions as angles and as tables: added to embeddings (sinusoidal, learned, 2-D), or turning queries and keys.

Schemes that look at distances only, and add to the scores, are in `layers/relative_positions.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import PositionScheme

BASE = 10_000.0  # the slowest hand of the clock turns once in about 2 pi BASE positions


def hand_speeds(dim: int, base: float = BASE) -> Tensor:
    """Angle per position of each pair of numbers: base^(-2i/dim) for i = 0 to dim/2 - 1, (dim/2,), double precision.

    The same in Vaswani et al. (2017, section 3.5) and Su et al. (2021, section 3.2.2).
    Raises ValueError for a dim that is not even, or a base that is not above 1.
    """
    if dim < 2 or dim % 2:
        raise ValueError(f"dim ({dim}) must be even and at least 2: positions are told by pairs of numbers")
    if not base > 1:
        raise ValueError(f"base ({base}) must be above 1: the first pair turns fastest, the last slowest")
    return base ** -(torch.arange(0, dim, 2, dtype=torch.float64) / dim)


def sinusoids(positions: Tensor, dim: int, base: float = BASE) -> Tensor:
    """Sine and cosine of each hand, interleaved (Vaswani et al. 2017, section 3.5): (...) -> (..., dim), double.

    Number 2i of a code is sin(p base^(-2i/dim)), number 2i + 1 its cosine. positions may be fractions or negative.
    """
    angles = positions.double()[..., None] * hand_speeds(dim, base)  # (..., dim/2)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)


class Sinusoidal(nn.Module):
    """Add the fixed code of its position to each embedding (Vaswani et al. 2017, section 3.5). No parameters.

    dim: D, even. forward: embeddings (B, T, D), offset: position of the first one, for decoding with a cache.
    Raises ValueError for shapes that do not fit and a negative offset.
    """

    def __init__(self, *, dim: int, base: float = BASE) -> None:
        super().__init__()
        hand_speeds(dim, base)  # refuses what makes no clock
        self.dim, self.base = dim, base

    def forward(self, x: Tensor, offset: int = 0) -> Tensor:
        return x + sinusoids(_positions(x, self.dim, offset), self.dim, self.base).to(x)  # (B, T, D)


class Learned(nn.Module):
    """Add a trained vector for each position (Gehring et al. 2017, section 3.1; BERT, GPT-2). Starts as nn.Embedding.

    longest: number of positions there are vectors for. forward as in `Sinusoidal`.
    Raises ValueError for sizes below 1, for shapes that do not fit and for positions from `longest` on.
    """

    def __init__(self, *, dim: int, longest: int) -> None:
        super().__init__()
        if dim < 1 or longest < 1:
            raise ValueError(f"dim ({dim}) and longest ({longest}) must each be at least 1")
        self.dim, self.longest = dim, longest
        self.table = nn.Embedding(longest, dim)

    def forward(self, x: Tensor, offset: int = 0) -> Tensor:
        positions = _positions(x, self.dim, offset)
        if offset + x.shape[1] > self.longest:
            raise ValueError(
                f"positions to {offset + x.shape[1] - 1} were asked for, but there are vectors for 0 to "
                f"{self.longest - 1} only: shorten the text or make `longest` larger"
            )
        return x + self.table(positions.to(x.device))  # (B, T, D)


class Sinusoidal2D(nn.Module):
    """Add the code of row and column to each patch of an image: half of D numbers for each.

    The 2-D variant that Dosovitskiy et al. (2021, appendix D.4) compare, with sinusoids as in He et al. (2022).
    dim: D, a multiple of 4. width: patches in a row. forward: patches row by row (B, T, D).
    """

    def __init__(self, *, dim: int, width: int, base: float = BASE) -> None:
        super().__init__()
        if dim % 4 or width < 1:
            raise ValueError(f"dim ({dim}) must be a multiple of 4 and width ({width}) at least 1")
        hand_speeds(dim // 2, base)
        self.dim, self.width, self.base = dim, width, base

    def forward(self, x: Tensor, offset: int = 0) -> Tensor:
        places = _positions(x, self.dim, offset)
        axes = (places // self.width, places % self.width)  # rows and columns, (T,) each
        return x + torch.cat([sinusoids(axis, self.dim // 2, self.base) for axis in axes], -1).to(x)  # (B, T, D)


class Rotary(PositionScheme):
    """Turn each pair of a query's and a key's numbers by position x speed (Su et al. 2021, section 3.2.2).

    Scores then depend on the distance alone. Number i makes a pair with number i + d/2, as in LLaMA; the paper
    pairs 2i with 2i + 1, which is the same up to one fixed order of the numbers. dim: d, of one head, even.
    Raises ValueError for vectors of another width.
    """

    def __init__(self, *, dim: int, base: float = BASE) -> None:
        super().__init__()
        self.dim = dim
        self.register_buffer("speeds", hand_speeds(dim, base).float(), persistent=False)  # (d/2,)

    def rotate(self, vectors: Tensor, positions: Tensor) -> Tensor:
        if vectors.shape[-1] != self.dim:
            raise ValueError(f"vectors have {vectors.shape[-1]} numbers, this Rotary was made for heads of {self.dim}")
        angles = positions[:, None] * self.speeds  # (T, d/2)
        cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
        left, right = vectors.chunk(2, -1)  # (B, H, T, d/2) each
        return torch.cat([left * cos - right * sin, right * cos + left * sin], -1)


def _positions(x: Tensor, dim: int, offset: int) -> Tensor:
    """Positions (T,) of embeddings (B, T, D) of which the first stands at `offset`."""
    if x.ndim != 3 or x.shape[-1] != dim:
        raise ValueError(f"embeddings of shape {tuple(x.shape)} must be (B, T, {dim})")
    if offset < 0:
        raise ValueError(f"offset ({offset}) must be at least 0: it is the position of the first embedding")
    return torch.arange(offset, offset + x.shape[1])

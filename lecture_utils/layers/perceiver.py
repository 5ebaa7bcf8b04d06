"""The Perceiver resampler: any number of image features in, always the same number of visual tokens out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.feedforward import FeedForward


def squared_relu(x: Tensor) -> Tensor:
    """max(0, x) squared (So et al. 2021), as in all new layers of Flamingo."""
    return x.relu().square()


class PerceiverLayer(nn.Module):
    """Latents look at features and at themselves, then think (Alayrac et al. 2022, appendix A.1.1): pre-norm.

    x = x + attention(q = x, kv = [features, x]), then x = x + feedforward(x). Projections of the attention have no
    biases. dim: D of features and latents, a multiple of heads; the feed-forward is 4 D wide.
    """

    def __init__(self, *, dim: int, heads: int) -> None:
        super().__init__()
        self.norm_features, self.norm_latents, self.norm = (nn.LayerNorm(dim) for _ in range(3))
        self.attention = MultiHeadAttention(dim=dim, heads=heads, bias=False)
        self.feedforward = FeedForward(dim=dim, hidden=4 * dim, activation=squared_relu)

    def forward(self, latents: Tensor, features: Tensor) -> Tensor:
        """latents (B, R, D), features (B, P, D) -> (B, R, D)."""
        queries = self.norm_latents(latents)
        memory = torch.cat([self.norm_features(features), queries], 1)  # (B, P + R, D)
        latents = latents + self.attention(queries, memory)
        return latents + self.feedforward(self.norm(latents))


class PerceiverResampler(nn.Module):
    """R learned latents read P features of F frames and become R visual tokens (Alayrac et al. 2022, section 3.1.1).

    dim: D of the features. latents: R, 64 in the paper. layers, heads: at least 1. frames: how many a clip has at
    most; each has a learned time embedding, and a picture is a clip of one frame.
    Equal to `IdeficsPerceiverResampler`, which has no time embeddings and no biases.
    Raises ValueError for counts below 1, and for features that do not fit.
    """

    def __init__(self, *, dim: int, latents: int = 64, layers: int = 6, heads: int = 16, frames: int = 8) -> None:
        super().__init__()
        if min(latents, layers, frames) < 1:
            raise ValueError(f"latents ({latents}), layers ({layers}) and frames ({frames}) must each be at least 1")
        self.latents = nn.Parameter(torch.randn(latents, dim))
        self.times = nn.Parameter(0.02 * torch.randn(frames, dim))
        self.layers = nn.ModuleList(PerceiverLayer(dim=dim, heads=heads) for _ in range(layers))
        self.norm = nn.LayerNorm(dim)

    def forward(self, features: Tensor) -> Tensor:
        """features (B, F, P, D), any F up to `frames` and any P -> visual tokens (B, R, D)."""
        frames, dim = self.times.shape
        if features.ndim != 4 or features.shape[-1] != dim or not 1 <= features.shape[1] <= frames:
            raise ValueError(f"features {tuple(features.shape)} must be (B, frames up to {frames}, patches, {dim})")
        timed = features + self.times[: features.shape[1], None]  # (B, F, P, D)
        memory, latents = timed.flatten(1, 2), self.latents.expand(len(features), -1, -1)
        for layer in self.layers:
            latents = layer(latents, memory)
        return self.norm(latents)

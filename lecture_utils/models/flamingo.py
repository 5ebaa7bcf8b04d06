"""Flamingo: a frozen language model that learns to see through a resampler and gated cross-attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from lecture_utils.layers.gated_attention import GatedCrossAttention
from lecture_utils.layers.masks import latest_image
from lecture_utils.layers.perceiver import PerceiverResampler
from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.models.gpt import GPT


@dataclass(frozen=True)
class FlamingoConfig:
    """Sizes of the trained part; the defaults are a lesson's.

    tag: id of the token that stands where an image is. features: width of what the vision encoder hands over.
    latents: R visual tokens an image. resampler_layers and heads: of the resampler. every: a gated block stands before
    each `every`-th layer of the language model, the first included; it has as many heads as that layer.
    """

    tag: int
    features: int = 64
    latents: int = 4
    resampler_layers: int = 1
    heads: int = 4
    frames: int = 1
    every: int = 1


@dataclass(frozen=True)
class FlamingoSizes:
    """Sizes of a published model that its weights are counted by; see `part_parameters`.

    language_layers, width: of the language model. every: a gated block before each `every`-th layer.
    """

    language_layers: int
    width: int
    every: int


# Alayrac et al. (2022), tables 4 and 5. For 9B table 4 prints 40 layers and 10 gated blocks; the 7.1 and 1.6 billion
# weights of table 5 are those of 32 and 8, which stand here.
FLAMINGO_3B = FlamingoSizes(24, 2048, every=1)
FLAMINGO_9B = FlamingoSizes(32, 4096, every=4)
FLAMINGO_80B = FlamingoSizes(80, 8192, every=7)
CHINCHILLA_WORDS = 32_000  # Hoffmann et al. (2022): SentencePiece
NFNET_F6 = 435_000_000  # as published; no part of this lecture


def part_parameters(sizes: FlamingoSizes) -> dict[str, int]:
    """Weights of a published model by part, its matrices counted, biases and norms left out (some 0.1 %).

    A Chinchilla layer has five D x D matrices in attention (the fifth for relative positions) and 8 D x D in the
    feed-forward; a gated block 4 and 8. Resampler: 6 layers of width 1536, 64 latents, 16 heads
    of 128 numbers (the paper says 96, which gives 175 million) and a map from NFNet's 3072: our reading of the 194
    million that are published.
    """
    square, narrow, inner = sizes.width**2, 1536, 16 * 128
    blocks = -(-sizes.language_layers // sizes.every)
    return {
        "language": sizes.language_layers * 13 * square + CHINCHILLA_WORDS * sizes.width,
        "vision": NFNET_F6,
        "gated blocks": blocks * 12 * square,
        "resampler": 6 * (4 * narrow * inner + 8 * narrow**2) + (64 + 3072) * narrow,
    }


class Flamingo(nn.Module):
    """Frozen vision encoder and language model, trained resampler and gated blocks between (Alayrac et al. 2022).

    vision: images (M, ...) -> features (M, P, features). language: a GPT. Both are frozen here, for good: no gradient,
    no dropout. As long as the gates are shut, the output equals the language model's, bit for bit.
    Raises ValueError for a tag outside the vocabulary, and for images that are not one a tag at least.
    """

    def __init__(self, config: FlamingoConfig, *, vision: nn.Module, language: GPT) -> None:
        super().__init__()
        if not 0 <= config.tag < language.config.vocabulary or config.every < 1:
            raise ValueError(
                f"tag ({config.tag}) must be an id below {language.config.vocabulary}, every ({config.every}) 1 or more"
            )
        self.config = config
        self.vision, self.language = vision.requires_grad_(False), language.requires_grad_(False)
        self.resampler = PerceiverResampler(
            dim=config.features,
            latents=config.latents,
            layers=config.resampler_layers,
            heads=config.heads,
            frames=config.frames,
        )
        sizes = {"dim": language.config.width, "heads": language.config.heads, "memory_dim": config.features}
        self.blocks = nn.ModuleList(GatedCrossAttention(**sizes) for _ in language.layers[:: config.every])
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Training mode for what is trained; the frozen parts never leave evaluation."""
        super().train(mode)
        self.vision.eval()
        self.language.eval()
        return self

    def look(self, images: Tensor) -> Tensor:
        """images (B, N, ...), N of each row -> visual tokens (B, N R, features)."""
        with torch.no_grad():
            features = self.vision(images.flatten(0, 1))  # (B N, P, features)
        return self.resampler(features[:, None]).unflatten(0, images.shape[:2]).flatten(1, 2)

    def forward(self, tokens: Tensor, images: Tensor) -> Tensor:
        """tokens (B, T), images (B, N, ...), the n-th at the row's n-th tag -> logits (B, T, V)."""
        language = self.language
        check_token_ids(tokens, language.config.vocabulary)
        if images.ndim < 3 or len(images) != len(tokens):
            raise ValueError(f"images {tuple(images.shape)} must be ({len(tokens)}, N, ...): N images a text")
        visual = self.look(images)
        mask = latest_image(tokens, images.shape[1], self.config.latents, tag=self.config.tag)  # (B, 1, T, N R)
        x = language.embedding(tokens)  # (B, T, D)
        x = x if language.positions is None else language.positions(x)
        for index, layer in enumerate(language.layers):
            if index % self.config.every == 0:
                x = self.blocks[index // self.config.every](x, visual, mask=mask)
            x = layer(x, causal=True)
        return language.output(language.norm(x))

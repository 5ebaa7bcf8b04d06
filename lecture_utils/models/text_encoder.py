"""Token ids in, one vector a token out: a stack of Transformer layers, bidirectional or causal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from lecture_utils.layers.attention import PositionScheme
from lecture_utils.layers.masks import padding
from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.layers.transformer import EncoderLayer
from lecture_utils.tokenizers.words import PAD


@dataclass(frozen=True)
class TextEncoderConfig:
    """Sizes of a stack. hidden: of the feed-forward, 4 x width by default (0). causal: nobody sees later tokens."""

    vocabulary: int
    width: int = 64
    heads: int = 4
    layers: int = 2
    hidden: int = 0
    dropout: float = 0.0
    causal: bool = False
    norm_first: bool = True


class TextEncoder(nn.Module):
    """Embedding, positions, layers: tokens (B, T) -> (B, T, D); <pad> is never attended to.

    added: turns embeddings (B, T, D) into embeddings with positions, or None. scheme: makes the PositionScheme that
    acts inside attention, once for each layer, or None.
    Raises ValueError for tokens of another shape, none at all, and ids outside the vocabulary.
    """

    def __init__(
        self,
        config: TextEncoderConfig,
        *,
        added: nn.Module | None = None,
        scheme: Callable[[], PositionScheme] | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.added = added if added is not None else nn.Identity()
        self.layers = nn.ModuleList(
            EncoderLayer(
                dim=config.width,
                heads=config.heads,
                hidden=config.hidden or 4 * config.width,
                dropout=config.dropout,
                norm_first=config.norm_first,
                positions=scheme() if scheme is not None else None,
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width) if config.norm_first else nn.Identity()

    def forward(self, tokens: Tensor) -> Tensor:
        check_token_ids(tokens, self.config.vocabulary)
        x = self.added(self.embedding(tokens))  # (B, T, D)
        mask = padding(tokens) if (tokens == PAD).any() else None
        for layer in self.layers:
            x = layer(x, mask=mask, causal=self.config.causal)
        return self.norm(x)

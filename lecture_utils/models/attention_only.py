"""A decoder of attention alone: its heads are all there is to explain."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.positions import Rotary
from lecture_utils.layers.token_ids import check_token_ids


@dataclass(frozen=True)
class AttentionOnlyConfig:
    """Sizes of the model. heads: how many each layer has, one number a layer, each dividing width evenly."""

    vocabulary: int
    width: int = 64
    heads: tuple[int, ...] = (2, 1)


class AttentionOnly(nn.Module):
    """Causal attention layers on a residual wire: tokens (B, T) -> logits of the next token (B, T, V).

    The attention-only Transformer in whose terms Elhage et al. (2021) explain induction: no feed-forward layers, no
    norms. Positions are rotary (Su et al. 2021).
    Raises ValueError for a model without layers, tokens of another shape, and ids outside the vocabulary.
    """

    def __init__(self, config: AttentionOnlyConfig) -> None:
        super().__init__()
        if not config.heads:
            raise ValueError("heads is empty: give one number a layer, such as (2, 1)")
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.layers = nn.ModuleList(
            MultiHeadAttention(dim=config.width, heads=heads, positions=Rotary(dim=config.width // max(1, heads)))
            for heads in config.heads
        )
        self.readout = nn.Linear(config.width, config.vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        check_token_ids(tokens, self.config.vocabulary)
        x = self.embedding(tokens)  # (B, T, D)
        for attention in self.layers:
            x = x + attention(x, causal=True)
        return self.readout(x)  # (B, T, V)

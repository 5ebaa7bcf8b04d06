"""BERT4Rec: BERT over what somebody has watched, and SASRec's reading of the same model, from left to right."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.masks import causal, combine, padding
from lecture_utils.layers.positions import sinusoids
from lecture_utils.models.bert import EPS, Bert, BertConfig
from lecture_utils.tokenizers.special import MASK, PAD, SPECIAL

SLOWEST = 20.0  # base of the sine waves that the position vectors start as: histories are short


@dataclass(frozen=True)
class Bert4RecConfig:
    """Sizes of a recommender; the defaults are a lesson's.

    items: in the catalogue. longest: T, how many of the last items are read. from_left: an item sees itself and
    those before it only, as in SASRec (Kang and McAuley 2018).
    """

    items: int
    longest: int = 10
    width: int = 48
    heads: int = 4
    layers: int = 2
    hidden: int = 64
    dropout: float = 0.0
    spread: float = 0.15
    from_left: bool = False


class Bert4Rec(nn.Module):
    """BERT's encoder over items, each masked one compared with every item's own vector (Sun et al. 2019, section 3).

    Item i is token i + 5: the five special tokens come first, of which [PAD] and [MASK] are used. Position vectors
    are learned; here they start as sine waves, so that neighbours are found sooner. With `from_left` the vector at
    an item stands for the one after it. Raises ValueError for sizes, ids and lengths that do not fit.
    """

    def __init__(self, config: Bert4RecConfig) -> None:
        super().__init__()
        if config.items < 1:
            raise ValueError(f"items ({config.items}) must be at least 1")
        self.config = config
        self.bert = Bert(
            BertConfig(
                config.items + len(SPECIAL),
                longest=config.longest,
                segments=1,
                width=config.width,
                heads=config.heads,
                layers=config.layers,
                hidden=config.hidden,
                dropout=config.dropout,
                spread=config.spread,
            )
        )
        self.transform = nn.Linear(config.width, config.width)
        self.norm = nn.LayerNorm(config.width, EPS)
        self.bias = nn.Parameter(torch.zeros(config.items))
        nn.init.normal_(self.transform.weight, std=config.spread)
        nn.init.zeros_(self.transform.bias)
        with torch.no_grad():
            waves = sinusoids(torch.arange(config.longest), config.width, SLOWEST)
            self.bert.positions.table.weight.copy_(2 * config.spread * waves)

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T), [PAD] at the front where a history is short -> the encoder's vectors (B, T, D)."""
        mask = padding(tokens, PAD)
        if self.config.from_left:
            mask = combine(mask, causal(tokens.shape[1], device=tokens.device))
        return self.bert(tokens, mask=mask)

    def score(self, hidden: Tensor) -> Tensor:
        """Logits of every item: (..., D) -> (..., items) (Sun et al. 2019, eq. 7, and BERT's norm)."""
        vectors = self.bert.embedding.weight[len(SPECIAL) :]  # (items, D)
        return self.norm(F.gelu(self.transform(hidden))) @ vectors.T + self.bias

    @torch.no_grad()
    def recommend(self, histories: Tensor) -> Tensor:
        """Logits of what comes next: tokens (B, T), of any length, of which the last ones are read -> (B, items)."""
        return self.score(self(self.question(histories))[:, -1])

    def question(self, histories: Tensor) -> Tensor:
        """What the model reads to say what comes next: the last items, and, where it reads both ways, a [MASK]."""
        if self.config.from_left:
            return histories[:, -self.config.longest :]
        asked = torch.full_like(histories[:, :1], MASK)
        return torch.cat([histories, asked], 1)[:, -self.config.longest :]  # (B, T)


def tokens_of(items: Tensor) -> Tensor:
    """Items, -1 for none, as tokens: the special ones come first, [PAD] among them for none."""
    return torch.where(items < 0, PAD, items + len(SPECIAL))

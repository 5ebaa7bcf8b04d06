"""BERT: an encoder that reads both ways, with heads for blanks, for the next sentence and for labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.masks import padding
from lecture_utils.layers.positions import Learned
from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.layers.transformer import EncoderLayer
from lecture_utils.tokenizers.special import PAD

EPS = 1e-12  # of the norms in the released models


@dataclass(frozen=True)
class BertConfig:
    """Sizes of an encoder; the defaults are a lesson's.

    longest: T at most. hidden: of the feed-forward, 4 x width by default (0). spread: standard deviation of the
    weights at the start; a narrow model learns faster with more than the released 0.02.
    """

    vocabulary: int
    longest: int = 128
    segments: int = 2
    width: int = 64
    heads: int = 4
    layers: int = 2
    hidden: int = 0
    dropout: float = 0.0
    spread: float = 0.02


# Devlin et al. (2019, section 3), uncased.
BERT_BASE = BertConfig(30_522, longest=512, width=768, heads=12, layers=12, dropout=0.1)
BERT_LARGE = BertConfig(30_522, longest=512, width=1024, heads=16, layers=24, dropout=0.1)


class Bert(nn.Module):
    """Token, position and segment vectors, then post-norm layers with GELU (Devlin et al. 2019, section 3).

    Equal to Hugging Face's `BertModel` with the same weights. Ids of special tokens: `tokenizers/special.py`.
    Raises ValueError for sizes, ids and segments that do not fit, and for texts longer than `longest`.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        if min(config.vocabulary, config.segments, config.layers) < 1:
            raise ValueError(f"vocabulary, segments and layers of {config} must each be at least 1")
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.positions = Learned(dim=config.width, longest=config.longest)
        self.segments = nn.Embedding(config.segments, config.width)
        self.norm, self.dropout = nn.LayerNorm(config.width, EPS), nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                dim=config.width,
                heads=config.heads,
                hidden=config.hidden or 4 * config.width,
                dropout=config.dropout,
                activation=F.gelu,
                eps=EPS,
            )
            for _ in range(config.layers)
        )
        self.pooler = nn.Linear(config.width, config.width)
        self.apply(partial(_initialise, spread=config.spread))

    def forward(self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """tokens (B, T), segments (B, T) of 0 and 1, 0 where not given -> (B, T, D).

        mask: who may attend to whom, to (B, H, T, T); where not given, all see all but [PAD].
        """
        check_token_ids(tokens, self.config.vocabulary)
        segments = torch.zeros_like(tokens) if segments is None else segments
        if segments.shape != tokens.shape:
            raise ValueError(f"segments {tuple(segments.shape)} must have the shape of tokens {tuple(tokens.shape)}")
        check_token_ids(segments, self.config.segments)
        x = self.positions(self.embedding(tokens) + self.segments(segments))  # (B, T, D)
        x = self.dropout(self.norm(x))
        if mask is None and (tokens == PAD).any():
            mask = padding(tokens, PAD)
        for layer in self.layers:
            x = layer(x, mask=mask)
        return x

    def pooled(self, hidden: Tensor) -> Tensor:
        """One vector a text, from the first token's, [CLS]: (B, T, D) -> (B, D)."""
        return self.pooler(hidden[:, 0]).tanh()


class BertPreTraining(nn.Module):
    """BERT with its two heads: what stood in a blank, and whether B follows A (Devlin et al. 2019, section 3.1).

    Equal to Hugging Face's `BertForPreTraining`.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = Bert(config)
        self.transform = nn.Linear(config.width, config.width)
        self.norm = nn.LayerNorm(config.width, EPS)
        self.output = nn.Linear(config.width, config.vocabulary)
        self.next_sentence = nn.Linear(config.width, 2)
        self.apply(partial(_initialise, spread=config.spread))
        self.output.weight = self.bert.embedding.weight

    def forward(
        self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """tokens, segments (B, T) -> logits of each token (B, T, V), and of "B follows A", "it does not" (B, 2)."""
        hidden = self.bert(tokens, segments, mask)
        return self.guess(hidden), self.next_sentence(self.bert.pooled(hidden))

    def guess(self, hidden: Tensor) -> Tensor:
        """What token belongs where: (..., D) -> logits (..., V)."""
        return self.output(self.norm(F.gelu(self.transform(hidden))))


class BertClassifier(nn.Module):
    """BERT with one linear map on the pooled [CLS] (Devlin et al. 2019, section 4.1): a text -> logits (B, labels).

    Equal to Hugging Face's `BertForSequenceClassification`. Raises ValueError for fewer than one label.
    """

    def __init__(self, config: BertConfig, labels: int) -> None:
        super().__init__()
        if labels < 1:
            raise ValueError(f"labels ({labels}) must be at least 1")
        self.bert, self.dropout = Bert(config), nn.Dropout(config.dropout)
        self.output = nn.Linear(config.width, labels)
        _initialise(self.output, config.spread)

    def forward(self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        return self.output(self.dropout(self.bert.pooled(self.bert(tokens, segments, mask))))


def _initialise(module: nn.Module, spread: float) -> None:
    """Normal weights, biases of zero (released code)."""
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=spread)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)

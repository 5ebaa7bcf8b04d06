"""The Transformer: an encoder reads, a decoder writes, and nothing but attention connects the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from lecture_utils.layers.attention import KeyValueCache
from lecture_utils.layers.masks import padding
from lecture_utils.layers.positions import Learned, Rotary, Sinusoidal
from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.layers.transformer import DecoderLayer, EncoderLayer
from lecture_utils.tokenizers.words import PAD


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of an encoder-decoder; the defaults are the lesson's, TRANSFORMER_BASE and TRANSFORMER_BIG the paper's.

    layers: of the encoder and again of the decoder. hidden: of the feed-forward, 4 x width by default (0).
    norm_first: pre-norm, with one more norm after each stack; the paper is post-norm. positions: sinusoidal as in
    the paper, rotary, or learned for `longest` positions. shared: one table of word vectors for source, target and
    output (Vaswani et al. 2017, section 3.4), which needs one vocabulary for both languages.
    """

    source_vocabulary: int
    target_vocabulary: int
    width: int = 64
    heads: int = 4
    layers: int = 2
    hidden: int = 0
    dropout: float = 0.0
    norm_first: bool = False
    positions: Literal["sinusoidal", "rotary", "learned"] = "sinusoidal"
    longest: int = 512
    shared: bool = False


# Vaswani et al. (2017), table 3 and section 5.1: byte pairs shared by English and German, "about 37000".
TRANSFORMER_BASE = TransformerConfig(37_000, 37_000, width=512, heads=8, layers=6, dropout=0.1, shared=True)
TRANSFORMER_BIG = TransformerConfig(37_000, 37_000, width=1024, heads=16, layers=6, dropout=0.3, shared=True)


@dataclass
class Draft:
    """A translation under way: the encoder's memory (B, S, D), who may see it, and each decoder layer's two caches."""

    memory: Tensor
    memory_mask: Tensor | None  # (B, 1, 1, S)
    caches: list[tuple[KeyValueCache, KeyValueCache]]
    length: int = 0  # words written so far

    def select(self, rows: Tensor) -> Draft:
        """The drafts of these rows of the batch, in this order; this one is used up."""
        for cache in (cache for pair in self.caches for cache in pair):
            cache.select(rows)
        mask = None if self.memory_mask is None else self.memory_mask[rows]
        return Draft(self.memory[rows], mask, self.caches, self.length)


class Transformer(nn.Module):
    """The encoder-decoder of Vaswani et al. (2017, section 3); equal to `torch.nn.Transformer` with the same weights.

    torch's puts one more norm after each stack, which here only pre-norm has. Ids are those of `tokenizers/words.py`:
    <pad> is never attended to; a source of nothing but <pad> is a sentence that says nothing.
    Raises ValueError for sizes that do not fit, ids outside a vocabulary, empty texts, and, with learned positions,
    texts longer than `longest`.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        if config.layers < 1 or min(config.source_vocabulary, config.target_vocabulary) < 1:
            raise ValueError(f"layers ({config.layers}) and both vocabularies must each be at least 1")
        if config.shared and config.source_vocabulary != config.target_vocabulary:
            raise ValueError(
                f"vocabularies of {config.source_vocabulary} and {config.target_vocabulary} words cannot share vectors"
            )
        self.config = config
        self.source_embedding = _embedding(config.source_vocabulary, config.width)
        self.target_embedding = _embedding(config.target_vocabulary, config.width)
        self.output = nn.Linear(config.width, config.target_vocabulary, bias=False)
        if config.shared:
            self.target_embedding.weight = self.output.weight = self.source_embedding.weight
        self.positions, self.dropout = _added_positions(config), nn.Dropout(config.dropout)
        self.encoder = nn.ModuleList(EncoderLayer(**_layer(config)) for _ in range(config.layers))
        self.decoder = nn.ModuleList(DecoderLayer(**_layer(config)) for _ in range(config.layers))
        self.encoder_norm = nn.LayerNorm(config.width) if config.norm_first else nn.Identity()
        self.decoder_norm = nn.LayerNorm(config.width) if config.norm_first else nn.Identity()

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """source (B, S), target shifted right (B, T) -> logits (B, T, V): row t guesses the word after target[t]."""
        return self.decode(target, *self.encode(source))

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor | None]:
        """source (B, S) -> memory (B, S, D) and who may be attended to, (B, 1, 1, S), or None where all may."""
        x = self._embed(source, self.source_embedding, offset=0)
        mask = padding(source, PAD) if (source == PAD).any() else None  # None leaves the fast path open
        for layer in self.encoder:
            x = layer(x, mask=mask)  # (B, S, D)
        return self.encoder_norm(x), mask

    def decode(self, target: Tensor, memory: Tensor, memory_mask: Tensor | None) -> Tensor:
        """All positions at once: target shifted right (B, T) -> logits (B, T, V)."""
        x = self._embed(target, self.target_embedding, offset=0)
        for layer in self.decoder:
            x = layer(x, memory, memory_mask=memory_mask)  # (B, T, D)
        return self.output(self.decoder_norm(x))

    def start(self, source: Tensor) -> Draft:
        """Read the source (B, S) once; nothing is written yet."""
        return Draft(*self.encode(source), caches=[(KeyValueCache(), KeyValueCache()) for _ in self.decoder])

    def step(self, tokens: Tensor, state: Draft) -> tuple[Tensor, Draft]:
        """The last word of each draft (B,) -> logits of its next word (B, V), and the draft one word longer."""
        x = self._embed(tokens[:, None], self.target_embedding, offset=state.length)  # (B, 1, D)
        for layer, caches in zip(self.decoder, state.caches, strict=True):
            x = layer(x, state.memory, memory_mask=state.memory_mask, caches=caches)
        state.length += 1
        return self.output(self.decoder_norm(x))[:, 0], state

    def _embed(self, tokens: Tensor, embedding: nn.Embedding, offset: int) -> Tensor:
        """Word vectors, scaled by sqrt(D) (section 3.4), plus positions where they are added."""
        check_token_ids(tokens, embedding.num_embeddings)
        x = embedding(tokens) * self.config.width**0.5  # (B, T, D)
        return self.dropout(x if self.positions is None else self.positions(x, offset))


def _embedding(words: int, width: int) -> nn.Embedding:
    """Word vectors that start with length about 1."""
    table = nn.Embedding(words, width)
    nn.init.normal_(table.weight, std=width**-0.5)
    return table


def _added_positions(config: TransformerConfig) -> nn.Module | None:
    """What is added to the word vectors; nothing where positions turn queries and keys instead."""
    if config.positions == "rotary":
        return None
    if config.positions == "sinusoidal":
        return Sinusoidal(dim=config.width)
    if config.positions == "learned":
        return Learned(dim=config.width, longest=config.longest)
    raise ValueError(f"positions ({config.positions!r}) must be 'sinusoidal', 'rotary' or 'learned'")


def _layer(config: TransformerConfig) -> dict:
    """What encoder and decoder layers are made with; the positions of a layer are its own."""
    return {
        "dim": config.width,
        "heads": config.heads,
        "hidden": config.hidden or 4 * config.width,
        "dropout": config.dropout,
        "norm_first": config.norm_first,
        "positions": Rotary(dim=config.width // config.heads) if config.positions == "rotary" else None,
    }

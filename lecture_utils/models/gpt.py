"""GPT: a stack of causal Transformer layers that guesses the next token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.attention import KeyValueCache
from lecture_utils.layers.positions import Learned, Rotary
from lecture_utils.layers.token_ids import check_token_ids
from lecture_utils.layers.transformer import EncoderLayer


@dataclass(frozen=True)
class GPTConfig:
    """Sizes of a decoder-only model; the defaults are a lesson's.

    longest: T at most, where positions are learned; rotary positions have no such bound, and no weights.
    """

    vocabulary: int
    longest: int = 128
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.0
    positions: Literal["learned", "rotary"] = "learned"


# Radford et al. (2019), table 2, with the heads of the released models.
GPT2_SMALL = GPTConfig(50_257, longest=1024, width=768, heads=12, layers=12, dropout=0.1)
GPT2_MEDIUM = GPTConfig(50_257, longest=1024, width=1024, heads=16, layers=24, dropout=0.1)
GPT2_LARGE = GPTConfig(50_257, longest=1024, width=1280, heads=20, layers=36, dropout=0.1)
GPT2_XL = GPTConfig(50_257, longest=1024, width=1600, heads=25, layers=48, dropout=0.1)
# Brown et al. (2020), table 2.1. Every other layer of theirs attends to a window only, which needs no other weights.
# Two rows of the table do not fit together: 24 heads of 128 are not 2048, nor 40 heads of 128 5140. Here the heads
# (of 1.3B) and the width (of 13B) are those that do, and that give the sizes the table states.
GPT3_125M = GPTConfig(50_257, longest=2048, width=768, heads=12, layers=12)
GPT3_350M = GPTConfig(50_257, longest=2048, width=1024, heads=16, layers=24)
GPT3_760M = GPTConfig(50_257, longest=2048, width=1536, heads=16, layers=24)
GPT3_1_3B = GPTConfig(50_257, longest=2048, width=2048, heads=16, layers=24)
GPT3_2_7B = GPTConfig(50_257, longest=2048, width=2560, heads=32, layers=32)
GPT3_6_7B = GPTConfig(50_257, longest=2048, width=4096, heads=32, layers=32)
GPT3_13B = GPTConfig(50_257, longest=2048, width=5120, heads=40, layers=40)
GPT3_175B = GPTConfig(50_257, longest=2048, width=12_288, heads=96, layers=96)


@dataclass
class Continuation:
    """A text being written: each layer's keys and values, and how many tokens they stand for."""

    caches: list[KeyValueCache]
    length: int = 0

    def select(self, rows: Tensor) -> Continuation:
        """The texts of these rows of the batch, in this order; this one is used up."""
        for cache in self.caches:
            cache.select(rows)
        return self


class GPT(nn.Module):
    """The decoder-only model of Radford et al. (2018, 2019): pre-norm, GELU, one table for input and output.

    Equal to Hugging Face's `GPT2LMHeadModel` with the same weights. Padding belongs at the end, where no real token
    sees it. Raises ValueError for sizes and ids that do not fit, and for texts longer than `longest`.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        if min(config.vocabulary, config.layers) < 1:
            raise ValueError(f"vocabulary ({config.vocabulary}) and layers ({config.layers}) must each be at least 1")
        if config.positions not in ("learned", "rotary"):
            raise ValueError(f"positions ({config.positions!r}) must be 'learned' or 'rotary'")
        learned = config.positions == "learned"
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.positions = Learned(dim=config.width, longest=config.longest) if learned else None
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                dim=config.width,
                heads=config.heads,
                hidden=4 * config.width,
                dropout=config.dropout,
                norm_first=True,
                activation=partial(F.gelu, approximate="tanh"),
                positions=None if learned else Rotary(dim=config.width // config.heads),
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width)
        self.output = nn.Linear(config.width, config.vocabulary, bias=False)
        self.output.weight = self.embedding.weight
        self.apply(_initialise)
        for layer in self.layers:  # what is added to the wire shrinks with depth (Radford et al. 2019, section 2.3)
            for last in (layer.attention.output, layer.feedforward.contract):
                nn.init.normal_(last.weight, std=0.02 * (2 * config.layers) ** -0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, T, V): row t guesses token t + 1."""
        return self.output(self.hidden(tokens))

    def hidden(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> what the last norm leaves, (B, T, D)."""
        return self._read(tokens, None)

    def start(self, prompt: Tensor) -> Continuation:
        """Read all of the prompt (B, T) but its last token, which the first `step` wants."""
        state = Continuation([KeyValueCache() for _ in self.layers])
        if prompt.shape[1] > 1:
            self._read(prompt[:, :-1], state)
        return state

    def step(self, tokens: Tensor, state: Continuation) -> tuple[Tensor, Continuation]:
        """The last token of each text (B,) -> logits of the next (B, V), and the text one token longer."""
        return self.output(self._read(tokens[:, None], state))[:, 0], state

    def _read(self, tokens: Tensor, state: Continuation | None) -> Tensor:
        """What the last norm leaves of tokens that follow those in `state`, if any, which grows by them."""
        check_token_ids(tokens, self.config.vocabulary)
        seen, caches = (state.length, state.caches) if state is not None else (0, [None] * len(self.layers))
        x = self.embedding(tokens)  # (B, T, D)
        x = self.dropout(x if self.positions is None else self.positions(x, seen))
        for layer, cache in zip(self.layers, caches, strict=True):
            x = layer(x, causal=True, cache=cache)
        if state is not None:
            state.length += tokens.shape[1]
        return self.norm(x)


def _initialise(module: nn.Module) -> None:
    """Normal weights of width 0.02, biases of zero (Radford et al. 2018, section 4.1)."""
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)

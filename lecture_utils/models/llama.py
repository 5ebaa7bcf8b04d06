"""LLaMA: a GPT with its parts exchanged one by one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import torch
from torch import nn

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.feedforward import FeedForward
from lecture_utils.layers.positions import BASE, Rotary
from lecture_utils.layers.rms_norm import RMSNorm
from lecture_utils.layers.swiglu import SwiGLU
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.models.mlp import count_parameters

ROTARY, RMS, GATED, GROUPED = PARTS = ("rotary positions", "RMSNorm", "SwiGLU", "grouped queries")


@dataclass(frozen=True)
class LlamaConfig:
    """Sizes of a LLaMA; the defaults are a lesson's.

    hidden: of SwiGLU. key_value_heads: as many as heads by default. eps: of the norms. base: of the rotary positions.
    tied: one table for input and output, as in GPT and in the smallest of LLaMA's successors.
    """

    vocabulary: int
    width: int = 64
    heads: int = 4
    layers: int = 2
    hidden: int = 176
    key_value_heads: int | None = None
    eps: float = 1e-6
    base: float = BASE
    tied: bool = False


# Touvron et al. (2023a), table 2, with the hidden widths of the released models: 2/3 of 4 D, up to a multiple of 256.
LLAMA_7B = LlamaConfig(32_000, width=4096, heads=32, layers=32, hidden=11_008)
LLAMA_13B = LlamaConfig(32_000, width=5120, heads=40, layers=40, hidden=13_824)
LLAMA_33B = LlamaConfig(32_000, width=6656, heads=52, layers=60, hidden=17_920)
LLAMA_65B = LlamaConfig(32_000, width=8192, heads=64, layers=80, hidden=22_016)
# Grouped queries came with the largest of the second generation (Touvron et al. 2023b, section 2.2).
LLAMA2_70B = LlamaConfig(32_000, width=8192, heads=64, layers=80, hidden=28_672, key_value_heads=8, eps=1e-5)


class Llama(GPT):
    """A GPT with other positions, norms and feed-forward, without biases (Touvron et al. 2023a, section 2.2).

    Grouped queries, where asked for, are those of the second generation. Equal to Hugging Face's `LlamaForCausalLM`
    with the same weights. Reads and writes on as a GPT does.
    Raises ValueError for sizes and ids that do not fit.
    """

    def __init__(self, config: LlamaConfig) -> None:
        sizes = {"width": config.width, "heads": config.heads, "layers": config.layers}
        super().__init__(GPTConfig(config.vocabulary, **sizes, positions="rotary"))
        self.config = config
        exchange_attention(self, key_value_heads=config.key_value_heads, base=config.base)
        exchange_norms(self, eps=config.eps)
        exchange_feedforward(self, hidden=config.hidden)
        if not config.tied:
            self.output = nn.Linear(config.width, config.vocabulary, bias=False)
            nn.init.normal_(self.output.weight, std=0.02)


def exchange_attention(model: GPT, *, key_value_heads: int | None = None, base: float = BASE) -> None:
    """Attention without biases, with grouped queries where there are fewer `key_value_heads`, in place.

    Where the model's positions are not learned they are rotary, with that base.
    """
    width, heads = model.config.width, model.config.heads
    for layer in model.layers:
        positions = None if model.positions is not None else Rotary(dim=width // heads, base=base)
        sizes = {"dim": width, "heads": heads, "key_value_heads": key_value_heads}
        layer.attention = MultiHeadAttention(**sizes, bias=False, positions=positions)
        _initialise(layer.attention, model.config.layers)


def exchange_norms(model: GPT, *, eps: float = 1e-6) -> None:
    """RMSNorm for every LayerNorm, in place."""
    width = model.config.width
    for layer in model.layers:
        layer.around_attention.norm = RMSNorm(dim=width, eps=eps)
        layer.around_feedforward.norm = RMSNorm(dim=width, eps=eps)
    model.norm = RMSNorm(dim=width, eps=eps)


def exchange_feedforward(model: GPT, *, hidden: int) -> None:
    """SwiGLU for every feed-forward, in place."""
    for layer in model.layers:
        layer.feedforward = SwiGLU(dim=model.config.width, hidden=hidden)
        _initialise(layer.feedforward, model.config.layers)


def with_parts(config: GPTConfig, parts: Collection[str], *, key_value_heads: int) -> GPT:
    """A GPT with some of LLaMA's parts, and as many weights as without them.

    parts: of `PARTS`. key_value_heads: where queries are grouped. What a part saves, the feed-forward gets: counts
    differ by less than one hidden number a layer. Raises ValueError for an unknown part.
    """
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"{min(unknown)!r} is none of LLaMA's parts: choose from {', '.join(PARTS)}")
    with torch.device("meta"):
        wanted = count_parameters(GPT(config))
    model = GPT(replace(config, positions="rotary" if ROTARY in parts else "learned"))
    if RMS in parts:
        exchange_norms(model)
    if GROUPED in parts:
        exchange_attention(model, key_value_heads=key_value_heads)
    own = sum(count_parameters(layer.feedforward) for layer in model.layers)
    room = (wanted - count_parameters(model) + own) // config.layers  # weights that each feed-forward may have
    if GATED in parts:
        exchange_feedforward(model, hidden=room // (3 * config.width))
    else:
        hidden = (room - config.width) // (2 * config.width + 1)
        for layer in model.layers:
            activation = layer.feedforward.activation
            layer.feedforward = FeedForward(dim=config.width, hidden=hidden, activation=activation)
            _initialise(layer.feedforward, config.layers)
    return model


def _initialise(part: nn.Module, layers: int) -> None:
    """As GPT starts: biases of zero, normal weights of width 0.02, and less for the map that writes to the wire."""
    for name, weight in part.named_parameters():
        if weight.ndim == 1:
            nn.init.zeros_(weight)
            continue
        last = name in ("output.weight", "contract.weight")
        nn.init.normal_(weight, std=0.02 * (2 * layers) ** -0.5 if last else 0.02)

"""Our GPT against a bare one in nanoGPT's shapes and against Hugging Face's: training, and writing with a cache.

Run: python tests/bench/gpt.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import torch
from report import report
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.sampling import sample

B, T, PROMPT, WORDS = 12, 64, 8, 120
NARROW = GPTConfig(512, longest=128, width=128, heads=4, layers=4)
WIDE = replace(NARROW, width=256, heads=8)
OURS, BARE, THEIRS = "GPT", "nanoGPT's shapes, bare", "GPT2LMHeadModel"


class Bare(nn.Module):
    """The same sizes as nanoGPT shapes them: queries, keys and values from one matrix; no checks, masks or cache."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.words = nn.Embedding(config.vocabulary, config.width)
        self.places = nn.Embedding(config.longest, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(BareBlock(config.width, config.heads, config.dropout) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.output = nn.Linear(config.width, config.vocabulary, bias=False)
        self.output.weight = self.words.weight
        for weight in self.parameters():
            if weight.ndim == 2:
                nn.init.normal_(weight, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.dropout(self.words(tokens) + self.places(torch.arange(tokens.shape[1])))
        for block in self.blocks:
            x = block(x)
        return self.output(self.norm(x))


class BareBlock(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, nn.Dropout(dropout)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.combined, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.expand, self.contract = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        b, t, d = x.shape
        heads = (part.view(b, t, self.heads, -1).transpose(1, 2) for part in self.combined(self.first(x)).split(d, 2))
        mixed = F.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.dropout(self.output(mixed.transpose(1, 2).reshape(b, t, d)))
        hidden = F.gelu(self.expand(self.second(x)), approximate="tanh")
        return x + self.dropout(self.contract(hidden))


def theirs(config: GPTConfig) -> GPT2LMHeadModel:
    """Hugging Face's GPT-2 of these sizes, with torch's fused attention and no dropout."""
    sizes = {"vocab_size": config.vocabulary, "n_positions": config.longest, "n_embd": config.width}
    sizes |= {"n_layer": config.layers, "n_head": config.heads, "bos_token_id": None, "eos_token_id": None}
    silent = dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), 0.0)
    return GPT2LMHeadModel(GPT2Config(**sizes, **silent, attn_implementation="sdpa"))


def training_steps(config: GPTConfig) -> dict[str, Callable[[], None]]:
    """Forward and backward pass and a fused AdamW's step of each, over the same batch."""
    torch.manual_seed(0)
    tokens = torch.randint(config.vocabulary, (B, T + 1))

    def step_of(model: nn.Module, logits: Callable[[Tensor], Tensor]) -> Callable[[], None]:
        optimizer = torch.optim.AdamW(model.train().parameters(), fused=True)

        def step() -> None:
            optimizer.zero_grad()
            F.cross_entropy(logits(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten()).backward()
            optimizer.step()

        return step

    ours, bare, their = GPT(config), Bare(config), theirs(config)
    count = sum(weight.numel() for weight in ours.parameters())
    assert all(sum(weight.numel() for weight in other.parameters()) == count for other in (bare, their))
    return {
        OURS: step_of(ours, ours),
        BARE: step_of(bare, bare),
        THEIRS: step_of(their, lambda ids: their(ids, use_cache=False).logits),
    }


def writings() -> dict[str, Callable[[], object]]:
    """WORDS tokens after a prompt of PROMPT, the likeliest each time, for one text."""
    torch.manual_seed(0)
    ours, their = GPT(NARROW).eval(), theirs(NARROW).eval()
    prompt = torch.randint(NARROW.vocabulary, (1, PROMPT))
    greedy = {"max_new_tokens": WORDS, "min_new_tokens": WORDS, "do_sample": False, "pad_token_id": 0}
    return {
        OURS: lambda: sample(ours, prompt, longest=WORDS, seed=0, temperature=0.0),
        THEIRS: lambda: their.generate(prompt, use_cache=True, **greedy),
    }


if __name__ == "__main__":
    # three narrow matrices cost a few percent more than one; from a width of 256 on it no longer shows
    sides = {NARROW: 1.05, WIDE: 1.0}
    kept = [
        report(
            f"One training step of {B} x {T} tokens, width {config.width}",
            training_steps(config),
            {(OURS, BARE): ("at most", asked), (OURS, THEIRS): ("at most", 1.0)},
        )
        for config, asked in sides.items()
    ]
    writing = {(OURS, THEIRS): ("at most", 1.0)}
    kept.append(report(f"{WORDS} tokens with the cache", writings(), writing, rounds=7))
    sys.exit(not all(kept))

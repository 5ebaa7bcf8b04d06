"""Our Transformer against torch's, one training step; and greedy decoding with a cache against without.

Run: python tests/bench/transformer.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from report import report
from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.models.transformer import Transformer, TransformerConfig
from lecture_utils.tokenizers.words import BOS

B, S, T, WORDS = 32, 14, 16, 64
OURS, TORCH = "Transformer", "nn.Transformer"
CACHED, REREAD = "with the cache", "rereading the draft"
CONFIG = TransformerConfig(100, 100, width=64, heads=4, layers=2)


class Torchs(nn.Module):
    """The same sizes, with embeddings, positions and output around torch's encoder and decoder."""

    def __init__(self) -> None:
        super().__init__()
        ours = Transformer(CONFIG)
        self.source, self.target, self.output = ours.source_embedding, ours.target_embedding, ours.output
        self.positions, self.scale = ours.positions, CONFIG.width**0.5
        self.core = nn.Transformer(
            CONFIG.width, CONFIG.heads, CONFIG.layers, CONFIG.layers, 4 * CONFIG.width, 0.0, batch_first=True
        )
        self.core.encoder.norm = self.core.decoder.norm = None  # the paper has none
        self.register_buffer("later", nn.Transformer.generate_square_subsequent_mask(T))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        x, y = (self.positions(e(t) * self.scale) for e, t in ((self.source, source), (self.target, target)))
        return self.output(self.core(x, y, tgt_mask=self.later, tgt_is_causal=True))


def training_steps() -> dict[str, Callable[[], None]]:
    """Forward and backward pass and an optimiser's step of each, over the same batch."""
    torch.manual_seed(0)
    source, target = torch.randint(3, 100, (B, S)), torch.randint(3, 100, (B, T + 1))

    def step_of(model: nn.Module) -> Callable[[], None]:
        optimizer = torch.optim.AdamW(model.parameters(), fused=True)

        def step() -> None:
            optimizer.zero_grad()
            logits = model(source, target[:, :-1])
            F.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten()).backward()
            optimizer.step()

        return step

    return {OURS: step_of(Transformer(CONFIG)), TORCH: step_of(Torchs())}


def decodings() -> dict[str, Callable[[], None]]:
    """WORDS words of each of 8 sentences: one new word's queries a step, or the whole draft again at each step."""
    torch.manual_seed(0)
    model, source = Transformer(CONFIG).eval(), torch.randint(3, 100, (8, WORDS))
    start = torch.full((8, 1), BOS)

    @torch.no_grad()
    def cached() -> Tensor:
        state, words = model.start(source), [start[:, 0]]
        for _ in range(WORDS):
            logits, state = model.step(words[-1], state)
            words.append(logits.argmax(-1))
        return torch.stack(words, 1)

    @torch.no_grad()
    def reread() -> Tensor:
        words, read = start, model.encode(source)
        for _ in range(WORDS):
            words = torch.cat([words, model.decode(words, *read)[:, -1].argmax(-1, keepdim=True)], 1)
        return words

    torch.testing.assert_close(cached(), reread())  # the same words
    return {CACHED: cached, REREAD: reread}


if __name__ == "__main__":
    kept = [
        report("One training step", training_steps(), {(OURS, TORCH): ("at most", 1.0)}),
        report(f"Greedy decoding, {WORDS} words", decodings(), {(REREAD, CACHED): ("at least", 3.0)}, rounds=7),
    ]
    sys.exit(not all(kept))

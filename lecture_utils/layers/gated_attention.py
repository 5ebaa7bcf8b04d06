"""Gated cross-attention: a layer that looks at images, put into a language model without disturbing it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.feedforward import FeedForward
from lecture_utils.layers.perceiver import squared_relu


class GatedCrossAttention(nn.Module):
    """Text looks at visual tokens, through gates that start shut (Alayrac et al. 2022, section 3.1.2).

    y = y + tanh(a) attention(q = y, kv = x), then y = y + tanh(b) feedforward(y), both pre-norm; the numbers a and b
    start at zero, so that the block first hands its input on, bit for bit. Projections of the attention have no
    biases: text that sees no image gets zeros. dim: D of the text. memory_dim: of the visual tokens.
    """

    def __init__(self, *, dim: int, heads: int, memory_dim: int | None = None) -> None:
        super().__init__()
        self.norm_attention, self.norm_feedforward = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = MultiHeadAttention(dim=dim, heads=heads, bias=False, memory_dim=memory_dim)
        self.feedforward = FeedForward(dim=dim, hidden=4 * dim, activation=squared_relu)
        self.attention_gate = nn.Parameter(torch.zeros(()))
        self.feedforward_gate = nn.Parameter(torch.zeros(()))

    def forward(self, text: Tensor, visual: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """text (B, T, D), visual (B, S, memory_dim), mask as of MultiHeadAttention -> (B, T, D)."""
        seen = self.attention(self.norm_attention(text), visual, mask=mask)
        text = text + self.attention_gate.tanh() * seen
        return text + self.feedforward_gate.tanh() * self.feedforward(self.norm_feedforward(text))

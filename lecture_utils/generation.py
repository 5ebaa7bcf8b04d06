"""Writing word by word with any model that can `start` and `step`: greedily, or with a beam.

A generator reads once and then answers one word at a time:

    state = model.start(source)                  source (B, S) ids, padded -> its state for B sentences
    logits, state = model.step(tokens, state)    tokens (B,): the last word of each -> logits (B, V), next state
    state.select(rows)                           the state of these rows of the batch, in this order (for beams)
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor

from lecture_utils.tokenizers.words import BOS, EOS, PAD


class Generator(Protocol):
    """What `greedy` and `beam` need of a model."""

    def start(self, source: Tensor) -> Any: ...

    def step(self, tokens: Tensor, state: Any) -> tuple[Tensor, Any]: ...


@torch.no_grad()
def greedy(model: Generator, source: Tensor, *, longest: int) -> Tensor:
    """The likeliest word at every step until <eos>: source (B, S) -> ids (B, at most `longest`), <eos> included.

    After its <eos> a row is padded. Raises ValueError for longest below 1.
    """
    if longest < 1:
        raise ValueError(f"longest ({longest}) must be at least 1 word")
    state, tokens = model.start(source), source.new_full((len(source),), BOS)
    done, written = torch.zeros_like(tokens, dtype=torch.bool), []
    for _ in range(longest):
        logits, state = model.step(tokens, state)
        tokens = logits.argmax(-1).masked_fill(done, PAD)  # (B,)
        written.append(tokens)
        done = done | (tokens == EOS)
        if done.all():
            break
    return torch.stack(written, 1)


def length_penalty(lengths: Tensor, alpha: float) -> Tensor:
    """((5 + length) / 6) ** alpha (Wu et al. 2016, eq. 14): what a log probability is divided by; 1 for alpha 0."""
    return ((5 + lengths) / 6) ** alpha


@torch.no_grad()
def beam(model: Generator, source: Tensor, *, longest: int, width: int = 4, alpha: float = 0.6) -> Tensor:
    """The best of `width` sentences written side by side: source (B, S) -> ids (B, at most `longest`).

    Kept at every step: the `width` hypotheses with the largest log probability over `length_penalty`, <eos> counted
    as a word; finished ones stay as they are. Without Wu et al.'s coverage penalty. Width 1 is greedy.
    alpha: 0 takes the likeliest sentence, larger favours longer ones. After its <eos> a row is padded.
    Raises ValueError for longest or width below 1, and for a negative or infinite alpha.
    """
    if min(longest, width) < 1 or not 0.0 <= alpha < float("inf"):
        raise ValueError(f"longest ({longest}) and width ({width}) must be at least 1, alpha ({alpha}) at least 0")
    rows = len(source)
    first = width * torch.arange(rows, device=source.device)[:, None]  # (B, 1): where each sentence's rows begin
    state = model.start(source).select((first // width).expand(-1, width).flatten())
    tokens = source.new_full((rows * width,), BOS)
    written = source.new_empty(rows, width, 0)  # (B, K, words so far)
    lengths, done = torch.zeros_like(first.expand(rows, width)), written.new_zeros(rows, width, dtype=torch.bool)
    total = torch.full((rows, width), -torch.inf, device=source.device)  # (B, K): log probability
    total[:, 0] = 0.0  # one beginning; the other slots fill up with its continuations
    for _ in range(longest):
        logits, state = model.step(tokens, state)
        gains = logits.log_softmax(-1).view(rows, width, -1)  # (B, K, V)
        free = torch.full_like(gains, -torch.inf)
        free[..., PAD] = 0.0  # a finished sentence goes on in one way only, at no cost
        totals = total[..., None] + torch.where(done[..., None], free, gains)
        lengths = lengths + ~done
        best = (totals / length_penalty(lengths, alpha)[..., None]).flatten(1).topk(width).indices  # (B, K)
        parents, words = best // gains.shape[-1], best % gains.shape[-1]
        total, lengths = totals.flatten(1).gather(1, best), lengths.gather(1, parents)
        written = torch.cat([written.gather(1, parents[..., None].expand_as(written)), words[..., None]], -1)
        done = done.gather(1, parents) | (words == EOS)
        if done.all():
            break
        tokens, state = words.flatten(), state.select((first + parents).flatten())
    return written[:, 0]  # topk sorts: the first is the best

"""Asking a language model: what it would say next, how sure it is, and whether it says so again."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


@torch.no_grad()
def next_words(model: nn.Module, prompts: Sequence[Sequence[int]]) -> Tensor:
    """The probabilities of the next token after each prompt, (N, V); prompts of ids may differ in length.

    model: causal, tokens (B, T) -> logits (B, T, V), so that what is filled up behind a prompt is not seen.
    Raises ValueError for no prompt, or an empty one.
    """
    if not prompts or not all(map(len, prompts)):
        raise ValueError(f"{len(prompts)} prompts must be one at least, each with a token at least")
    device = next(model.parameters()).device
    tokens = nn.utils.rnn.pad_sequence([torch.tensor(prompt, device=device) for prompt in prompts], batch_first=True)
    last = torch.tensor([len(prompt) - 1 for prompt in prompts], device=device)
    return model(tokens)[torch.arange(len(prompts), device=device), last].softmax(-1)


def entropy(probabilities: Tensor) -> Tensor:
    """How open a choice is, in nats: (..., V) -> (...); 0 for certainty, ln V for no idea (Shannon 1948, section 6)."""
    return torch.special.entr(probabilities).sum(-1)


def agreement(answers: Tensor) -> Tensor:
    """Share of the commonest answer among S answers to one question: (N, S) of ids -> (N,), 1/S to 1.

    The self-consistency of Wang et al. (2023), used as a sign of knowledge. Raises ValueError for other shapes.
    """
    if answers.ndim != 2 or not answers.numel():
        raise ValueError(f"answers of shape {tuple(answers.shape)} must be (N, S), with an answer at least")
    same = answers[:, :, None] == answers[:, None, :]  # (N, S, S)
    return same.float().mean(-1).amax(-1)

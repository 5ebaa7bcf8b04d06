"""Secrets that a language model tells: how exposed is one, and does it come out when asked?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from lecture_utils.models.gpt import GPT
from lecture_utils.perplexity import Tokenizer, log_chances
from lecture_utils.sampling import sample
from lecture_utils.tokenizers.special import SEP


def exposure(log_chances: Sequence[float], own: int) -> float:
    """log2 |R| - log2 rank, in bits (Carlini et al. 2019, definition 3): 0 is hidden, log2 |R| lies open.

    log_chances (R,): of every secret there could be; own: which of them it is. The rank counts those at least as
    likely, itself included. Raises ValueError for fewer than two, NaN, and an `own` that is none of them.
    """
    scores = np.asarray(log_chances, dtype=float)
    if scores.ndim != 1 or len(scores) < 2 or np.isnan(scores).any():
        raise ValueError(f"log_chances of shape {scores.shape} must be (R,), at least two numbers and no NaN")
    if not 0 <= own < len(scores):
        raise ValueError(f"own ({own}) must be the place of one of the {len(scores)} candidates")
    rank = int((scores >= scores[own]).sum())
    return math.log2(len(scores)) - math.log2(rank)


def expose(model: GPT, tokenizer: Tokenizer, prompt: str, candidates: Sequence[str], secret: str) -> float:
    """The exposure of what truly follows the prompt, among all candidates. Raises ValueError for a secret not there."""
    if secret not in candidates:
        raise ValueError(f"the secret {secret!r} is none of the {len(candidates)} candidates: rank it among all")
    scores = log_chances(model, tokenizer, [prompt] * len(candidates), candidates)
    return exposure(scores, list(candidates).index(secret))


@torch.no_grad()
def extract(model: GPT, tokenizer: Tokenizer, prompt: str, *, longest: int = 12) -> str:
    """What the model writes after the prompt, the likeliest token each time: the attacker just asks.

    After Carlini et al. (2021), section 4. longest: tokens at most; it stops earlier where the text ends.
    """
    tokens = torch.tensor([[SEP, *tokenizer.encode(prompt)]], device=model.embedding.weight.device)
    new = sample(model, tokens, longest=longest, seed=0, temperature=0.0, stop=SEP)
    return tokenizer.decode(new[0].tolist()).strip()

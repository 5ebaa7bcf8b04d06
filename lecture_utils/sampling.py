"""Writing on from a prompt: the likeliest token, or one drawn from a tempered, trimmed distribution."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.generation import Generator


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """All but the k largest logits become -inf (Fan et al. 2018, section 5.4): (..., V) -> (..., V).

    Ties with the k-th are kept. Raises ValueError for k below 1.
    """
    if k < 1:
        raise ValueError(f"k ({k}) must be at least 1 token")
    if k >= logits.shape[-1]:
        return logits
    return logits.masked_fill(logits < logits.topk(k).values[..., -1:], -torch.inf)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """The fewest tokens whose probabilities sum to p at least; the others' logits become -inf.

    Nucleus sampling (Holtzman et al. 2020, section 3.1): (..., V) -> (..., V). Raises ValueError unless 0 < p <= 1.
    """
    if not 0 < p <= 1:
        raise ValueError(f"p ({p}) must be above 0 and at most 1")
    ordered, order = logits.sort(descending=True, stable=True)
    shares = ordered.softmax(-1)
    before = shares.cumsum(-1) - shares  # what the likelier ones already hold
    dropped = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before >= p)
    return logits.masked_fill(dropped, -torch.inf)


def chances(
    logits: Tensor, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """Probabilities to draw the next token from: logits (..., V) -> (..., V), each row summing to one.

    temperature: logits are divided by it before top_k, then top_p, trim them; 0 puts everything on the likeliest.
    Raises ValueError for a negative temperature, and as `keep_top_k` and `keep_top_p` do.
    """
    if not 0.0 <= temperature < float("inf"):
        raise ValueError(f"temperature ({temperature}) must be 0 or more, and finite")
    if temperature == 0.0:
        return F.one_hot(logits.argmax(-1), logits.shape[-1]).to(logits.dtype)
    logits = logits / temperature
    if top_k is not None:
        logits = keep_top_k(logits, top_k)
    if top_p is not None:
        logits = keep_top_p(logits, top_p)
    return logits.softmax(-1)


@torch.no_grad()
def sample(
    model: Generator,
    prompt: Tensor,
    *,
    longest: int,
    seed: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    stop: int | None = None,
) -> Tensor:
    """Continue prompts of equal length: (B, T) -> the new ids (B, at most `longest`), the prompt left out.

    temperature, top_k, top_p: see `chances`. stop: an id after which a row is over, and filled up with it.
    Raises ValueError for longest below 1, an empty prompt, and as `chances` does.
    """
    if longest < 1:
        raise ValueError(f"longest ({longest}) must be at least 1 token")
    if prompt.ndim != 2 or not prompt.numel():
        raise ValueError(f"prompt of shape {tuple(prompt.shape)} must be (B, T), with a token at least")
    generator = torch.Generator(prompt.device).manual_seed(seed)
    state, tokens = model.start(prompt), prompt[:, -1]
    done, written = torch.zeros_like(tokens, dtype=torch.bool), []
    for _ in range(longest):
        logits, state = model.step(tokens, state)  # (B, V)
        weights = chances(logits, temperature=temperature, top_k=top_k, top_p=top_p)
        tokens = weights.multinomial(1, generator=generator)[:, 0]  # (B,)
        if stop is not None:
            tokens = tokens.masked_fill(done, stop)
            done = done | (tokens == stop)
        written.append(tokens)
        if done.all():
            break
    return torch.stack(written, 1)

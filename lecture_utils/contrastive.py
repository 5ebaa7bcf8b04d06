"""Contrastive learning: texts that belong together get vectors that point the same way, all others do not."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.tokenizers.special import PAD


def info_nce(first: Tensor, second: Tensor, *, temperature: float) -> Tensor:
    """Find your partner among all, in both directions (InfoNCE: van den Oord et al. 2018, eq. 4).

    first, second (B, D), row i of one belongs to row i of the other -> the mean loss in nats, at most about ln B for
    vectors that know nothing. Scores are cosines divided by the temperature, and both directions count the same, as
    in CLIP (Radford et al. 2021, figure 3). Raises ValueError for fewer than two pairs, shapes that differ, and a
    temperature that is not above 0.
    """
    if first.shape != second.shape or first.ndim != 2 or len(first) < 2:
        raise ValueError(f"first {tuple(first.shape)} and second {tuple(second.shape)} must both be (B, D), B >= 2")
    if not temperature > 0:
        raise ValueError(f"temperature ({temperature}) must be above 0")
    scores = F.normalize(first, dim=-1) @ F.normalize(second, dim=-1).mT / temperature  # (B, B)
    partner = torch.arange(len(scores), device=scores.device)
    return (F.cross_entropy(scores, partner) + F.cross_entropy(scores.mT, partner)) / 2


def mean_vector(hidden: Tensor, tokens: Tensor) -> Tensor:
    """One vector a text, the mean over its tokens (Reimers & Gurevych 2019, section 3); [PAD] does not count.

    hidden (B, T, D), tokens (B, T) -> (B, D); zeros for a text of padding alone. Raises ValueError for shapes that
    do not fit.
    """
    if hidden.ndim != 3 or hidden.shape[:2] != tokens.shape:
        raise ValueError(f"hidden {tuple(hidden.shape)} must be tokens {tuple(tokens.shape)} and one axis more")
    real = (tokens != PAD)[..., None]  # (B, T, 1)
    return (hidden * real).sum(1) / real.sum(1).clamp(min=1)


def neighbours_agree(vectors: Tensor, labels: Tensor) -> float:
    """Share of vectors (N, D) whose nearest other vector, by cosine, has the same label (N,).

    Raises ValueError for fewer than two vectors, or another number of labels.
    """
    if vectors.ndim != 2 or len(vectors) < 2 or labels.shape != vectors.shape[:1]:
        raise ValueError(
            f"vectors {tuple(vectors.shape)} and labels {tuple(labels.shape)} must be (N, D), (N,), N >= 2"
        )
    directions = F.normalize(vectors, dim=-1)
    nearest = (directions @ directions.mT).fill_diagonal_(-torch.inf).argmax(1)  # (N,)
    return (labels[nearest] == labels).float().mean().item()

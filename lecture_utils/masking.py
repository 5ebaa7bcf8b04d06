"""BERT's corruption: some tokens are hidden, and the model must say what they were."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.tokenizers.special import MASK, SPECIAL

IGNORED = -100  # a target that no loss counts, as `torch.nn.functional.cross_entropy` has it
TO_MASK, TO_ANY = 0.8, 0.1  # shares of the selected that become [MASK], and any token; the rest stay


@dataclass(frozen=True)
class Corrupted:
    """inputs (B, T): what the model reads. targets (B, T): the original where it was selected, IGNORED elsewhere."""

    inputs: Tensor
    targets: Tensor


def corrupt(tokens: Tensor, *, vocabulary: int, seed: int, share: float = 0.15) -> Corrupted:
    """Select tokens and hide them 80/10/10 (Devlin et al. 2019, section 3.1 and appendix A.1). For training only.

    tokens (B, T): ids; special ones, [PAD] and [UNK] among them, are never selected. Each other is selected with
    probability `share`; 80 % of those become [MASK], 10 % any token of the vocabulary that is not special (it may
    be the same), 10 % stay. BERT selects a fixed number a text; here each token is drawn on its own.
    Raises ValueError for shapes, ids and shares that do not fit.
    """
    if tokens.ndim != 2 or not tokens.numel():
        raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be (B, T), with a token at least")
    low, high = tokens.aminmax()
    if low < 0 or high >= vocabulary or vocabulary <= len(SPECIAL):
        raise ValueError(f"ids from {low} to {high} must fit a vocabulary ({vocabulary}) of more than {len(SPECIAL)}")
    if not 0 < share <= 1:
        raise ValueError(f"share ({share}) must be above 0 and at most 1")
    generator = torch.Generator().manual_seed(seed)
    selecting, deciding = torch.rand(2, *tokens.shape, generator=generator).to(tokens.device)  # (B, T) each
    words = torch.randint(len(SPECIAL), vocabulary, tokens.shape, generator=generator).to(tokens.device)
    selected = (selecting < share) & (tokens >= len(SPECIAL))
    inputs = torch.where(selected & (deciding < TO_MASK), MASK, tokens)
    inputs = torch.where(selected & (deciding >= TO_MASK) & (deciding < TO_MASK + TO_ANY), words, inputs)
    return Corrupted(inputs, tokens.masked_fill(~selected, IGNORED))


def masked_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy over the selected tokens alone: logits (B, T, V), targets (B, T); 0 where none is selected.

    Raises ValueError for shapes that do not fit.
    """
    if logits.shape[:-1] != targets.shape:
        raise ValueError(f"logits {tuple(logits.shape)} must be targets {tuple(targets.shape)} and one axis more")
    total = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=IGNORED, reduction="sum")
    return total / (targets != IGNORED).sum().clamp(min=1)

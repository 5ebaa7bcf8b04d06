"""Questions for a recommender: items hidden anywhere, the last item hidden, or each next item."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils.masking import IGNORED, Corrupted
from lecture_utils.tokenizers.special import MASK, PAD, SPECIAL


def windows(histories: Tensor, *, rows: int, length: int, seed: int) -> Tensor:
    """Draw windows of T neighbouring items from random histories: tokens (N, L) -> (rows, length).

    Histories have [PAD] at the front. A window ends at an item that has another before it; where a history begins
    later than its window, [PAD] stands. Raises ValueError for sizes below 1, and histories of fewer than two items.
    """
    if rows < 1 or length < 1:
        raise ValueError(f"rows ({rows}) and length ({length}) must each be at least 1")
    before = (histories == PAD).sum(1)  # (N,): the column of each first item
    if (before > histories.shape[1] - 2).any():
        raise ValueError("each history must hold two items at least: there is nothing to ask about a single one")
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randint(len(histories), (rows,), generator=generator).to(histories.device)
    place = torch.rand(rows, generator=generator).to(histories.device)
    first = before[chosen] + 1
    ends = first + (place * (histories.shape[1] - first)).long()  # (rows,)
    room = F.pad(histories, (length - 1, 0), value=PAD)  # column c is now c + length - 1
    return room[chosen[:, None], ends[:, None] + torch.arange(length, device=histories.device)]


def hide_items(tokens: Tensor, *, share: float, last: float, seed: int) -> Corrupted:
    """Hide items for BERT4Rec: in a share `last` of the rows the last item alone, elsewhere each with chance `share`.

    What is hidden is always [MASK] (Sun et al. 2019, section 3.6); rows with their last item hidden look like the
    question that will be asked. Padding is never hidden. Raises ValueError for shares outside 0 to 1.
    """
    if not 0 < share <= 1 or not 0 <= last <= 1:
        raise ValueError(f"share ({share}) must be above 0 and at most 1, last ({last}) lie in 0 to 1")
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.rand(tokens.shape, generator=generator) < share  # (B, T)
    only_last = torch.zeros_like(hidden)
    only_last[:, -1] = True
    hidden = torch.where(torch.rand(len(tokens), 1, generator=generator) < last, only_last, hidden).to(tokens.device)
    hidden &= tokens != PAD
    return Corrupted(tokens.masked_fill(hidden, MASK), targets(tokens).masked_fill(~hidden, IGNORED))


def next_items(tokens: Tensor) -> Corrupted:
    """Questions for a reader from the left: at each item, which is next? (B, T + 1) -> inputs and targets (B, T)."""
    asked = targets(tokens[:, 1:]).masked_fill(tokens[:, :-1] == PAD, IGNORED)
    return Corrupted(tokens[:, :-1], asked)


def targets(tokens: Tensor) -> Tensor:
    """The items, counted from 0, as a loss wants them: IGNORED for padding."""
    return torch.where(tokens == PAD, IGNORED, tokens - len(SPECIAL))

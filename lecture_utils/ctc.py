"""Connectionist temporal classification: learn from what was said, without being told when (Graves et al. 2006).

A frame says one token or nothing, the *blank*, which is output 0. A path, one output a frame, is read by merging
repetitions and then dropping blanks: `77_7__4` is 7 7 4. The loss sums over all paths that read as the target.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

BLANK = 0
NEVER = -1e30  # the logarithm of an impossible path; minus infinity has no gradient


def collapse(path: Sequence[int]) -> list[int]:
    """What a path reads as: repetitions merged, then blanks dropped (Graves et al. 2006, section 3.1)."""
    return [
        output
        for place, output in enumerate(path)
        if output != BLANK and (place == 0 or output != path[place - 1])
    ]  # fmt: skip


def greedy(log_probs: Tensor) -> list[tuple[list[int], list[int]]]:
    """The likeliest path of each recording, read: log_probs (B, T, V) -> per row, tokens and their first frames.

    Not always the likeliest text, which is the sum over many paths (Graves et al. 2006, section 3.2).
    """
    read = []
    for path in log_probs.argmax(-1).tolist():
        starts = [t for t, output in enumerate(path) if output != BLANK and (t == 0 or path[t - 1] != output)]
        read.append((collapse(path), starts))
    return read


def ctc_loss(log_probs: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """Minus the log probability of each target, summed over all its paths (Graves et al. 2006, eqs. 5 to 8): (B,).

    log_probs (B, T, V), targets (B, U) of tokens from 1 (what lies behind its length is not read), lengths (B,).
    Equal to `torch.nn.functional.ctc_loss` with reduction "none", but a target that needs more than T frames
    costs about 1e30, not infinity.
    Raises ValueError for shapes that do not fit, lengths outside 1 to U, and tokens outside 1 to V - 1.
    """
    _check(log_probs, targets, lengths)
    batch, frames, _ = log_probs.shape
    used = torch.arange(targets.shape[1], device=targets.device) < lengths[:, None]  # (B, U)
    states = torch.full((batch, 2 * targets.shape[1] + 1), BLANK, device=targets.device)  # (B, S): _ a _ b _
    states[:, 1::2] = targets.where(used, BLANK)
    # a state is reached from itself, from the one before, and over a blank from another token
    jump = torch.zeros_like(states, dtype=torch.bool)
    jump[:, 2:] = (states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])
    scores = log_probs.gather(2, states[:, None].expand(-1, frames, -1))  # (B, T, S)
    never = scores.new_full((batch, 2), NEVER)
    alpha = torch.cat([scores[:, 0, :2], scores.new_full((batch, states.shape[1] - 2), NEVER)], 1)  # (B, S)
    for t in range(1, frames):
        before, over = (torch.cat([never[:, :back], alpha[:, :-back]], 1) for back in (1, 2))
        ways = torch.stack([alpha, before, over.where(jump, NEVER)])  # (3, B, S)
        alpha = ways.logsumexp(0) + scores[:, t]
    ends = torch.stack([2 * lengths, 2 * lengths - 1], 1)  # the last blank, or the last token
    return -alpha.gather(1, ends).logsumexp(1)


def alignment(log_probs: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """How likely each frame says each output, given that the target was said: (B, T, V), rows sum to 1.

    It is minus the loss's gradient with respect to the log probabilities (Graves et al. 2006, eqs. 14 and 15), so
    automatic differentiation does the backward recursion. Arguments and errors as in `ctc_loss`.
    """
    with torch.enable_grad():
        leaf = log_probs.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(ctc_loss(leaf, targets, lengths).sum(), leaf)
    return -gradient


def edits(said: Sequence[int], heard: Sequence[int]) -> int:
    """Fewest tokens to insert, drop or replace to make one text of the other (Levenshtein's distance)."""
    row = list(range(len(said) + 1))  # cost of turning nothing into said[:i]
    for count, other in enumerate(heard, 1):
        diagonal, row[0] = row[0], count
        for place, token in enumerate(said, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (token != other))
    return row[-1]


def token_error(said: Sequence[Sequence[int]], heard: Sequence[Sequence[int]]) -> float:
    """Edits over all texts, divided by the tokens that were said; can exceed 1 where too much is heard.

    Raises ValueError for lists of different lengths and where nothing was said.
    """
    if len(said) != len(heard) or not any(said):
        raise ValueError(f"{len(said)} texts said and {len(heard)} heard: give one each, and one that is not empty")
    return sum(edits(*pair) for pair in zip(said, heard, strict=True)) / sum(map(len, said))


def _check(log_probs: Tensor, targets: Tensor, lengths: Tensor) -> None:
    if log_probs.ndim != 3 or targets.shape[:-1] != log_probs.shape[:1] or lengths.shape != log_probs.shape[:1]:
        raise ValueError(
            f"log_probs {tuple(log_probs.shape)}, targets {tuple(targets.shape)} and lengths {tuple(lengths.shape)} "
            "must be (B, T, V), (B, U) and (B,)"
        )
    if not ((lengths >= 1) & (lengths <= targets.shape[1])).all():
        raise ValueError(f"lengths {lengths.tolist()} must lie in 1 to {targets.shape[1]}, the targets' width")
    used = targets[torch.arange(targets.shape[1], device=targets.device) < lengths[:, None]]
    if not ((used > BLANK) & (used < log_probs.shape[2])).all():
        raise ValueError(f"tokens must lie in 1 to {log_probs.shape[2] - 1}: 0 is the blank, which nobody says")

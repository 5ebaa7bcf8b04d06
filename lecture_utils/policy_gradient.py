"""Policy gradients over tokens: who gets how much of the reward, and how far one update may go."""

from __future__ import annotations

import torch
from torch import Tensor


def written(tokens: Tensor, *, prompt: int, end: int) -> Tensor:
    """True for the tokens that the policy has chosen: after the prompt, up to the first `end`, which counts.

    tokens (B, T) -> (B, T). Raises ValueError where no token follows the prompt.
    """
    if not 0 <= prompt < tokens.shape[1]:
        raise ValueError(f"prompt ({prompt}) must leave at least one of {tokens.shape[1]} tokens to the policy")
    ends = (tokens == end).long()
    ends[:, :prompt] = 0
    over = ends.cumsum(1) - ends > 0  # an end stands before this token
    over[:, :prompt] = True
    return ~over


def chosen_log_probs(logits: Tensor, tokens: Tensor) -> Tensor:
    """ln P(token) of each token after the first: logits (B, T, V) of tokens (B, T) -> (B, T - 1)."""
    return logits[:, :-1].log_softmax(-1).gather(2, tokens[:, 1:, None])[..., 0]


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of the values (B, T) where mask is True. Raises ValueError where it is True nowhere."""
    if not mask.any():
        raise ValueError("mask is True nowhere: there is nothing to take the mean of")
    return (values * mask).sum() / mask.sum()


def leashed_rewards(score: Tensor, log_probs: Tensor, reference: Tensor, mask: Tensor, *, leash: float) -> Tensor:
    """Each token pays leash * (ln policy - ln reference); the last real one earns the text's score.

    The sum is R = score - leash * ln(policy / reference) (Ziegler et al. 2019, eq. 2; Stiennon et al. 2020,
    section 3.4). score (B,); log_probs, reference, mask (B, T) -> (B, T), 0 on padding.
    Raises ValueError for a negative leash, and for a row without a real token.
    """
    if not leash >= 0:
        raise ValueError(f"leash ({leash}) must be at least 0: below, it would reward leaving the reference")
    if not mask.any(1).all():
        raise ValueError("a row of the mask is empty: each text needs a token that can earn the score")
    last = mask & (mask.flip(1).cumsum(1).flip(1) == 1)
    return -leash * (log_probs - reference) * mask + score[:, None] * last


def generalised_advantages(
    rewards: Tensor, values: Tensor, mask: Tensor, *, discount: float = 1.0, decay: float = 0.95
) -> Tensor:
    """How much better each choice turned out than expected (Schulman et al. 2016, eq. 16).

    A_t = sum over l of (discount decay)^l d_{t+l}, with d_t = r_t + discount V_{t+1} - V_t, and V = 0 after the end.
    rewards, values, mask (B, T), the mask True in one run -> (B, T), 0 on padding. discount, decay: 0 to 1.
    """
    if not (0 <= discount <= 1 and 0 <= decay <= 1):
        raise ValueError(f"discount ({discount}) and decay ({decay}) must each lie in 0 to 1")
    values, advantages = values * mask, torch.zeros_like(rewards)
    after, running = torch.zeros_like(rewards[:, 0]), torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        surprise = rewards[:, t] + discount * after - values[:, t]
        running = (surprise + discount * decay * running) * mask[:, t]
        after = values[:, t]
        advantages[:, t] = running
    return advantages


def normalised(advantages: Tensor, mask: Tensor) -> Tensor:
    """Mean 0 and variance 1 over the real tokens, 0 on padding: (B, T) -> (B, T)."""
    centred = (advantages - masked_mean(advantages, mask)) * mask
    return centred / (masked_mean(centred**2, mask).sqrt() + 1e-8)


def clipped_objective(log_probs: Tensor, old: Tensor, advantages: Tensor, mask: Tensor, *, clip: float = 0.2) -> Tensor:
    """PPO's objective, to be maximised: E min(ratio A, clip(ratio, 1 - e, 1 + e) A) (Schulman et al. 2017, eq. 7).

    ratio = policy / old policy of each token. All (B, T) -> a number, the mean over real tokens. clip: e, above 0.
    Raises ValueError for a clip that is not above 0, and for a mask that is True nowhere.
    """
    if not clip > 0:
        raise ValueError(f"clip ({clip}) must be above 0")
    ratio = (log_probs - old).exp()
    return masked_mean(torch.minimum(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages), mask)

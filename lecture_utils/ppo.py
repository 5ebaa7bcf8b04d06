"""Proximal policy optimisation of a language model on a leash: write, be judged, learn a little, write again."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lecture_utils.models.gpt import GPT
from lecture_utils.policy_gradient import (
    chosen_log_probs,
    clipped_objective,
    generalised_advantages,
    leashed_rewards,
    masked_mean,
    normalised,
    written,
)
from lecture_utils.sampling import sample


@dataclass(frozen=True)
class Round:
    """One round of writing: the texts (B, T), their mean score, and their mean ln(policy / reference) in nats."""

    texts: Tensor
    score: float
    divergence: float


def complete(model: GPT, prompts: Tensor, *, longest: int, end: int, seed: int) -> Tensor:
    """Prompts (B, P) and what the model draws after them, filled up with `end`: (B, P + longest)."""
    new = sample(model, prompts, longest=longest, seed=seed, stop=end)
    return nn.functional.pad(torch.cat([prompts, new], 1), (0, longest - new.shape[1]), value=end)


class PPO:
    """Schulman et al. (2017), on text as in Ziegler et al. (2019): trains `policy` in place, on a leash to its start.

    reward: texts (B, T) -> scores (B,). end: the id that ends a text. longest: tokens written at most. leash: what
    one nat away from the reference costs, in units of the score. The value of each place, which the advantage is
    measured against, is read off the policy's own body by one linear layer.
    """

    def __init__(
        self,
        policy: GPT,
        reward: Callable[[Tensor], Tensor],
        *,
        end: int,
        longest: int,
        leash: float,
        lr: float = 1e-3,
        epochs: int = 4,
        value_weight: float = 0.1,
    ) -> None:
        self.policy, self.reward = policy, reward
        self.end, self.longest, self.leash = end, longest, leash
        self.epochs, self.value_weight = epochs, value_weight
        self.reference = deepcopy(policy).requires_grad_(False)  # frozen: nothing below changes it
        self.value = nn.Linear(policy.config.width, 1).to(policy.embedding.weight.device)
        nn.init.zeros_(self.value.weight)
        nn.init.zeros_(self.value.bias)
        self.weights = [*policy.parameters(), *self.value.parameters()]
        self.optimizer = torch.optim.Adam(self.weights, lr=lr)

    def round(self, prompts: Tensor, *, seed: int) -> Round:
        """Write on from prompts (B, P), and take a few steps towards what turned out better than expected."""
        texts = complete(self.policy, prompts, longest=self.longest, end=self.end, seed=seed)
        mask = written(texts, prompt=prompts.shape[1], end=self.end)[:, 1:]  # (B, T - 1): token t is chosen at t - 1
        with torch.no_grad():
            old, values = self._read(texts)
            reference, scores = chosen_log_probs(self.reference(texts), texts), self.reward(texts)
            rewards = leashed_rewards(scores, old, reference, mask, leash=self.leash)
            advantages = generalised_advantages(rewards, values, mask)
        returns, advantages = advantages + values, normalised(advantages, mask)
        for _ in range(self.epochs):
            now, values = self._read(texts)
            gain = clipped_objective(now, old, advantages, mask)
            miss = masked_mean((values - returns) ** 2, mask)
            self.optimizer.zero_grad()
            (self.value_weight * miss - gain).backward()
            nn.utils.clip_grad_norm_(self.weights, 1.0)
            self.optimizer.step()
        return Round(texts, scores.mean().item(), ((old - reference) * mask).sum(1).mean().item())

    def _read(self, texts: Tensor) -> tuple[Tensor, Tensor]:
        """ln P of each token after the first, and the value before it: (B, T - 1) each."""
        hidden = self.policy.hidden(texts)
        return chosen_log_probs(self.policy.output(hidden), texts), self.value(hidden)[:, :-1, 0]

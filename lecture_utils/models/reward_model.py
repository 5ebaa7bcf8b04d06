"""A language model that judges: its body, and a number in place of the next word."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from lecture_utils.models.gpt import GPT


class RewardModel(nn.Module):
    """A copy of a GPT with a number for each token in place of the next word (Ouyang et al. 2022, section 3.5).

    A text's reward is the sum over its tokens up to the first `end` (Christiano et al. 2017, eq. 1, sums over a clip);
    Ouyang et al. read one number at the end instead. `mean` and `spread` bring rewards to mean 0 and variance 1 on
    given texts, so that one leash fits every reward model (Ziegler et al. 2019, section 2).
    """

    def __init__(self, language_model: GPT, *, end: int) -> None:
        super().__init__()
        self.body, self.end = deepcopy(language_model), end
        self.score = nn.Linear(language_model.config.width, 1)
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> reward (B,); whatever stands after the first `end` changes nothing."""
        ends = (tokens == self.end).long()
        real = ends.cumsum(1) - ends == 0  # (B, T): no end stands before this token
        scores = self.score(self.body.hidden(tokens))[..., 0]  # (B, T)
        return ((scores * real).sum(1) - self.mean) / self.spread

    @torch.no_grad()
    def normalise(self, tokens: Tensor) -> None:
        """From now on these texts (N, T) have rewards of mean 0 and variance 1; ValueError where all are equal."""
        scores = self(tokens) * self.spread + self.mean
        if len(tokens) < 2 or not scores.std() > 0:
            raise ValueError("all texts have the same reward: give at least two that differ")
        self.mean, self.spread = scores.mean(), scores.std()

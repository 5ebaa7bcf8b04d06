"""Somebody clicks on the better of two sentences; a taste is learned from the clicks, and a policy follows it."""

from __future__ import annotations

from collections import deque
from copy import deepcopy

import torch
from torch import Tensor

from lecture_utils.models.gpt import GPT
from lecture_utils.ppo import PPO, complete
from lecture_utils.preferences import word_taste


class LiveFeedback:
    """Reinforcement learning from the feedback of whoever is there, one click at a time, in a fraction of a second.

    model: the start, which stays as it is. prompts (N, P): beginnings to go on from. Each click refits one opinion
    a word (`word_taste`), as a few dozen clicks cannot teach a network, and takes `rounds` rounds of PPO with that
    reward, whose unit is the logit of a choice. The next two sentences are the new policy's.
    """

    def __init__(
        self, model: GPT, prompts: Tensor, *, end: int, longest: int, seed: int, leash: float = 0.5, rounds: int = 3
    ) -> None:
        self._model, self._prompts, self._seed, self._rounds = model, prompts, seed, rounds
        self._end, self._longest, self._leash = end, longest, leash
        self.reset()

    def reset(self) -> None:
        """Forget all clicks."""
        self.policy = deepcopy(self._model)
        self._ppo = PPO(self.policy, self.reward, end=self._end, longest=self._longest, leash=self._leash, lr=2e-3)
        self._choices: list[tuple[Tensor, Tensor]] = []  # counts of words: of the better, of the worse
        self._before: deque[tuple] = deque(maxlen=50)  # what `undo` goes back to: a model each
        self.taste = torch.zeros(self._model.config.vocabulary)
        self.divergence = 0.0
        self.texts = self._write(self._draw(256, 0))
        self.usual = self.rates()  # of each word, before the first click
        self._ask()

    @property
    def clicks(self) -> int:
        """How many choices have been made."""
        return len(self._choices)

    def reward(self, texts: Tensor) -> Tensor:
        """Sum of the opinions about a text's words: (B, T) -> (B,). The end counts once, however often it fills up."""
        return self._counts(texts) @ self.taste.to(texts.device)

    def rates(self) -> Tensor:
        """The share of the latest `texts` that have each word, (V,)."""
        return (self._counts(self.texts) > 0).float().mean(0)

    def choose(self, place: int) -> None:
        """Say that the sentence in this place of `pair` is the better, and learn from it. ValueError unless 0 or 1."""
        if place not in (0, 1):
            raise ValueError(f"place ({place!r}) must be 0 or 1: one of the two sentences")
        ppo = self._ppo
        state = [part.state_dict() for part in (ppo.policy, ppo.value, ppo.optimizer)]
        self._before.append((deepcopy(state), self.taste, self.divergence, self.texts, self.pair))
        counts = self._counts(self.pair)
        self._choices.append((counts[place], counts[1 - place]))
        better, worse = (torch.stack(side).cpu() for side in zip(*self._choices, strict=True))
        self.taste = word_taste(better, worse)
        rounds = [ppo.round(self._draw(64, part), seed=self._number(part)) for part in range(1, self._rounds + 1)]
        self.texts, self.divergence = torch.cat([each.texts for each in rounds]), rounds[-1].divergence
        self._ask()

    def undo(self) -> None:
        """Take the last click back, with all that was learned from it: up to fifty in a row, then nothing happens."""
        if self._before:
            state, self.taste, self.divergence, self.texts, self.pair = self._before.pop()
            self._choices.pop()
            for part, numbers in zip((self._ppo.policy, self._ppo.value, self._ppo.optimizer), state, strict=True):
                part.load_state_dict(numbers)

    def _ask(self) -> None:
        """Two different sentences from the same prompt, by the present policy."""
        texts = self._write(self._draw(1, 0).expand(16, -1))
        other = next((text for text in texts[1:] if not torch.equal(text, texts[0])), texts[1])
        self.pair = torch.stack([texts[0], other])

    def _write(self, prompts: Tensor) -> Tensor:
        return complete(self.policy, prompts, longest=self._longest, end=self._end, seed=self._number(0))

    def _draw(self, n: int, part: int) -> Tensor:
        generator = torch.Generator().manual_seed(self._number(part))
        return self._prompts[torch.randint(len(self._prompts), (n,), generator=generator)]

    def _number(self, part: int) -> int:
        """A seed of its own for each part of each click."""
        return 1_000_003 * self._seed + 101 * self.clicks + part

    def _counts(self, texts: Tensor) -> Tensor:
        """How often each word stands in a text: (B, T) -> (B, V); the end at most once."""
        counts = torch.nn.functional.one_hot(texts, self._model.config.vocabulary).sum(1).float()
        counts[:, self._end].clamp_(max=1)
        return counts

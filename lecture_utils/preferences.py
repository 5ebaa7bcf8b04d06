"""Learning from choices between two: the reward behind them, or the policy that would explain them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def bradley_terry_loss(better: Tensor, worse: Tensor) -> Tensor:
    """-ln sigmoid(better - worse), mean over pairs (Bradley and Terry 1952; Ouyang et al. 2022, eq. 1, K = 2).

    better, worse (N,): rewards of what was preferred, and of the other. Raises ValueError for unequal shapes.
    """
    _same_shape(better=better, worse=worse)
    return -F.logsigmoid(better - worse).mean()


def dpo_loss(
    better: Tensor, worse: Tensor, reference_better: Tensor, reference_worse: Tensor, *, leash: float
) -> Tensor:
    """Bradley-Terry on the reward that a policy implies, leash * ln(policy / reference) (Rafailov et al. 2023, eq. 7).

    All (N,): log-probabilities of whole continuations, by the policy and by the frozen reference.
    leash: beta, above 0. Raises ValueError for unequal shapes and a leash that is not above 0.
    """
    _same_shape(better=better, worse=worse, reference_better=reference_better, reference_worse=reference_worse)
    if not leash > 0:
        raise ValueError(f"leash ({leash}) must be above 0: without one DPO has no reward to compare")
    return bradley_terry_loss(leash * (better - reference_better), leash * (worse - reference_worse))


def _same_shape(**parts: Tensor) -> None:
    shapes = {name: tuple(part.shape) for name, part in parts.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"shapes {shapes} must be the same: one number a pair")


def word_taste(better: Tensor, worse: Tensor, *, spread: float = 1.0) -> Tensor:
    """The likeliest opinion of each word, from a handful of choices: Bradley-Terry on counts of words.

    better, worse (N, V): how often each word stands in what was preferred, and in the other -> (V,). Before any
    choice an opinion is normal around 0 with this spread. Equal to ridge-penalised logistic regression, found by
    Newton's steps. Raises ValueError for unequal shapes and a spread that is not above 0.
    """
    _same_shape(better=better, worse=worse)
    if not spread > 0:
        raise ValueError(f"spread ({spread}) must be above 0: at 0 no choice could teach anything")
    gaps = (better - worse).double()  # (N, V)
    opinions, prior = gaps.new_zeros(gaps.shape[1]), torch.eye(gaps.shape[1], dtype=torch.float64) / spread**2
    for _ in range(12):
        surprise = torch.sigmoid(-gaps @ opinions)  # (N,): of each choice
        slope = gaps.T @ surprise - opinions / spread**2
        bend = gaps.T @ (gaps * (surprise * (1 - surprise))[:, None]) + prior
        opinions = opinions + torch.linalg.solve(bend, slope)
    return opinions.float()

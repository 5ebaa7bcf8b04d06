"""INVASE: three networks that learn which columns each row needs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class InvaseConfig:
    """Sizes of the three networks. limit: the selector's logits stay between -limit and limit."""

    columns: int
    classes: int = 2
    width: int = 100
    limit: float = 1.5


class Invase(nn.Module):
    """Selector, predictor and baseline (Yoon, Jordon and van der Schaar 2019, section 3; figure 1).

    The selector gives each column of each row a probability, the predictor sees only the chosen columns (the others
    are zero), the baseline sees all. Deviations from the paper: logits are bounded by limit * tanh(z / limit), so that
    no column is ever given up or settled too early; SiLU instead of SELU, no batch norm.
    """

    def __init__(self, config: InvaseConfig) -> None:
        super().__init__()
        if min(config.columns, config.width) < 1 or config.classes < 2 or not config.limit > 0:
            raise ValueError(f"{config}: columns and width must be at least 1, classes at least 2, limit above 0")
        self.config = config
        self.selector = network(config.columns, config.width, config.columns)
        self.predictor = network(config.columns, config.width, config.classes)
        self.baseline = network(config.columns, config.width, config.classes)

    def selection_scores(self, table: Tensor) -> Tensor:
        """What the selector says (B, F), before it is bounded."""
        if table.ndim != 2 or table.shape[1] != self.config.columns or table.isnan().any():
            raise ValueError(f"a table {tuple(table.shape)} must be (rows, {self.config.columns}) without NaN")
        return self.selector(table)

    def bounded(self, scores: Tensor) -> Tensor:
        """Log odds (B, F) that a column is chosen, from its scores."""
        return self.config.limit * torch.tanh(scores / self.config.limit)

    def selection_logits(self, table: Tensor) -> Tensor:
        """Log odds (B, F) that a column is chosen."""
        return self.bounded(self.selection_scores(table))

    def select(self, table: Tensor) -> Tensor:
        """The columns (B, F) that are chosen with a probability above one half."""
        return self.selection_scores(table) > 0

    def forward(self, table: Tensor) -> Tensor:
        """Logits (B, classes) from the selected columns only."""
        return self.predictor(table * self.select(table))


def network(inputs: int, width: int, outputs: int) -> nn.Sequential:
    """Two hidden layers, as all three networks have."""
    return nn.Sequential(
        nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, outputs)
    )


def draw_masks(logits: Tensor, count: int, generator: torch.Generator | None = None) -> Tensor:
    """Random selections (count, B, F), 0 or 1, each column chosen with probability sigmoid(logits)."""
    return torch.bernoulli(logits.sigmoid().expand(count, *logits.shape), generator=generator)


def losses_of(network: nn.Module, tables: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each row: tables (..., B, F), labels (B,) -> (..., B)."""
    logits = network(tables)  # (..., B, C)
    return F.cross_entropy(logits.flatten(0, -2), labels.expand(logits.shape[:-1]).flatten(), reduction="none").view(
        logits.shape[:-1]
    )


def leave_one_out(rewards: Tensor) -> Tensor:
    """Each selection's reward minus the mean of the row's other selections: (K, B) -> (K, B), K at least 2."""
    return (rewards - rewards.mean(0)) * len(rewards) / (len(rewards) - 1)


def invase_loss(
    model: Invase,
    table: Tensor,
    labels: Tensor,
    *,
    price: float,
    calm: float = 0.0,
    masks: int = 4,
    explore: bool = False,
    generator: torch.Generator | None = None,
) -> Tensor:
    """The three networks' losses added up; each reaches the weights of its own network only.

    Selector: policy gradient (Yoon et al. 2019, eq. 6) with the reward -cross-entropy. What is subtracted from it: with
    one mask a row the baseline network's loss, as in the paper; with more the mean reward of the row's other masks
    (Kool, van Hoof and Welling 2019). price: of a column; its mean is known, so it needs no draw (the authors' code).
    calm: weight of the selector's squared scores, which brings back those that nothing asks for before tanh holds them.
    explore: random selections, from which only predictor and baseline learn. generator: of the selections.
    """
    scores = model.selection_scores(table)  # (B, F)
    logits = model.bounded(scores)
    drawn = draw_masks(torch.zeros_like(logits) if explore else logits.detach(), masks, generator)  # (K, B, F)
    predicted = losses_of(model.predictor, table * drawn, labels)  # (K, B)
    full = losses_of(model.baseline, table, labels)  # (B,)
    loss = predicted.mean() + full.mean()
    if explore:
        return loss
    rewards = -predicted.detach()
    gain = leave_one_out(rewards) if masks > 1 else rewards + full.detach()
    log_chance = -F.binary_cross_entropy_with_logits(logits.expand_as(drawn), drawn, reduction="none").sum(-1)
    costs = price * logits.sigmoid() + calm * scores.square()  # (B, F)
    return loss - (gain * log_chance).mean() + costs.sum(-1).mean()

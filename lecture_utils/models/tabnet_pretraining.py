"""TabNet's self-supervised pre-training: hide entries of a table and guess them from the others."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lecture_utils.models.tabnet import ColumnEmbedding, FeatureTransformer, TabNet, TabNetConfig, TabNetEncoder


class TabNetDecoder(nn.Module):
    """Decisions of all steps (steps, B, D) -> the table's entries (B, F) (Arik and Pfister 2021, figure 4b).

    Each step has a feature transformer; one linear map of their sum gives the entries, which is the paper's map a
    step with shared weights.
    """

    def __init__(self, config: TabNetConfig) -> None:
        super().__init__()
        width = config.width
        shared = nn.ModuleList(nn.Linear(width, 2 * width, bias=False) for _ in range(config.shared))
        self.transformers = nn.ModuleList(
            FeatureTransformer(shared, width, config.independent, ghost=config.ghost, momentum=config.momentum)
            for _ in range(config.steps)
        )
        self.readout = nn.Linear(width, config.columns, bias=False)

    def forward(self, decisions: Tensor) -> Tensor:
        parts = zip(self.transformers, decisions, strict=True)
        return self.readout(sum(transform(decision) for transform, decision in parts))


@dataclass(frozen=True)
class Guess:
    """Entries as they are, as they were guessed, and which were hidden (1) or shown (0): (B, F) each."""

    entries: Tensor
    guessed: Tensor
    hidden: Tensor


class TabNetPretraining(nn.Module):
    """Encoder and decoder that guess hidden entries: table (B, F), hidden (B, F) of 0 and 1 -> `Guess`.

    Arik and Pfister (2021), section "Tabular self-supervised learning". Hidden entries are zero for the encoder, and
    the prior starts as 1 - hidden, so that no step looks at them.
    """

    def __init__(self, config: TabNetConfig) -> None:
        super().__init__()
        self.embedding = ColumnEmbedding(config.columns, config.categories)
        self.encoder = TabNetEncoder(config)
        self.decoder = TabNetDecoder(config)

    def forward(self, table: Tensor, hidden: Tensor) -> Guess:
        entries = self.embedding(table)
        if hidden.shape != entries.shape:
            raise ValueError(f"hidden {tuple(hidden.shape)} must say for each entry of {tuple(entries.shape)}: 1 or 0")
        reading = self.encoder(entries * (1 - hidden), prior=1 - hidden)
        return Guess(entries, self.decoder(reading.decisions), hidden)

    def hand_over(self, model: TabNet) -> None:
        """Give the trained encoder and embeddings to a model of the same configuration."""
        model.embedding.load_state_dict(self.embedding.state_dict())
        model.encoder.load_state_dict(self.encoder.state_dict())


def hide(table: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Which entries to hide (B, F), 1 or 0: each with probability `share`, above 0 and below 1."""
    if not 0 < share < 1:
        raise ValueError(f"share ({share}) must lie between 0 and 1, the ends left out")
    return torch.bernoulli(torch.full(table.shape, share, device=table.device), generator=generator)


def reconstruction_loss(guess: Guess) -> Tensor:
    """Squared error of the hidden entries, each column measured in its variance in the batch: 1 is guessing the mean.

    Arik and Pfister (2021), the equation of that section, as a mean over hidden entries instead of a sum.
    """
    variance = guess.entries.detach().var(0).clamp(min=1e-9)  # (F,)
    errors = (guess.guessed - guess.entries).square() / variance * guess.hidden
    return errors.sum() / guess.hidden.sum().clamp(min=1)

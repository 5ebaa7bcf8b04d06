"""TabNet: a network that reads a table's row in steps and looks at a few columns in each."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lecture_utils.layers.ghost_norm import GhostBatchNorm
from lecture_utils.layers.sparsemax import sparsemax


@dataclass(frozen=True)
class TabNetConfig:
    """Sizes of a TabNet. width: of a step's decision and of its attention, n_d = n_a in the paper.

    relaxation: gamma, 1 lets a column be looked at in one step only. shared, independent: gated layers that all
    steps share, and those that each has for itself. ghost, momentum: of the ghost batch norms.
    categories: (column, kinds) of each column that holds codes 0 to kinds - 1 instead of amounts.
    """

    columns: int
    outputs: int = 2
    width: int = 8
    steps: int = 3
    relaxation: float = 1.5
    shared: int = 1
    independent: int = 1
    ghost: int = 128
    momentum: float = 0.02
    categories: tuple[tuple[int, int], ...] = ()


# Arik and Pfister 2021, appendix: the synthetic tables Syn1 to Syn3, and Syn4 to Syn6
TABNET_SYN123 = TabNetConfig(11, width=16, steps=4, relaxation=2.0, shared=2, independent=2, ghost=100, momentum=0.3)
TABNET_SYN456 = TabNetConfig(11, width=16, steps=5, relaxation=1.5, shared=2, independent=2, ghost=100, momentum=0.3)


class GatedLayer(nn.Module):
    """Linear map, ghost batch norm, gated linear unit (Arik and Pfister 2021, figure 4c; Dauphin et al. 2017).

    (B, in) -> (B, D): the first half of the map's 2 D outputs times the sigmoid of the second. linear: may be shared
    with other layers; the norm never is.
    """

    def __init__(self, linear: nn.Linear, *, ghost: int, momentum: float) -> None:
        super().__init__()
        self.linear = linear
        self.norm = GhostBatchNorm(linear.out_features, ghost=ghost, momentum=momentum)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.glu(self.norm(self.linear(x)))  # (B, 2 D) -> (B, D)


class FeatureTransformer(nn.Module):
    """Gated layers in a row, shared ones first, with scaled residual connections (Arik and Pfister 2021, figure 4c).

    (B, in) -> (B, D). From the second layer on x becomes sqrt(1/2) (x + layer(x)), which keeps the variance.
    """

    def __init__(self, shared: nn.ModuleList, width: int, independent: int, **norm: float) -> None:
        super().__init__()
        own = [nn.Linear(width, 2 * width, bias=False) for _ in range(independent)]
        self.layers = nn.ModuleList(GatedLayer(linear, **norm) for linear in [*shared, *own])

    def forward(self, x: Tensor) -> Tensor:
        first, *others = self.layers
        x = first(x)
        for layer in others:
            x = (x + layer(x)) * 0.5**0.5
        return x


class AttentiveTransformer(nn.Module):
    """Which columns to look at: sparsemax of prior times normalised scores (Arik and Pfister 2021, eq. 1).

    attention (B, D) from the step before, prior (B, F): how free each column still is -> mask (B, F), rows sum to 1.
    """

    def __init__(self, width: int, columns: int, **norm: float) -> None:
        super().__init__()
        self.linear = nn.Linear(width, columns, bias=False)
        self.norm = GhostBatchNorm(columns, **norm)

    def forward(self, attention: Tensor, prior: Tensor) -> Tensor:
        return sparsemax(prior * self.norm(self.linear(attention)))


@dataclass(frozen=True)
class Reading:
    """What the steps make of B rows. masks (steps, B, F): where each looks. decisions (steps, B, D): what each says."""

    masks: Tensor
    decisions: Tensor

    @property
    def importance(self) -> Tensor:
        """The masks of a row added up, each weighted by how much its step decides (B, F), rows summing to 1.

        Arik and Pfister 2021, section "Interpretability". A row whose steps all say nothing gets zeros.
        """
        weighed = (self.decisions.sum(-1, keepdim=True) * self.masks).sum(0)
        return weighed / weighed.sum(-1, keepdim=True).clamp(min=1e-12)

    @property
    def entropy(self) -> Tensor:
        """How spread the masks are, in nats, mean over steps and rows: the paper's sparsity loss."""
        return -(self.masks * (self.masks + 1e-15).log()).sum(-1).mean()


class TabNetEncoder(nn.Module):
    """Decision steps, each with a mask, a feature transformer and a decision (Arik and Pfister 2021, figure 4a).

    x (B, F), prior (B, F) or None for ones -> `Reading`. After a step the prior is multiplied by
    (relaxation - mask): what was looked at is less free to be looked at again.
    """

    def __init__(self, config: TabNetConfig) -> None:
        super().__init__()
        self.config = config
        width, norm = 2 * config.width, {"ghost": config.ghost, "momentum": config.momentum}
        inputs = [config.columns, *[width] * (config.shared - 1)]
        shared = nn.ModuleList(nn.Linear(size, 2 * width, bias=False) for size in inputs)
        self.norm = nn.BatchNorm1d(config.columns, momentum=0.01)
        self.first, *others = (
            FeatureTransformer(shared, width, config.independent, **norm) for _ in range(config.steps + 1)
        )
        self.transformers = nn.ModuleList(others)
        self.attention = nn.ModuleList(
            AttentiveTransformer(config.width, config.columns, **norm) for _ in range(config.steps)
        )

    def forward(self, x: Tensor, prior: Tensor | None = None) -> Reading:
        x = self.norm(x)  # (B, F)
        prior = torch.ones_like(x) if prior is None else prior
        attention = self.first(x)[:, self.config.width :]  # (B, D)
        masks, decisions = [], []
        for attend, transform in zip(self.attention, self.transformers, strict=True):
            mask = attend(attention, prior)
            prior = prior * (self.config.relaxation - mask)
            decision, attention = transform(mask * x).chunk(2, -1)  # (B, D) each
            masks.append(mask)
            decisions.append(decision.relu())
        return Reading(torch.stack(masks), torch.stack(decisions))


class ColumnEmbedding(nn.Module):
    """Codes of categorical columns become one trained number each, the other columns pass (Arik and Pfister 2021).

    table (B, F) -> (B, F). Raises ValueError for NaN, other shapes, and a code that is none of its column's kinds.
    """

    def __init__(self, columns: int, categories: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__()
        self.columns, self.categories = columns, categories
        if any(not 0 <= column < columns or kinds < 1 for column, kinds in categories):
            raise ValueError(f"categories {categories}: each is (column from 0 to {columns - 1}, kinds, at least 1)")
        self.kinds = nn.ModuleList(nn.Embedding(kinds, 1) for _, kinds in categories)

    def forward(self, table: Tensor) -> Tensor:
        if table.ndim != 2 or table.shape[1] != self.columns or table.isnan().any():
            raise ValueError(
                f"a table of shape {tuple(table.shape)} must be (rows, {self.columns}) without NaN: fill the gaps first"
            )
        parts = list(table.unbind(-1))
        for (column, kinds), embedding in zip(self.categories, self.kinds, strict=True):
            codes = parts[column].long()
            if (codes != parts[column]).any() or codes.min() < 0 or codes.max() >= kinds:
                raise ValueError(f"column {column} holds codes that are not whole numbers from 0 to {kinds - 1}")
            parts[column] = embedding(codes)[:, 0]
        return torch.stack(parts, -1) if self.categories else table


class TabNet(nn.Module):
    """Rows of a table (B, F) -> logits (B, outputs): a linear map of the sum of all steps' decisions.

    Arik and Pfister (2021), figure 4a. `read` returns the masks and decisions behind the answer.
    """

    def __init__(self, config: TabNetConfig) -> None:
        super().__init__()
        if min(config.columns, config.outputs, config.width, config.steps, config.shared) < 1 or config.independent < 0:
            raise ValueError(f"{config}: columns, outputs, width, steps and shared layers must each be at least 1")
        if config.relaxation < 1:
            raise ValueError(f"relaxation ({config.relaxation}) must be at least 1: below, priors would turn negative")
        self.embedding = ColumnEmbedding(config.columns, config.categories)
        self.encoder = TabNetEncoder(config)
        self.readout = nn.Linear(config.width, config.outputs, bias=False)

    def read(self, table: Tensor) -> Reading:
        """What each step looks at and says."""
        return self.encoder(self.embedding(table))

    def decide(self, reading: Reading) -> Tensor:
        """Logits (B, outputs) from what the steps say."""
        return self.readout(reading.decisions.sum(0))

    def forward(self, table: Tensor) -> Tensor:
        return self.decide(self.read(table))

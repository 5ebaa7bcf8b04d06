"""Training rows a second, our TabNet against pytorch_tabnet with the same sizes, batches, loss and optimiser.

Each side with its own training loop, then one bare step of each, where only the networks differ.
Run: python tests/bench/tabnet.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

import torch
from pytorch_tabnet.tab_model import TabNetClassifier
from pytorch_tabnet.tab_network import TabNet as Reference
from report import report
from torch import nn
from torch.nn import functional as F

from lecture_utils.datasets.tables import draw_table
from lecture_utils.models.tabnet import TABNET_SYN123, TabNet, TabNetConfig
from lecture_utils.tabular import fit_tabnet

OURS, THEIRS = "TabNet", "pytorch_tabnet"
LESSON = TabNetConfig(11, ghost=250)


def options(config: TabNetConfig) -> dict[str, float]:
    """A configuration in pytorch_tabnet's words."""
    return {
        "n_d": config.width,
        "n_a": config.width,
        "n_steps": config.steps,
        "gamma": config.relaxation,
        "n_shared": config.shared,
        "n_independent": config.independent,
        "momentum": config.momentum,
    }


def training_runs(epochs: int) -> dict[str, Callable[[], object]]:
    """The lesson's training, `epochs` times over 10,000 rows in batches of 500, by each library's own loop."""
    table = draw_table("Syn4", 10_000, seed=0)

    def theirs() -> None:
        classifier = TabNetClassifier(
            **options(LESSON),
            lambda_sparse=0.003,
            clip_value=1,
            optimizer_fn=torch.optim.AdamW,
            optimizer_params={"lr": 0.02},
            device_name="cpu",
            verbose=0,
        )
        sizes = {"batch_size": 500, "virtual_batch_size": LESSON.ghost}
        classifier.fit(table.features, table.labels, max_epochs=epochs, patience=0, **sizes)

    def ours() -> TabNet:
        return fit_tabnet(table.features, table.labels, seed=0, steps=20 * epochs, progress=None)

    return {OURS: ours, THEIRS: theirs}


def bare_steps(config: TabNetConfig, size: int) -> dict[str, Callable[[], object]]:
    """Forward, loss, backward and AdamW on one batch of `size` rows."""
    torch.manual_seed(0)
    table, labels = torch.randn(size, config.columns), torch.randint(2, (size,))
    model = TabNet(config)
    sizes = {"virtual_batch_size": config.ghost, "group_attention_matrix": torch.eye(config.columns)}
    reference = Reference(config.columns, 2, **options(config), **sizes)

    def our_loss() -> torch.Tensor:
        reading = model.read(table)
        return F.cross_entropy(model.decide(reading), labels) + 0.003 * reading.entropy

    def their_loss() -> torch.Tensor:
        logits, negative_entropy = reference(table)
        return F.cross_entropy(logits, labels) - 0.003 * negative_entropy

    def step(network: nn.Module, loss: Callable[[], torch.Tensor]) -> Callable[[], None]:
        optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)

        def run() -> None:
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()

        return run

    return {OURS: step(model, our_loss), THEIRS: step(reference, their_loss)}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    asked = {(THEIRS, OURS): ("at least", 1.5)}  # seconds of theirs over ours: rows a second of ours over theirs
    plain = {(THEIRS, OURS): ("at least", 1.0)}
    kept = [
        report("Training: 2 epochs of the lesson's table", training_runs(2), asked, rounds=5),
        report("A bare step: the lesson's size, 500 rows in 2 ghosts", bare_steps(LESSON, 500), plain),
        report("A bare step: the paper's size, 3,000 rows in 30 ghosts", bare_steps(TABNET_SYN123, 3000), asked),
    ]
    sys.exit(not all(kept))

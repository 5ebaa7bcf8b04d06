"""How the models of tables are trained: one recipe each, the same for every table."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lecture_utils import runtime
from lecture_utils.models.invase import Invase, InvaseConfig, invase_loss
from lecture_utils.models.tabnet import TabNet, TabNetConfig
from lecture_utils.models.tabnet_pretraining import TabNetPretraining, hide, reconstruction_loss
from lecture_utils.training import fit, minibatches, warmup_cosine


def tensors(features: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    """Rows (N, F) and labels (N,) on the lecture's device."""
    rows = torch.as_tensor(np.asarray(features, dtype=np.float32))
    return rows.to(runtime.device()), torch.as_tensor(np.asarray(labels, dtype=np.int64)).to(runtime.device())


def fit_invase(
    features: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
    steps: int = 2000,
    explore: int = 500,
    price: float = 0.18,
    calm: float = 4e-6,
    progress: str | None = "INVASE",
) -> Invase:
    """Train INVASE on rows (N, F) and labels (N,).

    explore: steps with random selections, in which the selector rests. price: of selecting all columns. It rises from
    0 over three fifths of the other steps, so that columns are judged before they are charged for.
    calm: pulls scores back, so that a column taken for all rows can still be dropped in some.
    """
    if not 0 <= explore < steps or not price >= 0:
        raise ValueError(f"explore ({explore}) must be 0 to steps - 1 ({steps - 1}), price ({price}) at least 0")
    torch.manual_seed(seed)
    model = Invase(InvaseConfig(np.shape(features)[1])).to(runtime.device())
    generator = torch.Generator(runtime.device()).manual_seed(seed)
    rows = minibatches(*tensors(features, labels), size=250, seed=seed)

    def loss(model: Invase, batch: tuple) -> Tensor:
        step, table, classes = batch
        risen = min(1.0, max(0, step - explore) / (0.6 * (steps - explore)))
        now = price * risen / table.shape[1]
        return invase_loss(model, table, classes, price=now, calm=calm, explore=step < explore, generator=generator)

    fit(
        model,
        lambda step: (step, *rows(step)),
        loss,
        steps=steps,
        lr=4e-3,
        schedule=warmup_cosine(steps),
        progress=progress,
    )
    return model


def fit_tabnet(
    features: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
    steps: int = 1000,
    size: int = 500,
    ghost: int = 250,
    sparsity: float = 0.003,
    pretrained: TabNetPretraining | None = None,
    progress: str | None = "TabNet",
) -> TabNet:
    """Train a TabNet on rows (N, F) and labels (N,); sparsity: weight of the masks' entropy in the loss."""
    torch.manual_seed(seed)
    model = TabNet(TabNetConfig(np.shape(features)[1], ghost=ghost)).to(runtime.device())
    if pretrained is not None:
        pretrained.hand_over(model)

    def loss(model: TabNet, batch: tuple[Tensor, Tensor]) -> Tensor:
        reading = model.read(batch[0])
        return F.cross_entropy(model.decide(reading), batch[1]) + sparsity * reading.entropy

    fit(
        model,
        minibatches(*tensors(features, labels), size=size, seed=seed),
        loss,
        steps=steps,
        lr=0.02,
        schedule=warmup_cosine(steps, 3 * steps // 10),
        clip=1.0,
        progress=progress,
    )
    return model


def pretrain_tabnet(
    features: np.ndarray, *, seed: int, steps: int, size: int, ghost: int, progress: str | None = "pre-training"
) -> TabNetPretraining:
    """Train a TabNet's encoder to guess a fifth of the entries from the others; no label is used."""
    torch.manual_seed(seed)
    model = TabNetPretraining(TabNetConfig(np.shape(features)[1], ghost=ghost)).to(runtime.device())
    generator = torch.Generator(runtime.device()).manual_seed(seed)
    rows, _ = tensors(features, np.zeros(len(features)))

    def loss(model: TabNetPretraining, batch: tuple[Tensor]) -> Tensor:
        return reconstruction_loss(model(batch[0], hide(batch[0], 0.2, generator)))

    fit(
        model,
        minibatches(rows, size=size, seed=seed),
        loss,
        steps=steps,
        lr=0.02,
        schedule=warmup_cosine(steps, 3 * steps // 10),
        clip=1.0,
        progress=progress,
    )
    return model


@torch.no_grad()
def chances(model: Invase | TabNet, features: np.ndarray) -> np.ndarray:
    """Probability of label 1 for rows (N, F), by a trained network in evaluation mode: (N,)."""
    rows, _ = tensors(features, np.zeros(len(features)))
    return model.eval()(rows).softmax(-1)[:, 1].numpy(force=True)

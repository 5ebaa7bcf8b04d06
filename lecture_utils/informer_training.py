"""An Informer trained on the windows of one series, and its forecasts."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lecture_utils import training
from lecture_utils.forecasting import Windows
from lecture_utils.models.dlinear import DLinear
from lecture_utils.models.informer import Informer, InformerConfig

CHUNK = 256  # windows that are forecast at once


def fit_informer(
    config: InformerConfig, windows: Windows, *, steps: int, size: int, lr: float, seed: int = 0, progress: str | None
) -> Informer:
    """An Informer of one channel after `steps` batches of `size` windows; its weights and batches are drawn by `seed`.

    progress: title of the bar, or None.
    """
    torch.manual_seed(seed)
    model = Informer(config).to(windows.past.device)
    _fit(model, windows, informer_loss, steps=steps, size=size, lr=lr, seed=seed, progress=progress)
    return model


def fit_dlinear(
    windows: Windows, *, steps: int = 600, size: int = 32, lr: float = 2e-3, seed: int = 0, progress: str | None = None
) -> DLinear:
    """A DLinear trained step by step, as its authors do. It starts always alike, so that `seed` only mixes batches."""
    model = DLinear(context=windows.past.shape[1], horizon=windows.future.shape[1]).to(windows.past.device)
    loss = lambda model, batch: (model(batch[0]) - batch[1]).square().mean()  # noqa: E731
    _fit(model, windows, loss, steps=steps, size=size, lr=lr, seed=seed, progress=progress)
    return model


def informer_loss(model: Informer, batch: training.Batch) -> Tensor:
    """Mean squared error of the forecasts of (past, future, times)."""
    past, future, times = batch
    return (model(past[..., None], times)[..., 0] - future).square().mean()


@torch.no_grad()
def forecast(model: Informer, windows: Windows) -> Tensor:
    """The model's forecast of every window, (N, H)."""
    model.eval()
    parts = zip(windows.past.split(CHUNK), windows.times.split(CHUNK), strict=True)
    return torch.cat([model(past[..., None], times)[..., 0] for past, times in parts])


def _fit(
    model: nn.Module,
    windows: Windows,
    loss: Callable,
    *,
    steps: int,
    size: int,
    lr: float,
    seed: int,
    progress: str | None,
) -> None:
    batches = training.minibatches(windows.past, windows.future, windows.times, size=size, seed=seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, fused=True)
    schedule = training.warmup_cosine(steps, steps // 5)
    training.fit(model, batches, loss, steps=steps, optimizer=optimizer, schedule=schedule, clip=1.0, progress=progress)

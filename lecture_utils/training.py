"""One training loop for the whole lecture: fit(model, batches, loss) -> History."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

from lecture_utils import checkpoints
from lecture_utils.plots.live import LiveCurve

Batch = tuple[Tensor, ...]


@dataclass
class History:
    """What happened in a training run.

    losses: one a step. norms: gradient norm before clipping, one a step, where clipping was on.
    scores: (step, score) of each evaluation. stopped: `done`, `interrupted`, `early` or `diverged`.
    """

    losses: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    scores: list[tuple[int, float]] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = "done"

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)


def minibatches(*tensors: Tensor, size: int, seed: int = 0) -> Callable[[int], Batch]:
    """Batches of rows, shuffled anew each epoch: a function from the step's number to its batch.

    Being a function of the step alone, a run can be resumed anywhere. tensors: (N, ...), all with the same N.
    Every row is used once an epoch, the last batch may be smaller.
    Raises ValueError for no data, lengths that differ, NaN, or a size below 1.
    """
    if not tensors or len(tensors[0]) == 0:
        raise ValueError("minibatches needs at least one tensor with at least one row")
    lengths = [len(tensor) for tensor in tensors]
    if len(set(lengths)) > 1:
        raise ValueError(f"tensors of {lengths} rows do not belong together: give each the same number of rows")
    if size < 1:
        raise ValueError(f"batch size {size} must be at least 1")
    if any(tensor.is_floating_point() and tensor.isnan().any() for tensor in tensors):
        raise ValueError("the data contain NaN: remove or fill those rows before training")
    rows, per_epoch = lengths[0], math.ceil(lengths[0] / size)
    shuffled: dict[int, Tensor] = {}

    def batch(step: int) -> Batch:
        epoch, position = divmod(step, per_epoch)
        if epoch not in shuffled:
            shuffled.clear()
            generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
            shuffled[epoch] = torch.randperm(rows, generator=generator)
        chosen = shuffled[epoch][position * size : (position + 1) * size]
        return tuple(tensor[chosen.to(tensor.device)] for tensor in tensors)

    return batch


def warmup_cosine(steps: int, warmup: int = 0) -> Callable[[int], float]:
    """Learning-rate factor: linear rise over `warmup` steps, then half a cosine down to zero at `steps`."""
    if not 0 <= warmup < steps:
        raise ValueError(f"warmup ({warmup}) must be at least 0 and below steps ({steps})")

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return 0.5 * (1.0 + math.cos(math.pi * min(1.0, (step - warmup) / (steps - warmup))))

    return factor


def inverse_square_root(*, width: int, warmup: int) -> Callable[[int], float]:
    """The Transformer's learning rate: a linear rise over `warmup` steps, then a fall with 1 / sqrt(step).

    width^-0.5 min(n^-0.5, n warmup^-1.5) at step n = 1, 2, ... (Vaswani et al. 2017, eq. 3). This is the rate itself:
    give `fit` lr=1. Raises ValueError for a width or warmup below 1.
    """
    if width < 1 or warmup < 1:
        raise ValueError(f"width ({width}) and warmup ({warmup}) must each be at least 1")

    def rate(step: int) -> float:
        n = step + 1
        return width**-0.5 * min(n**-0.5, n * warmup**-1.5)

    return rate


def fit(
    model: nn.Module,
    batches: Callable[[int], Batch],
    loss: Callable[[nn.Module, Batch], Tensor],
    *,
    steps: int,
    lr: float = 1e-3,
    optimizer: Optimizer | None = None,
    schedule: Callable[[int], float] | None = None,
    clip: float | None = None,
    evaluate: Callable[[nn.Module], float] | None = None,
    every: int = 100,
    patience: int | None = None,
    checkpoint: Path | str | None = None,
    progress: str | None = "training",
    live: bool = False,
) -> History:
    """Train a model and return the history; the stop button leaves model and history usable.

    batches(step) -> batch; loss(model, batch) -> scalar. optimizer: AdamW with `lr` unless given.
    schedule(step): factor on the learning rate. clip: largest gradient norm. evaluate(model): a score, higher is
    better, taken every `every` steps; `patience`: stop after so many evaluations without a better one.
    checkpoint: file written every `every` steps and, if present, resumed from. progress: title of the bar, or
    None. live: draw the loss curve while training. A loss that is not finite stops the run as `diverged`,
    before it can reach the weights. Raises ValueError for settings that contradict each other.
    """
    _check(steps, every, clip, patience, evaluate)
    optimizer = optimizer or torch.optim.AdamW(model.parameters(), lr=lr)
    base_rates = [group["lr"] for group in optimizer.param_groups]
    history, began = History(), time.perf_counter()
    if checkpoint is not None and Path(checkpoint).exists():
        notes = checkpoints.load(checkpoint, model, optimizer)
        history, base_rates = _history(notes["history"]), notes["base_rates"]
    before = history.seconds
    curve = LiveCurve() if live else None
    bar = tqdm(total=steps, initial=history.steps, desc=progress, leave=False, disable=progress is None, delay=0.5)
    model.train()
    try:
        for step in range(history.steps, steps):
            for group, rate in zip(optimizer.param_groups, base_rates, strict=True):
                group["lr"] = rate * (schedule(step) if schedule else 1.0)
            value, norm = _step(model, loss, batches(step), optimizer, clip)
            if not math.isfinite(value):
                history.stopped = "diverged"
                break
            history.losses.append(value)
            if norm is not None:
                history.norms.append(norm)
            bar.update()
            if curve is not None:
                curve.update(history.losses)
            if (step + 1) % every == 0 or step + 1 == steps:
                if evaluate is not None:
                    history.scores.append((step + 1, _evaluate(model, evaluate)))
                    bar.set_postfix(loss=f"{value:.3f}", score=f"{history.scores[-1][1]:.3f}")
                if checkpoint is not None:
                    history.seconds = before + time.perf_counter() - began
                    checkpoints.save(
                        checkpoint, model, optimizer, {"history": asdict(history), "base_rates": base_rates}
                    )
                if patience is not None and _no_better_for(history.scores) >= patience:
                    history.stopped = "early"
                    break
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    finally:
        bar.close()
        model.eval()
    if curve is not None:
        curve.update(history.losses, last=True)
    history.seconds = before + time.perf_counter() - began
    return history


def _step(
    model: nn.Module, loss: Callable, batch: Batch, optimizer: Optimizer, clip: float | None
) -> tuple[float, float | None]:
    """One step of descent; returns the loss and, with clipping, the gradient's norm before it."""
    optimizer.zero_grad(set_to_none=True)
    value = loss(model, batch)
    if value.ndim != 0:
        raise ValueError(f"loss(model, batch) must return a single number, not a tensor of shape {tuple(value.shape)}")
    number = value.item()
    if not math.isfinite(number):
        return number, None
    value.backward()
    norm = None if clip is None else nn.utils.clip_grad_norm_(model.parameters(), clip).item()
    optimizer.step()
    return number, norm


def _evaluate(model: nn.Module, evaluate: Callable[[nn.Module], float]) -> float:
    """Score the model in evaluation mode, without gradients, leaving torch's random state as it was."""
    state = torch.get_rng_state()
    model.eval()
    with torch.no_grad():
        score = float(evaluate(model))
    model.train()
    torch.set_rng_state(state)
    return score


def _no_better_for(scores: list[tuple[int, float]]) -> int:
    """How many evaluations ago the best score was reached."""
    values = [score for _, score in scores]
    return len(values) - 1 - values.index(max(values))


def _history(notes: dict) -> History:
    """A history as it was written to a checkpoint."""
    return History(**{**notes, "scores": [tuple(entry) for entry in notes["scores"]], "stopped": "done"})


def _check(steps: int, every: int, clip: float | None, patience: int | None, evaluate: Callable | None) -> None:
    if steps < 1 or every < 1:
        raise ValueError(f"steps ({steps}) and every ({every}) must be at least 1")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip ({clip}) must be above 0, or None for no clipping")
    if patience is not None and (patience < 1 or evaluate is None):
        raise ValueError(f"patience ({patience}) must be at least 1 and needs evaluate=, a function of the model")

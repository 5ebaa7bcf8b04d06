"""Points in the plane that no straight line can part."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

INNERMOST = 0.15  # radius at which an arm begins; it ends at 1


@dataclass(frozen=True)
class Spirals:
    """Points (N, 2) on two interleaved spirals, the arm (N,) each lies on, and the arms themselves (2, 200, 2)."""

    points: Tensor
    labels: Tensor
    arms: Tensor
    names: tuple[str, str] = ("first arm", "second arm")
    units: str = "none; the outer ends lie on the unit circle"
    source: str = "generated; after the two-spirals task of Lang and Witbrock (1988)"


def two_spirals(n: int, *, turns: float = 1.25, noise: float = 0.02, seed: int = 0) -> Spirals:
    """Scatter `n` points along two spirals, as evenly over both arms as `n` allows.

    turns: windings of an arm from its inner to its outer end, above 0. noise: standard deviation of the scatter
    across and along the arm. Points are spread evenly over the plane's rings, not crowded in the middle.
    Raises ValueError for fewer than 2 points, turns not above 0 or negative noise.
    """
    if n < 2:
        raise ValueError(f"n ({n}) must be at least 2: a point for each arm")
    if not (math.isfinite(turns) and turns > 0):
        raise ValueError(f"turns ({turns}) must be a number above 0, such as 1.25")
    if not (math.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise ({noise}) must be a number from 0 up, such as 0.02")
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    radius = np.sqrt(generator.uniform(INNERMOST**2, 1.0, n))
    points = _on_arm(radius, labels, turns) + noise * generator.standard_normal((n, 2))
    along = np.linspace(INNERMOST, 1.0, 200)
    arms = np.stack([_on_arm(along, arm, turns) for arm in (0, 1)])
    return Spirals(_float(points), torch.from_numpy(labels), _float(arms))


def _on_arm(radius: np.ndarray, arm: np.ndarray | int, turns: float) -> np.ndarray:
    """The point (..., 2) of an arm at a radius: the angle grows with it, and the arms are half a turn apart."""
    angle = 2 * np.pi * turns * (radius - INNERMOST) / (1 - INNERMOST) + np.pi * arm
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def _float(array: np.ndarray) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))

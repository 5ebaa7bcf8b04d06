"""Scaling laws: how far the loss lies above the floor that nothing can pass, as a power of size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PowerLaw:
    """loss = floor + (scale / size) ** exponent (Kaplan et al. 2020, eqs. 1.1 and 1.2, with a floor).

    The floor is as in Hoffmann et al. (2022, section 3.3), whose two sizes are one here: parameters, or tokens.
    r_squared: of the straight line through the logarithms.
    """

    exponent: float
    scale: float
    floor: float
    r_squared: float

    def __call__(self, size: float) -> float:
        """The loss the law foretells for that size."""
        return self.floor + (self.scale / size) ** self.exponent

    @property
    def factor_to_halve(self) -> float:
        """How many times the size must grow for what is above the floor to halve."""
        return 2 ** (1 / self.exponent)


def fit_power_law(sizes: Sequence[float], losses: Sequence[float], *, floor: float = 0.0) -> PowerLaw:
    """The straight line through log size and log (loss - floor), by least squares.

    floor: what no model can pass, the entropy of the text where it is known. Raises ValueError for fewer than three
    points, sizes that are not positive or all alike, and losses that are not finite and above the floor.
    """
    x, y = np.asarray(sizes, dtype=float), np.asarray(losses, dtype=float)
    if x.shape != y.shape or x.ndim != 1 or len(x) < 3:
        raise ValueError(f"{x.size} sizes and {y.size} losses: give one loss a size, and at least three")
    if not (np.isfinite(x) & (x > 0)).all() or np.ptp(x) == 0:
        raise ValueError(f"sizes ({x.tolist()}) must be positive and not all alike")
    if not (np.isfinite(y) & (y > floor)).all():
        raise ValueError(f"losses ({y.tolist()}) must be finite and above the floor ({floor})")
    across, down = np.log(x), np.log(y - floor)
    slope, level = np.polyfit(across, down, 1)
    left = down - (slope * across + level)
    spread = np.square(down - down.mean()).sum()
    r_squared = 1 - np.square(left).sum() / spread if spread else 0.0  # a flat line explains nothing
    if slope >= 0:
        raise ValueError(f"the losses ({y.tolist()}) do not fall with size: there is no such law to fit")
    return PowerLaw(float(-slope), float(np.exp(level / -slope)), floor, float(r_squared))

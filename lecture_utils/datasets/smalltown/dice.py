"""Random draws that know how surprising they were: the same seed gives the same draws on every machine."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Uniform and weighted draws; `nats` adds up minus the log probability of each.

    Built on `random.Random.random`, the one method whose sequence Python promises to keep.
    Raises ValueError for a seed that is no whole number >= 0.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ValueError(f"seed ({seed!r}) must be a whole number, 0 or more")
        self._random = random.Random(f"smalltown {purpose} {seed}").random
        self.nats = 0.0

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each as likely."""
        self.nats += math.log(n)
        return int(self._random() * n)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely."""
        return items[self.below(len(items))]

    def chance(self, probability: float) -> bool:
        """True with the given probability (0 < probability < 1)."""
        hit = self._random() < probability
        self.nats -= math.log(probability if hit else 1.0 - probability)
        return hit

    def weighted(self, cumulative: Sequence[float]) -> int:
        """An index, each as likely as its step in the cumulative weights."""
        total = cumulative[-1]
        index = min(bisect_right(cumulative, self._random() * total), len(cumulative) - 1)
        step = cumulative[index] - (cumulative[index - 1] if index else 0.0)
        self.nats -= math.log(step / total)
        return index

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in random order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

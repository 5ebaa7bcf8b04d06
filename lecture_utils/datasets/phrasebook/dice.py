"""Random choices that come out the same on every machine and in every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Draws made from `random.Random(seed).random()` alone, the one method Python promises never to change."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random
        self._used: set[object] = set()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(self._random() * len(items))]

    def fresh(self, items: Sequence[Item]) -> Item:
        """A word, or a row of them, that has not come since `forget`, if five draws find one."""
        for _ in range(5):
            item = self.pick(items)
            words = item if isinstance(item, tuple) else (item,)
            if self._used.isdisjoint(words):
                break
        self._used.update(words)
        return item

    def forget(self) -> None:
        """Let every word be fresh again."""
        self._used.clear()

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in random order."""
        return [item for _, _, item in sorted((self._random(), i, item) for i, item in enumerate(items))]

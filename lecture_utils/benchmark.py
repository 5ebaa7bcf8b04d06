"""What a computation costs: CPU seconds, compared fairly on a busy machine, and bytes at the worst moment."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from statistics import median

from torch import Tensor, UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

Call = Callable[[], object]


def median_seconds(calls: Mapping[str, Call], *, rounds: int = 7, at_least: float = 0.03) -> dict[str, float]:
    """CPU seconds of one call of each, the median of `rounds`, in each of which all take turns.

    CPU time leaves out what other programs take from the machine; several threads add up. A call that is too short
    for the clock is repeated until a round takes `at_least` seconds. The first call of each, which warms up, does
    not count. Raises ValueError for no calls, or fewer than one round.
    """
    if not calls or rounds < 1:
        raise ValueError(f"{len(calls)} calls and {rounds} rounds: give at least one call and one round")
    repeats = {name: _repeats(call, at_least) for name, call in calls.items()}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            seconds[name].append(_seconds(call, repeats[name]) / repeats[name])
    return {name: median(values) for name, values in seconds.items()}


def _seconds(call: Call, repeats: int) -> float:
    began = time.process_time()
    for _ in range(repeats):
        call()
    return time.process_time() - began


def _repeats(call: Call, at_least: float) -> int:
    """How often a call must be repeated to take that long, in powers of two."""
    call()
    repeats = 1
    while _seconds(call, repeats) < at_least:
        repeats *= 2
    return repeats


def peak_bytes(call: Call) -> int:
    """Most bytes that tensors made during a call occupy at once, backward pass included.

    Tensors made before do not count, nor does the scratch paper inside a kernel.
    """
    with _Watch() as watch:
        call()
    return watch.peak


class _Watch(TorchDispatchMode):
    """Adds up the storages that operations return, until each is freed."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._known: dict[int, weakref.ref] = {}

    def __torch_dispatch__(self, func: Callable, types: object, args: tuple = (), kwargs: dict | None = None) -> object:
        before = _storages((args, kwargs))
        result = func(*args, **(kwargs or {}))
        for key, storage in _storages(result).items():
            if key not in before:  # neither a view nor changed in place
                self._enter(key, storage)
        return result

    def _enter(self, key: int, storage: UntypedStorage) -> None:
        size = storage.nbytes()
        self.live += size
        self.peak = max(self.peak, self.live)

        def leave(_: object) -> None:
            del self._known[key]
            self.live -= size

        self._known[key] = weakref.ref(storage, leave)


def _storages(tree: object) -> dict[int, UntypedStorage]:
    """The memory behind all tensors in a nest of tuples, lists and dicts, each once."""
    storages = [leaf.untyped_storage() for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]
    return {id(storage): storage for storage in storages}

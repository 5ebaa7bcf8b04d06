"""One table for all benchmarks: medians of turns taken in one run, and their ratios beside what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch

from lecture_utils.benchmark import median_seconds

Bounds = Mapping[tuple[str, str], tuple[str, float]]  # (name, name): ("at most" or "at least", ratio of the two)


def report(title: str, calls: Mapping[str, Callable[[], object]], bounds: Bounds, *, rounds: int = 15) -> bool:
    """Print each call's median and each ratio with its bound; returns whether all bounds are kept."""
    torch.set_num_threads(1)
    seconds = median_seconds(calls, rounds=rounds)
    print(f"\n{title}  (CPU, one thread, median of {rounds} interleaved rounds)")
    for name, value in seconds.items():
        print(f"  {name:<44}{1e3 * value:9.2f} ms")
    kept = True
    for (first, second), (side, asked) in bounds.items():
        ratio = seconds[first] / seconds[second]
        holds = ratio <= asked if side == "at most" else ratio >= asked
        kept &= holds
        print(f"  {first} / {second}: {ratio:.3f}, asked {side} {asked}  {'✔' if holds else '✘'}")
    return kept

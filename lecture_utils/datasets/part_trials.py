"""Small language models with every choice of LLaMA's four parts, trained beforehand: data/llama_parts.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lecture_utils.datasets.files import data_path


@dataclass(frozen=True)
class PartTrials:
    """Loss above entropy, in nats, on fresh text of Smalltown while models of equal size were trained.

    steps (N,): when it was taken. excess: which parts were in -> (seeds, N). The runs are those of lesson 21's
    ablation: width 32, two layers, 150 steps.
    """

    steps: tuple[int, ...]
    excess: dict[frozenset[str], NDArray]


def load_part_trials(path: Path | None = None) -> PartTrials:
    """The trials of the lecture's table, or of another file with its columns parts, seed, step and excess.

    Raises ValueError where a choice of parts lacks a seed or a step that another has, or a loss is not finite.
    """
    with (path or data_path("llama_parts.csv")).open(encoding="utf-8", newline="") as file:
        rows = [(frozenset(row["parts"].split("+")) - {""}, int(row["seed"]), int(row["step"]), float(row["excess"]))
                for row in csv.DictReader(file)]  # fmt: skip
    found = {(parts, seed, step): value for parts, seed, step, value in rows}
    seeds, steps = (sorted({row[place] for row in rows}) for place in (1, 2))
    choices = list(dict.fromkeys(row[0] for row in rows))
    if len(found) != len(choices) * len(seeds) * len(steps) or len(found) != len(rows):
        raise ValueError(
            f"{len(rows)} rows for {len(choices)} choices, {len(seeds)} seeds, {len(steps)} steps: one each"
        )
    if not np.isfinite(list(found.values())).all():
        raise ValueError("every excess must be a finite number of nats")
    excess = {parts: np.array([[found[parts, seed, step] for step in steps] for seed in seeds]) for parts in choices}
    return PartTrials(tuple(steps), excess)

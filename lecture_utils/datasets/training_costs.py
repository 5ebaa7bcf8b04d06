"""What it took to train well-known models: data/training_costs.csv, each figure with its source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from lecture_utils.datasets.files import data_path

BASES = ("published", "computed", "estimate")


@dataclass(frozen=True)
class TrainedModel:
    """One published model. flops: operations of the whole training run.

    published: year and month. parameters and tokens: None where no source gives them.
    basis: `published` (its makers or another paper print the figure), `computed` (from the sizes they print, by the
    formula that `source` names) or `estimate` (an outsider's).
    GPT-2 is missing: how long it was trained was never published.
    """

    name: str
    published: str
    parameters: float | None
    tokens: float | None
    flops: float
    basis: str
    source: str

    @property
    def year(self) -> float:
        """The date as a number, in years: 2020-07 is 2020.5."""
        year, month = self.published.split("-")
        return int(year) + (int(month) - 1) / 12


def load_training_costs(path: Path | None = None) -> list[TrainedModel]:
    """The models in order of their dates, from the lecture's table or another file of the same columns.

    Raises ValueError for a row without finite positive operations, with an unknown basis or without source.
    """
    with (path or data_path("training_costs.csv")).open(encoding="utf-8", newline="") as file:
        models = [_model(row) for row in csv.DictReader(file)]
    return sorted(models, key=lambda model: (model.published, model.flops))


def _model(row: dict[str, str]) -> TrainedModel:
    numbers = {key: float(row[key]) if row[key] else None for key in ("parameters", "tokens", "flops")}
    bad = [key for key, value in numbers.items() if value is not None and not 0 < value < float("inf")]
    if bad or numbers["flops"] is None:
        raise ValueError(f"{row['name']}: {', '.join(bad) or 'flops'} must be a finite number above 0")
    if row["basis"] not in BASES or not row["source"]:
        raise ValueError(f"{row['name']}: basis {row['basis']!r} must be one of {', '.join(BASES)}, with a source")
    return TrainedModel(row["name"], row["published"], basis=row["basis"], source=row["source"], **numbers)

"""The Digits thread: scikit-learn's 1,797 real handwritten digits, split once for the whole lecture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.datasets import load_digits as sklearn_digits
from sklearn.model_selection import StratifiedShuffleSplit
from torch import Tensor

TEST_SIZE = 397  # leaves 1,400 for training


@dataclass(frozen=True)
class Digits:
    """Images (N, 8, 8) of ink from 0 (paper) to 1, and labels (N,) from 0 to 9, for training and for testing."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    names: tuple[str, ...] = tuple("0123456789")
    units: str = "ink, 0 (paper) to 1"
    source: str = "UCI Optical Recognition of Handwritten Digits, test part, as shipped with scikit-learn (CC BY 4.0)"


def load_digits() -> Digits:
    """The digits with the lecture's one split: 1,400 for training, 397 for testing, each class in proportion.

    The split is the same on every machine, and no image is in both parts.
    """
    data = sklearn_digits()
    images, labels = data.images.astype(np.float32) / 16.0, data.target.astype(np.int64)
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=TEST_SIZE, random_state=0)
    train, test = next(splitter.split(images, labels))
    return Digits(
        torch.from_numpy(images[train]),
        torch.from_numpy(labels[train]),
        torch.from_numpy(images[test]),
        torch.from_numpy(labels[test]),
    )


def few_per_class(images: Tensor, labels: Tensor, n: int, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw `n` examples, each class in as equal a share as the data allow: images (n, ...), labels (n,).

    Raises ValueError unless 10 <= n <= number of examples.
    """
    total = len(labels)
    if not 10 <= n <= total:
        raise ValueError(f"n ({n}) must lie between 10 (one a class) and {total} (all there are)")
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
    turn = torch.zeros(total, dtype=torch.long)  # how many of its class come before it in this order
    for label in labels.unique():
        members = order[labels[order] == label]
        turn[members] = torch.arange(len(members))
    chosen = order[torch.argsort(turn[order], stable=True)[:n]]
    return images[chosen], labels[chosen]


def shifted(images: Tensor, rows: int, columns: int) -> Tensor:
    """Move images (..., height, width) down and to the right by whole pixels; paper (0) comes in at the edge."""
    height, width = images.shape[-2:]
    if abs(rows) >= height or abs(columns) >= width:
        raise ValueError(f"a shift by ({rows}, {columns}) leaves nothing of an image of {height} x {width}")
    moved = torch.zeros_like(images)
    to_rows, from_rows = _overlap(rows, height)
    to_columns, from_columns = _overlap(columns, width)
    moved[..., to_rows, to_columns] = images[..., from_rows, from_columns]
    return moved


def _overlap(shift: int, size: int) -> tuple[slice, slice]:
    """Where a moved axis is written to and read from."""
    return slice(max(0, shift), size + min(0, shift)), slice(max(0, -shift), size - max(0, shift))

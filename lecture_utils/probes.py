"""Linear probes: how well could a straight cut tell the classes apart in here?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor


@dataclass(frozen=True)
class Probe:
    """A linear classifier of two classes in some space of width D, and its accuracy on held-out points.

    direction: (D,), of length 1. A point x lies on the second class's side where x . direction > offset.
    """

    accuracy: float
    direction: np.ndarray
    offset: float


def linear_probe(train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor) -> Probe:
    """Fit logistic regression to features (N, D) of two classes, test it on held-out ones (Alain and Bengio 2016).

    Features are standardised with the training points' mean and deviation; a column that never changes is kept.
    Raises ValueError unless there is one label a row, both parts have the same width, all is finite, and the
    training labels hold exactly two classes.
    """
    x, y = _checked(train, train_labels, "train")
    held_out, wanted = _checked(test, test_labels, "test")
    if x.shape[1] != held_out.shape[1]:
        raise ValueError(f"train features have width {x.shape[1]}, test features {held_out.shape[1]}: take both alike")
    if len(np.unique(y)) != 2:
        raise ValueError(f"the training labels hold {len(np.unique(y))} classes: a probe tells exactly 2 apart")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=10.0, max_iter=2000)).fit(x, y)
    scaler, classifier = model[0], model[1]
    normal = classifier.coef_[0] / scaler.scale_  # the cut in the features' own units
    length = np.linalg.norm(normal)
    offset = (normal @ scaler.mean_ - classifier.intercept_[0]) / length
    return Probe(float(model.score(held_out, wanted)), normal / length, float(offset))


def probe_layers(
    train: Sequence[Tensor], train_labels: Tensor, test: Sequence[Tensor], test_labels: Tensor
) -> list[Probe]:
    """One linear probe for each layer, from its outputs on training and on held-out points, each (N, width)."""
    if len(train) != len(test) or not train:
        raise ValueError(f"{len(train)} layers of training outputs and {len(test)} of test outputs: give both alike")
    return [linear_probe(a, train_labels, b, test_labels) for a, b in zip(train, test, strict=True)]


def _checked(features: Tensor, labels: Tensor, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, D) and labels (N,) as arrays. Raises ValueError for other shapes, NaN and infinities."""
    x, y = features.detach().cpu().double().numpy(), labels.detach().cpu().numpy()
    if x.ndim != 2 or y.shape != (len(x),) or not len(x):
        raise ValueError(f"{what} features {x.shape} and labels {y.shape} do not fit: give (N, D) and (N,), N above 0")
    if not np.isfinite(x).all():
        raise ValueError(f"{what} features hold NaN or infinity: did the network diverge?")
    return x, y

"""Walking downhill: gradient descent with momentum on losses of two weights, which a picture can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Surface:
    """A loss of two weights. loss: weights (..., 2) -> (...); slope: the same -> (..., 2).

    minimum: where the loss is smallest (one place of several, where there are more). curvature: the largest
    second derivative there. xlim, ylim: what to draw. names: of the two weights.
    """

    loss: Callable[[NDArray], NDArray]
    slope: Callable[[NDArray], NDArray]
    minimum: tuple[float, float]
    curvature: float
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    names: tuple[str, str]


def line_fit(x: ArrayLike, y: ArrayLike) -> Surface:
    """Mean squared error of the line w x + b through points x (N,), y (N,): one long straight valley.

    Raises ValueError for fewer than two different x, lengths that differ, or NaN.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(np.unique(x)) < 2 or not np.isfinite([x, y]).all():
        raise ValueError(f"x {x.shape} and y {y.shape} must be finite, of one length, with at least two different x")
    design = np.column_stack([x, np.ones(len(x))])  # (N, 2)
    (weight, bias), *_ = np.linalg.lstsq(design, y, rcond=None)
    eigenvalues = np.linalg.eigvalsh(2 * design.T @ design / len(x))

    def loss(weights: NDArray) -> NDArray:
        return ((weights @ design.T - y) ** 2).mean(-1)

    def slope(weights: NDArray) -> NDArray:
        return 2 * (weights @ design.T - y) @ design / len(x)

    return Surface(
        loss,
        slope,
        (float(weight), float(bias)),
        float(eigenvalues[-1]),
        (weight - 2.2, weight + 2.2),
        (bias - 3.2, bias + 3.2),
        ("weight w", "bias b"),
    )


def two_neurons() -> Surface:
    """Squared error of v tanh(w) for the target 0.6: a saddle in the middle, two curved valleys beside it.

    The smallest network with a hidden neuron: input 1, one weight into a tanh, one weight out of it.
    """
    target = 0.6

    def loss(weights: NDArray) -> NDArray:
        return (weights[..., 1] * np.tanh(weights[..., 0]) - target) ** 2

    def slope(weights: NDArray) -> NDArray:
        hidden, out = np.tanh(weights[..., 0]), weights[..., 1]
        error = 2 * (out * hidden - target)
        return np.stack([error * out * (1 - hidden**2), error * hidden], axis=-1)

    w = 0.75  # any point of a valley will do
    v = target / np.tanh(w)
    curvature = 2 * ((v * (1 - np.tanh(w) ** 2)) ** 2 + np.tanh(w) ** 2)
    return Surface(
        loss, slope, (w, float(v)), float(curvature), (-2.4, 2.4), (-2.4, 2.4), ("weight w, into", "weight v, out of")
    )


def descend(
    slope: Callable[[NDArray], NDArray],
    start: ArrayLike,
    *,
    lr: float,
    momentum: float = 0.0,
    steps: int = 50,
    limit: float = 1e6,
) -> NDArray:
    """The path of gradient descent with heavy-ball momentum (Polyak 1964), (steps + 1, D), start included.

    velocity = momentum * velocity - lr * slope; weights += velocity. It ends early, at the last place within
    `limit` of the origin, when the walk runs away. Raises ValueError unless lr > 0, 0 <= momentum < 1, steps >= 0.
    """
    if not lr > 0 or not 0 <= momentum < 1 or steps < 0:
        raise ValueError(f"lr ({lr}) must be above 0, momentum ({momentum}) from 0 to below 1, steps ({steps}) from 0")
    place = np.array(start, dtype=float)
    if place.ndim != 1 or not np.isfinite(place).all():
        raise ValueError(f"start {place} must be a finite point with one number for each weight")
    velocity, path = np.zeros_like(place), [place]
    for _ in range(steps):
        velocity = momentum * velocity - lr * slope(place)
        place = place + velocity
        if not np.linalg.norm(place) <= limit:
            break
        path.append(place)
    return np.array(path)

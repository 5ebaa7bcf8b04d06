"""Is a gradient right? Ask the function itself, by stepping a little to either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def central_differences(function: Callable[[NDArray], float], at: ArrayLike, *, step: float = 1e-5) -> NDArray:
    """(f(x + h) - f(x - h)) / 2h for each entry of x, in double precision; its error shrinks with h^2.

    function: array of the shape of `at` -> a number. at: any shape. step: h, above 0.
    Raises ValueError for a step of 0 or less, NaN in `at`, and a function that gives no finite number.
    """
    if not step > 0:
        raise ValueError(f"step ({step}) must be above 0, such as 1e-5")
    at = np.array(at, dtype=np.float64)
    if not np.isfinite(at).all():
        raise ValueError("the point contains NaN or infinity: there is no slope to measure there")
    slopes = np.empty_like(at)
    for place in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[place] += step
        behind[place] -= step
        rise = float(function(ahead)) - float(function(behind))
        if not np.isfinite(rise):
            raise ValueError(f"the function gives no finite number within {step:g} of entry {place}: move the point")
        slopes[place] = rise / (ahead[place] - behind[place])
    return slopes


def disagreement(first: ArrayLike, second: ArrayLike) -> float:
    """Largest difference between two gradients, relative to the larger of 1 and their largest entry.

    Raises ValueError when the shapes differ, where NumPy would broadcast in silence.
    """
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"gradients of shapes {first.shape} and {second.shape} cannot be compared: give equal ones")
    scale = max(1.0, float(np.abs(first).max(initial=0.0)), float(np.abs(second).max(initial=0.0)))
    return float(np.abs(first - second).max(initial=0.0)) / scale


STEPS: dict[str, Callable[[Any, Any], Any]] = {  # each takes any two numbers to one, and none runs away
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b.tanh(),
    "square": lambda a, b: (a * a + 1.0) ** 0.5,
    "divide": lambda a, b: a / (b * b + 1.0),
    "tanh": lambda a, b: (a - b).tanh(),
    "relu": lambda a, b: (a + 0.5 * b).relu(),
    "exp": lambda a, b: (-(a * a)).exp() + b,
    "log": lambda a, b: (a * a + 0.5).log() - b,
}


def random_expression(seed: int, *, inputs: int = 3, length: int = 12) -> Callable[..., Any]:
    """A random formula f(x1, ..., xn) from sums, products, powers, tanh, ReLU, exp and log.

    The same function takes our `Value`s or torch tensors. Every step may use any earlier result, so that values
    are used more than once; the last three are added up. inputs, length: at least 1 and 3.
    """
    if inputs < 1 or length < 3:
        raise ValueError(f"inputs ({inputs}) must be at least 1 and length ({length}) at least 3")
    generator = np.random.default_rng(seed)
    names = generator.choice(list(STEPS), size=length)
    places = [generator.integers(0, inputs + index, size=2) for index in range(length)]

    def expression(*numbers: Any) -> Any:
        if len(numbers) != inputs:
            raise ValueError(f"this expression takes {inputs} numbers, not {len(numbers)}")
        results = list(numbers)
        for name, (first, second) in zip(names, places, strict=True):
            results.append(STEPS[name](results[first], results[second]))
        return results[-1] + results[-2] + results[-3]

    return expression

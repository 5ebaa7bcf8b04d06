"""What an exercise is: a check that diagnoses, a solution that passes it, and mistakes it must recognise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch


class Wrong(Exception):
    """An attempt that is not right yet; the message names the likely mistake and hints at the remedy."""


@dataclass(frozen=True)
class Mistake:
    """A usual wrong attempt, and a phrase of the diagnosis that it must get."""

    name: str
    attempt: Callable
    diagnosis: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: check(attempt) returns nothing when the attempt is right and raises Wrong otherwise.

    proves: what a right attempt has shown, as a sentence. solution: a function whose source is shown folded.
    """

    id: str
    check: Callable[[Callable], None]
    solution: Callable
    mistakes: tuple[Mistake, ...]
    proves: str


@dataclass(frozen=True)
class Verdict:
    """What came out of a check: status is `right`, `wrong` or `open` (not attempted)."""

    status: str
    message: str


def judge(exercise: Exercise, attempt: Callable) -> Verdict:
    """Check an attempt; nothing an attempt does wrong escapes as an exception."""
    try:
        exercise.check(attempt)
    except NotImplementedError:
        return Verdict("open", "Not attempted yet: replace the line `raise NotImplementedError` and run both cells.")
    except Wrong as wrong:
        return Verdict("wrong", str(wrong))
    except Exception as error:  # whatever a student's code can raise
        return Verdict("wrong", f"Your code stopped with {type(error).__name__}: {error}{_where(error, attempt)}")
    return Verdict("right", exercise.proves)


def _where(error: BaseException, attempt: Callable) -> str:
    """The line of the attempt in which an error happened, counted from its `def`."""
    code, line, trace = getattr(attempt, "__code__", None), None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is code:
            line = trace.tb_lineno - code.co_firstlineno + 1
        trace = trace.tb_next
    return f" (line {line} of your function)" if line else ""


def as_array(value: object, what: str) -> np.ndarray:
    """An attempt's answer as numbers; raises Wrong for None, text, ragged lists and NaN."""
    if value is None:
        raise Wrong(f"{what} is None: did you forget the `return`?")
    try:
        array = np.asarray(value.detach().cpu() if isinstance(value, torch.Tensor) else value, dtype=float)
    except (TypeError, ValueError) as error:
        raise Wrong(f"{what} must be numbers, but is {type(value).__name__} {str(value)[:60]!r}.") from error
    if np.isnan(array).any():
        raise Wrong(f"{what} contains NaN (not a number): look for 0/0 or the logarithm of a negative number.")
    return array


def expect_shape(value: object, shape: tuple[int, ...], what: str) -> np.ndarray:
    """The answer as an array of this shape; raises Wrong, with a hint when it is merely transposed."""
    array = as_array(value, what)
    if array.shape != shape:
        hint = " It looks transposed." if array.shape == shape[::-1] else ""
        raise Wrong(f"{what} has shape {array.shape}, asked is {shape}.{hint}")
    return array


def same(value: object, wanted: object, tolerance: float = 1e-5) -> bool:
    """Whether two answers agree in shape and within `tolerance`, relative to the largest number wanted."""
    array, wanted = as_array(value, "the answer"), as_array(wanted, "the wanted answer")
    if array.shape != wanted.shape:
        return False
    return bool(np.all(np.abs(array - wanted) <= tolerance * max(1.0, float(np.abs(wanted).max(initial=0.0)))))

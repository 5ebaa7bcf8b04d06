"""Exercises of the introduction: a time of day as a vector, and a laptop's speed against a large training run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from lecture_utils.exercises.base import Exercise, Mistake, Wrong, as_array

# --- A time of day as a vector --------------------------------------------------------------------------------


def solution_clock(hour: int, minute: int) -> list[float]:
    """The tip of a hand that goes round once a day."""
    angle = 2 * math.pi * (60 * hour + minute) / (24 * 60)
    return [math.cos(angle), math.sin(angle)]


def check_clock(attempt: Callable) -> None:
    def at(hour: int, minute: int) -> np.ndarray:
        vector = as_array(attempt(hour, minute), "the vector")
        if vector.size == 1:
            raise Wrong("One number lies on a line, and a line has two ends: a day has none. Use two numbers.")
        if vector.shape != (2,):
            raise Wrong(f"The vector has shape {vector.shape}: two numbers in a row, (2,), are enough.")
        return vector

    day = np.array([at(*divmod(minute, 60)) for minute in range(24 * 60)])  # (1440, 2)
    steps = np.linalg.norm(np.roll(day, -1, axis=0) - day, axis=1)  # from each minute to the next, round midnight
    size = np.linalg.norm(day - day.mean(axis=0), axis=1).max()
    if size < 1e-9:
        raise Wrong("Every time gets the same vector: use the hour and the minute.")
    if np.allclose(day[10 * 60], day[10 * 60 + 30], atol=1e-6 * size):
        raise Wrong("10:00 and 10:30 get the same vector: the minutes are lost. Count minutes since midnight.")
    if np.allclose(day[: 12 * 60], day[12 * 60 :], atol=1e-6 * size):
        raise Wrong("Noon and midnight get the same vector: your hand goes round twice a day, as on a wall clock.")
    if abs(steps[0] / size - 2 * math.sin(0.125)) < 0.01:
        raise Wrong("A minute turns your hand by 0.25 radians: you gave degrees to `sin` and `cos`. They take radians.")
    twice = np.argwhere(np.triu(np.linalg.norm(day[::15, None] - day[None, ::15], axis=2) < 1e-6 * size, k=1))
    if len(twice):
        first, second = (_clock(15 * int(quarter)) for quarter in twice[0])
        raise Wrong(f"{first} and {second} are confused: they get the same vector. A sine needs its cosine beside it.")
    far = steps > 3 * np.median(steps)
    if far[-1] and far.sum() == 1:
        raise Wrong("23:59 and 00:00 are still far apart: bend the day into a circle, so that its ends meet.")
    if steps.max() > 1.01 * steps.min():
        worst = int(steps.argmax())
        raise Wrong(
            f"Time runs unevenly: from {_clock(worst)} to {_clock(worst + 1)} the hand jumps. An hour has 60 minutes, "
            "not 100, and the minute alone falls back to 0 every hour: count minutes since midnight."
        )
    if np.linalg.norm(day[0] - day[12 * 60]) < 1.99 * size:
        raise Wrong("Midnight and noon should be as far apart as can be: does the hand go round exactly once a day?")


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _dial(turns: Callable[[int, int], float], radians: float = 2 * math.pi) -> Callable:
    """A hand that has made `turns` turns at a time of day."""
    return lambda hour, minute: [math.cos(radians * turns(hour, minute)), math.sin(radians * turns(hour, minute))]


CLOCK = Exercise(
    id="clock-as-vector",
    check=check_clock,
    solution=solution_clock,
    mistakes=(
        Mistake("one number", lambda hour, minute: 60 * hour + minute, "One number lies on a line"),
        Mistake("hour beside minute", lambda hour, minute: [hour + minute / 60, 0.0], "still far apart"),
        Mistake("hours only", _dial(lambda hour, minute: hour / 24), "the minutes are lost"),
        Mistake("wall clock", _dial(lambda hour, minute: (hour + minute / 60) / 12), "goes round twice a day"),
        Mistake("degrees", _dial(lambda hour, minute: (hour + minute / 60) / 24, 360), "you gave degrees"),
        Mistake(
            "sine alone",
            lambda hour, minute: [math.sin(2 * math.pi * (60 * hour + minute) / 1440), 0.0],
            "A sine needs its cosine",
        ),
        Mistake("hour of 100 minutes", _dial(lambda hour, minute: (hour + minute / 100) / 24), "not 100"),
    ),
    proves="Two numbers hold what one cannot: 23:59 and 00:01 are neighbours, and no two times are confused.",
)


# --- How long would GPT-3 take on this laptop? ----------------------------------------------------------------

HOUR, DAY = 3600.0, 86400.0
YEARS = (365 * DAY, 365.25 * DAY)  # both are right


def solution_laptop(size: int, seconds: float, operations: float) -> tuple[float, float]:
    """A product of two size x size matrices takes a multiplication and an addition size^3 times."""
    speed = 2 * size**3 / seconds
    return speed, operations / speed / (365 * 24 * 3600)


def check_laptop(attempt: Callable) -> None:
    for (size, seconds), operations in itertools.product([(1000, 0.02), (4096, 1.7), (300, 0.005)], [3.14e23, 5e19]):
        answer = as_array(attempt(size, seconds, operations), "the answer")
        if answer.shape != (2,):
            raise Wrong(f"Return two numbers, FLOP/s and years; your answer has shape {answer.shape}.")
        speed, years = answer
        wanted = 2.0 * size**3 / seconds
        told = f"For size {size} and {seconds} s: "
        if _near(speed, wanted / 2):
            raise Wrong(told + "you counted size^3. Each of these steps is a multiplication *and* an addition.")
        if _near(speed, wanted / size) or _near(speed, wanted / size / 2):
            raise Wrong(told + "you counted the numbers in the result. Each of them is a sum of `size` products.")
        if _near(speed, 2.0 * size**3 * seconds) or _near(speed, 2.0 * size**3):
            raise Wrong(told + "operations *per second* means divided by the seconds it took.")
        if not _near(speed, wanted):
            raise Wrong(told + f"expected {wanted:.3g} FLOP/s, got {speed:.3g}. Count 2 size^3 operations.")
        duration = operations / wanted
        if _near(years, duration):
            raise Wrong("The speed is right, but that duration is in seconds: a year has 365 x 24 x 3600 of them.")
        if _near(years, duration / HOUR) or _near(years, duration / DAY):
            raise Wrong("The speed is right, but that duration is in hours or days. Carry on to years.")
        if any(_near(years, 1 / (duration / year)) or _near(years, 1 / duration) for year in YEARS):
            raise Wrong(
                "The speed is right, but the division is upside down: operations divided by FLOP/s are seconds."
            )
        if not any(_near(years, duration / year) for year in YEARS):
            raise Wrong(f"The speed is right; expected {duration / YEARS[0]:.4g} years, got {years:.4g}.")


def _near(value: float, wanted: float) -> bool:
    return bool(abs(value - wanted) <= 5e-4 * abs(wanted))


def _laptop(count: Callable[[int], float], rate: Callable = lambda n, s: n / s, year: float = YEARS[0]) -> Callable:
    """An attempt that counts a product's operations, turns them into a speed and divides by its own year."""

    def attempt(size: int, seconds: float, operations: float) -> tuple[float, float]:
        speed = rate(count(size), seconds)
        return speed, operations / speed / year

    return attempt


LAPTOP = Exercise(
    id="laptop-years",
    check=check_laptop,
    solution=solution_laptop,
    mistakes=(
        Mistake("additions forgotten", _laptop(lambda size: size**3), "you counted size^3"),
        Mistake("entries counted", _laptop(lambda size: 2 * size**2), "the numbers in the result"),
        Mistake("times seconds", _laptop(lambda size: 2 * size**3, lambda n, s: n * s), "divided by the seconds"),
        Mistake("seconds as years", _laptop(lambda size: 2 * size**3, year=1.0), "duration is in seconds"),
        Mistake("days as years", _laptop(lambda size: 2 * size**3, year=DAY), "in hours or days"),
        Mistake(
            "upside down",
            lambda size, seconds, operations: (s := 2 * size**3 / seconds, s / operations * YEARS[0]),
            "upside down",
        ),
    ),
    proves="A stopwatch and one matrix product are enough to see why nobody trains GPT-3 at home.",
)

"""Claims: a sentence, what was measured, the bound it must keep, the verdict. A claim that fails stops the lesson."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from lecture_utils.lesson.cards import BAD, GOOD, card_html, number, show_card


class ClaimFailed(AssertionError):
    """A measured value broke the bound of its claim; the message names claim, bound and measured value."""


@dataclass(frozen=True)
class Bound:
    """What a measured number must satisfy, as text and as a test. NaN satisfies no bound."""

    text: str
    admits: Callable[[float], bool]


def _bound(sign: str, compare: Callable[[float, float], bool], limit: float) -> Bound:
    limit = _plain(limit, "a bound")
    return Bound(f"{sign} {number(limit)}", lambda value: compare(value, limit))


def at_least(limit: float) -> Bound:
    """Measured >= limit."""
    return _bound("≥", operator.ge, limit)


def at_most(limit: float) -> Bound:
    """Measured <= limit."""
    return _bound("≤", operator.le, limit)


def above(limit: float) -> Bound:
    """Measured > limit."""
    return _bound(">", operator.gt, limit)


def below(limit: float) -> Bound:
    """Measured < limit."""
    return _bound("<", operator.lt, limit)


def equals(value: float) -> Bound:
    """Measured == value, exactly: for counts and other whole numbers."""
    return _bound("=", operator.eq, value)


def between(low: float, high: float) -> Bound:
    """low <= measured <= high."""
    if not low < high:
        raise ValueError(f"between({low}, {high}): the first must be the smaller")
    return Bound(f"{number(low)} to {number(high)}", lambda value: low <= value <= high)


def claim(
    id: str,
    statement: str,
    *,
    measured: float | Mapping[str, float],
    threshold: Bound | Mapping[str, Bound],
    source: str = "",
) -> None:
    """Show a claim's card and raise ClaimFailed unless every measured number keeps its bound.

    id: unique in the lecture, lower-case with hyphens. statement: one sentence that predicts.
    measured: a number, or numbers by name; threshold: one bound for all, or one for each name.
    source: where the idea or the figure comes from. The verdict is computed here and nowhere else, so a card
    cannot contradict its numbers. Raises ValueError when names of measured and threshold differ.
    """
    values = _by_name(measured, "measured")
    bounds = dict(threshold) if isinstance(threshold, Mapping) else dict.fromkeys(values, threshold)
    if not values or set(values) != set(bounds):
        raise ValueError(
            f"claim {id!r}: measured has {sorted(values)}, but threshold has {sorted(bounds)}: give both alike"
        )
    broken = [name for name, value in values.items() if not bounds[name].admits(value)]
    record = {
        "id": id,
        "statement": statement,
        "measured": _record(values, lambda name: _six_digits(values[name])),
        "threshold": _record(values, lambda name: bounds[name].text),
        "holds": not broken,
        "source": source,
    }
    rows = [
        f"{name + ': ' if name else ''}measured {number(values[name])}, asked {bounds[name].text}" for name in values
    ]
    title = "✔ Claim holds" if not broken else "✘ Claim FAILS"
    lines = [escape(statement), "<br>".join(escape(row) for row in rows)]
    lines.append(f"<small>{escape(source)} [{escape(id)}]</small>" if source else f"<small>[{escape(id)}]</small>")
    show_card(
        card_html(title, lines, colour=BAD if broken else GOOD),
        f"{title}: {statement} ({'; '.join(rows)}) [{id}]",
        {"claim": record},
    )
    if broken:
        details = "; ".join(f"{name or 'measured'} = {values[name]:.6g}, asked {bounds[name].text}" for name in broken)
        raise ClaimFailed(f"claim {id!r} ({statement}) does not hold: {details}")


def _by_name(measured: float | Mapping[str, float], what: str) -> dict[str, float]:
    if isinstance(measured, Mapping):
        return {str(name): _plain(value, f"{what}[{name!r}]") for name, value in measured.items()}
    return {"": _plain(measured, what)}


def _record(values: Mapping[str, float], entry: Callable[[str], object]) -> object:
    """One entry where there is one nameless value, else entries by name."""
    return entry("") if set(values) == {""} else {name: entry(name) for name in values}


def _six_digits(value: float) -> float:
    """A measured number as the ledger keeps it: counts in full, others to six significant digits."""
    return value if value.is_integer() else float(f"{value:.6g}")


def _plain(value: float, what: str) -> float:
    try:
        return float(value)  # also takes one-element tensors and NumPy scalars
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{what} must be a single number, not {type(value).__name__} {value!r}") from error

"""How differently a model treats two groups: what it says of them, and how often it is right about them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def parity_gap(said: Sequence[bool], group: Sequence[bool]) -> float:
    """|P(said | group) - P(said | others)|, the gap of demographic parity; 0 is even, 1 as uneven as can be.

    said, group (N,): what the model said of each, and who belongs to the group. Raises ValueError for lengths that
    differ, values other than True and False, and a group or its complement without anybody.
    """
    said, group = _checked(said, group)
    return abs(_rate(said, group, "the group") - _rate(said, ~group, "the others"))


def opportunity_gap(said: Sequence[bool], truth: Sequence[bool], group: Sequence[bool]) -> float:
    """The gap of P(said | group, true): are those who have it found as often? (Hardt et al. 2016, definition 2.2)

    said, truth, group (N,). Raises ValueError as `parity_gap` does, also where nobody of a group has it.
    """
    said, truth, group = _checked(said, truth, group)
    return abs(_rate(said, group & truth, "the group who have it") - _rate(said, ~group & truth, "the others who do"))


def odds_gap(said: Sequence[bool], truth: Sequence[bool], group: Sequence[bool]) -> float:
    """The larger gap of the two that equalised odds asks about: those who have it, those who have not.

    Hardt et al. 2016, definition 2.1. Raises ValueError as `opportunity_gap` does.
    """
    hits = opportunity_gap(said, truth, group)
    return max(hits, opportunity_gap(said, ~np.asarray(truth, dtype=bool), group))


def _rate(said: np.ndarray, chosen: np.ndarray, who: str) -> float:
    if not chosen.any():
        raise ValueError(f"nobody is among {who}: a rate needs one at least")
    return float(said[chosen].mean())


def _checked(*columns: Sequence[bool]) -> list[np.ndarray]:
    arrays = [np.asarray(column) for column in columns]
    if len({array.shape for array in arrays}) > 1 or arrays[0].ndim != 1:
        raise ValueError(f"columns of shapes {[array.shape for array in arrays]} must be (N,), all of one length")
    if not all(np.isin(array, (0, 1)).all() for array in arrays):
        raise ValueError("every value must be True or False: who is in the group, what was said, what is true")
    return [array.astype(bool) for array in arrays]

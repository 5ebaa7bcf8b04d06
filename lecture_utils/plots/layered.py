"""Places for the boxes of a directed graph: columns by depth, few crossings, short straight edges."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

SWEEPS = 12


@dataclass(frozen=True)
class Layout:
    """positions: (column, row) of each node, (N, 2), rows 1 apart. routes: points of each edge, (points, 2)."""

    positions: NDArray
    routes: dict[tuple[int, int], NDArray]


def layered(parents: Sequence[Sequence[int]]) -> Layout:
    """Lay out a graph in columns (after Sugiyama, Tagawa and Toda 1981), every node right of its parents.

    parents: for each node the indices of its parents, all smaller than its own; a node sits as far right as its
    children allow. Raises ValueError for no node, or a parent that does not come first.
    """
    if not parents or any(not 0 <= p < node for node, before in enumerate(parents) for p in before):
        raise ValueError("give at least one node, and every node after its parents, as Value.history() does")
    to_end = [0] * len(parents)
    for node in reversed(range(len(parents))):
        for parent in parents[node]:
            to_end[parent] = max(to_end[parent], to_end[node] + 1)
    column = [max(to_end) - distance for distance in to_end]

    neighbours: list[list[int]] = [[] for _ in parents]  # nodes, then bends: a long edge bends in every column
    chains: dict[tuple[int, int], list[int]] = {}
    for node, before in enumerate(parents):
        for parent in dict.fromkeys(before):
            chain = [parent]
            for between in range(column[parent] + 1, column[node]):
                column.append(between)
                neighbours.append([])
                chain.append(len(column) - 1)
            chain.append(node)
            for left, right in itertools.pairwise(chain):
                neighbours[left].append(right)
                neighbours[right].append(left)
            chains[parent, node] = chain
    rows = _rows(column, neighbours, len(parents))
    places = np.column_stack([column, rows]).astype(float)
    return Layout(places[: len(parents)], {edge: places[chain] for edge, chain in chains.items()})


def _rows(column: list[int], neighbours: list[list[int]], nodes: int) -> NDArray:
    """Row of every node and bend: order each column by its neighbours' mean row, then move towards that mean."""
    columns = [[i for i, c in enumerate(column) if c == wanted] for wanted in range(max(column) + 1)]
    rows = np.zeros(len(column))
    for members in columns:
        rows[members] = np.arange(len(members)) - (len(members) - 1) / 2

    def mean_row(node: int) -> float:
        return float(rows[neighbours[node]].mean()) if neighbours[node] else float(rows[node])

    for sweep in range(SWEEPS):
        for members in columns if sweep % 2 else columns[::-1]:
            wanted = {node: mean_row(node) for node in members}
            members.sort(key=lambda node: (wanted[node], rows[node]))
            widths = np.array([1.0 if node < nodes else 0.55 for node in members])
            offsets = np.cumsum(widths) - widths / 2
            rows[members] = isotonic_regression([wanted[n] for n in members] - offsets).x + offsets
    return rows

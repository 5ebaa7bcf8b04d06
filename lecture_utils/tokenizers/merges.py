"""Learning merges: the pair of neighbours that is most frequent becomes one token, again and again."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Pair = tuple[str, str]


@dataclass(frozen=True)
class Merges:
    """What training found: the vocabulary in the order of its ids, and the pairs merged, first to last."""

    tokens: tuple[str, ...]
    pairs: tuple[Pair, ...]


def apply_merges(word: Iterable[str], ranks: Mapping[Pair, int]) -> tuple[str, ...]:
    """Join the units of one word: the merge of the lowest rank first, of equal ones the leftmost."""
    units = list(word)
    while len(units) > 1:
        rank, place = min((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(pairwise(units)))
        if rank == len(ranks):
            break
        units[place : place + 2] = [units[place] + units[place + 1]]
    return tuple(units)


def learn_merges(words: Mapping[Sequence[str], int], alphabet: Iterable[str], size: int, *, prefix: str = "") -> Merges:
    """Merge the most frequent pair of neighbours until there are `size` tokens (Sennrich et al. 2016, algorithm 1).

    words: each word as its units, with how often it occurs. alphabet: all units, in the order of their ids. Of
    pairs equally frequent, the one with the smaller ids goes first, the left id before the right, as in Hugging
    Face's trainer. prefix: what units inside a word begin with; a merge drops the right one's. Stops early when
    no pair is left. Counts are kept up to date, so a merge costs as much as the words it changes.
    Raises ValueError for units outside the alphabet, and a size below that of the alphabet.
    """
    tokens = list(alphabet)
    ids = {token: index for index, token in enumerate(tokens)}
    unknown = {unit for word in words for unit in word} - set(ids)
    if unknown or len(ids) != len(tokens) or size < len(tokens):
        raise ValueError(
            f"size ({size}) must be at least the alphabet's ({len(tokens)}), which must hold every unit once; "
            f"missing: {sorted(unknown)[:5]}"
        )
    spelled, counts = [[ids[unit] for unit in word] for word in words], list(words.values())
    totals, where = _count_pairs(spelled, counts)
    queue = [(-total, pair, index) for index, (pair, total) in enumerate(totals.items())]
    places = list(where.values())  # the words that each entry of the queue is about
    heapq.heapify(queue)
    pairs: list[Pair] = []
    while queue and len(tokens) < size:
        total, pair, entry = heapq.heappop(queue)
        if -total != totals[pair]:  # it has lost some to merges since
            heapq.heappush(queue, (-totals[pair], pair, entry))
            continue
        if not total:
            break
        left, right = tokens[pair[0]], tokens[pair[1]]
        merged = left + right.removeprefix(prefix)
        if merged not in ids:  # else two ways lead to the same token
            ids[merged] = len(tokens)
            tokens.append(merged)
        pairs.append((left, right))
        grown: dict[tuple[int, int], set[int]] = defaultdict(set)
        for place in places[entry]:
            for change, by in _merge_in_place(spelled[place], pair, ids[merged]):
                totals[change] += by * counts[place]
                if by > 0:
                    grown[change].add(place)
        for new, around in grown.items():
            if totals[new] > 0:
                heapq.heappush(queue, (-totals[new], new, len(places)))
                places.append(around)
    return Merges(tuple(tokens), tuple(pairs))


def _count_pairs(spelled: Sequence[Sequence[int]], counts: Sequence[int]) -> tuple[Counter, dict[tuple, set[int]]]:
    """How often each pair of neighbours occurs, and in which words."""
    totals: Counter = Counter()
    where: dict[tuple, set[int]] = defaultdict(set)
    for place, (word, count) in enumerate(zip(spelled, counts, strict=True)):
        for pair in pairwise(word):
            totals[pair] += count
            where[pair].add(place)
    return totals, where


def _merge_in_place(word: list[int], pair: tuple[int, int], new: int) -> list[tuple[tuple[int, int], int]]:
    """Merge a pair in a word, left to right; returns by how much each pair around it became more or less frequent.

    The merged pair's own count is left as it is: it cannot come back, save where two ways lead to one token, and
    there the reference counts it this way.
    """
    left, right = pair
    changes, i = [], 0
    while i < len(word) - 1:
        if word[i] == left and word[i + 1] == right:
            word[i : i + 2] = [new]
            if i > 0:
                changes += [((word[i - 1], left), -1), ((word[i - 1], new), 1)]
            if i < len(word) - 1:
                changes += [((right, word[i + 1]), -1), ((new, word[i + 1]), 1)]
        i += 1
    return changes

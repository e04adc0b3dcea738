"""What stands near what: the beginnings of two words within a few words of each other, in either order.

A bigram breaks when a word is inflected or one more is put between; two beginnings that meet do not. Worth 0.5–0.9
points of accuracy on CLINC150 and on mistyped questions (benchmarks/results/ablation.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Spot = tuple[tuple[int, float], ...]  # what stands at a place in the question: (a beginning's number, weight), …

LETTERS = 4  # of a word that count as its beginning
WITHIN = 4  # words: neighbours are 1 apart


@dataclass(frozen=True)
class Near:
    """``beginnings`` by number; ``keys``: of the pairs that have a column, sorted, the place being the column."""

    beginnings: list[str]
    keys: Ints
    number: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers = {beginning: number for number, beginning in enumerate(self.beginnings)}
        object.__setattr__(self, "number", numbers)

    def of(self, word: str) -> int:
        """The number of the word's beginning; −1 where no variant has a word that begins so."""
        return self.number.get(word[:LETTERS], -1)

    def find(self, spots: Sequence[Spot]) -> tuple[Ints, NDArray[np.float64], float]:
        """Columns of the pairs that meet in a question, how surely each does, and how many pairs have no column."""
        if all(len(spot) == 1 and spot[0][1] == 1 for spot in spots):  # as a rule: nothing is mistyped
            return self._find_surely([spot[0][0] for spot in spots])
        edge = len(self.beginnings)
        row: list[Spot] = [((edge, 1.0),), *spots, ((edge + 1, 1.0),)]
        keys: list[int] = []
        weights: list[float] = []
        starts: list[int] = []
        for place, first in enumerate(row):
            for second in row[place + 1 : place + 1 + WITHIN]:
                if first == second or first[0][0] == edge < second[0][0]:
                    continue  # nor do the two ends of a question say anything of it
                starts.append(len(keys))
                for one, likely in first:
                    for other, likely_too in second:
                        lower, higher = (one, other) if one < other else (other, one)
                        keys.append(lower * (edge + 2) + higher if lower >= 0 else -1)
                        weights.append(likely * likely_too)
        found = self._columns(np.array(keys, np.int64))
        surely: dict[int, float] = {}
        for column, weight in zip(found.tolist(), weights, strict=True):
            if column >= 0 and weight > surely.get(column, 0.0):
                surely[column] = weight
        lost = float((np.maximum.reduceat(found, starts) < 0).sum())
        return np.fromiter(surely, np.int64, len(surely)), np.fromiter(surely.values(), np.float64, len(surely)), lost

    def _find_surely(self, numbers: Sequence[int]) -> tuple[Ints, NDArray[np.float64], float]:
        """The same for beginnings that are what they are, all pairs at once."""
        edge = len(self.beginnings)
        row = np.array([edge, *numbers, edge + 1], np.int64)
        firsts, seconds = _within(len(row))
        one, other = row[firsts], row[seconds]
        lower, higher = np.minimum(one, other), np.maximum(one, other)
        meet = (one != other) & (lower < edge)
        found = self._columns(np.where(lower >= 0, lower * (edge + 2) + higher, -1)[meet])
        known = found[found >= 0]
        columns = dict.fromkeys(known.tolist())
        return np.fromiter(columns, np.int64, len(columns)), np.ones(len(columns)), float(len(found) - len(known))

    def describe(self, column: int) -> str:
        """For people: ``dele~bild``; a dot stands for the question's beginning or end."""
        edge = len(self.beginnings)
        first, second = divmod(int(self.keys[column]), edge + 2)
        one, other = self.beginnings[first], self.beginnings[second] if second < edge else "·"
        return f"{other}~{one}" if second == edge else f"{one}~{other}"

    def _columns(self, keys: Ints) -> Ints:
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        spots = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[spots] == keys, spots, -1)


@lru_cache(maxsize=128)
def _within(length: int) -> tuple[Ints, Ints]:
    """The places in a row of two that meet, in the order of the first, then of the second."""
    pairs = [(first, second) for first in range(length) for second in range(first + 1, min(first + 1 + WITHIN, length))]
    return np.array([first for first, _ in pairs], np.int64), np.array([second for _, second in pairs], np.int64)


def meetings(numbers: Ints, lengths: Sequence[int] | Ints, edge: int) -> tuple[Ints, Ints]:
    """Every pair that meets in the variants: its key, and its variant. ``numbers``: all their beginnings in a row."""
    lengths = np.asarray(lengths, np.int64)
    owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths + 2)
    row = np.empty(len(owners), np.int64)
    ends = np.cumsum(lengths + 2)
    inner = np.ones(len(owners), np.bool_)
    inner[ends - 1] = inner[ends - lengths - 2] = False
    row[inner] = numbers
    row[ends - 1], row[ends - lengths - 2] = edge + 1, edge
    keys, whose = [], []
    for apart in range(1, WITHIN + 1):
        one, other = row[:-apart], row[apart:]
        meet = (owners[:-apart] == owners[apart:]) & (one != other) & (np.minimum(one, other) < edge)
        keys.append(np.minimum(one, other)[meet] * (edge + 2) + np.maximum(one, other)[meet])
        whose.append(owners[apart:][meet])
    return np.concatenate(keys), np.concatenate(whose)

"""What stands near what: the beginnings of two words within a few words of each other, in either order.

A bigram breaks when a word is inflected or one more is put between; two beginnings that meet do not. Worth 0.5–0.9
points of accuracy on CLINC150 and on mistyped questions (benchmarks/results/ablation.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    column: dict[int, int] = field(init=False, repr=False, compare=False)  # by key

    def __post_init__(self) -> None:
        numbers = {beginning: number for number, beginning in enumerate(self.beginnings)}
        object.__setattr__(self, "number", numbers)
        object.__setattr__(self, "column", {key: column for column, key in enumerate(self.keys.tolist())})

    def of(self, word: str) -> int:
        """The number of the word's beginning; −1 where no variant has a word that begins so."""
        return self.number.get(word[:LETTERS], -1)

    def count(self, spots: Sequence[Spot], counts: dict[int, float], start: int = 0) -> int:
        """Adds how surely each pair that meets in a question does, by column from ``start`` on.

        Gives how many of the meetings have no column.
        """
        if all(len(spot) == 1 and spot[0][1] == 1 for spot in spots):  # as a rule: nothing is mistyped
            return self._count_surely([spot[0][0] for spot in spots], counts, start)
        edge, size = len(self.beginnings), len(self.beginnings) + 2
        row: list[Spot] = [((edge, 1.0),), *spots, ((edge + 1, 1.0),)]
        missing = 0
        for place, first in enumerate(row, 1):
            for second in row[place : place + WITHIN]:
                if first == second or first[0][0] == edge < second[0][0]:
                    continue  # nor do the two ends of a question say anything of it
                met = False
                for one, likely in first:
                    for other, likely_too in second:
                        column = self.column.get(one * size + other if one < other else other * size + one)
                        if column is not None:
                            met = True
                            counts[start + column] = max(counts.get(start + column, 0.0), likely * likely_too)
                missing += not met
        return missing

    def _count_surely(self, numbers: Sequence[int], counts: dict[int, float], start: int) -> int:
        """The same for beginnings that are what they are. What begins like no variant's word makes a key below 0."""
        edge, size = len(self.beginnings), len(self.beginnings) + 2
        row = [edge, *numbers, edge + 1]
        column_of, missing = self.column, 0
        for place, one in enumerate(row, 1):
            for other in row[place : place + WITHIN]:
                if one == other or one == edge < other:
                    continue
                column = column_of.get(one * size + other if one < other else other * size + one)
                if column is None:
                    missing += 1
                else:
                    counts[start + column] = 1.0
        return missing

    def describe(self, column: int) -> str:
        """For people: ``dele~bild``; a dot stands for the question's beginning or end."""
        edge = len(self.beginnings)
        first, second = divmod(int(self.keys[column]), edge + 2)
        one, other = self.beginnings[first], self.beginnings[second] if second < edge else "·"
        return f"{other}~{one}" if second == edge else f"{one}~{other}"


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

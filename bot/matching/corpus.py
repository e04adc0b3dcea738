"""Sentences taken apart to numbers, so that columns can be fitted on any of them, and all turned into rows at once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.matching.sentences import BEGINNING, SHARES, Columns, meetings, near, parts_of

Ints = NDArray[np.int64]
Name = tuple[str, tuple[str, ...]]  # how it is written, and of what

CHANNELS = len(SHARES)
LEAST = 2  # sentences that a feature must stand in to get a column


@dataclass(frozen=True)
class Corpus:
    """``names``: of the features, by number. ``found``: those numbers, sentence by sentence, and within each of them
    channel by channel; ``ends``: where each channel of each sentence begins, and the last one ends."""

    names: Sequence[Name]
    found: Ints
    ends: Ints
    exact: Mapping[str, int]  # cues by word
    stems: Mapping[str, int]  # cues by beginning
    shortest: int  # letters of a cue's beginning

    @property
    def count(self) -> int:
        """Of the sentences."""
        return (len(self.ends) - 1) // CHANNELS

    def fit(
        self, chosen: NDArray[np.bool_] | None = None, shares: tuple[float, ...] = SHARES
    ) -> tuple[Columns, sparse.csr_array]:
        """Columns for what stands in LEAST of the chosen sentences, or of all; and all sentences as rows of those."""
        lengths = self.ends[CHANNELS::CHANNELS] - self.ends[:-1:CHANNELS]
        read = self.found if chosen is None else self.found[np.repeat(chosen, lengths)]
        count = self.count if chosen is None else int(chosen.sum())
        seen = np.bincount(read, minlength=len(self.names))
        kept = np.flatnonzero(seen >= LEAST)
        column = np.full(len(self.names), -1, np.int64)
        column[kept] = np.arange(len(kept))
        idf = np.log((1 + count) / (1 + seen[kept])) + 1
        named = {self._name(number): place for place, number in enumerate(kept.tolist())}
        unknown = math.log((1 + count) / 2) + 1
        columns = Columns(named, idf, unknown, self.exact, self.stems, shares, self.shortest)
        return columns, self._rows(column[self.found], columns)

    def _name(self, number: int) -> str:
        kind, of = self.names[number]
        return kind.format(*of)

    def _rows(self, places: Ints, columns: Columns) -> sparse.csr_array:
        """What ``columns.vector`` makes of each sentence. ``places``: the column of each of ``found``; −1 for none."""
        known = places >= 0
        weights = np.where(known, columns.idf[places] if len(columns.idf) else 0.0, columns.unknown)
        squares = np.concatenate([[0.0], np.cumsum(weights**2)])
        norms = np.sqrt(np.diff(squares[self.ends]))
        shares = np.tile(np.sqrt(columns.shares), self.count)
        scale = np.divide(shares, norms, out=np.zeros_like(norms), where=norms > 0)
        values = (weights * np.repeat(scale, np.diff(self.ends)))[known].astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(known)])[self.ends[::CHANNELS]]
        return sparse.csr_array((values, places[known], ends), shape=(self.count, len(columns.column)))


def take_apart(
    sentences: Iterable[Sequence[str]], exact: Mapping[str, int], stems: Mapping[str, int], shortest: int = 5
) -> Corpus:
    """The words of each sentence, as ``words_of`` gives them, as a corpus."""
    names: list[Name] = []
    single, pairs, beside = _Numbers("{}", names), _Numbers("p{} {}", names), _Numbers("n{}~{}", names)
    words: dict[str, tuple[int, str, tuple[int, ...], tuple[int, ...]]] = {}

    def look_up(word: str) -> tuple[int, str, tuple[int, ...], tuple[int, ...]]:
        parts = parts_of(word, exact, stems, shortest)
        made = tuple(single[name,] for name in parts.made)
        return words.setdefault(word, (single[f"w{word}",], word[:BEGINNING], made, parts.cues))

    found, ends = array("q"), array("q", [0])
    for sentence in sentences:
        read = [words.get(word) or look_up(word) for word in sentence]
        channels = (
            {each[0] for each in read} | {pairs[two] for two in pairwise(sentence)},
            set(chain.from_iterable(each[2] for each in read)),
            {beside[two] for two in near([each[1] for each in read])},
            {single[name,] for name in meetings([each[3] for each in read])},
        )
        for channel in channels:
            found.extend(channel)
            ends.append(len(found))
    return Corpus(names, np.array(found, np.int64), np.array(ends, np.int64), exact, stems, shortest)


class _Numbers(dict[tuple[str, ...], int]):
    """A number for each feature of a kind, given when it is first asked for. Few ever get a column, and so a name."""

    def __init__(self, kind: str, names: list[Name]) -> None:
        super().__init__()
        self._kind, self._names = kind, names

    def __missing__(self, of: tuple[str, ...]) -> int:
        number = self[of] = len(self._names)
        self._names.append((self._kind, of))
        return number

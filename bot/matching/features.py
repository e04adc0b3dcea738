"""Questions as sparse vectors: words and pairs of them, character n-grams, concepts, and what stands near what.

Words: 1–2-grams. Characters: 3–4-grams inside words. Concepts: of the lexicon. Near: the beginnings of two words that
stand within a few words of each other, in either order, so that inflection and word order matter less.

Each channel is sublinear tf × idf and L2-normalised, so that the channels' shares are what is set here. A feature that
the training never saw twice has no column, but its mass stays in the norm: unknown words lower every score, which is
what tells a question that nothing answers from one that something does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.matching.near import Near, Spot
from bot.matching.text import grams, tokens
from bot.matching.typos import KEPT, Typos

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Meanings = tuple[tuple[int, float], ...]  # (place of a word, weight); place −1 is the token as typed, which is no word

REMEMBERED = 5000  # tokens that questions were made of: about 5 MB
LONGEST = 40  # letters of those


@dataclass(frozen=True)
class Shape:
    """How features are made. Shares are of the squared norm and are scaled to add up to 1."""

    words: float = 0.6
    characters: float = 0.4
    near: float = 0.4
    concepts: float = 0.15  # ranks a point worse, but tells apart what nothing answers: far more right at once
    unseen: float = 1.0  # of a once-seen feature's mass, for each feature without a column
    least: int = 2  # variants that a pair or character n-gram must stand in to get a column; one more for near ones


@dataclass(frozen=True)
class Vector:
    """A question: columns with their values, and what each token was taken for."""

    columns: Ints
    values: Floats
    readings: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]  # token → (word read, weight)


@dataclass(frozen=True)
class Token:
    """A word of a question, with all that its features need. Columns and counts stand in the order of its meanings."""

    text: str
    meanings: Meanings
    reading: tuple[tuple[str, float], ...]  # the words of the meanings
    grams: Ints
    counts: NDArray[np.floating[Any]]
    lost: tuple[float, ...]  # n-grams without a column, by meaning
    concepts: tuple[tuple[int, float], ...]
    spot: Spot


@dataclass
class Features:
    """Fitted on variants; turns questions into vectors of ``width`` columns."""

    shape: Shape
    words: list[str]
    frequencies: Ints  # variants that hold each word
    pairs: Ints  # sorted keys of the pairs that have a column
    gram_column: Mapping[str, int]
    gram_rows: sparse.csr_array  # word × character column, counts
    gram_lost: Floats  # per word: its n-grams without a column
    concept_rows: sparse.csr_array  # word × concept, 0 or 1
    near: Near
    idf: Floats  # by column
    unknown: float  # idf of a feature seen once
    stems: Mapping[str, int] = field(default_factory=dict)  # the lexicon's prefixes, for words never seen

    def __post_init__(self) -> None:
        self.place = {word: place for place, word in enumerate(self.words)}
        self.typos = Typos(self.words, self.frequencies)
        self._met: dict[str, Token] = {}
        self.width = len(self.idf)
        widths = (len(self.words), len(self.pairs), len(self.gram_column), self.concept_rows.shape[1])
        self.starts = np.cumsum([0, *widths, len(self.near.keys)])

    def vector(self, text: str) -> Vector:
        """The question ``text`` as a vector."""
        read = [self._token(token) for token in tokens(text)]
        channels = [
            self._word_channel([token.meanings for token in read]),
            self._gram_channel(read),
            self._concept_channel(read),
            self._near_channel(read),
        ]
        columns = np.concatenate([where for where, _, _ in channels])
        weights = sublinear(np.concatenate([counts for _, counts, _ in channels])) * self.idf[columns]
        start = 0
        for (where, _, lost), share in zip(channels, self.shares(), strict=True):
            part = weights[start : start + len(where)]
            norm = math.sqrt(float(part @ part) + lost * (self.shape.unseen * self.unknown) ** 2)
            part *= math.sqrt(share) / norm if norm > 0 else 0.0
            start += len(where)
        readings = tuple((token.text, token.reading) for token in read)
        return Vector(columns, weights.astype(np.float32), readings)

    def describe(self, column: int) -> str:
        """What a column stands for, for people."""
        channel = int(np.searchsorted(self.starts, column, side="right")) - 1
        offset = column - int(self.starts[channel])
        match channel:
            case 0:
                return self.words[offset]
            case 1:
                first, second = divmod(int(self.pairs[offset]), len(self.words) + 1)
                return " ".join(self.words[place] if place < len(self.words) else "·" for place in (first, second))
            case 2:
                self._gram_names = getattr(self, "_gram_names", None) or list(self.gram_column)
                return f"…{self._gram_names[offset]}…"
            case 3:
                return f"concept {offset}"
            case _:
                return self.near.describe(offset)

    def shares(self) -> tuple[float, float, float, float]:
        """Of words, characters, concepts and near in a vector's squared length; no lexicon, no concepts."""
        concepts = self.shape.concepts if self.concept_rows.shape[1] else 0.0
        total = self.shape.words + self.shape.characters + concepts + self.shape.near
        return self.shape.words / total, self.shape.characters / total, concepts / total, self.shape.near / total

    def _token(self, text: str) -> Token:
        """From memory where it was met before: most words of most questions were."""
        if len(text) > LONGEST:
            return self._look_up(text)
        found = self._met.get(text)
        if found is None:
            if len(self._met) >= REMEMBERED:
                self._met.clear()
            found = self._met[text] = self._look_up(text)
        return found

    def _look_up(self, text: str) -> Token:
        meanings = self._read(text)
        parts: list[Ints] = []
        weights: list[NDArray[np.floating[Any]]] = []
        lost: list[float] = []
        concepts: list[tuple[int, float]] = []
        spot: dict[int, float] = {}
        for place, weight in meanings:
            columns, counts, without = self._grams(text, place)
            parts.append(columns)
            weights.append(counts * weight)
            lost.append(weight * without)
            concepts += [(concept, weight) for concept in self._concepts(text, place)]
            number = self.near.of(self.words[place] if place >= 0 else text)
            spot[number] = spot.get(number, 0.0) + weight
        reading = tuple((self.words[place] if place >= 0 else text, weight) for place, weight in meanings)
        return Token(
            text, meanings, reading, np.concatenate(parts), np.concatenate(weights), tuple(lost), tuple(concepts),
            tuple(spot.items()),
        )  # fmt: skip

    def _read(self, token: str) -> Meanings:
        if (known := self.place.get(token)) is not None:
            return ((known, 1.0),)
        meant = self.typos.expand(token)
        return ((-1, KEPT), *meant) if meant else ((-1, 1.0),)

    def _grams(self, text: str, place: int) -> tuple[Ints, NDArray[np.floating[Any]], float]:
        """A word's n-grams that have a column, how often each stands in it, and how many have none."""
        if place >= 0:
            rows = self.gram_rows
            row = slice(rows.indptr[place], rows.indptr[place + 1])
            return rows.indices[row].astype(np.int64), rows.data[row], float(self.gram_lost[place])
        found = [self.gram_column.get(gram, -1) for gram in grams(text)]
        known = [column for column in found if column >= 0]
        return np.array(known, np.int64), np.ones(len(known)), len(found) - len(known)

    def _concepts(self, text: str, place: int) -> list[int]:
        if place < 0:
            return concepts_of(text, {}, self.stems)
        rows = self.concept_rows
        found: list[int] = rows.indices[rows.indptr[place] : rows.indptr[place + 1]].tolist()
        return found

    def _word_channel(self, read: _Reading) -> _Channel:
        counts: dict[int, float] = {}
        lost = 0.0
        for place, weight in chain.from_iterable(read):
            if place >= 0:
                counts[place] = counts.get(place, 0.0) + weight
            else:
                lost += weight
        pairs, missing = self._pairs(read)
        for column, weight in pairs:
            counts[column] = counts.get(column, 0.0) + weight
        lost += missing
        return np.fromiter(counts, np.int64, len(counts)), np.fromiter(counts.values(), np.float64, len(counts)), lost

    def _pairs(self, read: _Reading) -> tuple[list[tuple[int, float]], int]:
        """The columns of neighbours, with their weights, and how many neighbours have none."""
        edge = len(self.words)
        if all(len(meanings) == 1 for meanings in read):  # nothing is mistyped, as a rule: all pairs at once
            row = np.array([edge, *(meanings[0][0] for meanings in read), edge], np.int64)
            keys = np.where(np.minimum(row[:-1], row[1:]) >= 0, row[:-1] * (edge + 1) + row[1:], -1)
            found: list[int] = self._find_pairs(keys).tolist()
            return [(column, 1.0) for column in found if column >= 0], found.count(-1)
        ends = ((edge, 1.0),)
        keys_of: list[int] = []
        weights: list[float] = []
        bounds = [0]
        for before, after in pairwise([ends, *read, ends]):
            for first, one in before:
                for second, other in after:
                    if first >= 0 and second >= 0:
                        keys_of.append(first * (edge + 1) + second)
                        weights.append(one * other)
            bounds.append(len(keys_of))
        found = self._find_pairs(np.array(keys_of, np.int64)).tolist()
        missing = sum(max(found[start:end], default=-1) < 0 for start, end in pairwise(bounds))
        return [(column, weight) for column, weight in zip(found, weights, strict=True) if column >= 0], missing

    def _find_pairs(self, keys: Ints) -> Ints:
        if not len(self.pairs) or not len(keys):
            return np.full(len(keys), -1, np.int64)
        spots = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        return np.where(self.pairs[spots] == keys, spots + int(self.starts[1]), -1)

    def _gram_channel(self, read: Sequence[Token]) -> _Channel:
        lost = sum((part for token in read for part in token.lost), 0.0)
        if not read:
            return np.zeros(0, np.int64), np.zeros(0), lost
        columns, back = np.unique(np.concatenate([token.grams for token in read]), return_inverse=True)
        counts = np.bincount(back, np.concatenate([token.counts for token in read]), len(columns)).astype(np.float64)
        return columns + int(self.starts[2]), counts, lost

    def _concept_channel(self, read: Sequence[Token]) -> _Channel:
        counts: dict[int, float] = {}
        for concept, weight in chain.from_iterable(token.concepts for token in read):
            counts[concept] = counts.get(concept, 0.0) + weight
        columns = np.fromiter(counts, np.int64, len(counts)) + int(self.starts[3])
        return columns, np.fromiter(counts.values(), np.float64, len(counts)), 0.0

    def _near_channel(self, read: Sequence[Token]) -> _Channel:
        spots = [token.spot for token in read]
        if all(number < 0 for spot in spots for number, _ in spot):  # that a question is short says nothing by itself
            return np.zeros(0, np.int64), np.zeros(0), 0.0
        columns, surely, lost = self.near.find(spots)
        return columns + int(self.starts[4]), surely, lost


_Reading = Sequence[Meanings]
_Channel = tuple[Ints, NDArray[np.float64], float]  # columns, counts, number of features without a column


def sublinear(counts: NDArray[Any]) -> NDArray[Any]:
    """1 + log count above one, the count itself below: a typo's half-weight stays a half."""
    return np.asarray(np.minimum(counts, 1) + np.log(np.maximum(counts, 1)))


def concepts_of(word: str, exact: Mapping[str, int], stems: Mapping[str, int]) -> list[int]:
    """The concepts of a folded word: by itself, or by the longest stem that it begins with."""
    if word in exact:
        return [exact[word]]
    return next(([stems[word[:size]]] for size in range(len(word), 4, -1) if word[:size] in stems), [])

"""Questions as sparse vectors: words and pairs of them, character n-grams, concepts, and what stands near what.

Words: 1–2-grams. Characters: 3–4-grams inside words. Concepts: of the lexicon. Near: the beginnings of two words that
stand within a few words of each other, in either order, so that inflection and word order matter less.

Each channel is sublinear tf × idf and L2-normalised, so that the channels' shares are what is set here. A feature that
the training never saw twice has no column, but its mass stays in the norm: unknown words lower every score, which is
what tells a question that nothing answers from one that something does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
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
    """A word of a question, with all that its features need: columns, and how often each of its own stands in it."""

    text: str
    meanings: Meanings
    reading: tuple[tuple[str, float], ...]  # the words of the meanings
    grams: tuple[int, ...]
    counts: tuple[float, ...]  # of the n-grams
    lost: float  # n-grams without a column
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
        self._shares = self.shares()
        self._pair_column = {key: column for column, key in enumerate(self.pairs.tolist(), len(self.words))}

    def vector(self, text: str) -> Vector:
        """The question ``text`` as a vector."""
        read = self.tokens(text)
        counts: dict[int, float] = {}  # by column, channel after channel
        bounds, lost = [0], []
        for count in (self._count_words, self._count_grams, self._count_concepts, self._count_near):
            lost.append(count(read, counts))
            bounds.append(len(counts))
        columns = np.fromiter(counts, np.int64, len(counts))
        weights = sublinear(np.fromiter(counts.values(), np.float64, len(counts))) * self.idf[columns]
        for start, end, without, share in zip(bounds[:-1], bounds[1:], lost, self._shares, strict=True):
            part = weights[start:end]
            norm = math.sqrt(float(part @ part) + without * (self.shape.unseen * self.unknown) ** 2)
            part *= math.sqrt(share) / norm if norm > 0 else 0.0
        return Vector(columns, weights.astype(np.float32), tuple([(token.text, token.reading) for token in read]))

    def tokens(self, text: str) -> list[Token]:
        """The words of ``text``, each as it is read."""
        return [self._token(token) for token in tokens(text)]

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
        counts: dict[int, float] = {}
        lost = 0.0
        concepts: list[tuple[int, float]] = []
        spot: dict[int, float] = {}
        for place, weight in meanings:
            found, without = self._grams(text, place)
            lost += weight * without
            for column, count in found:
                counts[column] = counts.get(column, 0.0) + weight * count
            concepts += [(concept, weight) for concept in self._concepts(text, place)]
            number = self.near.of(self.words[place] if place >= 0 else text)
            spot[number] = spot.get(number, 0.0) + weight
        reading = tuple((self.words[place] if place >= 0 else text, weight) for place, weight in meanings)
        return Token(
            text, meanings, reading, tuple(counts), tuple(counts.values()), lost, tuple(concepts), tuple(spot.items())
        )

    def _read(self, token: str) -> Meanings:
        if (known := self.place.get(token)) is not None:
            return ((known, 1.0),)
        meant = self.typos.expand(token)
        return ((-1, KEPT), *meant) if meant else ((-1, 1.0),)

    def _grams(self, text: str, place: int) -> tuple[Iterable[tuple[int, float]], float]:
        """The columns of a word's n-grams, how often each stands in it, and how many have none."""
        start = int(self.starts[2])
        if place >= 0:
            rows = self.gram_rows
            row = slice(rows.indptr[place], rows.indptr[place + 1])
            columns = (rows.indices[row] + start).tolist()
            return zip(columns, rows.data[row].tolist(), strict=True), float(self.gram_lost[place])
        found = [self.gram_column.get(gram, -1) for gram in grams(text)]
        known = [(start + column, 1.0) for column in found if column >= 0]
        return known, len(found) - len(known)

    def _concepts(self, text: str, place: int) -> list[int]:
        start = int(self.starts[3])
        if place < 0:
            return [start + concept for concept in concepts_of(text, {}, self.stems)]
        rows = self.concept_rows
        found: list[int] = (rows.indices[rows.indptr[place] : rows.indptr[place + 1]] + start).tolist()
        return found

    # Each adds how often its features stand in a question, and gives how many of them have no column.

    def _count_words(self, read: Sequence[Token], counts: dict[int, float]) -> float:
        lost = 0.0
        for token in read:
            for place, weight in token.meanings:
                if place >= 0:
                    counts[place] = counts.get(place, 0.0) + weight
                else:
                    lost += weight
        return lost + self._count_pairs(read, counts)

    def _count_pairs(self, read: Sequence[Token], counts: dict[int, float]) -> int:
        """Of neighbours; whichever of their meanings stand next to each other."""
        edge = len(self.words)
        column_of, missing = self._pair_column, 0
        ends = ((edge, 1.0),)
        for before, after in pairwise([ends, *(token.meanings for token in read), ends]):
            met = False
            for first, one in before:
                for second, other in after:
                    if first >= 0 <= second and (column := column_of.get(first * (edge + 1) + second)) is not None:
                        counts[column] = counts.get(column, 0.0) + one * other
                        met = True
            missing += not met
        return missing

    def _count_grams(self, read: Sequence[Token], counts: dict[int, float]) -> float:
        for token in read:
            for column, count in zip(token.grams, token.counts, strict=True):
                counts[column] = counts.get(column, 0.0) + count
        return sum(token.lost for token in read)

    def _count_concepts(self, read: Sequence[Token], counts: dict[int, float]) -> float:
        for token in read:
            for column, weight in token.concepts:
                counts[column] = counts.get(column, 0.0) + weight
        return 0.0

    def _count_near(self, read: Sequence[Token], counts: dict[int, float]) -> float:
        if all(number < 0 for token in read for number, _ in token.spot):
            return 0.0  # that a question is short says nothing by itself
        return self.near.count([token.spot for token in read], counts, int(self.starts[4]))


def sublinear(counts: NDArray[Any]) -> NDArray[Any]:
    """1 + log count above one, the count itself below: a typo's half-weight stays a half."""
    return np.asarray(np.minimum(counts, 1) + np.log(np.maximum(counts, 1)))


def concepts_of(word: str, exact: Mapping[str, int], stems: Mapping[str, int], shortest: int = 5) -> list[int]:
    """The concepts of a folded word: by itself, or by the longest stem, of ``shortest`` letters or more, that it begins
    with."""
    if word in exact:
        return [exact[word]]
    return next(([stems[word[:size]]] for size in range(len(word), shortest - 1, -1) if word[:size] in stems), [])

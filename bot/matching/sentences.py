"""A sentence as sparse columns, for telling what people mean: words, n-grams, cues, and which cues meet.

Cues are the concepts of knowledge/safety/cues.yaml: words that say the same in four languages. That *pills* and
*tonight* meet says more than either word, in whatever language and order; so pairs of cues are columns of their own.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import Concept
from bot.matching.features import concepts_of
from bot.matching.fitting import concept_words
from bot.matching.text import grams, tokens

Floats = NDArray[np.float32]
Bag = tuple[set[str], ...]  # of one sentence: the features of each channel

# Of words with their pairs, of n-grams, of near beginnings, and of cues with their meetings
SHARES = (0.40, 0.30, 0.20, 0.10)
BEGINNING = 5  # letters of a word that count as its beginning
NEAR, MEET = 3, 7  # words within which two beginnings stand near each other, and two cues meet
LEAST = 2  # sentences that a feature must stand in to get a column
REMEMBERED = 5000  # words, with what they are made of

_APOSTROPHE = re.compile(r"(?<=\w)['’´`](?=\w)")
_LAUGHING = re.compile("[😂🤣😅😆😁😄😃😜😝🙈🤪💀☠]")


def words_of(text: str) -> list[str]:
    """The words; contractions as one (*can't* → *cant*), and laughing faces as laughter."""
    return tokens(_LAUGHING.sub(" haha ", _APOSTROPHE.sub("", text)))


@dataclass(frozen=True)
class _Placed:
    """A word with the columns of what it is made of. ``unknown``: what of it has none; ``column``: its own, or -1."""

    column: int
    beginning: str
    known: frozenset[int]
    unknown: frozenset[str]
    cues: tuple[int, ...]


@dataclass
class Columns:
    """Fitted on sentences; turns one into columns with values."""

    column: Mapping[str, int]
    idf: NDArray[np.float64]
    unknown: float  # idf of a feature seen once
    exact: Mapping[str, int]  # cues by word
    stems: Mapping[str, int]  # cues by beginning
    shares: tuple[float, ...] = SHARES
    shortest: int = 5  # letters of a cue's beginning
    _met: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = field(default_factory=dict, repr=False)
    _placed: dict[str, _Placed] = field(default_factory=dict, repr=False)  # words, once there are columns
    _meeting: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)  # the columns of near beginnings

    @classmethod
    def fit(cls, texts: Sequence[str], cues: Iterable[Concept]) -> tuple[Columns, sparse.csr_array]:
        """The columns of ``texts``, and those as rows."""
        exact, stems = concept_words(cues)
        found = cls({}, np.zeros(0), 0.0, exact, stems)
        rows = found.keep([found.bag(words_of(text)) for text in texts])
        return found, rows

    def keep(self, bags: Sequence[Bag]) -> sparse.csr_array:
        """Gives a column to what stands in LEAST of ``bags``, and those as rows."""
        seen = Counter(chain.from_iterable(chain.from_iterable(bags)))
        kept = [name for name, times in seen.items() if times >= LEAST]
        self.column = {name: column for column, name in enumerate(kept)}
        self._placed, self._meeting = {}, {}
        self.idf = np.array([math.log((1 + len(bags)) / (1 + seen[name])) + 1 for name in kept])
        self.unknown = math.log((1 + len(bags)) / 2) + 1
        rows = [self.valued(bag) for bag in bags]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows])
        values = np.concatenate([values for _, values in rows])
        return sparse.csr_array((values, columns, ends), shape=(len(bags), len(kept)))

    def vector(self, words: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Columns and their values for a sentence of ``words``: those of ``valued(bag(words))`` in a third of the time,
        since what a word is made of is looked up once."""
        placed = {word: self._place(word) for word in words}
        beginnings = [placed[word].beginning for word in words]
        pairs, near = set(pairwise(words)), set(_near(beginnings))
        met = set(_meetings([placed[word].cues for word in words]))
        column_of, meeting = self.column.get, self._meeting.get
        columns = [each.column for each in placed.values() if each.column >= 0]
        columns += [column for one, other in pairs if (column := column_of(f"p{one} {other}")) is not None]
        ends = [0, len(columns)]
        columns += set().union(*[each.known for each in placed.values()])
        ends.append(len(columns))
        columns += [column for pair in near if (column := meeting(pair)) is not None]
        ends.append(len(columns))
        columns += [column for name in met if (column := column_of(name)) is not None]
        ends.append(len(columns))
        grams = ends[2] - ends[1] + len(set().union(*[each.unknown for each in placed.values()]))
        return self._weighed(columns, ends, (len(placed) + len(pairs), grams, len(near), len(met)))

    def _weighed(self, columns: list[int], ends: Sequence[int], of: Sequence[int]) -> tuple[NDArray[np.int64], Floats]:
        """``ends``: where the channels end among ``columns``; ``of``: features of each, those without a column too."""
        places = np.array(columns, np.int64)
        weights = self.idf[places]
        for (start, end), features, share in zip(pairwise(ends), of, self.shares, strict=True):
            part = weights[start:end]
            norm = math.sqrt(float(part @ part) + (features - (end - start)) * self.unknown**2)
            part *= math.sqrt(share) / norm if norm else 0.0
        return places, weights.astype(np.float32)

    def _place(self, word: str) -> _Placed:
        found = self._placed.get(word)
        if found is None:
            if not self._meeting:
                self._meeting = {(one, other): at for (one, other), at in _pairs_of(self.column)}
            if len(self._placed) >= REMEMBERED:
                self._placed.clear()
            made, cues = self._parts(word)
            columns = {name: self.column.get(name, -1) for name in made}
            found = self._placed[word] = _Placed(
                self.column.get(f"w{word}", -1),
                word[:BEGINNING],
                frozenset(column for column in columns.values() if column >= 0),
                frozenset(name for name, column in columns.items() if column < 0),
                cues,
            )
        return found

    def bag(self, words: Sequence[str]) -> Bag:
        """All features of a sentence, known or not."""
        parts = [self._parts(word) for word in words]
        return (
            {f"w{word}" for word in words} | {f"p{one} {other}" for one, other in pairwise(words)},
            set(chain.from_iterable(made for made, _ in parts)),
            {f"n{one}~{other}" for one, other in _near([word[:BEGINNING] for word in words])},
            set(_meetings([cues for _, cues in parts])),
        )

    def _parts(self, word: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        found = self._met.get(word)
        if found is None:
            if len(self._met) >= REMEMBERED:
                self._met.clear()
            made = (f"b{word[:BEGINNING]}", *(f"g{gram}" for gram in grams(word[:40])))
            found = self._met[word] = made, tuple(concepts_of(word, self.exact, self.stems, self.shortest))
        return found

    def valued(self, bag: Bag) -> tuple[NDArray[np.int64], Floats]:
        """Columns and their values for what ``bag`` made of a text."""
        columns: list[int] = []
        ends = [0]
        for features in bag:
            columns += [column for name in features if (column := self.column.get(name)) is not None]
            ends.append(len(columns))
        return self._weighed(columns, ends, [len(features) for features in bag])


def _pairs_of(column: Mapping[str, int]) -> Iterator[tuple[tuple[str, str], int]]:
    for name, place in column.items():
        if name[0] == "n":
            one, _, other = name[1:].partition("~")
            yield (one, other), place


def _near(beginnings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each two, in the order of the alphabet."""
    for place, one in enumerate(beginnings, 1):
        for other in beginnings[place : place + NEAR]:
            yield (one, other) if one < other else (other, one)


def _meetings(cues: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """Each cue, and each two that stand within MEET words of each other, in either order."""
    placed = [(place, cue) for place, found in enumerate(cues) for cue in found]
    for number, (place, cue) in enumerate(placed):
        yield f"c{cue}"
        for other_place, other in placed[number + 1 :]:
            if other_place - place > MEET:
                break
            if other != cue:
                yield f"m{min(cue, other)}~{max(cue, other)}"

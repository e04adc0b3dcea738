"""A sentence as sparse columns, for telling what people mean: words, n-grams, cues, and which cues meet.

Cues are the concepts of knowledge/safety/cues.yaml: words that say the same in four languages. That *pills* and
*tonight* meet says more than either word, in whatever language and order; so pairs of cues are columns of their own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import concepts_of
from bot.matching.text import grams, tokens

Floats = NDArray[np.float32]

# Of words with their pairs, of n-grams, of near beginnings, and of cues with their meetings
SHARES = (0.40, 0.30, 0.20, 0.10)
BEGINNING = 5  # letters of a word that count as its beginning
NEAR, MEET = 3, 7  # words within which two beginnings stand near each other, and two cues meet
REMEMBERED = 5000  # words, with what they are made of

_APOSTROPHE = re.compile(r"(?<=\w)['’´`](?=\w)")
_LAUGHING = re.compile("[😂🤣😅😆😁😄😃😜😝🙈🤪💀☠]")


def words_of(text: str) -> list[str]:
    """The words; contractions as one (*can't* → *cant*), and laughing faces as laughter."""
    return tokens(_LAUGHING.sub(" haha ", _APOSTROPHE.sub("", text)))


@dataclass(frozen=True)
class Parts:
    """What a word is made of. ``made``: its beginning and its n-grams, as features are named; ``cues``: by number."""

    made: tuple[str, ...]
    cues: tuple[int, ...]


def parts_of(word: str, exact: Mapping[str, int], stems: Mapping[str, int], shortest: int) -> Parts:
    """``exact``, ``stems``: cues by word and by beginning, of which ``shortest`` letters at least count."""
    made = (f"b{word[:BEGINNING]}", *(f"g{gram}" for gram in grams(word[:40])))
    return Parts(made, tuple(concepts_of(word, exact, stems, shortest)))


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
    """Fitted on a corpus; turns a sentence into columns with values."""

    column: Mapping[str, int]
    idf: NDArray[np.float64]
    unknown: float  # idf of a feature seen once
    exact: Mapping[str, int]  # cues by word
    stems: Mapping[str, int]  # cues by beginning
    shares: tuple[float, ...] = SHARES
    shortest: int = 5  # letters of a cue's beginning
    _placed: dict[str, _Placed] = field(default_factory=dict, repr=False)  # words, once there are columns
    _meeting: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)  # the columns of near beginnings

    def vector(self, words: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Columns and their values for a sentence of ``words``."""
        placed = {word: self._place(word) for word in words}
        beginnings = [placed[word].beginning for word in words]
        pairs, beside = set(pairwise(words)), set(near(beginnings))
        met = set(meetings([placed[word].cues for word in words]))
        column_of, meeting = self.column.get, self._meeting.get
        columns = [each.column for each in placed.values() if each.column >= 0]
        columns += [column for one, other in pairs if (column := column_of(f"p{one} {other}")) is not None]
        ends = [0, len(columns)]
        columns += set().union(*[each.known for each in placed.values()])
        ends.append(len(columns))
        columns += [column for pair in beside if (column := meeting(pair)) is not None]
        ends.append(len(columns))
        columns += [column for name in met if (column := column_of(name)) is not None]
        ends.append(len(columns))
        grams = ends[2] - ends[1] + len(set().union(*[each.unknown for each in placed.values()]))
        return self._weighed(columns, ends, (len(placed) + len(pairs), grams, len(beside), len(met)))

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
            parts = parts_of(word, self.exact, self.stems, self.shortest)
            columns = {name: self.column.get(name, -1) for name in parts.made}
            found = self._placed[word] = _Placed(
                self.column.get(f"w{word}", -1),
                word[:BEGINNING],
                frozenset(column for column in columns.values() if column >= 0),
                frozenset(name for name, column in columns.items() if column < 0),
                parts.cues,
            )
        return found


def _pairs_of(column: Mapping[str, int]) -> Iterator[tuple[tuple[str, str], int]]:
    for name, place in column.items():
        if name[0] == "n":
            one, _, other = name[1:].partition("~")
            yield (one, other), place


def near(beginnings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each two, in the order of the alphabet."""
    for place, one in enumerate(beginnings, 1):
        for other in beginnings[place : place + NEAR]:
            yield (one, other) if one < other else (other, one)


def meetings(cues: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """Each cue, and each two that stand within MEET words of each other, in either order."""
    placed = [(place, cue) for place, found in enumerate(cues) for cue in found]
    for number, (place, cue) in enumerate(placed):
        yield f"c{cue}"
        for other_place, other in placed[number + 1 :]:
            if other_place - place > MEET:
                break
            if other != cue:
                yield f"m{min(cue, other)}~{max(cue, other)}"

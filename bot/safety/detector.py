"""Which emergency a text tells of. Every topic has a separator and a threshold of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import EntryId
from bot.matching.linear import Training
from bot.matching.sentences import Columns, words_of

TRAINING = Training(own=10.0)
LONGEST = 40  # words that are judged as one; a longer text by its sentences
FEWEST = 2  # words: a single one may be anything, and a fragment answers what somebody asked
NOTHING = -9.0  # the score of what is not judged

_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Alarm:
    """An emergency that a text tells of, whatever the entries say."""

    topic: EntryId
    score: float  # above 0: by how much it passes the topic's threshold


@dataclass(frozen=True)
class Sighting:
    """What was seen in a text. ``over``: by how much each topic passes the score from which a text tells of it that
    might as well be ordinary. ``possible``: topics that it may tell of, where something else says so as well."""

    alarm: Alarm | None = None
    over: Mapping[EntryId, float] = field(default_factory=dict)
    possible: frozenset[EntryId] = frozenset()


@dataclass(frozen=True)
class Detector:
    """``weights``: columns + 1 × topics; the last row is the bias. ``sure``, ``likely``, ``possible``: thresholds."""

    topics: tuple[EntryId, ...]
    columns: Columns
    weights: NDArray[np.float32]
    sure: NDArray[np.float32]
    likely: NDArray[np.float32]
    possible: NDArray[np.float32]
    place: Mapping[EntryId, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", {topic: number for number, topic in enumerate(self.topics)})

    def look(self, text: str) -> Sighting:
        """What the text tells of. One word tells of nothing: see FEWEST."""
        if not self.topics:
            return Sighting()
        scores = self.scores(text)
        over = scores - self.sure
        best = int(over.argmax())
        alarm = Alarm(self.topics[best], float(over[best])) if over[best] >= 0 else None
        near = dict(zip(self.topics, (scores - self.likely).tolist(), strict=True))
        possible = frozenset(self.topics[number] for number in np.flatnonzero(scores >= self.possible))
        return Sighting(alarm, near, possible)

    def scores(self, text: str) -> NDArray[np.float32]:
        """Of each topic, about −1 to 1: the highest of the text's parts."""
        found = np.full(len(self.topics), NOTHING, np.float32)
        for words in parts(text):
            columns, values = self.columns.vector(words)
            np.maximum(found, values @ self.weights[columns] + self.weights[-1], out=found)
        return found


def parts(text: str) -> Iterator[Sequence[str]]:
    """The whole where it is short, and each of its sentences; of a longer text each two that follow each other, too."""
    sentences = [words for piece in _END.split(text) if (words := words_of(piece))]
    whole = [word for words in sentences for word in words]
    if len(whole) < FEWEST:
        return
    if len(whole) <= LONGEST or len(sentences) == 1:
        yield from _windows(whole)
    if len(sentences) == 1:
        return
    for before, words in zip([[], *sentences], sentences, strict=False):
        if len(words) >= FEWEST:
            yield from _windows(words)
        if before and len(whole) > LONGEST:
            yield from _windows([*before, *words])


def _windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Overlapping stretches of LONGEST words; a shorter text whole."""
    for start in range(0, max(1, len(words) - LONGEST // 2), LONGEST // 2):
        yield words[start : start + LONGEST]

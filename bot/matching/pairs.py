"""What two messages have in common, as named features: by their words, and by what the matcher makes of them.

Two people with the same need seldom use the same words, and two who share nearly all of them often mean different
things by the rest: so how much of either is accounted for by the other counts apart from what both are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, JaroWinkler
from rapidfuzz.process import cdist

from bot.matching.features import Token, concepts_of
from bot.matching.sentences import words_of
from bot.matching.text import tokens
from bot.matching.ways import NEGATIONS, STEM

if TYPE_CHECKING:
    from bot.matching.matcher import Matcher

Floats = NDArray[np.float32]

REMEMBERED = 300  # messages: those that wait are compared with every new one
LONG = 120  # words of a message that are looked at
SPELT = 0.85  # Jaro-Winkler from which two words are one in another inflection or spelling
NAMED = 0.88  # the same for names
CONCEPT, MEANT = 0.9, 0.8  # what a shared concept counts beside the same word, and what the same meaning counts at most
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[^\s.!?:\n] )([^\W\d_a-zà-öø-ÿ][^\W_]+)")  # a capital within a sentence


@dataclass(frozen=True)
class Gist:
    """What a message tells. ``found``: the labels' probabilities; ``labels``: their raw scores, of length 1;
    ``meanings``: a row for each of ``words``, of length 1 or zeros."""

    found: NDArray[np.float64]
    labels: Floats
    asked: float
    words: tuple[str, ...]
    rarity: Floats
    meanings: Floats
    concepts: tuple[frozenset[int], ...]
    cues: frozenset[int]
    negated: bool
    numbers: frozenset[str]
    names: frozenset[str]

    @property
    def nothing(self) -> float:
        """How likely nothing that is known is meant, 0–1."""
        return max(0.0, 1.0 - float(self.found.sum()))


@dataclass(frozen=True)
class Alike:
    """What two messages have in common; the order in which they are given changes nothing."""

    labels: float  # cosine of what the words say of each label, −1 to 1
    meant: float  # how much both mean the same labels, 0–1
    nothing: float  # how likely neither means any
    unlike_nothing: float  # by how much that differs
    asked: float  # how much the one that is less so sounds like a question for a handbook
    unlike_asked: float  # by how much that differs: one asks for a rule, and one tells what happened
    held_most: float  # share of the one's words that the other has, of the one of which it is more
    held_least: float  # and of the one of which it is less
    meaning: float  # the same with words that mean the same, in whatever language
    rarest: float  # the rarest word that both have
    letters: float  # Indel similarity of both as a whole, 0–1
    cues: float  # share of the cues of either that both have
    length: float  # by how much the logarithms of their lengths differ
    negated: float  # 1 where only one says “not”
    same_numbers: float
    other_numbers: float  # 1 where both name numbers, and none of them the same
    same_names: float
    other_names: float  # how many names one has that the other lacks

    def row(self) -> list[float]:
        return [getattr(self, field.name) for field in fields(self)]


NAMES = tuple(field.name for field in fields(Alike))


def gist(text: str, organisation: str, matcher: Matcher) -> Gist:
    """What ``text`` tells; from memory where it was looked at before."""
    known = matcher.gists
    if found := known.get((organisation, text)):
        return found
    if len(known) >= REMEMBERED:
        known.clear()
    made = known[organisation, text] = _gist(text, organisation, matcher)
    return made


def _gist(text: str, organisation: str, matcher: Matcher) -> Gist:
    features = matcher.model.features
    heard = matcher.hear(text, organisation)
    found = list({token.text: token for token in features.tokens(text)}.values())[:LONG]
    first = int(features.starts[3])
    exact, stems = (matcher.scope.columns.exact, matcher.scope.columns.stems) if matcher.scope else ({}, {})
    return Gist(
        found=heard.found,
        labels=_unit(heard.scores.labels),
        asked=heard.sounds.asked if heard.sounds else 0.0,
        words=tuple(token.text for token in found),
        rarity=np.array([_rarity(token, matcher) for token in found], np.float32),
        meanings=np.array([_meaning(token, matcher) for token in found], np.float32),
        concepts=tuple(frozenset(concept - first for concept, _ in token.concepts) for token in found),
        cues=frozenset(each for word in set(words_of(text)) for each in concepts_of(word, exact, stems)),
        negated=any(token.text in NEGATIONS for token in found),
        numbers=frozenset(_NUMBER.findall(text)),
        names=frozenset(word for name in _NAME.findall(text) for word in tokens(name)[:1]),
    )


def _rarity(token: Token, matcher: Matcher) -> float:
    ways = matcher.ways
    if ways is None:
        return 1.0
    stem = token.text[:STEM]
    if stem in ways.seen or len(token.reading) == 1:
        return ways.rarity(stem)
    return max(ways.rarity(word[:STEM]) for word, _ in token.reading[1:])


def _meaning(token: Token, matcher: Matcher) -> Floats:
    """What a word says of each label, by itself, its concepts and its letters."""
    weights, labels = matcher.model.weights, len(matcher.model.labels)
    found = np.zeros(labels, np.float32)
    for place, weight in token.meanings:
        if place >= 0:
            found += weight * weights[place, :labels]
    for concept, weight in token.concepts:
        found += weight * weights[concept, :labels]
    if token.grams:
        counts = np.array(token.counts, np.float32)
        found += 0.5 * (counts @ weights[list(token.grams), :labels]) / len(token.grams)
    return _unit(found)


def _unit(scores: Floats) -> Floats:
    centred = scores - scores.mean()
    return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-9), np.float32)


def compare(one: Gist, other: Gist) -> Alike:
    """What both have in common."""
    spelt, meaning = _aligned(one, other)
    held = _held(spelt, one.rarity, other.rarity)
    either = one.cues | other.cues
    names = [*(_near(name, other.words) for name in one.names), *(_near(name, one.words) for name in other.names)]
    numbers = bool(one.numbers & other.numbers)
    return Alike(
        labels=float(one.labels @ other.labels),
        meant=float(np.sqrt(one.found * other.found).sum()),
        nothing=float(np.sqrt(one.nothing * other.nothing)),
        unlike_nothing=abs(one.nothing - other.nothing),
        asked=min(one.asked, other.asked),
        unlike_asked=abs(one.asked - other.asked),
        held_most=max(held),
        held_least=min(held),
        meaning=min(_held(meaning, one.rarity, other.rarity)),
        rarest=float((spelt * np.minimum(one.rarity[:, None], other.rarity)).max(initial=0)),
        letters=Indel.normalized_similarity(" ".join(one.words), " ".join(other.words)),
        cues=len(one.cues & other.cues) / len(either) if either else 0.0,
        length=abs(float(np.log1p(len(one.words)) - np.log1p(len(other.words)))),
        negated=float(one.negated != other.negated),
        same_numbers=float(numbers),
        other_numbers=float(bool(one.numbers and other.numbers) and not numbers),
        same_names=float(sum(names)),
        other_names=float(len(names) - sum(names)),
    )


def _aligned(one: Gist, other: Gist) -> tuple[Floats, Floats]:
    """How much each word of the one is each of the other, 0–1: as it is spelt, and by what it means as well."""
    if not one.words or not other.words:
        nothing = np.zeros((len(one.words), len(other.words)), np.float32)
        return nothing, nothing
    spelt = cdist(one.words, other.words, scorer=JaroWinkler.normalized_similarity, score_cutoff=SPELT)
    short = np.array([len(word) < 4 for word in one.words])[:, None] | np.array([len(word) < 4 for word in other.words])
    spelt[short & (spelt < 1)] = 0
    for row, mine in enumerate(one.concepts):
        for column, theirs in enumerate(other.concepts if mine else ()):
            if mine & theirs:
                spelt[row, column] = max(spelt[row, column], CONCEPT)
    meaning = np.maximum(spelt, MEANT * np.clip(one.meanings @ other.meanings.T, 0, 1))
    return spelt.astype(np.float32), meaning.astype(np.float32)


def _held(found: Floats, one: Floats, other: Floats) -> tuple[float, float]:
    """The share of either's words, by their rarity, that the other has."""
    if not found.size:
        return 0.0, 0.0
    return (
        float((found.max(axis=1) * one).sum() / one.sum()),
        float((found.max(axis=0) * other).sum() / other.sum()),
    )


def _near(name: str, words: Sequence[str]) -> bool:
    return any(JaroWinkler.normalized_similarity(name, word) > NAMED for word in words)

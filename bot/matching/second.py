"""A second look before answering: not which entry ranks highest, but whether that is what was asked.

Ten named features of a question and an entry, and how much the entry attracts what is not meant for it, make a
probability by logistic regression. Four of them come from separators over what strangers asked (``scope``). It is
fitted on golden questions and on the calibration questions, which people wrote who never read the knowledge; more than
half of those ask for what no handbook says. The threshold is set on what each of these authors wrote by a look that was
fitted without them, so that it holds for the next stranger, too.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import EntryId
from bot.matching.features import Token
from bot.matching.logistic import fit_logistic
from bot.matching.ways import NEGATIONS, Ways

Doubles = NDArray[np.float64]

PROMISE = 0.05  # of what strangers are answered at once, at most this share is wrong or should not be answered
UNANSWERABLE = 0.4  # the share of questions that no handbook answers, as the threshold assumes it
LIKELIER = 0.5  # from here on the middle band: it is said how the question was understood
STRANGERS = 3.0  # how much a stranger's question weighs against a golden one, whose author knew the handbooks' needs
HELD = 1.0  # how strongly coefficients are held to nothing
TEMPER = 0.8  # how freely entries may differ: the standard deviation that is expected of them
FLOOR = 1e-4  # probabilities are kept this far from 0 and 1 before their logit is taken
MANY = 3  # words that tie a question to the field: more say no more
DRAWS = 100
GROUPS = 4  # of authors: what one wrote is judged by what the other groups taught


@dataclass(frozen=True)
class Seen:
    """What the second look saw of a question, given an entry."""

    explained: float  # share of the words' rarity that the entry's own ways of asking account for, 0–1
    confidence: float  # logit of the calibrated probability
    near: float  # what pairs of words that meet add to the entry's score
    length: float  # log(1 + words)
    tied: float  # words of social media or of communication at work, 0–3
    negated: float  # 1 where the sentence says “not” and the entry's ways never do; 0 where it does not
    asked: float = 0.0  # how much it sounds like what a handbook answers, about −1 to 1
    section: float = 0.0  # and like the entry's own sections
    other: float = 0.0  # by how much another section sounds likelier
    margin: float = 0.0  # log of how many times likelier the entry is than the next

    def row(self) -> list[float]:
        return [getattr(self, field.name) for field in fields(self)]


NAMES = tuple(field.name for field in fields(Seen))


@dataclass(frozen=True)
class Look:
    """``weights``: of the features as they come, the constant last; ``temper``: what is added for an entry."""

    weights: tuple[float, ...]
    temper: Mapping[EntryId, float]
    answer_at: float  # lowest probability to answer at once; above 1 where none keeps the promise

    def probability(self, seen: Seen, entry: EntryId) -> float:
        """That ``entry`` is what was asked, 0–1."""
        odds = sum(weight * value for weight, value in zip(self.weights, (*seen.row(), 1.0), strict=True))
        return float(1 / (1 + math.exp(-min(max(odds + self.temper.get(entry, 0.0), -30), 30))))


@dataclass(frozen=True)
class Example:
    """A question whose truth is known, with the entry that ranks first. ``author``: empty for golden questions."""

    seen: Seen
    entry: EntryId
    right: bool
    author: str = ""
    weight: float = 1.0  # in setting the threshold: together, so many cannot be answered as UNANSWERABLE assumes


def logit(share: float) -> float:
    kept = min(max(share, FLOOR), 1 - FLOOR)
    return math.log(kept / (1 - kept))


def look_at(
    words: Sequence[Token], ways: Ways, entry: EntryId, first_concept: int, *, confidence: float, near: float
) -> Seen:
    """``confidence`` of the entry (0–1), and what pairs that meet add to its score; ``first_concept``: see ``Ways``."""
    mass = held = 0.0
    for word in words:
        rarity, share = ways.explained(word, entry, first_concept)
        mass += rarity
        held += rarity * share
    says_not = any(word.text in NEGATIONS for word in words)
    return Seen(
        explained=held / mass if mass else 0.0,
        confidence=logit(confidence),
        near=near,
        length=math.log1p(len(words)),
        tied=float(min(MANY, sum(ways.tied(word, first_concept) for word in words))),
        negated=1 - ways.negated.get(entry, 0.0) if says_not else 0.0,
    )


def fit_look(examples: Sequence[Example], promise: float = PROMISE) -> Look | None:
    """A look fitted on all ``examples``; None where they do not hold both kinds.

    Its threshold is set on strangers' questions, each author's judged by a look without their group; where there are
    none, on golden questions in five parts.
    """
    if len({example.right for example in examples}) < 2:
        return None
    authors = [example.author for example in examples if example.author]
    weights, temper = _fitted(examples)
    if len(set(authors)) > 1:
        group = grouped(authors)
        parts = [[group.get(example.author) == part for example in examples] for part in range(GROUPS)]
    else:
        parts = [[place % 5 == part for place in range(len(examples))] for part in range(5)]
    judged: list[tuple[float, Example]] = []
    for part in parts:
        apart = Look(*_fitted([example for example, out in zip(examples, part, strict=True) if not out]), 1.0)
        held = [example for example, out in zip(examples, part, strict=True) if out]
        judged += [(apart.probability(example.seen, example.entry), example) for example in held]
    return Look(weights, temper, _settled(judged, promise))


def grouped(authors: Sequence[str]) -> dict[str, int]:
    """A group for each author, given whose each question is: the groups about as large as each other."""
    size = [0] * GROUPS
    group: dict[str, int] = {}
    for author, count in Counter(authors).most_common():
        group[author] = size.index(min(size))
        size[group[author]] += count
    return group


def _fitted(examples: Sequence[Example]) -> tuple[tuple[float, ...], dict[EntryId, float]]:
    """Coefficients of the features as they come, the constant last; and of each entry."""
    entries = list(dict.fromkeys(example.entry for example in examples))
    place = {entry: number for number, entry in enumerate(entries)}
    values = np.array([example.seen.row() for example in examples])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    whose = np.zeros((len(examples), len(entries)))
    whose[np.arange(len(examples)), [place[example.entry] for example in examples]] = TEMPER
    columns = np.hstack([(values - middle) / spread, np.ones((len(examples), 1)), whose])
    ridge = np.concatenate([np.full(values.shape[1], HELD), [0.0], np.full(len(entries), HELD)])
    weights = np.array([STRANGERS if example.author else 1.0 for example in examples])
    found = fit_logistic(columns, np.array([example.right for example in examples]), weights, ridge)
    own, constant = found[: len(NAMES)] / spread, found[len(NAMES)]
    constant -= float(own @ middle)
    temper = {entry: float(TEMPER * found[len(NAMES) + 1 + number]) for entry, number in place.items()}
    return (*own.tolist(), float(constant)), temper


def _settled(judged: Sequence[tuple[float, Example]], promise: float) -> float:
    """The mean of the thresholds of DRAWS samples of the questions: one question more moves it little."""
    order = sorted(range(len(judged)), key=lambda place: -judged[place][0])
    sure = np.array([judged[place][0] for place in order])
    right = np.array([judged[place][1].right for place in order])
    weights = np.array([judged[place][1].weight for place in order])
    draws = np.random.default_rng(0)
    equal = np.full(len(order), 1 / len(order))
    found = [_threshold(sure, right, weights * draws.multinomial(len(order), equal), promise) for _ in range(DRAWS)]
    return float(np.mean(found))


def _threshold(sure: Doubles, right: NDArray[np.bool_], weights: Doubles, promise: float) -> float:
    """The lowest probability, falling along ``sure``, from which on at most ``promise`` of the weight is not right."""
    broken = np.cumsum(weights * ~right) <= promise * np.cumsum(weights)
    whole = np.append(sure[1:] < sure[:-1], True)[: len(sure)]  # a threshold takes equals along
    kept = np.flatnonzero(broken & whole & (sure >= LIKELIER))
    return float(sure[kept[-1]]) if len(kept) else 1.01

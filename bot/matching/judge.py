"""Whether two messages ask for the same need: learnt from labelled pairs (knowledge/pairs).

Logistic regression on what both have in common (bot/matching/pairs.py). Beside the pairs, of which half share a subject
and not the need, it sees messages of one author that have nothing to do with each other: in a queue, nearly all are so.
What is offered keeps two promises on each author's pairs, in parts that the judge had not seen: of those that differ
OFFERED at most, and of those that have nothing to do with each other UNRELATED.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Pair
from bot.matching.logistic import fit_logistic, probability
from bot.matching.pairs import NAMES, Alike, compare, gist

if TYPE_CHECKING:
    from bot.matching.matcher import Matcher

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

OFFERED = (
    0.18  # of the pairs that differ, at most this share is offered here, so that a new author's stay below a fifth
)
UNRELATED = 0.01  # and of messages that have nothing to do with each other
CHANCE = 2000  # of those, for each author
LIGHT = 0.3  # what one of them counts beside a labelled pair
HELD = 3.0  # how strongly coefficients are held to nothing
PARTS = 5


@dataclass(frozen=True)
class Judge:
    """``weights``: of the features as they come, the constant last; ``offer_at``: from here on comms is asked."""

    weights: tuple[float, ...]
    offer_at: float

    def likely(self, alike: Alike) -> float:
        """How likely two messages ask for the same, 0–1, were one pair in two the same."""
        odds = sum(weight * value for weight, value in zip(self.weights, (*alike.row(), 1.0), strict=True))
        return float(1 / (1 + math.exp(-min(max(odds, -30), 30))))


@dataclass(frozen=True)
class Examples:
    """A row for each pair: those that are labelled, then those put together by chance (``labelled`` is False)."""

    columns: Doubles
    same: Mask
    labelled: Mask
    authors: NDArray[np.str_]

    def only(self, which: Mask) -> Examples:
        return Examples(self.columns[which], self.same[which], self.labelled[which], self.authors[which])


def examples(matcher: Matcher, pairs: Sequence[Pair]) -> Examples:
    """The pairs, and as many messages of each author as CHANCE says that belong to different ones."""
    gists = [(gist(each.a, each.org, matcher), gist(each.b, each.org, matcher)) for each in pairs]
    rows = [compare(*both).row() for both in gists]
    owners = [each.author for each in pairs]
    draws = np.random.default_rng(0)
    for author in dict.fromkeys(owners):
        own = [place for place, each in enumerate(pairs) if each.author == author and not each.retold]
        for one, other in draws.choice(own, (CHANCE, 2)) if own else ():
            if one != other and pairs[one].org == pairs[other].org:
                rows.append(compare(gists[one][0], gists[other][1]).row())
                owners.append(author)
    same = np.zeros(len(rows), np.bool_)
    same[: len(pairs)] = [each.same for each in pairs]
    return Examples(np.array(rows), same, np.arange(len(rows)) < len(pairs), np.array(owners))


def fit_judge(found: Examples) -> Judge | None:
    """A judge fitted on all of it; None where it does not hold both kinds."""
    if len(set(found.same[found.labelled].tolist())) < 2:
        return None
    part = np.arange(len(found.same)) % PARTS
    judged = np.zeros(len(found.same))
    for number in range(PARTS):
        weights = _fitted(found.only(part != number))
        judged[part == number] = probability(_with_constant(found.columns[part == number]) @ weights)
    return Judge(tuple(_fitted(found).tolist()), _settled(found, judged))


def _fitted(found: Examples) -> Doubles:
    """Coefficients of the features as they come, the constant last."""
    middle, spread = found.columns.mean(axis=0), found.columns.std(axis=0) + 1e-9
    columns = _with_constant((found.columns - middle) / spread)
    ridge = np.append(np.full(len(NAMES), HELD), 0.0)
    weights = fit_logistic(columns, found.same, np.where(found.labelled, 1.0, LIGHT), ridge)
    own = weights[:-1] / spread
    return np.append(own, weights[-1] - own @ middle)


def _with_constant(columns: Doubles) -> Doubles:
    return np.hstack([columns, np.ones((len(columns), 1))])


def _settled(found: Examples, judged: Doubles) -> float:
    """The lowest threshold that keeps both promises for every author."""
    least = 0.5
    for author in set(found.authors.tolist()):
        own = found.authors == author
        for which, most in ((found.labelled & ~found.same, OFFERED), (~found.labelled, UNRELATED)):
            scores = np.sort(judged[own & which])[::-1]
            if len(scores):
                least = max(least, float(scores[int(most * len(scores))]))
    return math.nextafter(least, 1.0)

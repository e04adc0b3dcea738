"""Learns an opinion from labelled drafts: a separator a theme, and the threshold from which asking is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.language import Language
from bot.matching.linear import Training, train
from bot.matching.sentences import Bag, Columns, words_of
from bot.review.opinion.judging import Opinion
from bot.review.opinion.labelled import THEMES, Labelled

TRAINING = Training(own=10.0)
SHARES = (0.42, 0.32, 0.21, 0.05)  # of words with their pairs, of n-grams, of near beginnings, of cues: there are none
PARTS = 4  # of the drafts; each is judged by an opinion of the others
NEEDLESS = 1.0  # what a needless question costs, in fitting ones
FEWEST = 4  # fitting questions that a threshold must have shown: fewer may be chance

Told = tuple[str, frozenset[str]]  # a text, and the rules that it is an example of
Truth = NDArray[np.bool_]


@lru_cache(maxsize=2)
def learn(labelled: tuple[Labelled, ...], besides: tuple[Told, ...] = ()) -> Opinion:
    """The opinion that ``labelled`` teaches. ``besides``: texts with their rules that are learnt from as well, but say
    nothing about thresholds, since nobody publishes a lone sentence: the rules' own examples."""
    columns = Columns({}, np.zeros(0), 0.0, {}, {}, SHARES)
    if not labelled:
        return Opinion((), columns, np.zeros((1, 0), np.float32), np.zeros(0, np.float32))
    texts = [each.text for each in labelled] + [text for text, _ in besides]
    bags = [columns.bag(words_of(text)) for text in texts]
    truth = np.array([[theme in rules for theme in THEMES] for rules in _rules(labelled, besides)])
    scores = _held_out(bags, truth, len(labelled))
    least = [worth_asking(scores[:, place], truth[: len(labelled), place]) for place in range(len(THEMES))]
    rows = columns.keep(bags)
    return Opinion(THEMES, columns, train(rows, truth, TRAINING), np.array(least, np.float32))


def _rules(labelled: Sequence[Labelled], besides: Sequence[Told]) -> list[frozenset[str]]:
    return [frozenset[str](each.rules) for each in labelled] + [rules for _, rules in besides]


def _held_out(bags: Sequence[Bag], truth: Truth, count: int) -> NDArray[np.float32]:
    """Scores of the first ``count`` texts, each by separators that did not see it."""
    part = np.arange(len(bags)) // len(Language) % PARTS  # the same draft in four languages stands together
    scores = np.empty((count, truth.shape[1]), np.float32)
    for number in range(PARTS):
        kept = np.flatnonzero((part != number) | (np.arange(len(bags)) >= count))
        columns = Columns({}, np.zeros(0), 0.0, {}, {}, SHARES)
        rows = columns.keep([bags[place] for place in kept.tolist()])
        weights = train(rows, truth[kept], TRAINING)
        for place in np.flatnonzero(part[:count] == number).tolist():
            found, values = columns.valued(bags[place])
            scores[place] = values @ weights[found] + weights[-1]
    return scores


def worth_asking(scores: NDArray[np.float32], truth: Truth) -> float:
    """The threshold at which fitting questions outweigh needless ones by most; infinite where none do."""
    order = np.argsort(-scores, kind="stable")
    fitting = np.cumsum(truth[order])
    gain = fitting - NEEDLESS * np.cumsum(~truth[order])
    gain[fitting < FEWEST] = -np.inf
    best = int(gain.argmax()) if len(gain) else 0
    return float(scores[order[best]]) if len(gain) and gain[best] > 0 else float("inf")

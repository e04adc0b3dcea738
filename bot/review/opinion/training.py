"""Learns an opinion from labelled drafts, and from which score on asking its author is worth it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.matching.corpus import Corpus, take_apart
from bot.matching.fitting import concept_words
from bot.matching.linear import Training, train
from bot.matching.sentences import Columns
from bot.review.opinion.judging import Opinion, read
from bot.review.opinion.labelled import THEMES, Lessons

TRAINING = Training(own=4.0)
SHARES = (0.34, 0.26, 0.15, 0.25)  # of words with their pairs, of n-grams, of near beginnings, of cues
SHORTEST = 3  # letters of a cue's beginning
PARTS = 4  # of the authors; each is judged by an opinion of the others
NEEDLESS = 0.12  # of the drafts that nothing is wrong with, those whose authors are asked all the same
LOST = 0.12  # of the drafts that something is wrong with, those that are taken for harmless

Truth = NDArray[np.bool_]
Scores = NDArray[np.float32]


@lru_cache(maxsize=2)
def learn(lessons: Lessons) -> Opinion:
    """The opinion that ``lessons`` teach; without drafts it has none."""
    exact, stems = concept_words(lessons.cues)
    drafts = lessons.drafts
    if not drafts:
        columns = Columns({}, np.zeros(0), 0.0, exact, stems, SHARES, SHORTEST)
        return Opinion((), columns, np.zeros((1, 1), np.float32), np.inf, -np.inf)
    texts = (*(draft.text for draft in drafts), *(text for text, _ in lessons.told))
    corpus = take_apart(map(read, texts), exact, stems, SHORTEST)
    truth = _truth(lessons)
    doubt = _held_out(corpus, truth, _authors(lessons))
    least, quiet = thresholds(doubt, truth[: len(drafts), -1])
    (columns, rows), count = corpus.fit(shares=SHARES), len(drafts)
    weights = train(rows, truth[:, :-1], TRAINING), train(rows[:count], truth[:count, -1:], TRAINING)
    return Opinion(THEMES, columns, np.hstack(weights), least, quiet)


def _truth(lessons: Lessons) -> Truth:
    """Texts × themes and any problem."""
    rules = [frozenset[str](draft.rules) for draft in lessons.drafts] + [rules for _, rules in lessons.told]
    themes = np.array([[theme in each for theme in THEMES] for each in rules])
    return np.column_stack([themes, themes.any(axis=1)])


def _authors(lessons: Lessons) -> NDArray[np.int64]:
    """Of each draft the number of its author; one author's drafts are parted, as nothing else can be held out."""
    if len(lessons.authors) > 1:
        return np.repeat(np.arange(len(lessons.authors)), [len(author) for author in lessons.authors])
    return np.arange(len(lessons.drafts)) * PARTS // len(lessons.drafts)


def _held_out(corpus: Corpus, truth: Truth, authors: NDArray[np.int64]) -> Scores:
    """For each draft the score of any problem, by separators that saw no draft of its author's."""
    part = np.concatenate([authors % PARTS, np.full(corpus.count - len(authors), -1)])
    scores = np.empty(len(authors), np.float32)
    for number in range(PARTS):
        _, rows = corpus.fit(part != number, SHARES)
        apart, drafts = np.flatnonzero(part == number), np.flatnonzero(part[: len(authors)] != number)
        weights = train(rows[drafts], truth[drafts, -1:], TRAINING)[:, 0]
        scores[apart] = rows[apart] @ weights[:-1] + weights[-1]
    return scores


def thresholds(doubt: Scores, wrong: Truth) -> tuple[float, float]:
    """From which doubt the author is asked, and below which a draft is taken for harmless.

    As many needless questions as NEEDLESS allows, and as many problems taken for harmless as LOST does; the second is
    never above the first.
    """
    if not wrong.any() or wrong.all():
        return np.inf, -np.inf
    least = float(np.quantile(doubt[~wrong], 1 - NEEDLESS))
    return least, min(least, float(np.quantile(doubt[wrong], LOST)))

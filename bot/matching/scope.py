"""Which sections a question asks for, and whether the handbooks say anything of it: learnt from strangers.

The matcher knows an entry by ways of asking whose authors knew the entry. People who only work there tell of a
situation, in words that none of these uses, and half of what they ask no handbook answers. So there are separators
besides, one a section and one for *any*, over what such people wrote, who never read the knowledge
(knowledge/calibration): over their words, and over what the matcher makes of them, which is much the same in all
languages. They raise the entries of the sections that a question sounds like, and tell the second look how much it
sounds like a question for the handbooks at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import Calibrating, Entry, EntryId, KnowledgeBase, SectionId
from bot.matching.corpus import take_apart
from bot.matching.fitting import concept_words
from bot.matching.linear import Training, train
from bot.matching.second import GROUPS, grouped
from bot.matching.sentences import Columns, words_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

TRAINING = Training(own=3.0)
PROFILE = 0.6  # length of what the matcher makes of a question; its words, n-grams and cues together have about 1
MANY = 400  # words of a question that are read
TAUGHT = 0.2  # so much less than of the likeliest does a question sound of what people taught
HELD_BACK = 0.5  # what belongs to a person sounds so only where a question is this unlike one for the handbooks
LOUDEST = 0.2  # and never more than this: noise is unlike any question, and is for nobody


@dataclass(frozen=True)
class Sounds:
    """What a question sounds like, each about −1 to 1."""

    sections: Floats  # in the scope's order
    asked: float  # like something that a handbook answers


@dataclass(frozen=True)
class Scope:
    """``weights``: columns + labels + 1 × sections + 1; the last row is the bias, the last column is for *any*.

    ``labels``: whose scores by the matcher are looked at. ``held``: what separators that never saw its author make of
    each calibration question, in their order, in columns like those of the weights.
    """

    sections: tuple[SectionId, ...]
    labels: tuple[EntryId, ...]
    columns: Columns
    weights: Floats
    held: Floats

    def hear(self, text: str, scores: Floats) -> Sounds:
        """What ``text`` sounds like, the scores of ``labels`` for it being ``scores``."""
        columns, values = self.columns.vector(words_of(text)[:MANY])
        known = len(self.columns.column)
        found = values @ self.weights[columns] + _profiles(scores) @ self.weights[known:-1] + self.weights[-1]
        return _sounds(np.asarray(found, np.float32))

    def heard(self, number: int) -> Sounds:
        """What calibration question ``number`` sounds like to separators that never saw its author."""
        return _sounds(self.held[number])


def _sounds(scores: Floats) -> Sounds:
    return Sounds(scores[:-1], float(scores[-1]))


def _profiles(scores: Floats) -> Floats:
    centred = scores - scores.mean(axis=-1, keepdims=True)
    length = np.maximum(np.linalg.norm(centred, axis=-1, keepdims=True), 1e-9)
    return np.asarray(PROFILE * centred / length, np.float32)


def sections_of(entry: Entry) -> set[SectionId]:
    """Of its answers, whosever they are."""
    return {section for said in entry.answers.values() for section in said.sources}


def train_scope(knowledge: KnowledgeBase, labels: Sequence[EntryId], scores: Floats) -> Scope | None:
    """Separators over the calibration questions; None where fewer than two people wrote any.

    ``scores``: of each calibration question for each of ``labels``, by a matcher that does not know it.
    """
    asked = knowledge.calibration
    if len({question.author for question in asked}) < 2:
        return None
    sections = tuple(sorted({each for entry in knowledge.entries for each in sections_of(entry)}))
    columns, words = take_apart([words_of(each.text) for each in asked], *concept_words(knowledge.cues)).fit()
    rows = sparse.csr_array(sparse.hstack([words, sparse.csr_array(_profiles(scores))], format="csr"))
    belongs = np.array(
        [[*(each in question.sections for each in sections), bool(question.sections)] for question in asked]
    )
    held = np.zeros(belongs.shape, np.float32)
    fold = folds(asked)
    for number in range(GROUPS):
        apart, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(apart):
            weights = train(rows[rest], belongs[rest], TRAINING)
            held[apart] = rows[apart] @ weights[:-1] + weights[-1]
    return Scope(sections, tuple(labels), columns, train(rows, belongs, TRAINING), held)


def folds(asked: Sequence[Calibrating]) -> Ints:
    """A group for each question: all of one author's in the same."""
    authors = [question.author for question in asked]
    group = grouped(authors)
    return np.array([group[author] for author in authors], np.int64)


@dataclass(frozen=True)
class Raising:
    """How what a question sounds like changes the labels' scores.

    ``whose``: labels × some places, each of a section of the label's, or of what stands behind the sections;
    ``profile``: where the scope's labels stand, −1 where they are no more.
    """

    whose: Ints
    profile: Ints

    def scores(self, labels: Floats) -> Floats:
        """Of the labels that the scope looks at; what is gone is as likely as the others on the whole."""
        found = labels[self.profile]
        return np.where(self.profile < 0, labels.mean(), found).astype(np.float32)

    def of(self, sounds: Sounds) -> Floats:
        """For each label how much the question sounds like that, about −1 to 1."""
        # What belongs to a person, and small talk, gains where no handbook is asked
        person = min(-sounds.asked - HELD_BACK, LOUDEST)
        taught = max(person, float(sounds.sections.max())) - TAUGHT
        beyond = np.array([person, taught], np.float32)
        return np.asarray(np.concatenate([sounds.sections, beyond])[self.whose].max(axis=1), np.float32)


def raising(scope: Scope, knowledge: KnowledgeBase, labels: Sequence[EntryId]) -> Raising:
    """For the ``labels`` of a matcher of ``knowledge``."""
    section = {name: number for number, name in enumerate(scope.sections)}
    beyond = len(section)
    places: list[list[int]] = []
    for label in labels:
        topic = knowledge.topic[label]
        if isinstance(topic, Entry):
            # What people taught names the section where it belongs; that need not be what it is about.
            spoken = set() if topic.is_taught else sections_of(topic)
            places.append([section[each] for each in sorted(spoken) if each in section] or [beyond + 1])
        else:
            places.append([beyond])
    most = max(map(len, places))
    stands = {label: number for number, label in enumerate(labels)}
    whose = np.array([found + found[:1] * (most - len(found)) for found in places], np.int64)
    return Raising(whose, np.array([stands.get(label, -1) for label in scope.labels], np.int64))

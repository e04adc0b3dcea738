"""The matcher of a knowledge base: a question becomes ranked entries with calibrated probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Entry, EntryId, KnowledgeBase, OrganisationId
from bot.language import Language
from bot.matching.confidence import PROMISE, Calibration, Known, calibrate
from bot.matching.crossfit import as_known, crossfit
from bot.matching.model import Contribution, Model, Scores, build
from bot.matching.text import tokens

OWN = 0.15  # added to the score of what the asker's own organisation answers, and of hand-off topics and small talk
ALIKE = 4  # times as often in one language as in another, at most, is still a word of both
NONE: frozenset[Language] = frozenset()
SPOKEN = 4.0  # slope from language scores to shares; on golden questions the sure ones are then right
LEAST_GOLDEN = 100  # golden questions below which the calibration rests on held-out variants instead


@dataclass(frozen=True)
class Candidate:
    """An entry, hand-off topic or small talk that a question may mean."""

    entry: EntryId
    probability: float  # calibrated, that it is right, 0–1; over all candidates and «none of these» it adds up to 1


@dataclass(frozen=True)
class Ranking:
    """What a question may mean, likeliest first; ties stand in the order of the knowledge base."""

    candidates: tuple[Candidate, ...]
    languages: Mapping[Language, float]  # shares, adding up to 1
    known: float  # share of the question's words that the vocabulary knows or can read as typos, 0–1


@dataclass(frozen=True)
class Matcher:
    """A model with its calibration. ``own``: by organisation, what is added to each label's score.

    ``alike``: words that several languages share. A question of such words is as much in the one as in the other.
    """

    model: Model
    calibration: Calibration
    own: Mapping[OrganisationId, NDArray[np.float32]]
    alike: Mapping[str, frozenset[Language]] = field(default_factory=dict)

    def rank(self, question: str, organisation: OrganisationId, most: int = 5) -> Ranking:
        """Every question gets a ranking; text without words gets one without candidates."""
        scores = self.model.scores(question)
        if not len(scores.vector.columns):
            return Ranking((), {language: 1 / len(Language) for language in Language}, 0.0)
        found = self.calibration.probabilities(scores.labels + self.own[organisation])
        best = np.argsort(-found, kind="stable")[:most]
        candidates = tuple(Candidate(self.model.labels[place], float(found[place])) for place in best)
        return Ranking(candidates, self._languages(scores), self._known(scores))

    def explain(self, question: str, entry: EntryId) -> tuple[Contribution, ...]:
        """The words, pairs and n-grams that carried ``entry`` for this question, strongest first."""
        vector = self.model.features.vector(question)
        return self.model.explain(vector, self.model.labels.index(entry))

    def readings(self, question: str) -> tuple[tuple[str, str], ...]:
        """Mistyped words with the likeliest word that each was read as."""
        read = self.model.features.vector(question).readings
        return tuple((token, meanings[1][0]) for token, meanings in read if len(meanings) > 1)

    def _languages(self, scores: Scores) -> Mapping[Language, float]:
        grown = np.exp(SPOKEN * (scores.languages - scores.languages.max()))
        shares = dict(zip(self.model.languages, map(float, grown / grown.sum()), strict=True))
        common = frozenset(shares)
        for _, reading in scores.vector.readings:
            common &= next((self.alike[word] for word, _ in reading if word in self.alike), NONE)
            if not common:
                return shares
        return shares | dict.fromkeys(common, sum(shares[language] for language in common) / len(common))

    def _known(self, scores: Scores) -> float:
        read = scores.vector.readings
        words = self.model.features.place
        return sum(len(meanings) > 1 or token in words for token, meanings in read) / len(read) if read else 0.0


def build_matcher(knowledge: KnowledgeBase, promise: float = PROMISE) -> Matcher:
    """Trains on the variants, and calibrates on the golden questions, or on held-out variants without them."""
    model = train_model(knowledge)
    own = own_bonus(knowledge, model.labels)
    if len(knowledge.golden) >= LEAST_GOLDEN:
        known = known_questions(model, own, knowledge)
    else:
        variants = list(knowledge.variants())
        known = as_known(list(crossfit([v.text for v in variants], [v.entry for v in variants])))
    calibration = calibrate(known, answerable(knowledge, model.labels), promise)
    return Matcher(model, calibration, own, alike_words(knowledge))


def alike_words(knowledge: KnowledgeBase) -> dict[str, frozenset[Language]]:
    """Words that stand about as often in the variants of several languages, with those."""
    seen: dict[str, Counter[Language]] = {}
    for variant in knowledge.variants():
        for word in set(tokens(variant.text)):
            seen.setdefault(word, Counter())[variant.language] += 1
    found = {
        word: frozenset(language for language, times in counts.items() if times * ALIKE >= max(counts.values()))
        for word, counts in seen.items()
    }
    return {word: languages for word, languages in found.items() if len(languages) > 1}


def train_model(knowledge: KnowledgeBase) -> Model:
    variants = list(knowledge.variants())
    return build(
        [variant.text for variant in variants],
        [variant.entry for variant in variants],
        languages=[variant.language for variant in variants],
        lexicon=knowledge.lexicon,
    )


def own_bonus(knowledge: KnowledgeBase, labels: Sequence[EntryId]) -> dict[OrganisationId, NDArray[np.float32]]:
    def bonus(label: EntryId, organisation: OrganisationId) -> float:
        topic = knowledge.topic[label]
        return 0.0 if isinstance(topic, Entry) and organisation not in topic.answers else OWN

    return {
        organisation: np.array([bonus(label, organisation) for label in labels], np.float32)
        for organisation in knowledge.organisation
    }


def answerable(knowledge: KnowledgeBase, labels: Sequence[EntryId]) -> list[int]:
    """Where among ``labels`` the entries stand: what the bot may answer at once."""
    return [place for place, label in enumerate(labels) if isinstance(knowledge.topic[label], Entry)]


def known_questions(
    model: Model, own: Mapping[OrganisationId, NDArray[np.float32]], knowledge: KnowledgeBase
) -> list[Known]:
    """Golden questions with their scores, as the calibration wants them."""
    place = {label: number for number, label in enumerate(model.labels)}
    return [
        Known(
            model.scores(item.text).labels + own[item.org],
            right=[place[expected] for expected in item.expect if expected in place],
            near=[place[other] for other in same_section(knowledge, item.expect, item.org) if other in place],
        )
        for item in knowledge.golden
    ]


def same_section(knowledge: KnowledgeBase, expected: Sequence[EntryId], organisation: OrganisationId) -> list[EntryId]:
    """Entries whose answer to this organisation is from a section that an expected entry's answer is from."""

    def sources(entry: Entry) -> set[str]:
        return set(knowledge.answer_for(entry, organisation)[1].sources)

    entries = [topic for name in expected if isinstance(topic := knowledge.topic.get(name), Entry)]
    wanted = set().union(*(sources(entry) for entry in entries))
    return [entry.id for entry in knowledge.entries if sources(entry) & wanted]

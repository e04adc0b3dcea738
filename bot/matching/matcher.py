"""The matcher of a knowledge base: a question becomes ranked entries with calibrated probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Entry, EntryId, KnowledgeBase, OrganisationId
from bot.language import Language
from bot.matching.clauses import clauses
from bot.matching.confidence import PROMISE, Calibration, Doubles, Known, calibrate
from bot.matching.crossfit import as_known, crossfit
from bot.matching.few import Few, few_head, few_labels, sampled
from bot.matching.judge import Judge, fit_judge
from bot.matching.judge import examples as pair_examples
from bot.matching.model import Contribution, Model, Scores, build
from bot.matching.pairs import Gist
from bot.matching.scope import Floats, Raising, Scope, Sounds, raising, train_scope
from bot.matching.second import LIKELIER, UNANSWERABLE, Example, Look, Seen, fit_look, logit, look_at
from bot.matching.text import tokens
from bot.matching.ways import Ways, ways_of

OWN = 0.15  # added to the score of what the asker's own organisation answers, and of hand-off topics and small talk
SOUNDS = 0.8  # of how much a question sounds like a label's sections in its score
ALIKE = 4  # times as often in one language as in another, at most, is still a word of both
NONE: frozenset[Language] = frozenset()
SPOKEN = 4.0  # slope from language scores to shares; on golden questions the sure ones are then right
OFFERED = LIKELIER  # how sure an entry with few ways of asking is, in other words than theirs
SAME = 0.95  # of a question's words: with so many from its ways of asking, an entry with few of those is answered
KNOWN = 0.95  # how sure, at least, is what stands word for word among an entry's ways of asking
LONG = 12  # words, of a message in which the question may be a part
ASKING = 0.2  # how sure, at least, the whole must be of what a clause with a question mark asks
TELLING = 0.6  # the same for a clause without one
NO_WAYS = ways_of((), ())
NEAREST = 3  # entries that are named where none is plain
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
    sure: float = 0.0  # probability that the first candidate is what was asked, by the second look, 0–1
    sure_at: float = 1.01  # from here on it may be answered at once
    seen: Seen | None = None  # what the second look saw of the first candidate
    clause: str = ""  # the one that asks, where it was not the message as a whole that was plain
    asked: float = -1.0  # how much the message sounds like a question for the handbooks, about −1 to 1
    nearest: tuple[Candidate, ...] = ()  # the three likeliest entries, hand-off topics and small talk left aside

    @property
    def confidence(self) -> float:
        """Of the first candidate: by the second look where it is an entry, 0–1."""
        if self.seen is not None:
            return self.sure
        return self.candidates[0].probability if self.candidates else 0.0


@dataclass(frozen=True)
class Heard:
    """What a matcher makes of a text."""

    scores: Scores  # by the model alone
    found: Doubles  # probability of each label, calibrated
    sounds: Sounds | None  # to people who never read the knowledge; None where nobody such wrote


@dataclass(frozen=True)
class _Clause:
    sure: float
    text: str
    candidate: Candidate
    seen: Seen


@dataclass(frozen=True)
class Matcher:
    """A model with its calibration. ``own``: by organisation, what is added to each label's score.

    ``alike``: words that several languages share. A question of such words is as much in the one as in the other.
    """

    model: Model
    calibration: Calibration
    own: Mapping[OrganisationId, NDArray[np.float32]]
    alike: Mapping[str, frozenset[Language]] = field(default_factory=dict)
    ways: Ways | None = None  # what the second look compares with
    look: Look | None = None  # the second look; None: confidence alone decides
    few: Few | None = None  # raises what has few ways of asking; None where nothing has
    scope: Scope | None = None  # what a question sounds like to who never read the knowledge; None: nobody such wrote
    raising: Raising | None = None  # what that does to the labels' scores; goes with ``scope``
    judge: Judge | None = None  # whether two messages ask for the same; None: no pairs to learn it from

    def hear(
        self, text: str, organisation: OrganisationId, sounds: Sounds | None = None, scores: Scores | None = None
    ) -> Heard:
        """What is made of ``text`` by someone at ``organisation``.

        ``sounds``, ``scores``: what it sounds like, and the model's scores, where these are known already.
        """
        scores, labels, sounds = self._scored(text, organisation, sounds, scores)
        return Heard(scores, self.calibration.probabilities(labels), sounds)

    def raised(self, text: str, organisation: OrganisationId) -> Floats:
        """The labels' scores with all that is added to them."""
        return self._scored(text, organisation)[1]

    def _scored(
        self, text: str, organisation: OrganisationId, sounds: Sounds | None = None, scores: Scores | None = None
    ) -> tuple[Scores, Floats, Sounds | None]:
        scores = scores or self.model.scores(text)
        labels = (self.few.raised(scores.labels) if self.few else scores.labels) + self.own[organisation]
        if self.scope and self.raising:
            sounds = sounds or self.scope.hear(text, self.raising.scores(scores.labels + self.own[organisation]))
            labels = labels + SOUNDS * self.raising.of(sounds)
        return scores, labels, sounds

    def rank(self, question: str, organisation: OrganisationId, most: int = 5) -> Ranking:
        """Every question gets a ranking; text without words gets one without candidates."""
        heard = self.hear(question, organisation)
        scores, found = heard.scores, heard.found
        if not len(scores.vector.columns):
            return Ranking((), {language: 1 / len(Language) for language in Language}, 0.0)
        order = np.argsort(-found, kind="stable")
        ranked = (Candidate(self.model.labels[place], float(found[place])) for place in order)
        candidates = tuple(islice(ranked, most))
        entries = (each for each in chain(candidates, ranked) if is_entry(each.entry))
        ranking = Ranking(
            candidates, self._languages(scores), self._known(scores), nearest=tuple(islice(entries, NEAREST))
        )
        if heard.sounds:
            ranking = replace(ranking, asked=heard.sounds.asked)
        if not self.look:
            return replace(ranking, sure=candidates[0].probability, sure_at=self.calibration.answer_at)
        return self._looked(question, organisation, heard, ranking, self.look)

    def _looked(
        self, question: str, organisation: OrganisationId, heard: Heard, ranking: Ranking, look: Look
    ) -> Ranking:
        """The ranking with what the second look makes of it.

        A long message that is not plain as a whole is plain where one of its clauses is, if the whole does not speak
        against that: what surrounds a question counts less, not nothing.
        """
        best = ranking.candidates[0]
        whole = replace(ranking, sure_at=look.answer_at)
        if is_entry(best.entry):
            seen = self.see(heard, question, best.entry)
            sure = look.probability(seen, best.entry)
            if best.probability >= LIKELIER and self._is_known(heard.scores, best.entry):
                sure = max(sure, KNOWN)
            elif self._is_few(best.entry):
                sure = _sure_of_few(seen, best.probability)
            whole = replace(whole, sure=sure, seen=seen)
        plain = whole.sure >= look.answer_at or (whole.seen is None and best.probability >= LIKELIER)
        if plain or len(heard.scores.vector.readings) <= LONG:
            return whole
        found = (self._clause(part, organisation, question, heard, look) for part in clauses(question))
        surest = max((clause for clause in found if clause), key=lambda clause: clause.sure, default=None)
        if surest is None or surest.sure < max(look.answer_at, whole.sure):
            return whole
        others = (candidate for candidate in ranking.candidates if candidate.entry != surest.candidate.entry)
        return replace(
            whole, candidates=(surest.candidate, *others), sure=surest.sure, seen=surest.seen, clause=surest.text
        )

    def _is_few(self, entry: EntryId) -> bool:
        return self.few is not None and self.place[entry] in self.few.few

    def _is_known(self, scores: Scores, entry: EntryId) -> bool:
        """Whether the question is, word for word, one of the ways of asking for ``entry``."""
        return self.ways is not None and self.ways.holds(entry, (word for word, _ in scores.vector.readings))

    def _clause(
        self, text: str, organisation: OrganisationId, message: str, whole: Heard, look: Look
    ) -> _Clause | None:
        """A clause with its best entry; None where it has none, or the whole message speaks against it."""
        heard = self.hear(text, organisation)
        entry = self.model.labels[int(heard.found.argmax())]
        if not is_entry(entry) or self._is_few(entry):
            return None
        seen = self.see(heard, text, entry)
        sure = look.probability(seen, entry)
        around = look.probability(self.see(whole, message, entry), entry)
        there = Candidate(entry, float(whole.found[self.place[entry]]))
        return _Clause(sure, text, there, seen) if around >= (ASKING if "?" in text else TELLING) else None

    def see(self, heard: Heard, text: str, entry: EntryId) -> Seen:
        """What the second look sees of ``entry`` in ``text``."""
        features, vector, place = self.model.features, heard.scores.vector, self.place[entry]
        meeting = vector.columns >= features.starts[4]
        added = vector.values[meeting] @ self.model.weights[vector.columns[meeting], place]
        seen = look_at(
            features.tokens(text),
            self.ways or NO_WAYS,
            entry,
            int(features.starts[3]),
            confidence=float(heard.found[place]),
            near=float(added),
        )
        if not (heard.sounds and self.raising):
            return seen
        section = float(self.raising.of(heard.sounds)[place])
        others = np.delete(heard.found, place)
        return replace(
            seen,
            asked=heard.sounds.asked,
            section=section,
            other=float(heard.sounds.sections.max()) - section,
            margin=logit(float(heard.found[place])) - logit(float(others.max(initial=0.0))),
        )

    @cached_property
    def gists(self) -> dict[tuple[OrganisationId, str], Gist]:
        """What messages tell that were compared lately (bot/matching/pairs.py)."""
        return {}

    @cached_property
    def place(self) -> Mapping[EntryId, int]:
        """Where each label stands among the model's."""
        return {label: number for number, label in enumerate(self.model.labels)}

    def explain(self, question: str, entry: EntryId) -> tuple[Contribution, ...]:
        """The words, pairs and n-grams that carried ``entry`` for this question, strongest first."""
        vector = self.model.features.vector(question)
        return self.model.explain(vector, self.model.labels.index(entry))

    def words_for(self, question: str, entry: EntryId, most: int = 3) -> tuple[str, ...]:
        """The question's own words that speak for ``entry`` the most, as they were typed and folded."""
        weights, place = self.model.weights, self.place[entry]
        added: dict[str, float] = {}
        for token in self.model.features.tokens(question):
            columns = [column for column, _ in token.meanings if column >= 0] + [column for column, _ in token.concepts]
            added[token.text] = float(sum(weights[column, place] for column in columns))
        strongest = sorted(added, key=lambda word: -added[word])[:most]
        return tuple(word for word in strongest if added[word] > 0)

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


def _sure_of_few(seen: Seen, likely: float) -> float:
    """How sure an entry with few ways of asking is: too few to say what they leave out, unless it is in their words."""
    if seen.explained >= SAME and likely >= KNOWN and not seen.negated:
        return KNOWN
    return OFFERED if likely >= LIKELIER else 0.0


def is_entry(name: EntryId) -> bool:
    """Whether it is an entry by its name: hand-off topics and small talk stand under theirs (``handoff/press``)."""
    return "/" not in name


def build_matcher(knowledge: KnowledgeBase, promise: float = PROMISE) -> Matcher:
    """Trains on the variants, and calibrates on the golden questions, or on held-out variants without them."""
    model = train_model(knowledge)
    own = own_bonus(knowledge, model.labels)
    ways = ways_of(list(knowledge.variants()), knowledge.lexicon)
    untried = Calibration(1.0, 0.0, 1.0, promise)
    matcher = Matcher(model, untried, own, alike_words(knowledge), ways, few=_few(model, knowledge))
    if len(knowledge.golden) < LEAST_GOLDEN:
        variants = list(knowledge.variants())
        known = as_known(list(crossfit([v.text for v in variants], [v.entry for v in variants])))
        return replace(matcher, calibration=calibrate(known, answerable(knowledge, model.labels), promise))
    read = [model.scores(question.text) for question in knowledge.calibration]
    told = [scores.labels + own[each.org] for scores, each in zip(read, knowledge.calibration, strict=True)]
    if scope := train_scope(knowledge, model.labels, np.array(told, np.float32)):
        matcher = replace(matcher, scope=scope, raising=raising(scope, knowledge, model.labels))
    known = known_questions(matcher, knowledge)
    matcher = replace(matcher, calibration=calibrate(known, answerable(knowledge, model.labels), promise))
    matcher = replace(matcher, look=fit_look(examples(matcher, knowledge, read)))
    return replace(matcher, judge=fit_judge(pair_examples(matcher, knowledge.pairs)) if knowledge.pairs else None)


def _few(model: Model, knowledge: KnowledgeBase) -> Few | None:
    variants = list(knowledge.variants())
    few = few_labels([variant.entry for variant in variants])
    if not few:
        return None
    some = [variants[place] for place in sampled([variant.entry for variant in variants])]
    scores = np.array([model.scores(variant.text).labels for variant in some])
    return few_head(model.labels, few, scores, [variant.entry for variant in some])


def examples(matcher: Matcher, knowledge: KnowledgeBase, read: Sequence[Scores] = ()) -> list[Example]:
    """Golden and calibration questions whose first candidate is an entry, as the second look wants them.

    ``read``: the model's scores of the calibration questions, where they are there already.
    """
    found = []
    for asked in (*_golden(knowledge), *_strangers(knowledge, matcher.scope, read)):
        heard = matcher.hear(asked.text, asked.organisation, asked.sounds, asked.scores)
        if not len(heard.scores.vector.columns):
            continue
        best = matcher.model.labels[int(heard.found.argmax())]
        if isinstance(knowledge.topic[best], Entry):
            seen = matcher.see(heard, asked.text, best)
            found.append(Example(seen, best, best in asked.right, asked.author, asked.weight))
    return found


@dataclass(frozen=True)
class _Asked:
    text: str
    organisation: OrganisationId
    right: Collection[EntryId]
    author: str = ""
    weight: float = 1.0
    sounds: Sounds | None = None  # by separators that never saw its author
    scores: Scores | None = None


def _golden(knowledge: KnowledgeBase) -> Iterator[_Asked]:
    for item in knowledge.golden:
        yield _Asked(item.text, item.org, {*item.expect, *same_section(knowledge, item.expect, item.org)})


def _strangers(knowledge: KnowledgeBase, scope: Scope | None, read: Sequence[Scores] = ()) -> Iterator[_Asked]:
    many = len(knowledge.calibration)
    inside = sum(bool(item.sections) for item in knowledge.calibration) / max(many, 1)
    weights = {True: (1 - UNANSWERABLE) / max(inside, 1e-9), False: UNANSWERABLE / max(1 - inside, 1e-9)}
    for number, item in enumerate(knowledge.calibration):
        right = saying(knowledge, item.sections, item.org)
        sounds = scope.heard(number) if scope else None
        scores = read[number] if read else None
        yield _Asked(item.text, item.org, right, item.author, weights[bool(item.sections)], sounds, scores)


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


def known_questions(matcher: Matcher, knowledge: KnowledgeBase) -> list[Known]:
    """Golden questions with their scores, as the calibration wants them."""
    place = matcher.place
    return [
        Known(
            matcher.raised(item.text, item.org),
            right=[place[expected] for expected in item.expect if expected in place],
            near=[place[other] for other in same_section(knowledge, item.expect, item.org) if other in place],
        )
        for item in knowledge.golden
    ]


def saying(knowledge: KnowledgeBase, sections: Collection[str], organisation: OrganisationId) -> list[EntryId]:
    """Entries whose answer to this organisation is from one of ``sections``."""
    wanted = set(sections)
    return [
        entry.id for entry in knowledge.entries if wanted & set(knowledge.answer_for(entry, organisation)[1].sources)
    ]


def same_section(knowledge: KnowledgeBase, expected: Sequence[EntryId], organisation: OrganisationId) -> list[EntryId]:
    """Entries whose answer to this organisation is from a section that an expected entry's answer is from."""

    def sources(entry: Entry) -> set[str]:
        return set(knowledge.answer_for(entry, organisation)[1].sources)

    entries = [topic for name in expected if isinstance(topic := knowledge.topic.get(name), Entry)]
    wanted = set().union(*(sources(entry) for entry in entries))
    return [entry.id for entry in knowledge.entries if sources(entry) & wanted]

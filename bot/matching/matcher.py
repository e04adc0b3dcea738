"""The matcher of a knowledge base: a question becomes ranked entries with calibrated probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import EntryId, OrganisationId
from bot.language import Language
from bot.matching.clauses import clauses
from bot.matching.confidence import Calibration, Doubles
from bot.matching.few import Few
from bot.matching.judge import Judge
from bot.matching.model import Contribution, Model, Scores
from bot.matching.pairs import Gist
from bot.matching.ranking import Candidate, Ranking, is_entry
from bot.matching.scope import Floats, Raising, Scope, Sounds
from bot.matching.second import LIKELIER, Look, Seen, logit, look_at
from bot.matching.ways import Ways, ways_of

SOUNDS = 0.8  # of how much a question sounds like a label's sections in its score
NONE: frozenset[Language] = frozenset()
SPOKEN = 4.0  # slope from language scores to shares; on golden questions the sure ones are then right
OFFERED = LIKELIER  # how sure an entry with few ways of asking is, in other words than theirs
SAME = 0.95  # of a question's words: with so many from its ways of asking, an entry with few of those is answered
KNOWN = 0.95  # how sure, at least, is what stands word for word among an entry's ways of asking
LONG = 12  # words, of a message in which the question may be a part
ASKING = 0.2  # how sure, at least, the whole must be of what a clause with a question mark asks
TELLING = 0.6  # the same for a clause without one
NO_WAYS = ways_of((), ())
NEAREST = 6  # entries that are named where none is plain, to choose from


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
        # What has few ways of asking is offered at most: it makes nothing that is answered less plain.
        others = np.delete(heard.found, [place, *(self.few.few if self.few else ())])
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

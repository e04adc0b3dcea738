"""The matcher of a knowledge base, made: trained on ways of asking, calibrated on questions whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Entry, EntryId, KnowledgeBase, OrganisationId
from bot.language import Language
from bot.matching.confidence import PROMISE, Calibration, Known, calibrate
from bot.matching.crossfit import as_known, crossfit
from bot.matching.few import Few, few_head, few_labels, sampled
from bot.matching.judge import examples as pair_examples
from bot.matching.judge import fit_judge
from bot.matching.matcher import Matcher
from bot.matching.model import Model, Scores, build
from bot.matching.scope import Scope, Sounds, raising, train_scope
from bot.matching.second import UNANSWERABLE, Example, fit_look
from bot.matching.text import tokens
from bot.matching.ways import ways_of

OWN = 0.15  # added to the score of what the asker's own organisation answers, and of hand-off topics and small talk
ALIKE = 4  # times as often in one language as in another, at most, is still a word of both
LEAST_GOLDEN = 100  # golden questions below which the calibration rests on held-out variants instead


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

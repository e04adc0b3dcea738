"""From a person's answer to an entry that the bot knows: what is proposed, and what stands against it.

Nothing is learned that would make the bot worse: every golden question is asked before and after, and a way of asking
that is nearly another entry's is shown beside it, to be added there instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from rapidfuzz import fuzz, process

from bot.answering import Answered, Asker, Clarify, Escalate, Greeting, Outcome, respond
from bot.checking import NEAR
from bot.knowledge import MAX_ANSWER, EntryId, Golden, KnowledgeBase, OrganisationId, Smalltalk, Texts
from bot.language import Language
from bot.lessons import Lesson, teach
from bot.matching.matcher import Matcher
from bot.matching.text import tokens
from bot.measuring import NONE, Judged, measure
from bot.proposing import Proposal, to_lesson
from bot.wording import Wording

MOST_TOLD = 5  # of a kind that are told; the rest would be the same again
SLACK = 0.03  # of probability: a question that stands so near a threshold crosses it whatever is learned
VERDICTS = ("wrong", "missed", "offered", "right")

Why = Literal[
    "no-answer", "long-answer", "no-title", "no-variant", "known-already", "past", "no-section", "no-entry",
    "alike", "worse", "lost", "unclear",
]  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """A proposed variant beside one of another topic that is nearly the same."""

    variant: str
    same: str
    entry: EntryId  # whose the other one is; the proposal's variants could be added there
    likeness: float  # 0–100


@dataclass(frozen=True)
class Worse:
    """A golden question that would be answered worse than now."""

    question: Golden
    before: str  # right, offered, missed
    after: str  # offered, missed, wrong


@dataclass(frozen=True)
class Lost:
    """A proposed variant that would not lead to what it was taught for, and why."""

    variant: str
    winner: EntryId | None  # what it leads to instead, to which it could be added; None: to nothing that is known
    words: tuple[str, ...]  # of it, that speak for the winner


@dataclass(frozen=True)
class Objection:
    """One thing that stands against a proposal: key of the wording ``teach.{why}``, with values in any language."""

    why: Why
    values: Mapping[str, object] = field(default_factory=dict)

    def spoken(self, language: Language) -> dict[str, object]:
        return {name: value[language] if isinstance(value, Texts) else value for name, value in self.values.items()}


@dataclass(frozen=True)
class Verdict:
    """What stands against a proposal; nothing where ``objections`` is empty."""

    lesson: Lesson
    objections: tuple[Objection, ...] = ()
    alike: tuple[Alike, ...] = ()
    worse: tuple[Worse, ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.objections

    def told(self, say: Wording, language: Language) -> tuple[str, ...]:
        """The objections in words."""
        return tuple(say(f"teach.{each.why}", language, **each.spoken(language)) for each in self.objections)


State = tuple[KnowledgeBase, Matcher]
_judged_last: deque[tuple[KnowledgeBase, Matcher, tuple[Judged, ...]]] = deque(maxlen=2)


@dataclass(frozen=True)
class Known:
    """What the bot knows, against which a proposal is held. ``learn`` makes the matcher of changed knowledge."""

    knowledge: KnowledgeBase
    matcher: Matcher
    learn: Callable[[KnowledgeBase], Matcher]
    lessons: tuple[Lesson, ...] = ()  # learned before, of which those that add variants must not be lost


def examine(proposal: Proposal, known: Known, now: datetime, taken: Collection[EntryId] = ()) -> Verdict:
    """Everything that stands against ``proposal``, which is ``cleaned``. Takes as long as ``known.learn`` and two
    rounds of the golden questions; those are asked only where nothing simpler stands against it."""
    knowledge = known.knowledge
    lesson = to_lesson(proposal, {*knowledge.topic, *taken})
    objections = [*_shape_objections(proposal, knowledge, now)]
    alike = tuple(near_others(lesson, knowledge))
    objections += [_told_alike(each, knowledge) for each in alike[:MOST_TOLD]]
    if objections:
        return Verdict(lesson, tuple(objections), alike)
    after = teach(knowledge, (*known.lessons, lesson))
    learnt = known.learn(after)
    lost = tuple(lost_lines(lesson, after, learnt, proposal.organisation))
    worse = tuple(worsened(known, (after, learnt), lesson))
    told = [_told_lost(each, after) for each in lost[:MOST_TOLD]]
    told += [Objection("worse", {"question": each.question.text}) for each in worse[:MOST_TOLD]]
    return Verdict(lesson, tuple(told), (), worse, lost)


def lost_lines(lesson: Lesson, after: KnowledgeBase, matcher: Matcher, organisation: OrganisationId) -> Iterator[Lost]:
    """The lesson's ways of asking, each asked back once it is known: those that lead elsewhere, with what wins."""
    for _, text in lesson.variants():
        replies = respond(text, after, matcher, Asker(organisation))
        if any(_leads_to(reply.outcome, lesson.id) for reply in replies):
            continue
        ranked = replies[0].ranking.candidates
        winner = ranked[0].entry if ranked and ranked[0].entry != lesson.id else None
        yield Lost(text, winner, matcher.words_for(text, winner) if winner else ())


def _leads_to(outcome: Outcome, entry: EntryId) -> bool:
    match outcome:
        case Answered(entry=found) | Greeting(entry=found):
            return found == entry
        case Escalate(topic=topic):
            return topic == entry
        case Clarify(options=options, understood=understood):
            return understood and options[0].entry == entry


def _told_lost(lost: Lost, knowledge: KnowledgeBase) -> Objection:
    topic = knowledge.topic[lost.winner] if lost.winner else None
    if topic is None:
        return Objection("unclear", {"variant": lost.variant})
    title = topic.id if isinstance(topic, Smalltalk) else topic.title
    return Objection("lost", {"variant": lost.variant, "title": title, "words": ", ".join(lost.words)})


def _shape_objections(proposal: Proposal, knowledge: KnowledgeBase, now: datetime) -> Iterator[Objection]:
    if not any(tokens(text) for texts in proposal.variants.values() for text in texts):
        yield Objection("no-variant")
    elif proposal.base and not _new_to(proposal, knowledge):
        yield Objection("known-already")
    if proposal.base:
        if proposal.base not in knowledge.topic:
            yield Objection("no-entry", {"entry": proposal.base})
    else:
        yield from _answer_objections(proposal, knowledge)
    if proposal.expires is not None and proposal.expires <= now:
        yield Objection("past")


def _answer_objections(proposal: Proposal, knowledge: KnowledgeBase) -> Iterator[Objection]:
    if not proposal.title:
        yield Objection("no-title")
    if not proposal.answer:
        yield Objection("no-answer")
    longest = max(map(len, proposal.answer.values()), default=0)
    if longest > MAX_ANSWER:
        yield Objection("long-answer", {"count": longest, "most": MAX_ANSWER})
    for section in proposal.sections:
        if section not in knowledge.section:
            yield Objection("no-section", {"section": section})


def _new_to(proposal: Proposal, knowledge: KnowledgeBase) -> bool:
    """Whether the base lacks one of the variants in every language."""
    topic = knowledge.topic.get(proposal.base or "")
    if topic is None:
        return True
    there = {tuple(tokens(text)) for language in Language for text in topic.questions[language]}
    return any(tuple(tokens(text)) not in there for texts in proposal.variants.values() for text in texts)


def near_others(lesson: Lesson, knowledge: KnowledgeBase, least: float = NEAR) -> Iterator[Alike]:
    """For each variant the nearest one of another topic, whatever its language, where that is nearly the same."""
    others = [variant for variant in knowledge.variants() if variant.entry != lesson.id]
    texts = [" ".join(sorted(tokens(variant.text))) for variant in others]
    for _, text in lesson.variants():
        mine = " ".join(sorted(tokens(text)))
        found = process.extractOne(mine, texts, scorer=fuzz.ratio, score_cutoff=least) if mine else None
        if found:
            _, likeness, place = found
            yield Alike(text, others[place].text, others[place].entry, likeness)


def _told_alike(alike: Alike, knowledge: KnowledgeBase) -> Objection:
    topic = knowledge.topic[alike.entry]
    title = alike.entry if isinstance(topic, Smalltalk) else topic.title
    return Objection("alike", {"variant": alike.variant, "same": alike.same, "title": title})


def worsened(known: Known, then: State, lesson: Lesson) -> Iterator[Worse]:
    """The golden questions that would be answered worse than now by ``then``, which knows ``lesson``."""
    for worse in changes_for_the_worse((known.knowledge, known.matcher), then):
        if not (NONE in worse.question.expect and _asks(lesson, worse.question.text)):
            yield worse


def changes_for_the_worse(now: State, then: State) -> list[Worse]:
    """The golden questions that are answered worse ``then`` than ``now``, by more than the hair's breadth of SLACK."""
    asked = zip(_judged_now(*now), measure(now[0].golden, *then), strict=True)
    return [
        Worse(old.question, old.verdict, new.verdict)
        for old, new in asked
        if _rank(new) < _rank(old) and _moved(old.question, now[1], then[1]) > SLACK
    ]


def _judged_now(knowledge: KnowledgeBase, matcher: Matcher) -> tuple[Judged, ...]:
    """What comes of the golden questions now: the same for every proposal, until something is learned."""
    for of, by, judged in tuple(_judged_last):
        if of is knowledge and by is matcher:
            return judged
    judged = measure(knowledge.golden, knowledge, matcher)
    _judged_last.append((knowledge, matcher, judged))
    return judged


def _moved(question: Golden, now: Matcher, then: Matcher) -> float:
    """By how much the probability of any likely candidate has changed."""
    one, other = (
        {found.entry: found.probability for found in matcher.rank(question.text, question.org).candidates}
        for matcher in (now, then)
    )
    return max((abs(one.get(entry, 0.0) - other.get(entry, 0.0)) for entry in {*one, *other}), default=0.0)


def _rank(judged: Judged) -> int:
    return VERDICTS.index(judged.verdict)


def _asks(lesson: Lesson, question: str) -> bool:
    """Whether the lesson is the very answer to a question that had none."""
    mine = " ".join(sorted(tokens(question)))
    return any(fuzz.ratio(mine, " ".join(sorted(tokens(text)))) >= NEAR for _, text in lesson.variants())

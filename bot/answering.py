"""A question becomes an outcome: an answer, a choice of two or three, a person, or a greeting.

Right or honest about not knowing: what is answered at once is at most the promised share wrong; what always belongs to
a person goes there however sure the match is; and what could mean two things is asked back rather than guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.emergencies import emergency
from bot.followups import TOO_LONG, is_bare, is_turned, questions
from bot.knowledge import (
    Entry,
    EntryId,
    Handoff,
    KnowledgeBase,
    Organisation,
    OrganisationId,
    SectionId,
    Smalltalk,
    Taught,
    without_ending,
)
from bot.language import Language, reply_language
from bot.loading import fill
from bot.matching.matcher import Matcher
from bot.matching.ranking import Candidate, Ranking
from bot.matching.second import LIKELIER

LIKELY = 0.20  # options are offered where the right one is among them at least this likely
HANDED = 0.5  # a hand-off topic at least this likely is named; below, it is one option among others
OPEN = -0.3  # options are offered as well where a message sounds at least this much like a question for the handbooks
OFFERED = 0.1  # options are offered as well where the second look is this sure of the first
GREETED = 0.5
MOST_OPTIONS = 3
LEAST_OPTIONS = 2  # one is no choice
HARDLY = 0.005  # an option less likely than this only takes up room

Reason = Literal["handoff", "unsure", "empty", "too-long", "follow-up"]


@dataclass(frozen=True)
class Beside:
    """What another handbook says beside the own one's answer."""

    whose: OrganisationId
    sections: tuple[SectionId, ...]
    text: str


@dataclass(frozen=True)
class Answered:
    """The entry's answer. ``whose`` differs from the asker's organisation where only another handbook has one."""

    entry: EntryId
    whose: OrganisationId
    sections: tuple[SectionId, ...]
    text: str
    related: tuple[EntryId, ...]
    confidence: float  # calibrated probability that this entry is right, 0–1
    taught: Language | None = None  # a person in comms answered this, in this language; None: the handbook says it
    beside: Beside | None = None  # what another handbook adds
    elsewhere: bool = False  # the text holds at ``whose`` alone: others are told that it exists


@dataclass(frozen=True)
class Clarify:
    """Two or three needs, likeliest first; hand-off topics may be among them.

    ``understood``: the first is likelier than not what was asked, and is said to be how the question was understood.
    """

    options: tuple[Candidate, ...]
    understood: bool = False


@dataclass(frozen=True)
class Escalate:
    """For a person. ``topic`` is the hand-off topic where one is known; ``guesses`` are the bot's best, for comms."""

    reason: Reason
    topic: EntryId | None = None
    text: str = ""  # the topic's holding reply
    urgent: bool = False
    guesses: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Greeting:
    """Small talk and its reply."""

    entry: EntryId
    text: str


Outcome: TypeAlias = Answered | Clarify | Escalate | Greeting


@dataclass(frozen=True)
class Reply:
    """What became of one question, and the language to say it in."""

    question: str
    language: Language
    outcome: Outcome
    ranking: Ranking


@dataclass(frozen=True)
class Asker:
    """Who asks, and what is known of the conversation."""

    organisation: OrganisationId
    wanted: Language | None = None  # a language that was asked for outright
    person: Language | None = None  # the one that they used before
    before: EntryId | None = None  # the entry that they were answered with last, for a bare "why?"
    program: Language | None = None  # the language that their browser or app is set to


def respond(message: str, knowledge: KnowledgeBase, matcher: Matcher, asker: Asker) -> tuple[Reply, ...]:
    """What to say to a ``message``: one reply for each question in it, in the order asked.

    Raises KeyError for an unknown organisation.
    """
    whole = _reply(message, knowledge, matcher, asker)
    if _is_urgent(whole):
        return (whole,)
    if is_bare(message) or (is_turned(message) and not isinstance(whole.outcome, Answered | Greeting)):
        outcome = follow_up(asker.before, knowledge)
        return (Reply(message, whole.language, outcome, whole.ranking),)
    parts = questions(message)
    if len(parts) < 2 or _named(whole):
        return (whole,)
    same = replace(asker, wanted=asker.wanted or whole.language)
    return _several(whole, [_reply(part, knowledge, matcher, same) for part in parts])


def _several(whole: Reply, replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """The parts' replies where at least two stand on their own and differ; else the whole's."""
    sure = [reply for reply in replies if isinstance(reply.outcome, Answered) or _named(reply)]
    different = {reply.outcome.entry if isinstance(reply.outcome, Answered) else None for reply in sure}
    if len(sure) < 2 or len(different) < 2:
        return (whole,)
    kept = [reply for reply in replies if not isinstance(reply.outcome, Greeting)]
    return tuple(kept)


def _is_urgent(reply: Reply) -> bool:
    return isinstance(reply.outcome, Escalate) and reply.outcome.urgent


def _named(reply: Reply) -> bool:
    return isinstance(reply.outcome, Escalate) and reply.outcome.topic is not None


def _reply(text: str, knowledge: KnowledgeBase, matcher: Matcher, asker: Asker) -> Reply:
    who = knowledge.organisation[asker.organisation]
    ranking = matcher.rank(text, who.id)
    language = asker.wanted or reply_language(
        ranking.languages, person=asker.person, organisation=who.language, program=asker.program
    )
    urgent = emergency(text, knowledge, ranking)
    if urgent:
        outcome: Outcome = hand_off(urgent, who, language, ranking.candidates)
    elif not ranking.candidates:
        outcome = Escalate("empty")
    elif len(text) > TOO_LONG:
        outcome = Escalate("too-long", guesses=ranking.candidates[:MOST_OPTIONS])
    else:
        if _is_vague(text, ranking, knowledge):
            ranking = replace(ranking, sure=0.0)
        outcome = _decide(ranking, knowledge, who, language)
    return Reply(text, language, outcome, ranking)


def _is_vague(text: str, ranking: Ranking, knowledge: KnowledgeBase) -> bool:
    """One word is seldom a question: it is answered at once only where it stands, however inflected, as a way of asking
    for just that."""
    word = without_ending(text.strip(" ?!.,"))
    return len(text.split()) == 1 and (ranking.candidates[0].entry, word) not in knowledge.single_words


def _decide(ranking: Ranking, knowledge: KnowledgeBase, who: Organisation, language: Language) -> Outcome:
    found = ranking.candidates
    best = found[0]
    match knowledge.topic[best.entry]:
        case Handoff() as topic if best.probability >= HANDED:
            return replace(hand_off(topic, who, language, found), urgent=False)
        case Smalltalk() as talk if best.probability >= GREETED:
            return Greeting(talk.id, fill(talk.reply[language], who, language))
        case Entry() as entry if ranking.sure >= ranking.sure_at:
            return answer(entry, knowledge, who, language, ranking.sure)
        case topic:
            understood = isinstance(topic, Entry) and ranking.sure >= LIKELIER
            return _ask_back(ranking, knowledge, who, understood=understood)


def _ask_back(ranking: Ranking, knowledge: KnowledgeBase, who: Organisation, *, understood: bool) -> Outcome:
    found = ranking.candidates
    talk = {topic.id for topic in knowledge.smalltalk}
    taught = {entry.id for entry in knowledge.entries if entry.is_taught}  # few ways of asking: likely itself, or none
    asked = [each for each in found if each.entry not in talk]
    likely = [each for each in asked if each.probability >= LIKELY or each.entry not in taught]
    near = [each for each in ranking.nearest if each not in likely and each.entry not in taught]
    told = _telling([*likely, *near], knowledge, who)
    options = tuple(each for place, each in enumerate(told) if place < LEAST_OPTIONS or each.probability >= HARDLY)
    plain = sum(option.probability for option in likely[:MOST_OPTIONS]) >= LIKELY or ranking.sure >= OFFERED
    choice = len(options) > 1 and any(isinstance(knowledge.topic[option.entry], Entry) for option in options)
    if plain and choice and ranking.known:
        return Clarify(options, understood)
    if ranking.asked >= OPEN and len(ranking.nearest) > 1:
        return Clarify(_telling(ranking.nearest, knowledge, who))
    return Escalate("unsure", guesses=tuple(found[:MOST_OPTIONS]))


def _telling(found: Sequence[Candidate], knowledge: KnowledgeBase, who: Organisation) -> tuple[Candidate, ...]:
    """At most MOST_OPTIONS, in their order: first those that would tell what none before them does. Entries whose
    answers are from the same sections are one need in two forms, and take each other's place on a short list."""
    shown: set[str] = set()
    new: list[Candidate] = []
    twins: list[Candidate] = []
    for each in found:
        topic = knowledge.topic[each.entry]
        tells = set(knowledge.answer_for(topic, who.id)[1].sources) if isinstance(topic, Entry) else {each.entry}
        (twins if tells and tells <= shown else new).append(each)
        shown |= tells
    kept = [*new, *twins][:MOST_OPTIONS]
    return tuple(each for each in found if each in kept)


def answer(
    entry: Entry, knowledge: KnowledgeBase, who: Organisation, language: Language, confidence: float = 1.0
) -> Answered:
    """``entry`` as an answer to someone at ``who``; confidence 1 where the asker chose it."""
    whose, said = knowledge.answer_for(entry, who.id)
    text = fill(said[language], knowledge.organisation[whose], language)
    taught = said.language(language) if isinstance(said, Taught) else None
    more = knowledge.completing(entry, who.id)
    return Answered(
        entry.id,
        whose,
        (*said.sources, *(more[1].sources if more else ())),
        text,
        entry.related,
        confidence,
        taught,
        beside=Beside(more[0], more[1].sources, more[1][language]) if more else None,
        elsewhere=whose != who.id and taught is None and not said.borrowable,
    )


def hand_off(topic: Handoff, who: Organisation, language: Language, found: Sequence[Candidate] = ()) -> Escalate:
    """``topic`` goes to a person, with its holding reply."""
    return Escalate(
        "handoff", topic.id, fill(topic.reply[language], who, language), topic.urgent, tuple(found[:MOST_OPTIONS])
    )


def follow_up(before: EntryId | None, knowledge: KnowledgeBase) -> Outcome:
    """For a bare "why?": what stands near the last answer, to choose from; and honesty where there is no such."""
    entry = knowledge.topic.get(before) if before else None
    if not isinstance(entry, Entry) or not entry.related:
        return Escalate("follow-up")
    near = (entry.id, *entry.related)[:MOST_OPTIONS]
    return Clarify(tuple(Candidate(name, 0.0) for name in near))

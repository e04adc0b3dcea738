"""Asking: a question in, blocks out; what is unclear becomes a case in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from bot.answering import Answered, Asker, Clarify, Escalate, Greeting, Outcome, Reply, answer, hand_off, respond
from bot.casecards import CaseFile, status_card
from bot.cases import MAX_TEXT, Case, CaseNumber, Kind, State
from bot.emergencies import is_emergency
from bot.errors import InputError
from bot.folding import ENOUGH, WITHIN, crowded, same_as
from bot.knowledge import Entry, EntryId, Handoff, KnowledgeBase, Smalltalk
from bot.language import Language
from bot.loading import fill
from bot.matching.ranking import Candidate, Ranking
from bot.matching.second import LIKELIER
from bot.messages import AnswerCard, Block, Button, Options, StatusCard, Text
from bot.ports import Asked, CaseFilter, Expectation, ExpectationKind, Message, OutcomeName, Person, Work
from bot.service.desk import Desk, Opening, Sender, known, open_case, post_key, redraw, sender, speaks, works_here
from bot.service.guarding import care, emergency, to_a_person
from bot.service.objecting import tell, tell_the_teacher
from bot.service.suggesting import Suggestion, suggest
from bot.showing import show

KNOWN = 0.5  # share of a question's words that must be words at all for it to go to comms unasked
VAGUE = 3  # words of a question that is asked back about before it goes to a person
Why = Literal["asked", "wanted", "chosen"]
LOOKED_AT = 200  # questions of one person, the latest, for whether that is too much
OWN = 100  # open cases of one person that are looked at
CHOOSING = timedelta(hours=1)  # that “the second one” may be written instead of pressed


Unless = Callable[[Work, Person], Awaitable[bool]]


@dataclass(frozen=True)
class Told:
    """What the asker gets. ``cases``: those opened by it, whose status follows by itself.

    ``replies``: the messages that whoever asked for it by ``Sender.posts`` is to post now, each with its blocks.
    """

    blocks: tuple[Block, ...]
    language: Language
    questions: tuple[int, ...] = ()
    cases: tuple[int, ...] = ()
    replies: tuple[tuple[Message, tuple[Block, ...]], ...] = ()


class OtherwiseError(Exception):
    """It is no question after all; nothing was saved."""


async def ask(
    desk: Desk, who: Sender, text: str, *, before: EntryId | None = None, unless: Unless | None = None
) -> Told | None:
    """Answers, asks back, or hands over, and keeps what became of it. None where this very event was seen before.

    Raises StorageError where nothing could be saved: then nothing was handed over either; OtherwiseError where
    ``unless`` says so.
    """
    brain = desk.mind.now
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        if unless and await unless(work, person):
            raise OtherwiseError
        wanted = person.language if person.fixed else None
        asker = Asker(who.organisation, wanted, person.language, before, who.program)
        replies = respond(text, brain.knowledge, brain.matcher, asker)
        await speaks(work, person, replies[-1].language)
        told = [await _settle(desk, work, who, person, reply) for reply in replies]
    return Told(
        tuple(block for part in told for block in part.blocks),
        replies[-1].language,
        tuple(number for part in told for number in part.questions),
        tuple(number for part in told for number in part.cases),
        tuple(reply for part in told for reply in part.replies),
    )


async def to_comms(desk: Desk, who: Sender, text: str) -> Told | None:
    """Hands over what somebody wants a person to read, whatever the handbook says. None for a repeated event."""
    brain = desk.mind.now
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        asker = Asker(who.organisation, person.language if person.fixed else None, person.language, None, who.program)
        reply = respond(text, brain.knowledge, brain.matcher, asker)[-1]
        found = replace(reply, question=text, outcome=_handed(reply))
        return await _settle(desk, work, who, person, found, "wanted")


def _handed(reply: Reply) -> Escalate:
    if isinstance(reply.outcome, Escalate) and reply.outcome.topic:
        return reply.outcome
    return Escalate("unsure", guesses=tuple(reply.ranking.candidates[:3]))


async def _settle(desk: Desk, work: Work, who: Sender, person: Person, reply: Reply, why: Why = "asked") -> Told:
    """Records one reply, opens its case where it needs a person, and makes its blocks. ``why``: whether its asker wants
    a person, or has been asked back already."""
    case, opened, word = None, False, ""
    match reply.outcome:
        case Escalate(reason="handoff" | "unsure") as handed if (
            why == "wanted" or _belongs(handed, reply, desk.mind.now.knowledge)
        ) and (handed.urgent or not works_here(desk, who)):
            text, word = await _whole(desk, work, who, person, reply, again=why != "asked")
            opening = Opening(
                Kind.QUESTION, text + who.beside, reply.language, topic=handed.topic, urgent=handed.urgent,
                guesses=handed.guesses, replied=who.posts,
            )  # fmt: skip
            if not word:
                case, opened, word = await handed_in(desk, work, who, person, opening)
    asked = await work.add_question(_asked(desk, who, person, reply, case))
    if case and not opened:
        await redraw(work, case.number)
    if asked.outcome == "clarify" or word == "ask.vague":
        kind: ExpectationKind = "choice" if asked.outcome == "clarify" else "vague"
        await work.expect(who.address, person.id, Expectation(kind, desk.clock() + CHOOSING, asked.id))
    became = case if case and opened else None
    blocks = _blocks(desk, who, reply, asked.id, asked.case, first_status(became, desk) if who.posts else None)
    if word:
        blocks = _instead(desk, reply, asked, blocks, word)
    replies = [(await _keep(desk, work, who, asked, became), blocks)] if who.posts else []
    return Told(blocks, reply.language, (asked.id,), (became.number,) if became else (), tuple(replies))


def first_status(case: Case | None, desk: Desk) -> StatusCard | None:
    """Where a case stands that was opened just now."""
    return status_card(CaseFile(case, (), (), {}), desk.say) if case else None


def _instead(desk: Desk, reply: Reply, asked: Asked, blocks: tuple[Block, ...], word: str) -> tuple[Block, ...]:
    """The word for what became of a question that got no case of its own; a topic's reply stands before it."""
    buttons = () if asked.case else _ask_comms(desk, reply.language, asked.id)
    told = Text(desk.say(word, reply.language, number=asked.case or 0), buttons=buttons)
    topic = isinstance(reply.outcome, Escalate) and reply.outcome.topic
    return (*blocks[:1], told) if topic else (told,)


async def _whole(desk: Desk, work: Work, who: Sender, person: Person, reply: Reply, *, again: bool) -> tuple[str, str]:
    """What goes to comms, and the word that is said instead: two or three words that nobody knows are asked back about
    once, and go with what is said then."""
    outcome = reply.outcome
    if again or not (isinstance(outcome, Escalate) and outcome.reason == "unsure") or not is_vague(reply.question):
        return reply.question, ""
    waiting = await work.expected(who.address, person.id, desk.clock())
    before = await work.question(waiting.about) if waiting and waiting.kind == "vague" else None
    if before is None or not before.text or before.person != person.id:
        return reply.question, "ask.vague"
    await work.met(who.address, person.id)
    return f"{before.text}\n{reply.question}", ""


def is_vague(question: str) -> bool:
    return len(question.split()) <= VAGUE


async def handed_in(
    desk: Desk, work: Work, who: Sender, person: Person, opening: Opening
) -> tuple[Case | None, bool, str]:
    """The case that a question goes to, whether it was opened for it, and the word for what is said of that.

    What one person repeats, or has much of at once, goes on one card; far too much goes nowhere, and is said to.
    """
    if opening.urgent or opening.confidential or opening.kind is not Kind.QUESTION:
        return await open_case(desk, work, who, person, opening), True, ""
    now = desk.clock()
    own = await work.cases(CaseFilter(asker=person.id, states=(State.WAITING, State.CLAIMED), most=OWN))
    if own and (found := same_as(opening.text, own)):
        return found, False, "ask.folded"
    if found := crowded(own, now):
        latest = await work.questions_of(person.id, LOOKED_AT)
        if sum(each.case is not None and now - each.at < WITHIN for each in latest) >= ENOUGH:
            return None, False, "ask.too-many"
        return found, False, "ask.folded"
    return await open_case(desk, work, who, person, opening), True, ""


async def _keep(desk: Desk, work: Work, who: Sender, asked: Asked, case: Case | None) -> Message:
    """The reply as a message: it is saved with the question, so that nothing that happens later loses it. That of a
    question which opened a ``case`` is the case's status from then on: nobody is told the same twice."""
    kind, number, event = ("status", case.number, 1) if case else ("reply", 0, 0)
    kept = Message(kind, "asker", number, event, who.address, at=desk.clock(), question=asked.id)
    return await work.add_message(kept)


async def posted(desk: Desk, replies: Iterable[tuple[Message, str]]) -> None:
    """Replies stand where they belong; each with the platform's own id of it."""
    async with desk.store.work() as work:
        for message, post in replies:
            await work.save_message(replace(message, state="delivered", post=post, at=desk.clock()))
            if message.case:
                await work.catch_up(message.id)


async def draw_reply(
    desk: Desk, work: Work, message: Message, card: StatusCard | None = None
) -> tuple[Block, ...] | None:
    """A reply drawn again from its question, with where its case stands; None where the question is gone."""
    asked = await work.question(message.question)
    if asked is None or (card and not asked.text):
        return None
    who = Sender("", message.to, "", "", asked.organisation)
    return _said_to(desk, who, asked, card)


def _belongs(handed: Escalate, reply: Reply, knowledge: KnowledgeBase) -> bool:
    """Whether a question goes to comms unasked: a topic of theirs, or words that a person may make sense of.

    Whether somebody talks to the press, blows a whistle or has trouble with the boss is theirs to tell.
    """
    if handed.topic:
        topic = knowledge.topic[handed.topic]
        return handed.urgent or not (isinstance(topic, Handoff) and topic.private)
    return reply.ranking.known >= KNOWN and len(reply.question.split()) > 1


def _asked(desk: Desk, who: Sender, person: Person, reply: Reply, case: Case | None) -> Asked:
    entry, options, named = _parts(reply.outcome)
    return Asked(
        person=person.id,
        organisation=who.organisation,
        language=reply.language,
        text=reply.question,
        outcome=named,
        entry=entry,
        options=options,
        confidence=reply.ranking.confidence,
        at=desk.clock(),
        case=case.number if case else None,
        post=post_key(who),
        platform=who.address.platform,
    )


def _parts(outcome: Outcome) -> tuple[EntryId | None, tuple[EntryId, ...], OutcomeName]:
    match outcome:
        case Answered(entry=entry):
            return entry, (), "answer"
        case Clarify(options=options):
            return None, tuple(option.entry for option in options), "clarify"
        case Escalate(topic=topic):
            return topic, (), "escalate"
        case Greeting(entry=entry):
            return entry, (), "greeting"


def _blocks(  # noqa: PLR0911  # one for each outcome
    desk: Desk, who: Sender, reply: Reply, question: int, case: CaseNumber | None, card: StatusCard | None = None
) -> tuple[Block, ...]:
    """The reply with what its reader may do. ``card``: where its case stands, below what is said first; without it that
    follows by delivery."""
    knowledge = desk.mind.now.knowledge
    organisation = knowledge.organisation[who.organisation]
    shown = show(reply, knowledge, organisation, desk.say)
    say, language = desk.say, reply.language
    match reply.outcome, shown:
        case _, AnswerCard():
            return (replace(shown, buttons=_feedback(desk, language, question)),)
        case _, Options():
            return (replace(shown, question=question),)
        case Escalate(reason="unsure"), _ if card:
            return (Text(say("ask.to-a-person", language)), card)
        case Escalate(reason="handoff"), _ if card:
            return (shown, card)
        case Escalate(reason="unsure"), _ if case:
            return (Text(say("ask.handed-over", language, number=case)),)
        case Escalate(reason="handoff"), _ if case:
            return (shown, Text(say("ask.handed-over-topic", language, number=case)))
        case Escalate(reason="unsure"), Text() if works_here(desk, who):
            return (Text(say("desk.unknown", language)),)
        case Escalate(reason="handoff"), Text() if works_here(desk, who):
            return (shown,)
        case Escalate(reason="unsure" | "handoff"), Text():
            return (replace(shown, buttons=_ask_comms(desk, language, question)),)
        case _:
            return (shown,)


def _feedback(desk: Desk, language: Language, question: int) -> tuple[Button, ...]:
    value = str(question)
    return (
        Button("helpful", value, desk.say("ask.helpful", language)),
        Button("not-helpful", value, desk.say("ask.not-helpful", language), asks=True),
        *_ask_comms(desk, language, question),
    )


def _ask_comms(desk: Desk, language: Language, question: int) -> tuple[Button, ...]:
    return (Button("ask-comms", str(question), desk.say("ask.ask-comms", language), asks=True),)


@dataclass(frozen=True)
class Exchange:
    """A question, and what was said to it."""

    asked: Asked
    blocks: tuple[Block, ...]


async def conversation(desk: Desk, who: Sender, most: int = 10) -> list[Exchange]:
    """The asker's latest questions, newest first, with what was said as it reads now.

    Those that became a confidential case are not among them: nothing leads from those to their asker.
    """
    async with desk.store.look() as work:
        person = await known(desk, work, who)
        kept = await work.questions_of(person.id, most) if person else []
    return [Exchange(asked, _said_to(desk, replace(who, organisation=asked.organisation), asked)) for asked in kept]


def _said_to(desk: Desk, who: Sender, asked: Asked, card: StatusCard | None = None) -> tuple[Block, ...]:
    ranking = Ranking((Candidate(asked.entry or "", asked.confidence),), {}, 1.0)
    reply = Reply(asked.text, asked.language, _became(desk, who, asked), ranking)
    return _blocks(desk, who, reply, asked.id, asked.case, card)


def _became(desk: Desk, who: Sender, asked: Asked) -> Outcome:
    """The outcome of a question that was kept; where its entry is gone, nobody knows the answer any more."""
    knowledge = desk.mind.now.knowledge
    organisation, language = knowledge.organisation[who.organisation], asked.language
    if asked.options:
        options = tuple(Candidate(entry, asked.confidence) for entry in asked.options if entry in knowledge.topic)
        return Clarify(options, understood=bool(options) and asked.confidence >= LIKELIER)
    match knowledge.topic.get(asked.entry or ""):
        case Entry() as entry:
            return answer(entry, knowledge, organisation, language)
        case Handoff() as topic:
            urgent = is_emergency(topic, asked.text, knowledge)
            return replace(hand_off(topic, organisation, language), urgent=urgent)
        case Smalltalk() as talk:
            return Greeting(talk.id, fill(talk.reply[language], organisation, language))
        case None:
            (*_, last) = respond(asked.text, knowledge, desk.mind.now.matcher, Asker(who.organisation, language))
            return last.outcome if isinstance(last.outcome, Escalate) else Escalate("unsure")


async def choose(desk: Desk, who: Sender, question: int, entry: EntryId | None) -> Told | None:
    """What someone meant after «did you mean»; None of the options opens a case, once. None for a repeated event.

    InputError for a question that is not theirs, or an entry that is none.
    """
    knowledge = desk.mind.now.knowledge
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        asked = await _own_question(work, question, person)
        if entry is None and not await work.first_time(f"none-of-these:{question}"):
            return None
        organisation = knowledge.organisation[who.organisation]
        topic = knowledge.topic.get(entry) if entry else None
        language = asked.language
        match topic:
            case Entry():
                outcome: Outcome = answer(topic, knowledge, organisation, language)
            case Handoff():
                urgent = is_emergency(topic, asked.text, knowledge)
                outcome = replace(hand_off(topic, organisation, language), urgent=urgent)
            case _ if entry:
                raise InputError(f"“{entry}” is no entry here")
            case _:
                outcome = Escalate("unsure")
        ranking = desk.mind.now.matcher.rank(asked.text, who.organisation)
        if topic and asked.outcome == "clarify" and topic.id in {found.entry for found in ranking.candidates}:
            await suggest(desk, work, Suggestion(topic.id, asked.text, language, who.organisation))
        reply = Reply(asked.text, language, outcome, ranking)
        return await _settle(desk, work, who, person, reply, "chosen")


async def feedback(desk: Desk, who: Sender, question: int, *, helpful: bool, missing: str = "") -> Told | None:
    """Keeps whether an answer helped, and what was missing; the latest counts. A ``question`` below zero is the case
    that a person answered. None for a repeated event. InputError for what is not theirs.

    What was missing in an answer that somebody taught or gave is told to them, below the case that it came from.
    """
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        missing = missing.strip()[:2000]
        if question < 0:
            language = await _judge(desk, work, person, -question, helpful=helpful, missing=missing)
        else:
            asked = await _own_question(work, question, person)
            language = asked.language
            await work.add_feedback(question, person.id, helpful, missing, desk.clock())
            if missing and asked.entry and not helpful:
                await tell_the_teacher(desk, work, asked.entry)
        if topic := emergency(desk, missing, who.organisation):
            number, told = await to_a_person(desk, work, who, person, (missing, topic, language))
            return Told(told, language, (question,), (number,))
        thanks = "ask.thanks-helpful" if helpful else "ask.thanks-missing" if question > 0 else "ask.thanks-person"
        return Told((Text(desk.say(thanks, language)),), language, (question,))


async def _judge(desk: Desk, work: Work, person: Person, number: int, *, helpful: bool, missing: str) -> Language:
    """Whether a person's answer helped. A confidential asker's word belongs to the case's pseudonym."""
    case = await work.case(number)
    if case is None or case.answer is None or await work.reveal(case.asker) != person.id:
        raise InputError(f"there is no answered case {number} of yours")
    await work.judge_answer(number, case.asker, helpful, missing, desk.clock())
    if missing and not helpful:
        await tell(desk, work, case)
    return case.language


async def ask_comms(
    desk: Desk, who: Sender, question: int, *, text: str = "", confidential: bool = False
) -> Told | None:
    """Hands a question over because its asker wants a person; ``text`` replaces what was asked."""
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        asked = await _own_question(work, question, person)
        sent = text.strip() or asked.text
        if len(sent) > MAX_TEXT:
            return Told((Text(desk.say("refused.too-long", asked.language)),), asked.language, (question,))
        brain = desk.mind.now
        topic = emergency(desk, sent, who.organisation)
        # What is near is near to what was sent: that may be another question than the one that was asked first.
        found = () if topic else brain.matcher.rank(sent, who.organisation).candidates[:3]
        opening = Opening(
            Kind.QUESTION, sent, asked.language, confidential, topic.id if topic else None, topic is not None, found
        )
        case, fresh, word = await handed_in(desk, work, who, person, opening)
        if case is None:
            return Told((Text(desk.say(word, asked.language)),), asked.language, (question,))
        await work.link_question(question, case.number)
        if not fresh:
            await redraw(work, case.number)
        first = (care(topic, brain.knowledge, who.organisation, asked.language),) if topic else ()
        said = Text(desk.say("ask.handed-over", asked.language, number=case.number))
        return Told((*first, said), asked.language, (question,), (case.number,))


async def _own_question(work: Work, number: int, person: Person) -> Asked:
    asked = await work.question(number)
    if asked is None or await work.reveal(asked.person) != person.id:
        raise InputError(f"there is no question {number} of yours")
    return asked

"""What somebody wrote: a word below a case, a command, a reply to what Handbok asked, or a question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from adapters.chat import commands, talking
from adapters.chat.acts import Said
from adapters.chat.beside import links, remarks, without_words
from adapters.chat.hub import ChatHub, Office
from adapters.chat.replying import Blocks, Nothing, Reply, Saved, Several
from bot.answering import Answered, Asker, Greeting, Outcome, respond
from bot.cases import Answer, CaseNumber
from bot.commands import CheckDraft, Command, SpeakIn, for_the_asker, named_language, typed, typed_by_comms
from bot.errors import InputError
from bot.messages import Text
from bot.service import asking, casework, remembering
from bot.service.desk import Sender
from bot.service.remembering import Context
from bot.talk import Person, Speak, Talk, WhoSees, understand

ASIDE = (Person, WhoSees, Speak)  # said in a case's thread, these are about Handbok and not for comms


async def said(hub: Office, act: Said) -> Reply:
    """Returns when what must not be lost is saved.

    StorageError where it was not; DeliveryError or UndeliverableError where the platform does not say who is in comms.
    """
    beside_it = links(act.attached)
    act = replace(act, who=replace(act.who, post=act.post, beside=beside_it))
    answer = for_the_asker(act.text)
    if isinstance(hub, ChatHub) and hub.works_here(act.who) and (act.below or answer is not None):
        reply = await _below_a_case(hub, act, answer)
        if reply is not None:
            return reply
    if not act.text:
        return await without_words(hub, act) if await _first_time(hub, act.who) else Nothing("repeated")
    reply = await _replied(hub, act)
    noted = remarks(hub, act)
    return Several((reply, noted)) if noted else reply


async def _replied(hub: Office, act: Said) -> Reply:
    """What is said to the words of a message."""
    if command := typed_by_comms(act.text) if hub.works_here(act.who) else typed(act.text):
        return await _command(hub, act.who, command)
    talk = understand(act.text)
    if talk is None and (reply := await _plain(hub, act)):
        return reply
    around = await remembering.context(hub.desk, act.who, _posts(act), private=act.private)
    number = _case_meant(hub, act, around, talk)
    if number:
        told = await remembering.add(hub.desk, act.who, number, act.text + act.who.beside, private=act.private)
        language = await hub.spoken(act.who)
        return Blocks((told,), language) if told else Nothing("repeated")
    if reply := await _expected(hub, act, around, talk):
        return reply
    return await talking.talk(hub, act, talk, around) if talk else await ask(hub, act.who, act.text)


async def _plain(hub: Office, act: Said) -> Reply | None:
    """A question where nothing is waited for, as nearly all are: saved in one transaction. None for anything else."""
    unless = remembering.nothing_waits(hub.desk, act.who, _posts(act), private=act.private)
    try:
        return await ask(hub, act.who, act.text, unless)
    except asking.OtherwiseError:
        return None


async def ask(hub: Office, who: Sender, text: str, unless: asking.Unless | None = None) -> Reply:
    """A question, whose reply is saved with it."""
    told = await asking.ask(hub.desk, who, text, before=hub.before(who), unless=unless)
    return Saved(who, told) if told else Nothing("repeated")


async def _command(hub: Office, who: Sender, command: Command) -> Reply:
    """Noted once it is done: what was not saved may be sent again, and nothing here does harm when done twice."""
    async with hub.desk.store.look() as work:
        if await work.seen(who.event):
            return Nothing("repeated")
    reply = await commands.do(hub, who, command)
    if isinstance(command, SpeakIn) and command.language is None:
        await remembering.wait_for(hub.desk, who, "language")
    async with hub.desk.store.work() as work:
        return reply if await work.first_time(who.event) else Nothing("repeated")


async def _first_time(hub: Office, who: Sender) -> bool:
    async with hub.desk.store.work() as work:
        return await work.first_time(who.event)


# ── what it is about ─────────────────────────────────────────────────────────────────────────────────────────────────


def _posts(act: Said) -> Collection[str]:
    return [post for post in (act.below, *(quoted.post for quoted in act.quotes)) if post]


def _case_meant(hub: Office, act: Said, around: Context, talk: Talk | None) -> CaseNumber | None:
    """The case that a message goes to: that of its thread or its quote, else the one that comms asked back about."""
    asked_back = around.expected.about if around.expected and around.expected.kind == "ask-back" else None
    meant = around.case.number if around.case else asked_back
    if not (act.text and meant) or isinstance(talk, ASIDE) or _greets(hub, act):
        return None
    return meant if around.case or not _asks_anew(hub, act) else None


def _greets(hub: Office, act: Said) -> bool:
    return isinstance(_outcome(hub, act), Greeting)


def _asks_anew(hub: Office, act: Said) -> bool:
    """Whether it is a whole question that the handbook answers, and so hardly the reply to one."""
    return act.text.rstrip().endswith("?") and isinstance(_outcome(hub, act), Answered)


def _outcome(hub: Office, act: Said) -> Outcome:
    brain = hub.desk.mind.now
    return respond(act.text, brain.knowledge, brain.matcher, Asker(act.who.organisation))[-1].outcome


async def _expected(hub: Office, act: Said, around: Context, talk: Talk | None) -> Reply | None:
    """The reply to what Handbok itself asked last; None where this is none."""
    expected = around.expected
    if expected is None:
        return None
    match expected.kind:
        case "language":
            return await _language(hub, act, talk)
        case "draft" if talk is None:
            await remembering.met(hub.desk, act.who, private=act.private)
            return await commands.do(hub, act.who, CheckDraft(act.text))
        case "person" if talk is None:
            return await talking.handed_over(hub, act)
        case "choice" if talk is not None:
            return await talking.choice(hub, act, talk, expected.about)
        case _:
            return None


async def _language(hub: Office, act: Said, talk: Talk | None) -> Reply | None:
    chosen = talk.language if isinstance(talk, Speak) and not talk.question else named_language(act.text)
    if chosen is None:
        return None
    await remembering.met(hub.desk, act.who, private=act.private)
    return await commands.speak(hub, act.who, SpeakIn(chosen))


# ── where comms works ────────────────────────────────────────────────────────────────────────────────────────────────


async def _below_a_case(hub: ChatHub, act: Said, answer: str | None) -> Reply | None:
    """Comms mentions Handbok below a card: only “svar:” leaves the thread. None where it is no such thread."""
    who = act.who
    number = await hub.case_below(who.address, act.below)
    if number is None and answer is None:
        return None
    language = await hub.spoken(who)
    if number is None or answer is None:
        key = "talk.no-case-here" if number is None else "talk.answer-how"
        return Blocks((Text(hub.desk.say(key, language)),), language)
    return await _answered(hub, who, number, answer)


async def _answered(hub: ChatHub, who: Sender, number: CaseNumber, answer: str) -> Reply:
    person = await hub.may_act(who)
    language = hub.language(person, who.organisation)
    try:
        done = await casework.do(hub.desk, who, number, Answer(answer))
    except InputError:  # it is gone
        return Blocks((Text(hub.desk.say("talk.no-case-here", language)),), language)
    if done is None:
        return Nothing("repeated")
    sent = done.refused or Text(hub.desk.say("talk.answer-sent", language, number=number))
    return Blocks((sent,), language)

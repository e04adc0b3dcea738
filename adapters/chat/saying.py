"""What somebody wrote: a word below a case, a command, or a question."""

from __future__ import annotations

from adapters.chat import commands
from adapters.chat.acts import Said
from adapters.chat.hub import ChatHub, Office
from adapters.chat.replying import Blocks, Nothing, Reply, Saved
from bot.cases import Answer, CaseNumber
from bot.commands import Command, for_the_asker, typed
from bot.errors import InputError
from bot.messages import Text
from bot.service import asking, casework
from bot.service.desk import Sender


async def said(hub: ChatHub, act: Said) -> Reply:
    """Returns when what must not be lost is saved.

    StorageError where it was not; DeliveryError or UndeliverableError where the platform does not say who is in comms.
    """
    answer = for_the_asker(act.text)
    if _works_here(hub, act.who) and (act.below or answer is not None):
        reply = await _below_a_case(hub, act, answer)
        if reply is not None:
            return reply
    if command := typed(act.text):
        return await _command(hub, act.who, command)
    told = await asking.ask(hub.desk, act.who, act.text, before=hub.before(act.who))
    return Saved(act.who, told) if told else Nothing("repeated")


async def _command(hub: Office, who: Sender, command: Command) -> Reply:
    """Noted once it is done: what was not saved may be sent again, and nothing here does harm when done twice."""
    async with hub.desk.store.look() as work:
        if await work.seen(who.event):
            return Nothing("repeated")
    reply = await commands.do(hub, who, command)
    async with hub.desk.store.work() as work:
        return reply if await work.first_time(who.event) else Nothing("repeated")


def _works_here(hub: Office, who: Sender) -> bool:
    """Whether it was written where comms works."""
    there = hub.desk.comms.get(who.organisation)
    here = who.address
    return there is not None and (there.platform, there.workspace, there.conversation) == (
        here.platform, here.workspace, here.conversation,
    )  # fmt: skip


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

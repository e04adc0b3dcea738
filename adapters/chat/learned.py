"""What comms does with what people taught Handbok: accept or set aside a suggestion, undo, renew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.chat.hub import Office, to_number
from adapters.chat.replying import Blocks, Nothing, Reply
from bot.errors import InputError
from bot.knowledge import EntryId
from bot.messages import Button, Text
from bot.proposing import Proposal
from bot.service import curating, gaps, revising, setting_aside, teaching
from bot.service.desk import Sender
from bot.service.teaching import Examined

RENEWED = timedelta(days=365)


async def do(hub: Office, who: Sender, did: str, name: EntryId) -> Reply:
    """InputError for an action that there is not."""
    person = await hub.may_act(who)
    done = await change(hub, who, did, name)
    if done is None:
        return Nothing("repeated")
    told = done.told if isinstance(done, Examined) else (done,)
    return Blocks(told, hub.language(person, who.organisation), personal=True)


async def change(hub: Office, who: Sender, did: str, name: EntryId) -> Examined | Text | None:
    """The same, as the service tells it. None for a repeated event."""
    match did:
        case "accept":
            return await curating.accept(hub.desk, who, name)
        case "refuse":
            return await curating.refuse(hub.desk, who, name)
        case "undo":
            return await curating.undo(hub.desk, who, name)
        case "renew":
            return await curating.renew(hub.desk, who, name, hub.desk.clock() + RENEWED)
        case "settle-gap":
            if name.startswith(RULE):
                return await setting_aside.settle(hub.desk, who, name.removeprefix(RULE))
            return await gaps.settle(hub.desk, who, to_number(name))
        case _:
            raise InputError(f"what was learned cannot be “{did[:40]}”")


GAP = "gap:"  # before the number of a gap, where that of a case could stand
RULE = "rule:"  # before a rule whose findings were set aside, where the number of a gap could stand
TAUGHT = "taught:"  # before the id of what was taught, where its text is to be changed


async def prepare(hub: Office, who: Sender, value: str) -> Proposal | Text:
    """What a case, a gap, or a change of what was taught would teach. InputError where there is no such case or gap."""
    if value.startswith(TAUGHT):
        return await revising.prepare(hub.desk, who, value.removeprefix(TAUGHT))
    if value.startswith(GAP):
        return await gaps.prepare(hub.desk, who, to_number(value.removeprefix(GAP)))
    return await teaching.prepare(hub.desk, who, to_number(value))


async def save(hub: Office, who: Sender, value: str, proposal: Proposal) -> Examined | None:
    """Keeps it. None for a repeated event."""
    if value.startswith(TAUGHT):
        return await revising.save(hub.desk, who, value.removeprefix(TAUGHT), proposal)
    if value.startswith(GAP):
        return await gaps.save(hub.desk, who, to_number(value.removeprefix(GAP)), proposal)
    return await teaching.save(hub.desk, who, to_number(value), proposal)


def instead(value: str, examined: Examined) -> Text | None:
    """Where a proposal is too much like what is known: the buttons that add its ways of asking there instead."""
    if examined.saved is not None or not examined.instead or value.startswith(TAUGHT):
        return None
    told = "\n".join(text.body for text in examined.told)
    buttons = tuple(Button("add-there", f"{value}/{choice.entry}", choice.label) for choice in examined.instead[:5])
    return Text(told, buttons=buttons)


async def add_there(hub: Office, who: Sender, value: str) -> Reply:
    """Adds the ways of asking of a case or a gap to an entry that is known. ``value``: which, and the entry."""
    where, slash, entry = value.partition("/")
    if not slash:  # as it was written before gaps could be added, too
        where, _, entry = value.partition(":")
    person = await hub.may_act(who)
    language = hub.language(person, who.organisation)
    proposal = await prepare(hub, who, where)
    if not isinstance(proposal, Proposal):
        return Blocks((proposal,), language, personal=True)
    added = replace(proposal, answer={}, title={}, base=entry)
    examined = await save(hub, who, where, added)
    return Blocks(examined.told, language, personal=True) if examined else Nothing("repeated")

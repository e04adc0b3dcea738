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
from bot.service import curating, teaching
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
        case _:
            raise InputError(f"what was learned cannot be “{did[:40]}”")


def instead(number: int, examined: Examined) -> Text | None:
    """Where a proposal is too much like what is known: the buttons that add its ways of asking there instead."""
    if examined.saved is not None or not examined.instead:
        return None
    told = "\n".join(text.body for text in examined.told)
    buttons = tuple(Button("add-there", f"{number}:{choice.entry}", choice.label) for choice in examined.instead[:5])
    return Text(told, buttons=buttons)


async def add_there(hub: Office, who: Sender, value: str) -> Reply:
    """Adds a case's way of asking to an entry that is known already. ``value``: the case and the entry."""
    number, _, entry = value.partition(":")
    person = await hub.may_act(who)
    language = hub.language(person, who.organisation)
    proposal = await teaching.prepare(hub.desk, who, to_number(number))
    if not isinstance(proposal, Proposal):
        return Blocks((proposal,), language, personal=True)
    added = replace(proposal, answer={}, title={}, base=entry)
    examined = await teaching.save(hub.desk, who, to_number(number), added)
    return Blocks(examined.told, language, personal=True) if examined else Nothing("repeated")

"""What comms does with what people taught Handbok: accept or set aside a suggestion, undo, renew."""

from __future__ import annotations

from datetime import timedelta

from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Nothing, Reply
from bot.errors import InputError
from bot.knowledge import EntryId
from bot.messages import Text
from bot.service import curating
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

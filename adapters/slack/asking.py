"""Questions, their answers, and what people do with those."""

from __future__ import annotations

from adapters.slack.hub import Hub
from adapters.slack.translate import Came
from bot.knowledge import EntryId
from bot.service import asking
from bot.service.asking import Told


async def choose(hub: Hub, came: Came, question: int, entry: EntryId | None) -> None:
    """What somebody meant; the answer is posted below the question."""
    place = came if came.channel else None
    who = await (hub.sender(came, posts=True) if place else hub.privately(came, posts=True))
    told = await asking.choose(hub.desk, who, question, entry)
    if told:
        hub.later.start(hub.answer(who, told))


async def feedback(hub: Hub, came: Came, question: int, *, helpful: bool, missing: str = "") -> Told | None:
    return await asking.feedback(hub.desk, await hub.sender(came), question, helpful=helpful, missing=missing)


async def ask_comms(hub: Hub, came: Came, question: int, *, text: str, confidential: bool) -> Told | None:
    """A confidential case is answered where nobody else reads."""
    who = await (hub.privately(came) if confidential or not came.channel else hub.sender(came))
    return await asking.ask_comms(hub.desk, who, question, text=text, confidential=confidential)


async def ask_alone(hub: Hub, came: Came, text: str) -> None:
    """From Home: the answer comes in the person's own messages."""
    who = await hub.privately(came, posts=True)
    told = await asking.ask(hub.desk, who, text)
    if told:
        hub.later.start(hub.answer(who, told))

"""Questions, their answers, and what people do with those."""

from __future__ import annotations

from adapters.teams.hub import Hub
from adapters.teams.translate import Came
from bot.knowledge import EntryId
from bot.service import asking
from bot.service.asking import Told


async def choose(hub: Hub, came: Came, question: int, entry: EntryId | None) -> None:
    """What somebody meant; the answer is posted below the question."""
    who = hub.sender(came, posts=True)
    if told := await asking.choose(hub.desk, who, question, entry):
        hub.later.start(hub.answer(who, told))


async def feedback(hub: Hub, came: Came, question: int, *, helpful: bool, missing: str = "") -> Told | None:
    return await asking.feedback(hub.desk, hub.sender(came), question, helpful=helpful, missing=missing)


async def ask_comms(hub: Hub, came: Came, question: int, *, text: str, confidential: bool) -> Told | None:
    """A confidential case is answered where nobody else reads."""
    who = await hub.privately(came) if confidential else hub.sender(came)
    return await asking.ask_comms(hub.desk, who, question, text=text, confidential=confidential)

"""Questions, their answers, and what people do with those."""

from __future__ import annotations

import asyncio
import logging

from adapters.teams.hub import Hub
from adapters.teams.translate import Came
from bot.errors import DeliveryError, StorageError, UndeliverableError
from bot.knowledge import EntryId
from bot.service import asking
from bot.service.asking import Told

log = logging.getLogger(__name__)
SLOW = 0.3  # seconds after which people see that somebody is at it


async def ask(hub: Hub, came: Came) -> None:
    """Returns when the question is saved; the answer is posted after that."""
    who = hub.sender(came, posts=True)
    typing = asyncio.create_task(_typing(hub, came))
    try:
        told = await asking.ask(hub.desk, who, came.text, before=hub.before(who))
    except StorageError as error:
        log.error("A question was not saved: %s", error)  # noqa: TRY400  # the sentence is for the operator
        hub.later.start(hub.own_words(came, "ask.not-saved"))
        return
    finally:
        typing.cancel()
    if told:
        hub.later.start(hub.answer(who, told))


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


async def _typing(hub: Hub, came: Came) -> None:
    """Shows that somebody is at it, unless the answer is there first."""
    await asyncio.sleep(SLOW)
    try:
        await hub.connector.typing(hub.place(came))
    except (DeliveryError, UndeliverableError) as error:
        log.info("Nobody saw that somebody is at it: %s", error)

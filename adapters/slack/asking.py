"""Questions, their answers, and what people do with those."""

from __future__ import annotations

import asyncio
import logging

from adapters.slack.failures import called
from adapters.slack.hub import Hub
from adapters.slack.translate import Came
from bot.errors import DeliveryError, StorageError, UndeliverableError
from bot.knowledge import EntryId
from bot.service import asking
from bot.service.asking import Told

log = logging.getLogger(__name__)
SLOW = 0.5  # seconds after which people see that somebody is at it


async def ask(hub: Hub, came: Came) -> None:
    """Returns when the question is saved; the answer is posted after that."""
    who = await hub.sender(came, posts=True)
    working = asyncio.create_task(_working(hub, came)) if came.thread and came.direct else None
    try:
        told = await asking.ask(hub.desk, who, came.text, before=hub.before(who))
    except StorageError as error:
        log.error("A question was not saved: %s", error)  # noqa: TRY400  # the sentence is for the operator
        hub.later.start(hub.own_words(came, "ask.not-saved"))
        return
    finally:
        if working:
            working.cancel()
    if told:
        hub.later.start(hub.answer(who, told))


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


async def _working(hub: Hub, came: Came) -> None:
    """Shows that somebody is at it, unless the answer is there first; Slack takes it away with the answer."""
    await asyncio.sleep(SLOW)
    client = await hub.clients.asking(came.team, came.enterprise)
    status = hub.desk.say("talk.working", await hub.language_of(came))
    try:
        await called(client.assistant_threads_setStatus(channel_id=came.channel, thread_ts=came.thread, status=status))
    except (DeliveryError, UndeliverableError) as error:
        log.info("No status was shown: %s", error)

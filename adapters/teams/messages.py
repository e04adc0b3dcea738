"""What people write: questions, commands, and what comms writes below a card."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from adapters.chat.acts import Deleted, Edited, Said
from adapters.chat.changing import deleted, edited
from adapters.chat.saying import said
from adapters.chat.welcoming import welcome
from adapters.teams.activities import Activity
from adapters.teams.beside import attached, quotes
from adapters.teams.giving import give
from adapters.teams.hub import Hub, UnknownTenantError
from adapters.teams.translate import Came, of
from bot.errors import DeliveryError, InputError, UndeliverableError
from bot.language import Language

log = logging.getLogger(__name__)
SLOW = 0.3  # seconds after which people see that somebody is at it


async def written(hub: Hub, activity: Activity) -> None:
    """A message. Returns when what must not be lost is saved; whoever wrote it is told the rest after that.

    StorageError where it was not saved.
    """
    came = of(activity)
    try:
        hub.organisation(came)
    except UnknownTenantError as error:
        log.warning("Nobody was answered: %s", error)
        hub.later.start(hub.say(came, "teams.unknown-tenant", Language.EN, tenant=error.tenant))
        return
    typing = asyncio.create_task(_typing(hub, came))
    try:
        await hub.references.keep(came)
        who = hub.sender(came, posts=True)
        quoted, beside = quotes(activity), attached(activity)
        own, below = str(activity.get("id") or ""), came.thread
        act = Said(who=who, private=came.direct, text=came.text, post=own, below=below, quotes=quoted, attached=beside)
        reply = await said(hub, act)
    except (DeliveryError, UndeliverableError):
        hub.later.start(hub.own_words(came, "teams.no-access"))
    else:
        hub.after(came, give(hub, came, reply))
    finally:
        typing.cancel()


async def changed(hub: Hub, activity: Activity) -> None:
    """What somebody edited or deleted."""
    came = of(activity)
    post = str(activity.get("id") or "")
    try:
        who = replace(hub.sender(came, posts=True), post=post)
        if activity.get("type") == "messageDelete":
            reply = await deleted(hub, Deleted(who=who, private=came.direct, post=post))
        else:
            reply = await edited(hub, Edited(who=who, private=came.direct, post=post, text=came.text))
    except InputError as error:
        log.warning("What somebody changed was passed over: %s", error)
    else:
        hub.after(came, give(hub, came, reply))


async def _typing(hub: Hub, came: Came) -> None:
    """Shows that somebody is at it, unless the answer is there first."""
    await asyncio.sleep(SLOW)
    try:
        await hub.connector.typing(hub.place(came))
    except (DeliveryError, UndeliverableError) as error:
        log.info("Nobody saw that somebody is at it: %s", error)


async def greet(hub: Hub, came: Came) -> None:
    """The first word where Handbok has just come to."""
    await give(hub, came, await welcome(hub, hub.sender(came), private=came.direct))

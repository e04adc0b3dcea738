"""Messages of Teams, taken in: saved or kept on the shelf before they are acknowledged; and what was left, worked off.

Teams sends nothing again: what can be neither saved nor kept, its person is told.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from adapters.chat.later import FaultError
from adapters.chat.matters import Matter
from adapters.teams import messages
from adapters.teams.activities import Activity
from adapters.teams.hub import Hub
from adapters.teams.translate import of
from bot.ports import Arrival

HOLD = 8.5  # seconds for which a request is held while saving is tried; Teams waits for ten to fifteen
Act = Callable[[Hub, Activity], Awaitable[None]]


async def taken(hub: Hub, activity: Activity) -> None:
    """Returns when it is saved or kept, or its person is being told that it is neither."""
    came, matter = of(activity), _matter(hub, activity)

    async def act() -> None:
        await hub.intake.taken(matter, lambda: hub.intake.shelf.arrival(came.event, json.dumps(activity)))

    try:
        await hub.intake.saved_or_told(act, came.event, lambda: hub.own_words(came, "ask.not-saved"), HOLD)
    except FaultError as fault:
        hub.later.start(matter.failed(fault))


async def worked_off(hub: Hub, arrival: Arrival) -> None:
    """What was kept as it came, and left. StorageError where it cannot be saved now."""
    await hub.intake.left(arrival, _matter(hub, json.loads(arrival.body)))


def _matter(hub: Hub, activity: Activity) -> Matter[None]:
    came, does = of(activity), messages.written if activity.get("type") == "message" else messages.changed

    async def act() -> None:
        await does(hub, activity)

    async def failed(error: BaseException) -> None:
        await hub.apologise(came, error)

    return Matter(came.event, act, failed)

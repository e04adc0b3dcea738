"""The part of a work about what came in and waits for its turn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from adapters.database.basis import Basis
from adapters.database.tables import arrivals
from bot.ports import Arrival, PlatformName

TAKEN = 500  # arrivals that are taken up at a time


class Arriving(Basis):
    async def keep_arrival(self, arrival: Arrival) -> None:
        await self._add_new(arrivals, vars(arrival))

    async def is_kept(self, event: str) -> bool:
        return await self._row(select(arrivals.c.event).where(arrivals.c.event == event)) is not None

    async def take_arrivals(self, platform: PlatformName, before: datetime, now: datetime) -> list[Arrival]:
        waiting = select(arrivals.c.event).where(arrivals.c.platform == platform, arrivals.c.at <= before)
        oldest = waiting.order_by(arrivals.c.at).limit(TAKEN).with_for_update(skip_locked=True)
        marked = update(arrivals).where(arrivals.c.event.in_(oldest))
        rows = await self._rows(marked.values(at=now, tries=arrivals.c.tries + 1).returning(*arrivals.c))
        return [Arrival(platform, row.event, row.body, row.at, row.tries) for row in rows]

    async def drop_arrivals(self, events: Collection[str]) -> None:
        await self._run(delete(arrivals).where(arrivals.c.event.in_(events)))

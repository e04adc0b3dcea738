"""The part of a work about what came in and waits for its turn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, select, update

from adapters.database.basis import Basis
from adapters.database.tables import arrivals
from bot.ports import AHEAD, Arrival, PlatformName

TAKEN = 500  # arrivals that are taken up at a time


class Arriving(Basis):
    async def keep_arrival(self, arrival: Arrival) -> None:
        await self._add_new(arrivals, vars(arrival) | {"body": self._seal.close_if_set(arrival.body)})

    async def is_kept(self, event: str) -> bool:
        return await self._row(select(arrivals.c.event).where(arrivals.c.event == event)) is not None

    async def take_arrivals(self, platform: PlatformName, before: datetime, now: datetime) -> list[Arrival]:
        left = (arrivals.c.at <= before) | (arrivals.c.at > now + AHEAD)
        waiting = select(arrivals.c.event).where(arrivals.c.platform == platform, left)
        oldest = waiting.order_by(arrivals.c.at).limit(TAKEN).with_for_update(skip_locked=True)
        marked = update(arrivals).where(arrivals.c.event.in_(oldest))
        rows = await self._rows(marked.values(at=now, tries=arrivals.c.tries + 1).returning(*arrivals.c))
        found = [Arrival(platform, row.event, self._opened(row.body), row.at, row.tries) for row in rows]
        return sorted(found, key=lambda each: each.at)

    async def renew_arrivals(self, events: Collection[str], now: datetime) -> None:
        if events:
            mine = _in_order(events).with_for_update(skip_locked=True)
            await self._run(update(arrivals).where(arrivals.c.event.in_(mine)).values(at=now))

    async def drop_arrivals(self, events: Collection[str]) -> None:
        await self._run(delete(arrivals).where(arrivals.c.event.in_(_in_order(events).with_for_update())))

    def _opened(self, body: str) -> str:
        return body if body.startswith("{") else self._seal.open(body)


def _in_order(events: Collection[str]) -> Select[tuple[str]]:
    """Whoever else has them in hand locks them in the same order."""
    return select(arrivals.c.event).where(arrivals.c.event.in_(events)).order_by(arrivals.c.event)

"""What came in faster than it could be worked off: saved as it came, acknowledged, and worked off in its turn.

A platform that waits for its acknowledgement waits for one small row instead of for the answer. What the process that
took it in did not work off, because it died or its database was away, is taken up again: by the next start, and by
whoever sweeps. An arrival's own key makes sure that it has one outcome, however often it is worked off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from adapters.chat.later import FaultError
from bot.errors import StorageError
from bot.ports import Arrival, PlatformName
from bot.service.desk import Desk

log = logging.getLogger(__name__)
LEFT_AFTER = timedelta(seconds=45)  # that whoever took it in has to work it off
SWEEP = 5.0  # seconds between two looks for what nobody worked off
NOTED_WITHIN = 0.1  # seconds that what is worked off waits for more, so that one transaction notes it all
MOST_TRIES = 5  # how often it is taken up again before its person is told

Work = Callable[[Arrival], Awaitable[None]]  # StorageError: later; FaultError: never


class Shelf:
    """Of one platform."""

    def __init__(self, desk: Desk, platform: PlatformName) -> None:
        self._desk = desk
        self._platform = platform
        self._mine: set[str] = set()  # what this process is about to work off
        self._done: list[str] = []
        self._noting: asyncio.Task[None] | None = None
        self._coming: list[Arrival] = []
        self._keeping: asyncio.Task[None] | None = None  # that takes along whatever comes until it has begun
        self._began = False

    def arrival(self, event: str, body: str) -> Arrival:
        return Arrival(self._platform, event, body, self._desk.clock())

    async def keep(self, arrival: Arrival) -> None:
        """Whoever comes at the same moment is saved with it. StorageError where it is not saved."""
        self._coming.append(arrival)
        if self._keeping is None or self._began:
            self._keeping, self._began = asyncio.create_task(self._keep(self._keeping)), False
        await asyncio.shield(self._keeping)

    async def _keep(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        self._began = True
        coming, self._coming = self._coming, []
        async with self._desk.store.work(first=True) as work:
            for each in coming:
                await work.keep_arrival(each)

    async def work_off(self, arrival: Arrival, work: Work) -> None:
        """Nothing where it is in hand already. What cannot be saved now stays where it is, and is swept up later.
        FaultError where it never can be."""
        if arrival.event in self._mine:
            return
        self._mine.add(arrival.event)
        try:
            await work(arrival)
        except StorageError as error:
            log.warning("What came in waits for another try: %s", error)
        except FaultError:
            self._drop(arrival.event)
            raise
        else:
            self._drop(arrival.event)
        finally:
            self._mine.discard(arrival.event)

    @asynccontextmanager
    async def swept(self, work: Work) -> AsyncIterator[None]:
        """Works off what was left, for as long as it is not left."""
        sweeping = asyncio.create_task(self._sweep(work), name="arrivals that were left")
        try:
            yield
        finally:
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
            await self.noted()

    async def noted(self) -> None:
        """Returns when it is noted what is worked off."""
        if self._noting:
            await asyncio.wait({self._noting})

    async def _sweep(self, work: Work) -> None:
        age = timedelta(0)  # whoever took it in before this start is gone, or works it off: it has one outcome anyhow
        while True:
            try:
                left = await self._left(age)
            except StorageError as error:
                log.warning("Cannot look for what came in and was left: %s", error)
            else:
                age = LEFT_AFTER
                if left:
                    log.warning("%d things that came in were left, and are worked off now", len(left))
                await asyncio.gather(*(self.work_off(each, work) for each in left), return_exceptions=True)
            await asyncio.sleep(SWEEP)

    async def _left(self, age: timedelta) -> list[Arrival]:
        now = self._desk.clock()
        async with self._desk.store.work() as at_work:
            return await at_work.take_arrivals(self._platform, now - age, now)

    def _drop(self, event: str) -> None:
        self._done.append(event)
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note(), name="arrivals: worked off")

    async def _note(self) -> None:
        """What is not noted is worked off once more, and found to be done."""
        while self._done:
            await asyncio.sleep(NOTED_WITHIN)
            done, self._done = self._done, []
            try:
                async with self._desk.store.work() as work:
                    await work.drop_arrivals(done)
            except StorageError as error:
                log.warning("It is not noted that %d things were worked off: %s", len(done), error)

"""What came in faster than it could be worked off: saved as it came, acknowledged, and worked off in its turn.

A platform that waits for its acknowledgement waits for one small row instead of for the answer. Whoever took it in says
every few seconds that it is still at it. What nobody says so of any more, because the process died, is taken up by the
next start, and by whoever sweeps. An arrival's own key makes sure that it has one outcome, however often it is worked
off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.errors import HandbokError, StorageError, UnsureError
from bot.ports import Arrival, PlatformName
from bot.service.desk import Desk

log = logging.getLogger(__name__)
SWEEP = 3.0  # seconds between two looks for what nobody works off, and between two words that one is at it
LEFT_AFTER = timedelta(seconds=12)  # without such a word
NOTED_WITHIN = 0.1  # seconds that what is worked off waits for more, so that one transaction notes it all
MOST_TRIES = 5  # how often it is taken up again before its person is told

Work = Callable[[Arrival], Awaitable[None]]  # StorageError: later; any other of ours: never


class Shelf:
    """Of one platform."""

    def __init__(self, desk: Desk, platform: PlatformName) -> None:
        self._desk = desk
        self._platform = platform
        self._mine: set[str] = set()  # what this process is about to work off
        self._again: dict[str, Arrival] = {}  # what could not be saved, and is tried again by it
        self._done: list[str] = []
        self._noting: asyncio.Task[None] | None = None
        self._coming: list[Arrival] = []
        self._keeping: asyncio.Task[None] | None = None  # that takes along whatever comes until it has begun
        self._began = False
        self._unsure: set[str] = set()  # what may be kept by now, or soon
        self._working: set[asyncio.Task[None]] = set()  # on what was left

    def arrival(self, event: str, body: str) -> Arrival:
        return Arrival(self._platform, event, body, self._desk.clock())

    async def keep(self, arrival: Arrival) -> None:
        """Whoever comes at the same moment is saved with it. StorageError where it is not saved."""
        self._coming.append(arrival)
        self._unsure.add(arrival.event)
        if self._keeping is None or self._began:
            self._keeping, self._began = asyncio.create_task(self._keep(self._keeping)), False
            self._keeping.add_done_callback(_heard)
        try:
            await asyncio.shield(self._keeping)
        except asyncio.CancelledError:
            if arrival in self._coming:  # it was refused meanwhile
                self._coming.remove(arrival)
                self._unsure.discard(arrival.event)
            raise

    async def _keep(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        self._began = True
        coming, self._coming = self._coming, []
        try:
            async with self._desk.store.work(first=True) as work:
                for each in sorted(coming, key=lambda each: each.event):  # another process may keep the same
                    await work.keep_arrival(each)
        except UnsureError:
            raise
        except StorageError:
            self._unsure -= {each.event for each in coming}
            raise
        self._unsure -= {each.event for each in coming}

    def may_keep(self, event: str) -> bool:
        """Whether nobody knows yet if it is kept."""
        return event in self._unsure

    async def work_off(self, arrival: Arrival, work: Work) -> None:
        """Nothing where it is in hand already. What cannot be saved now stays where it is, and is tried again by the
        next sweep. Any other error of ours where it never can be."""
        if arrival.event in self._mine:
            return
        self._mine.add(arrival.event)
        try:
            await work(arrival)
        except StorageError as error:
            log.warning("What came in waits for another try: %s", error)
            self._again[arrival.event] = arrival
        except HandbokError:
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
            for task in (sweeping, *self._working):
                task.cancel()
            await asyncio.gather(sweeping, *self._working, return_exceptions=True)
            await self.noted()

    async def noted(self) -> None:
        """Returns when what was left is worked off, and it is noted what is."""
        while self._working:
            await asyncio.wait(self._working)
        if self._noting:
            await asyncio.wait({self._noting})

    async def _sweep(self, work: Work) -> None:
        age = timedelta(0)  # whoever took it in before this start is gone, or works it off: it has one outcome anyhow
        while True:
            again, self._again = self._again, {}
            for each in again.values():
                self._start(replace(each, tries=each.tries + 1), work)
            try:
                left = await self._left(age)
            except StorageError as error:
                log.warning("Cannot look for what came in and was left: %s", error)
            else:
                age = LEFT_AFTER
                if left:
                    log.warning("%d things that came in were left, and are worked off now", len(left))
                for each in left:
                    self._start(each, work)
            await asyncio.sleep(SWEEP)

    async def _left(self, age: timedelta) -> list[Arrival]:
        now = self._desk.clock()
        async with self._desk.store.work() as at_work:
            await at_work.renew_arrivals([*self._mine, *self._again], now)
            return await at_work.take_arrivals(self._platform, now - age, now)

    def _start(self, arrival: Arrival, work: Work) -> None:
        task = asyncio.create_task(self._work_off(arrival, work), name="an arrival that was left")
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work_off(self, arrival: Arrival, work: Work) -> None:
        try:
            await self.work_off(arrival, work)
        except HandbokError as error:
            log.warning("What came in and was left came to nothing: %s", error)

    def _drop(self, event: str) -> None:
        self._again.pop(event, None)
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


def _heard(keeping: asyncio.Task[None]) -> None:
    """Whoever waited was told, or has left."""
    if not keeping.cancelled():
        keeping.exception()

"""Taking in what a platform sends: saved before it is acknowledged. What cannot be saved is refused, so that the
platform sends it again; where it sends it no more, whoever wrote it is told, once.

    await intake.saved(act)              again and again for a moment; StorageError: refuse it, it comes again
    await intake.taken(act, arrival, …)  the same, and what takes longer is kept as it came, and done afterwards
    await intake.saved_or_told(act, …)   the same for what does not come again
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from adapters.chat.later import Failed, LateError, Later, result
from adapters.chat.shelf import Shelf
from bot.errors import StorageError
from bot.ports import Arrival, PlatformName
from bot.service.desk import Desk

log = logging.getLogger(__name__)
T = TypeVar("T")
Act = Callable[[], Awaitable[T]]
Tell = Callable[[], Coroutine[Any, Any, None]]

WITHIN = 2.5  # seconds that a platform waits for its acknowledgement; Slack gives up after three
AT_ONCE = 32  # messages that are being saved; others wait for their turn: begun all at once, none would be done in time
MANY = 64  # that wait for their turn; what comes then is kept as it came, and acknowledged
BUSY = 8  # at once, beyond which only what somebody waits for is done
TURN = 0.8  # seconds that one may take, its turn included, before it is kept so, too
INSISTING = 6.0  # seconds for which saving is tried that nobody will send again
AGAIN = 0.25  # seconds before it is tried again
LOOKING = 1.0  # seconds for a look whether something was saved
REMEMBERED = 5000  # events whose people were told
BEAT, FROZEN = 0.25, 2.0  # seconds between two beats of the heart; and from which on it had stopped
THAWING = 2.0  # seconds after that in which what comes may have waited all the time


class Intake:
    """Of one platform."""

    def __init__(self, desk: Desk, later: Later, platform: PlatformName = "slack") -> None:
        self._desk = desk
        self._later = later
        self.shelf = Shelf(desk, platform)
        self._told: OrderedDict[str, None] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._acting = 0  # in their turn
        self._waiting = 0  # for their turn, or to be kept
        self._calm, self._kept = asyncio.Event(), asyncio.Event()
        self._keeping = 0  # arrivals that are not kept yet
        self._calm.set()
        self._kept.set()

    @property
    def busy(self) -> bool:
        """Whether so many are at it that what is only nice to have takes time from somebody's answer."""
        return self._acting > BUSY

    async def calm(self) -> None:
        """Returns when nothing waits for its turn to be saved, or ``WITHIN`` later: a reply can wait a moment longer
        than an acknowledgement."""
        if not self._calm.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(WITHIN):
                    await self._calm.wait()

    async def saved(self, act: Act[T]) -> T:
        """What ``act`` gives, within ``WITHIN``. StorageError where it is not saved by then: it may be sent again.

        ``act`` saves whole or not at all, knows by its key what was saved before, and leaves whatever takes time to
        ``Later``. Where it is under way when the time is over, it goes on: what is saved then is answered.
        """
        return await self._later.within(_insisting(act, WITHIN), WITHIN)

    async def taken(self, act: Act[None], arrival: Callable[[], Arrival], failed: Failed) -> None:
        """Does ``act`` the same way, in its turn; where that takes too long, ``arrival`` is kept within the same time,
        and ``act`` goes on after the acknowledgement. ``failed``: what is done then where it meets a fault of ours."""
        if self._waiting >= MANY:
            kept = arrival()
            await self._later.within(self._keep(kept), WITHIN)
            self._later.start(self.shelf.work_off(kept, lambda _: self.worked_off(act)), failed)
            return
        doing = self._later.keep(self._in_turn(act))
        await asyncio.wait({doing}, timeout=TURN)
        if not doing.done():
            kept = arrival()
            if await self._is_kept(kept, doing):
                self._later.start(self.shelf.work_off(kept, lambda _: self._done(doing)), failed)
                return
        result(doing)

    async def _is_kept(self, kept: Arrival, doing: asyncio.Task[None]) -> bool:
        """False where it is done meanwhile. StorageError where it is neither."""
        try:
            await self._later.within(self._keep(kept), WITHIN - TURN)
        except StorageError:
            if doing.done():
                return False
            self._later.let_go(doing)
            raise
        return True

    async def _keep(self, kept: Arrival) -> None:
        self._waits()
        self._keeping += 1
        self._kept.clear()
        try:
            await _insisting(lambda: self.shelf.keep(kept), WITHIN)
        finally:
            self._waited()
            self._keeping -= 1
            if not self._keeping:
                self._kept.set()

    async def _done(self, doing: asyncio.Task[None]) -> None:
        await asyncio.wait({doing})
        result(doing)

    async def _in_turn(self, act: Act[None]) -> None:
        """The wait for the turn is no failure: whoever waited gets the whole time for saving."""
        self._waits()
        try:
            await self._turns.acquire()
        finally:
            self._waited()
        self._acting += 1
        try:
            await self._kept.wait()  # that takes no time, and then nobody waits for an acknowledgement
            await _insisting(act, WITHIN)
        finally:
            self._acting -= 1
            self._turns.release()

    def _waits(self) -> None:
        self._waiting += 1
        self._calm.clear()

    def _waited(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._calm.set()

    async def worked_off(self, act: Act[None]) -> None:
        """Does ``act`` in its turn, for what was kept; whoever waits for an acknowledgement goes first. StorageError
        where it cannot be saved now; FaultError."""
        await self.calm()
        async with self._turns:
            await self._done(self._later.keep(_insisting(act, WITHIN)))

    async def saved_or_told(self, act: Act[None], event: str, tell: Tell, hold: float | None = None) -> None:
        """For what is not sent again: ``tell`` tells its person in the end that it was not saved, unless it turns out
        that it was. ``event``: its key.

        LateError when ``hold`` seconds, by default ``WITHIN``, are over, while saving is still tried.
        """
        await self._later.within(self._saved_or_told(act, event, tell), hold or WITHIN)

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` gives, done once. LateError when ``WITHIN`` seconds are over, while it goes on."""
        return await self._later.within(work, WITHIN)

    async def _saved_or_told(self, act: Act[None], event: str, tell: Tell) -> None:
        try:
            async with asyncio.timeout(INSISTING + LOOKING):
                await _insisting(act, INSISTING)
        except (StorageError, TimeoutError) as error:
            if await self._was_saved(event):
                return  # by an earlier try, or another process; delivery posts what belongs to it
            log.error("What somebody wrote was not saved: %s", error or "the database does not answer")  # noqa: TRY400
            if event not in self._told:
                self._told[event] = None
                while len(self._told) > REMEMBERED:
                    self._told.popitem(last=False)
                self._later.start(tell())

    async def _was_saved(self, event: str) -> bool:
        """Looked for twice: a database that is busy may not answer at once."""
        return await self.is_done(event, or_kept=True) or await self.is_done(event, or_kept=True)

    async def is_done(self, event: str, *, or_kept: bool = False) -> bool:
        """Whether it has its outcome, by whoever; ``or_kept``: or will have it."""
        try:
            async with asyncio.timeout(LOOKING), self._desk.store.look() as work:
                return await work.seen(event) or (or_kept and await work.is_kept(event))
        except (StorageError, TimeoutError):
            return False


async def _insisting(act: Act[T], seconds: float) -> T:
    """Nothing is begun any more once the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        try:
            return await act()
        except StorageError:
            if loop.time() + AGAIN >= until:
                raise
        await asyncio.sleep(AGAIN)
        if loop.time() >= until:  # the process stood still meanwhile
            raise LateError("nothing was saved in time")


class Heart:
    """Knows whether the process stood still a moment ago, as a frozen one does: then what comes in may have waited for
    longer than its sender did, and come in elsewhere since."""

    def __init__(self) -> None:
        self._beat = self._thawed = float("-inf")

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        beats = asyncio.create_task(self._go_on(), name="heart")
        try:
            yield
        finally:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)

    def stood_still(self) -> bool:
        """Whether it did just now. Asked of whatever comes in, which may be before the next beat."""
        now = asyncio.get_running_loop().time()
        if now - self._beat > FROZEN and self._beat > 0:
            self._thawed = now
            self._beat = now
        return now - self._thawed < THAWING

    async def _go_on(self) -> None:
        while True:
            self.stood_still()
            self._beat = asyncio.get_running_loop().time()
            await asyncio.sleep(BEAT)

"""Taking in what a platform sends: saved before it is acknowledged. What cannot be saved is refused, so that the
platform sends it again; where it sends it no more, whoever wrote it is told, once.

    await intake.saved(act)                     again and again for a moment; StorageError: refuse it, it comes again
    await intake.taken(event, act, arrival, …)  the same, and what takes longer is kept as it came, and done afterwards
    await intake.saved_or_told(act, event, …)   the same for what does not come again

``event`` is the key of what came. However often it comes, this process does it once at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from adapters.chat.later import Begun, Failed, LateError, Later, ended, noting, result
from adapters.chat.shelf import Shelf
from adapters.chat.verdicts import LOOKING, Tell, Verdicts
from bot.errors import StorageError, UnsureError
from bot.ports import Arrival, PlatformName
from bot.service.desk import Desk

log = logging.getLogger(__name__)
T = TypeVar("T")
Act = Callable[[], Awaitable[T]]

WITHIN = 2.5  # seconds that a platform waits for its acknowledgement; Slack gives up after three
AT_ONCE = 32  # messages that are being saved; others wait for their turn: begun all at once, none would be done in time
MANY = 64  # that wait for their turn; what comes then is kept as it came, and acknowledged
BUSY = 8  # at once, beyond which only what somebody waits for is done
TURN = 0.8  # seconds that one may take, its turn included, before it is kept so, too
INSISTING = 6.0  # seconds for which saving is tried that nobody will send again
AGAIN = 0.25  # seconds before it is tried again


@dataclass(eq=False)
class Doing:
    """What is done about something that came in. ``begun``: what it started, to go on after it is saved; ``unsure``:
    the database went while it saved."""

    task: asyncio.Task[None] = field(init=False)
    begun: Begun = field(default_factory=list)
    unsure: bool = False

    async def whole(self) -> None:
        """Returns when it is done, and what it started too."""
        await asyncio.wait({self.task})
        result(self.task)
        await ended(self.begun)


class Intake:
    """Of one platform."""

    def __init__(self, desk: Desk, later: Later, platform: PlatformName = "slack") -> None:
        self._later = later
        self.shelf = Shelf(desk, platform)
        self.verdicts = Verdicts(desk, later)
        self._doing: dict[str, Doing] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._acting = 0  # in their turn
        self._waiting = 0  # for their turn, or to be kept
        self._calm, self._kept = asyncio.Event(), asyncio.Event()
        self._keeping = 0  # arrivals that are not kept yet
        self._calm.set()
        self._kept.set()
        self._closing = False

    async def close(self) -> None:
        """What is under way is finished: the replies to what is saved first."""
        self._closing = True
        self._calm.set()
        await self._later.close()
        await self.verdicts.close()

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

    async def taken(
        self, event: str, act: Act[None], arrival: Callable[[], Arrival], failed: Failed, *, whole: bool = False
    ) -> None:
        """Does ``act`` the same way, in its turn; where that takes too long, ``arrival`` is kept within the same time,
        and ``act`` goes on after the acknowledgement. ``failed``: what is done then where it meets a fault of ours.

        ``whole``: it is kept until what ``act`` starts by ``Later`` has ended, too.
        """
        if self.verdicts.told(event):
            return
        if self._waiting >= MANY:
            kept = arrival()
            await self._later.within(self._keep(kept), WITHIN)
            self._later.start(self.shelf.work_off(kept, lambda _: self.worked_off(event, act, whole=whole)), failed)
            return
        doing = self._doing.get(event) or self._begin(event, self._in_turn, act)
        await asyncio.wait({doing.task}, timeout=TURN)
        if doing.task.done():
            result(doing.task)
            if not (whole and any(not each.done() for each in doing.begun)):
                return
        kept = arrival()
        if await self._is_kept(kept, doing):
            waiting = doing.whole if whole else lambda: _done(doing)
            self._later.start(self.shelf.work_off(kept, lambda _: waiting()), failed)
        else:
            result(doing.task)

    async def worked_off(self, event: str, act: Act[None], *, whole: bool = False) -> None:
        """Does ``act`` in its turn, for what was kept; whoever waits for an acknowledgement goes first. StorageError
        where it cannot be saved now; FaultError."""
        if self.verdicts.told(event):
            return
        await self.calm()
        async with self._turns:
            doing = self._doing.get(event) or self._begin(event, self._at_once, act)
            await _done(doing)
        if whole:
            await ended(doing.begun)

    async def saved_or_told(self, act: Act[None], event: str, tell: Tell, hold: float | None = None) -> None:
        """For what is not sent again: ``tell`` tells its person in the end that it was not saved, unless it turns out
        that it was.

        LateError when ``hold`` seconds, by default ``WITHIN``, are over, while saving is still tried.
        """
        if not self.verdicts.told(event):
            await self._later.within(self._saved_or_told(act, event, tell), hold or WITHIN)

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` gives, done once. LateError when ``WITHIN`` seconds are over, while it goes on."""
        return await self._later.within(work, WITHIN)

    # ── one at a time ───────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, event: str, way: Callable[[Doing, Act[None]], Awaitable[None]], act: Act[None]) -> Doing:
        doing = self._doing[event] = Doing()
        doing.task = self._later.keep(noting(way(doing, act), doing.begun))
        doing.task.add_done_callback(lambda _: self._doing.pop(event, None))
        return doing

    async def _in_turn(self, doing: Doing, act: Act[None]) -> None:
        """The wait for the turn is no failure: whoever waited gets the whole time for saving."""
        self._waits()
        try:
            await self._turns.acquire()
        finally:
            self._waited()
        self._acting += 1
        try:
            await self._kept.wait()  # that takes no time, and then nobody waits for an acknowledgement
            await self._at_once(doing, act)
        finally:
            self._acting -= 1
            self._turns.release()

    async def _at_once(self, doing: Doing, act: Act[None]) -> None:
        await _insisting(act, WITHIN, doing)

    async def _is_kept(self, kept: Arrival, doing: Doing) -> bool:
        """False where it is done meanwhile. StorageError where it is neither."""
        try:
            await self._later.within(self._keep(kept), WITHIN - TURN)
        except StorageError:
            if doing.task.done():
                return False
            self._later.let_go(doing.task)
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

    def _waits(self) -> None:
        self._waiting += 1
        if not self._closing:
            self._calm.clear()

    def _waited(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._calm.set()

    # ── what cannot be saved ────────────────────────────────────────────────────────────────────────────────────────

    async def _saved_or_told(self, act: Act[None], event: str, tell: Tell) -> None:
        trying = Doing()
        try:
            async with asyncio.timeout(INSISTING + LOOKING):
                await _insisting(act, INSISTING, trying)
        except (StorageError, TimeoutError) as error:
            sure = await self._stopped(event) and not trying.unsure
            log.error("What somebody wrote is given up: %s", error or "the database does not answer")  # noqa: TRY400
            await self.verdicts.give_up(event, tell, sure=sure)

    async def _stopped(self, event: str) -> bool:
        """Nothing is done about it any more; whether it is sure that nothing of it was saved, or still will be."""
        doing = self._doing.get(event)
        if doing is None:
            return True
        doing.task.cancel()
        await asyncio.wait({doing.task}, timeout=LOOKING)
        return doing.task.done() and not doing.unsure


async def _done(doing: Doing) -> None:
    await asyncio.wait({doing.task})
    result(doing.task)


async def _insisting(act: Act[T], seconds: float, doing: Doing | None = None) -> T:
    """Nothing is begun any more once the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        try:
            return await act()
        except StorageError as error:
            if doing and isinstance(error, UnsureError):
                doing.unsure = True
            if loop.time() + AGAIN >= until:
                raise
        await asyncio.sleep(AGAIN)
        if loop.time() >= until:  # the process stood still meanwhile
            raise LateError("nothing was saved in time")

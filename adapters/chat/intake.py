"""Taking in what a platform sends: saved before it is acknowledged. What cannot be saved is refused, so that the
platform sends it again; where it sends it no more, whoever wrote it is told, once.

    await intake.saved(act)                    again and again for a moment; StorageError: refuse it, it comes again
    await intake.taken(matter, arrival)        the same, and what takes longer is kept as it came, and done afterwards
    await intake.saved_or_told(act, event, …)  the same for what does not come again

However often the same comes, this process does it once at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal, TypeVar, cast

from adapters.chat.later import Later, ended, noting, result
from adapters.chat.matters import KEPT, Act, Doing, Kept, Matter, until_saved
from adapters.chat.shelf import MOST_TRIES, Shelf, Work
from adapters.chat.verdicts import LOOKING, Tell, Verdicts
from bot.errors import HandbokError, StorageError
from bot.ports import Arrival, PlatformName
from bot.service.desk import Desk

log = logging.getLogger(__name__)
T = TypeVar("T")

WITHIN = 2.5  # seconds that a platform waits for its acknowledgement; Slack gives up after three
AT_ONCE = 32  # messages that are being saved; others wait for their turn: begun all at once, none would be done in time
MANY = 64  # that wait for their turn; what comes then is kept as it came, and acknowledged
BUSY = 8  # at once, beyond which only what somebody waits for is done
TURN = 0.8  # seconds that one may take, its turn included, before it is kept so, too
INSISTING = 6.0  # seconds for which saving is tried that nobody will send again
ENDING = 0.2  # seconds that a try may take to end


class Intake:
    """Of one platform."""

    def __init__(self, desk: Desk, later: Later, platform: PlatformName = "slack") -> None:
        self._later = later
        self.shelf = Shelf(desk, platform)
        self.verdicts = Verdicts(desk, later)
        self._doing: dict[str, Doing] = {}
        self._unsure: set[str] = set()  # events that the database may have saved as it went, which it did not say since
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
        await self.shelf.noted()
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
        return await self._later.within(until_saved(act, WITHIN), WITHIN)

    async def taken(self, matter: Matter[T], arrival: Callable[[], Arrival]) -> T | Literal[Kept.KEPT]:
        """Does it the same way, in its turn; what that gives. Where it takes too long, ``arrival`` is kept within the
        same time, and it goes on after the acknowledgement: KEPT."""
        if self.verdicts.told(matter.event):
            return KEPT
        if self._waiting >= MANY:
            kept = arrival()
            await self._keep_within(kept, WITHIN)
            self._go_on(kept, matter, lambda _: self.worked_off(matter))
            return KEPT
        doing = self._joined(matter.event) or self._begin(matter, self._in_turn)
        await asyncio.wait({doing.task}, timeout=TURN)
        late = not doing.task.done()
        if late or (matter.whole and any(not each.done() for each in doing.begun)):
            kept = arrival()
            if await self._is_kept(kept, doing):
                self._go_on(kept, matter, lambda _: self._finished(matter, doing, late=late))
                return KEPT if late else cast(T, result(doing.task))
        return cast(T, result(doing.task))

    async def worked_off(self, matter: Matter[T]) -> None:
        """Does it in its turn, for what was kept; whoever waits for an acknowledgement goes first. StorageError where
        it cannot be saved now; FaultError."""
        if self.verdicts.told(matter.event):
            return
        await self.calm()
        async with self._turns:
            doing = self._joined(matter.event) or self._begin(matter, self._at_once)
            await asyncio.wait({doing.task})
        await self._finished(matter, doing, late=True)

    async def left(self, arrival: Arrival, matter: Matter[T]) -> None:
        """Does what was kept as ``arrival``, and left. StorageError where it cannot be saved now; what cannot be saved
        however often it is tried, and what meets a fault of ours, its person is told."""
        try:
            await self.worked_off(matter)
        except StorageError as error:
            if arrival.tries < MOST_TRIES or not await self.verdicts.refuse(arrival.event):
                raise
            await matter.failed(error)
        except HandbokError as error:
            await matter.failed(error)

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

    def _begin(self, matter: Matter[T], way: Callable[[Doing, Act[T]], Awaitable[T]]) -> Doing:
        doing = self._doing[matter.event] = Doing()
        doing.task = self._later.keep(noting(way(doing, matter.act), doing.begun))
        doing.task.add_done_callback(lambda _: self._ended(matter.event, doing))
        return doing

    def _joined(self, event: str) -> Doing | None:
        if doing := self._doing.get(event):
            doing.wanted += 1
        return doing

    def _ended(self, event: str, doing: Doing) -> None:
        self._doing.pop(event, None)
        if doing.task.cancelled() or doing.task.exception():
            self._unsure |= {event} if doing.unsure else set()
        else:
            self._unsure.discard(event)

    def _go_on(self, kept: Arrival, matter: Matter[T], work: Work) -> None:
        """After the acknowledgement."""
        self._later.start(self.shelf.work_off(kept, work), matter.failed)

    async def _finished(self, matter: Matter[T], doing: Doing, *, late: bool) -> None:
        await asyncio.wait({doing.task})
        found = result(doing.task)
        if late and matter.then:
            await matter.then(found)
        if matter.whole:
            await ended(doing.begun)

    async def _in_turn(self, doing: Doing, act: Act[T]) -> T:
        """The wait for the turn is no failure: whoever waited gets the whole time for saving."""
        self._waits()
        try:
            await self._turns.acquire()
        finally:
            self._waited()
        self._acting += 1
        try:
            await self._kept.wait()  # that takes no time, and then nobody waits for an acknowledgement
            return await self._at_once(doing, act)
        finally:
            self._acting -= 1
            self._turns.release()

    async def _at_once(self, doing: Doing, act: Act[T]) -> T:
        return await until_saved(act, WITHIN, doing)

    async def _is_kept(self, kept: Arrival, doing: Doing) -> bool:
        """False where it is done meanwhile. StorageError where it is neither."""
        try:
            await self._keep_within(kept, WITHIN - TURN)
        except StorageError:
            if doing.task.done():
                return False
            doing.wanted -= 1
            self._later.let_go(doing.task)
            raise
        return True

    async def _keep_within(self, kept: Arrival, seconds: float) -> None:
        """StorageError where it is not kept by then: then it is not tried any more."""
        keeping = self._later.keep(self._keep(kept))
        try:
            await asyncio.wait({keeping}, timeout=seconds)
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
        result(keeping)

    async def _keep(self, kept: Arrival) -> None:
        self._waits()
        self._keeping += 1
        self._kept.clear()
        try:
            await until_saved(lambda: self.shelf.keep(kept), WITHIN)
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
                await until_saved(act, INSISTING, trying)
        except (StorageError, TimeoutError) as error:
            sure = await self.stopped(event, LOOKING) and not trying.unsure
            log.error("What somebody wrote is given up: %s", str(error) or "no answer in time")  # noqa: TRY400
            await self.verdicts.give_up(event, tell, sure=sure)

    async def stopped(self, event: str, within: float = ENDING) -> bool:
        """Nothing is done about it any more; whether it is sure that nothing of it was saved, or still will be."""
        if doing := self._doing.get(event):
            doing.task.cancel()
            await asyncio.wait({doing.task}, timeout=within)
        sure = event not in self._unsure and not self.shelf.may_keep(event)
        return sure and (doing is None or (doing.task.done() and not doing.unsure))

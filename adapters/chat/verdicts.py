"""Whether something was saved, decided once for everybody: whoever is told that it was not, is not answered as well.

The verdict stands in the database under the key of what came in, where whatever saves that puts the same key: what was
saved is not refused any more, and what is refused nobody can save, neither a try of this process that comes through
late nor another process. Where the database is away, its person is told all the same, and the verdict follows as soon
as it is back.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from adapters.chat.later import Later
from bot.errors import StorageError
from bot.ports import Work
from bot.service.desk import Desk

log = logging.getLogger(__name__)
Tell = Callable[[], Coroutine[Any, Any, None]]

LOOKING = 1.0  # seconds for a look whether something was saved
OTHERS = 1.5  # seconds after which another process has given it up, too, to which the same was sent at the same time
DECIDING = 5.0  # seconds that a verdict may wait for whoever saves in this moment, before it is tried again
AGAIN = 0.25  # seconds before it is
REMEMBERED = 5000  # events whose people were told


class Verdict(Enum):
    SAVED = "saved, or kept on the shelf: it has its outcome, by whoever"
    REFUSED = "refused just now: nobody can save it any more"
    REFUSED_BEFORE = "refused before, by whoever"


class Verdicts:
    """Of one process."""

    def __init__(self, desk: Desk, later: Later) -> None:
        self._desk = desk
        self._later = later
        self._told: OrderedDict[str, None] = OrderedDict()
        self._open: dict[str, Tell | None] = {}  # not decided yet; and who is told then, where they were not before
        self._deciding: asyncio.Task[None] | None = None

    def told(self, event: str) -> bool:
        """Whether its person was told that it was not saved: then it must not be saved any more."""
        return event in self._told

    async def give_up(self, event: str, tell: Tell, *, sure: bool) -> None:
        """``tell`` tells its person that it was not saved, unless it turns out that it was.

        ``sure``: no try of this process may still come through, or have come through unheard of.
        """
        if self.told(event):
            return
        try:
            async with asyncio.timeout(LOOKING), self._desk.store.work() as work:
                found = await _verdict(work, event)
        except (StorageError, TimeoutError):
            self._open[event] = tell
            self._decide_soon()
            if sure:
                await asyncio.sleep(OTHERS)
                if not await self._answers() and event in self._open:
                    self._open[event] = None
                    self._tell(event, tell)
        else:
            if found is Verdict.REFUSED:
                self._tell(event, tell)

    async def refuse(self, event: str) -> bool:
        """Whether nobody can save it any more: its person is to be told so. StorageError where nobody knows yet."""
        async with self._desk.store.work() as work:
            found = await _verdict(work, event, kept=False)
        return found is not Verdict.SAVED

    async def close(self) -> None:
        if self._deciding:
            self._deciding.cancel()
            await asyncio.gather(self._deciding, return_exceptions=True)

    async def _answers(self) -> bool:
        """Whether the database does: then somebody else may be saving it in this moment."""
        try:
            async with asyncio.timeout(LOOKING), self._desk.store.look() as work:
                await work.seen("")
        except (StorageError, TimeoutError):
            return False
        return True

    def _tell(self, event: str, tell: Tell) -> None:
        self._told[event] = None
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        self._later.start(tell())

    def _decide_soon(self) -> None:
        if self._deciding is None or self._deciding.done():
            self._deciding = asyncio.create_task(self._decide(), name="verdicts that wait for the database")

    async def _decide(self) -> None:
        while self._open:
            await asyncio.sleep(AGAIN)
            waiting = sorted(self._open)
            try:
                async with asyncio.timeout(DECIDING), self._desk.store.work() as work:
                    found = {event: await _verdict(work, event) for event in waiting}
            except (StorageError, TimeoutError):
                continue
            for event, verdict in found.items():
                self._decided(event, verdict)

    def _decided(self, event: str, verdict: Verdict) -> None:
        tell = self._open.pop(event)
        if verdict is not Verdict.SAVED and tell:  # an earlier try of ours to refuse it may have come through, too
            self._tell(event, tell)
        elif verdict is Verdict.SAVED and tell is None:
            log.error("Somebody was told that nothing was saved, and another process saved it meanwhile")


async def _verdict(work: Work, event: str, *, kept: bool = True) -> Verdict:
    """``kept``: what is kept on the shelf will have its outcome."""
    if kept and await work.is_kept(event):
        return Verdict.SAVED
    if await work.first_time(event):
        await work.first_time(_refused(event))
        return Verdict.REFUSED
    return Verdict.REFUSED_BEFORE if await work.seen(_refused(event)) else Verdict.SAVED


def _refused(event: str) -> str:
    return f"refused:{event}"

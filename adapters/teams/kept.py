"""Something that is fetched from outside and kept: one fetch at a time, in the background and ahead of need."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import DeliveryError

log = logging.getLogger(__name__)
T = TypeVar("T")
AGAIN = 5.0  # seconds at least between two fetches that nobody asks for by name, as after a failed one


@dataclass(frozen=True)
class Fetched(Generic[T]):
    """``renew``, ``good``: seconds from now after which it is fetched anew, and until which it may be used."""

    value: T
    renew: float
    good: float


class Kept(Generic[T]):
    """``fetch`` raises DeliveryError where it does not succeed. ``what``: its name in the log."""

    def __init__(self, what: str, fetch: Callable[[], Awaitable[Fetched[T]]]) -> None:
        self._what = what
        self._fetch = fetch
        self._found: Fetched[T] | None = None
        self._at = self._tried = float("-inf")
        self._failed: DeliveryError | None = None
        self._fetching: asyncio.Task[Fetched[T]] | None = None

    @property
    def now(self) -> T | None:
        """What is kept, without waiting; None where nothing is, or it is too old."""
        return self._found.value if self._found and time.monotonic() - self._at < self._found.good else None

    async def get(self) -> T:
        """What is kept; waits for it where nothing is. DeliveryError where it cannot be had."""
        found = self.now
        return found if found is not None else await self.anew(AGAIN)

    async def anew(self, spacing: float = 0.0) -> T:
        """Fetched now, or with a fetch that is under way. Where the last one began less than ``spacing`` seconds ago,
        what that found. DeliveryError."""
        if self._fetching is None:
            if time.monotonic() - self._tried < spacing:
                if (found := self.now) is not None:
                    return found
                raise self._failed or DeliveryError(f"{self._what}: not there yet")
            self._tried = time.monotonic()
            self._fetching = asyncio.create_task(self._fetch_now(), name=f"teams: fetches {self._what}")
            self._fetching.add_done_callback(self._fetched)
        return (await asyncio.shield(self._fetching)).value

    async def _fetch_now(self) -> Fetched[T]:
        return await self._fetch()

    def _fetched(self, task: asyncio.Task[Fetched[T]]) -> None:
        self._fetching = None
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._found, self._at, self._failed = task.result(), time.monotonic(), None
        elif isinstance(error, DeliveryError):
            self._failed = error
        else:
            log.error("%s: a fault of Handbok's", self._what, exc_info=error)

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Fetches at once, and anew before it is too old, for as long as it is not left."""
        task = asyncio.create_task(self._renew(), name=f"teams: keeps {self._what}")
        try:
            yield
        finally:
            ending = [each for each in (task, self._fetching) if each]
            for each in ending:
                each.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def _renew(self) -> None:
        wait = AGAIN
        while True:
            try:
                await self.anew(AGAIN)
            except DeliveryError as error:
                log.warning("%s: %s. Trying on.", self._what, error)
                wait = min(wait * 2, 300.0)
            else:
                wait = AGAIN
            left = self._at + self._found.renew - time.monotonic() if self._found and not self._failed else wait
            await asyncio.sleep(max(left, AGAIN))

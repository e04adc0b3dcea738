"""Whether the process stood still a moment ago, as a frozen one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

BEAT, FROZEN = 0.25, 2.0  # seconds between two beats of the heart; and from which on it had stopped
THAWING = 2.0  # seconds after that in which what comes may have waited all the time


class Heart:
    """Knows whether the process stood still: then what comes in may have waited for longer than its sender did, and
    come in elsewhere since."""

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

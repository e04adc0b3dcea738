"""Work that goes on after a platform was answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import DeliveryError, UndeliverableError

log = logging.getLogger(__name__)
ENDING = 2.0  # seconds that work under way gets when the server stops


class Later:
    """Work that goes on after a platform was answered. What must not be lost is saved before."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        """Waits for what is under way; then ends it."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=ENDING)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def idle(self) -> None:
        """Returns when nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, DeliveryError | UndeliverableError):
            log.warning("Somebody was not told: %s", error)
        else:  # its text may carry what people wrote
            log.error("A fault after the acknowledgement: %s", type(error).__name__, exc_info=error)

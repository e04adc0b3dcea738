"""Replies that were saved and not posted: whoever took a question in may have died in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.errors import StorageError
from bot.service.desk import Desk

log = logging.getLogger(__name__)
HANDOVER_AFTER = 10.0  # seconds that whoever took a question in has to post the reply
SWEEP = 5.0  # seconds between two looks for replies that nobody posted


@asynccontextmanager
async def keeping_replies(desk: Desk) -> AsyncIterator[None]:
    """Looks for such replies for as long as it is not left."""
    looking = asyncio.create_task(_keep(desk), name="replies that wait")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _keep(desk: Desk) -> None:
    while True:
        try:
            async with desk.store.work() as work:
                count = await work.hand_over_replies(desk.clock() - timedelta(seconds=HANDOVER_AFTER))
            if count:
                log.warning("%d replies were handed over to delivery", count)
        except StorageError as error:
            log.warning("Cannot look for replies that wait: %s", error)
        await asyncio.sleep(SWEEP)

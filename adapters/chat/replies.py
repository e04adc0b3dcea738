"""Replies from when they are posted until that is noted; and those that were saved and not posted, because whoever took
the question in died in between.

A platform's adapter posts what `asking` gives it (``Sender.posts``), and tells ``Posted`` so. Whatever is not noted
soon ``keeping_replies`` hands over to delivery, which looks for the reply by its key before it posts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol, runtime_checkable

from adapters.chat.later import LONGEST, insisting
from bot.errors import DeliveryError, StorageError
from bot.ports import Address, Message, Messenger
from bot.service import asking
from bot.service.desk import Desk

log = logging.getLogger(__name__)
HANDOVER_AFTER = 45.0  # seconds that whoever took a question in has to post the reply
LEFT = 6.0  # seconds before that, in which nobody begins to post it any more
NOTED_WITHIN = 0.1  # seconds that a posted reply waits for others, so that one transaction notes them all
SWEEP = 5.0  # seconds between two looks for replies that nobody posted


@runtime_checkable
class Looks(Protocol):
    """A Messenger that can tell whether a message stands there already."""

    async def find(self, to: Address, *, key: str) -> str | None: ...


async def post(desk: Desk, messenger: Messenger, message: Message, blocks: Sequence[object]) -> str:
    """The platform's id of the reply, posted once: begun again in seconds where it was not taken, and looked for first
    where an earlier try may have come through.

    DeliveryError or UndeliverableError where that does not help; then it is left to delivery.
    """
    unsure = False

    async def once() -> str:
        nonlocal unsure
        if message.at and (desk.clock() - message.at).total_seconds() > HANDOVER_AFTER - LEFT:
            raise DeliveryError("it is delivery's by now", LONGEST + 1)
        if unsure and isinstance(messenger, Looks) and (found := await messenger.find(message.to, key=message.key)):
            return found
        try:
            return await messenger.post(message.to, blocks, key=message.key)
        except DeliveryError as error:
            unsure = unsure or error.retry_after is None
            raise

    return await insisting(once)


class Posted:
    """Notes that replies stand where they belong."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: list[tuple[Message, str]] = []
        self._soon: asyncio.TimerHandle | None = None
        self._noting: set[asyncio.Task[None]] = set()

    def note(self, message: Message, post: str) -> None:
        """``post``: the platform's own id of it."""
        self._waiting.append((message, post))
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(NOTED_WITHIN, self._start)

    async def close(self) -> None:
        """Returns when all of it is noted."""
        self._start()
        while self._noting:
            await asyncio.wait(self._noting)

    def _start(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._waiting:
            task = asyncio.create_task(self._write(self._waiting), name="replies: noted as posted")
            self._waiting = []
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def _write(self, posted: list[tuple[Message, str]]) -> None:
        try:
            await asking.posted(self._desk, posted)
        except StorageError as error:
            log.warning("It is not noted that %d replies were posted; delivery will look: %s", len(posted), error)


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

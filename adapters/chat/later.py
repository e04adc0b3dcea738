"""Work that goes on after a platform was answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

from bot.errors import DeliveryError, HandbokError, StorageError, UndeliverableError

log = logging.getLogger(__name__)
T = TypeVar("T")
Failed = Callable[[BaseException], Coroutine[Any, Any, None]]
ENDING = 10.0  # seconds that work under way gets when the server stops: with requests (8) and delivery (3) under 30
AGAIN = (0.3, 1.0, 2.5)  # seconds before what somebody waits for is sent once more, each time it was not taken
LONGEST = 30.0  # seconds that somebody may be kept waiting where the platform asks for it
Begun = list[asyncio.Task[Any]]

_begun: ContextVar[Begun | None] = ContextVar("_begun", default=None)


class LateError(StorageError):
    """It was not saved in time; it may be later."""


class FaultError(HandbokError):
    """A fault of ours: ``__cause__`` says which. Whoever it happened to is told that something went wrong."""


class Later:
    """Work that goes on after a platform was answered. What must not be lost is saved before."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, None], failed: Failed | None = None) -> None:
        """``failed``: what is done where the work comes to nothing, such as to tell its person."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        if (begun := _begun.get()) is not None:
            begun.append(task)
        task.add_done_callback(self._done)
        if failed:
            task.add_done_callback(lambda task: self._failed(task, failed))

    def _failed(self, task: asyncio.Task[None], failed: Failed) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.start(failed(error))

    async def within(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What ``work`` gives. LateError where it takes longer: then it goes on all the same. FaultError for whatever
        nobody raises on purpose."""
        task = self.keep(work)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            self.let_go(task)
            raise LateError(f"nothing was saved within {seconds:g} s")
        return result(task)

    def keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begun, and waited for when the server stops; whoever asks for its ``result`` hears how it ended."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def let_go(self, task: asyncio.Task[Any]) -> None:
        """It goes on, and nobody waits for it any more: what goes wrong is logged."""
        task.add_done_callback(self._done)

    async def close(self) -> None:
        """Waits for what is under way; then ends it."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=ENDING)
            if left:
                log.warning("The server stops with %d things undone that somebody waits for", len(left))
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def idle(self) -> None:
        """Returns when nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, DeliveryError | UndeliverableError):
            log.warning("Somebody was not told: %s", error)
        elif isinstance(error, StorageError):
            log.warning("What came in was refused, and is not saved: %s", error)
        else:  # its text may carry what people wrote
            log.error("A fault after the acknowledgement: %s", type(error).__name__, exc_info=error)


def result(task: asyncio.Task[T]) -> T:
    """What came of it. LateError where it was given up; FaultError for whatever nobody raises on purpose."""
    if task.cancelled():
        raise LateError("nothing was saved: it was given up")
    if (error := task.exception()) is not None and not isinstance(error, HandbokError):
        # its text may carry what people wrote
        log.error("A fault: %s", type(error).__name__, exc_info=error)
        raise FaultError(f"a fault of Handbok's own ({type(error).__name__})") from error
    return task.result()


async def noting(work: Awaitable[T], begun: Begun) -> T:
    """What ``work`` gives; whatever it starts by ``Later`` is noted in ``begun``."""
    token = _begun.set(begun)
    try:
        return await work
    finally:
        _begun.reset(token)


async def ended(begun: Sequence[asyncio.Task[Any]]) -> None:
    """Returns when all of it has ended, and what it started in its turn."""
    while under_way := [task for task in begun if not task.done()]:
        await asyncio.wait(under_way)


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def insisting(send: Callable[[], Awaitable[T]]) -> T:
    """What ``send`` gives, begun again where the platform does not take it just now; DeliveryError after the last try.

    For what somebody waits for and nothing keeps: a platform that took it and did not say so shows it twice.
    """
    for usual in AGAIN:
        try:
            return await send()
        except DeliveryError as error:
            wait = error.retry_after or usual
            if wait > LONGEST:
                raise
            log.info("Sent again in %.1f s: %s", wait, error)
            await pause(wait)
    return await send()

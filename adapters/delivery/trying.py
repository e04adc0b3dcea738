"""Trying again: what is worth it, after how long, and what is told of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DeliveryError, SettingsError, StorageError

log = logging.getLogger(__name__)

LONGEST = 60.0  # seconds between two tries, unless the outside asks for more
PASSING = (DeliveryError, StorageError, SettingsError, TimeoutError)  # SettingsError: until the operator has mended it


@contextmanager
def as_storage_errors() -> Iterator[None]:
    """StorageError in place of what DBOS and its driver say. Their texts stay out of ours."""
    try:
        yield
    except (SQLAlchemyError, dbos_errors.DBOSException) as error:
        raise StorageError(f"the database does not answer ({type(error).__name__})") from error


async def outcome(run: Callable[[], Awaitable[object]]) -> BaseException | None:
    """What went wrong, as a value: so that a fault of ours is told apart from what passes, and ends nothing else."""
    (wrong,) = await asyncio.gather(_run(run), return_exceptions=True)
    return wrong


async def _run(run: Callable[[], Awaitable[object]]) -> None:
    await run()


def pauses(first: float) -> Iterator[float]:
    """Seconds to wait before each repetition: twice as long every time, and never all at the same moment."""
    pause = first
    while True:
        yield pause * random.uniform(0.8, 1.2)
        pause = min(2 * pause, LONGEST)


def asked_for(wrong: BaseException) -> float | None:
    """Seconds for which the outside asked to be left alone."""
    if isinstance(wrong, DeliveryError) and wrong.retry_after is not None:
        return wrong.retry_after * random.uniform(1.0, 1.1)
    return None


def told(wrong: BaseException) -> str:
    """``wrong`` in a log. The text of a fault may carry what people wrote; its kind and place do not."""
    if isinstance(wrong, TimeoutError):
        return "no answer in time"
    if isinstance(wrong, PASSING):
        return str(wrong)
    trace = wrong.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return f"{type(wrong).__name__}{place}"


async def insist(run: Callable[[], Awaitable[object]], what: str, first_pause: float) -> None:
    """Runs it until it is done. A fault of ours is logged, and not repeated."""
    for pause in pauses(first_pause):
        wrong = await outcome(run)
        if wrong is None:
            return
        if isinstance(wrong, PASSING):
            log.warning("%s waits: %s", what, told(wrong))
        elif isinstance(wrong, Exception):
            log.error("%s failed: %s", what, told(wrong))
            return
        else:
            raise wrong
        await asyncio.sleep(asked_for(wrong) or pause)

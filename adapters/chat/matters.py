"""Something that came in, what is to be done about it, and the doing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from adapters.chat.later import Begun, Failed, LateError
from bot.errors import StorageError, UnsureError

T = TypeVar("T")
Act = Callable[[], Awaitable[T]]

AGAIN = 0.25  # seconds before it is tried again


class Kept(Enum):
    KEPT = "kept as it came"


KEPT = Kept.KEPT


@dataclass(frozen=True, eq=False)
class Matter(Generic[T]):
    """Something that came in, and what is to be done about it. ``event``: its key; ``failed``: what is done where
    ``act`` meets a fault of ours after the acknowledgement.

    ``whole``: it is kept until what ``act`` starts by ``Later`` has ended, too. ``then``: where what ``act`` gives
    would have been the acknowledgement, and came too late for that.
    """

    event: str
    act: Act[T]
    failed: Failed
    whole: bool = False
    then: Callable[[T], Awaitable[None]] | None = None


@dataclass(eq=False)
class Doing:
    """What is done about it. ``begun``: what it started, to go on after it is saved; ``unsure``: the database went
    while it saved; ``wanted``: by how many. What was refused to all who sent it is not begun any more: it comes again,
    here or elsewhere, or its person was told."""

    task: asyncio.Task[Any] = field(init=False)
    begun: Begun = field(default_factory=list)
    unsure: bool = False
    wanted: int = 1


async def until_saved(act: Act[T], seconds: float, doing: Doing | None = None) -> T:
    """Nothing is begun any more once the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        if doing and not doing.wanted:
            raise LateError("nothing was saved: it was refused meanwhile")
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

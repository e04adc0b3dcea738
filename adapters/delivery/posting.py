"""One message on its way out: draw what is so now, look whether it stands there already, post, note it.

Where the outside did not answer, it is tried again later: after what it asked for, else after 1, 2, 4 … 60 seconds.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import Lock, Task
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any, Protocol, runtime_checkable
from weakref import WeakValueDictionary

from adapters.delivery.desk import Desk, DeskWork, Taken
from adapters.delivery.trying import PASSING, asked_for, insist, outcome, pauses, told
from bot.errors import DeliveryError, UndeliverableError, UnreachableError
from bot.ports import Address, Message, Messenger, PlatformName

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds that one post may take


@runtime_checkable
class Looks(Protocol):
    """A Messenger that can tell whether a message stands there already. It is asked where a post may have been made
    without having been noted: after a kill, or where the answer never came."""

    async def find(self, to: Address, *, key: str) -> str | None:
        """The platform's id of the message posted with ``key``."""


Render = Callable[[Message], Sequence[object] | Awaitable[Sequence[object]]]
Unreached = Callable[[Message, str], Awaitable[bool | None]]
Remind = Callable[[int, str, int], Awaitable[None]]


@dataclass(frozen=True)
class Handlers:
    """What delivery calls. ``remind``: (case, kind, version); it may be called again after a kill. ``unreached``: a
    place of comms takes nothing, and why; ``reached``: it took something."""

    render: Render
    messengers: Mapping[PlatformName, Messenger]
    remind: Remind
    unreached: Unreached | None = None
    reached: Callable[[Message], None] | None = None


class Posting:
    """Delivers one message at a time for each conversation.

    ``allowed`` raises CancelledError where this process may no longer deliver. ``busy``: what is being posted or noted
    in this moment, and should not be torn apart.
    """

    def __init__(self, desk: Desk, handlers: Handlers, allowed: Callable[[], None], first_pause: float) -> None:
        self.busy: set[Task[Any]] = set()
        self._desk = desk
        self._handlers = handlers
        self._allowed = allowed
        self._first_pause = first_pause
        self._last: dict[int, Message] = {}  # what is on its way, for whoever is to be told that it does not arrive
        self._conversations: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    async def deliver(self, number: int, conversation: str) -> None:
        """Posts the message unless that was done. Returns when it stands there, or never can."""
        await self._in_turn(number, conversation, lambda taken: not taken.message.post)

    async def change(self, number: int, conversation: str, change: int) -> None:
        """Draws it anew, unless what stands there shows that change already."""
        await self._in_turn(number, conversation, lambda taken: not taken.message.post or taken.drawn < change)

    async def _in_turn(self, number: int, conversation: str, due: Callable[[Taken], bool]) -> None:
        unsure = False  # whether an earlier try of ours may have come through

        async def attempt() -> None:
            await self._attempt(number, due, unsure)

        async with self._conversations.setdefault(conversation, Lock()):
            for pause in pauses(self._first_pause):
                wrong = await outcome(attempt)
                message = self._last.pop(number, None)
                if wrong is None or not await self._again(number, wrong):
                    return
                if isinstance(wrong, UnreachableError) and message and await self._told(message, str(wrong)):
                    await self._note(lambda work: work.undeliverable(number, datetime.now(UTC)))
                    return
                unsure = asked_for(wrong) is None
                await asyncio.sleep(asked_for(wrong) or pause)

    async def _told(self, message: Message, why: str) -> bool:
        """Whether it need not arrive any more, now that others know."""
        elsewhere: list[bool | None] = []

        async def tell() -> None:
            if self._handlers.unreached:
                elsewhere.append(await self._handlers.unreached(message, why))

        await insist(tell, "An alarm", self._first_pause)
        return any(elsewhere)

    async def _attempt(self, number: int, due: Callable[[Taken], bool], unsure: bool) -> None:
        async with self._desk.work() as work:
            taken = await work.take_message(number)
        if taken is None or not due(taken):
            return
        self._last[number] = taken.message
        messenger = self._handlers.messengers.get(taken.message.to.platform)
        if messenger is None:
            raise DeliveryError(f"{taken.message.to.platform} is not set up")
        blocks = self._handlers.render(taken.message)
        drawn = await blocks if isawaitable(blocks) else blocks
        self._allowed()
        with _among(self.busy):
            async with asyncio.timeout(PATIENCE):
                post = await _post(messenger, taken, drawn, look=unsure or taken.tries > 1)
            # However long the database takes to come back: else it would be posted twice.
            await self._note(lambda work: work.posted(number, post, taken.drawing, datetime.now(UTC)))
        if self._handlers.reached and taken.message.audience == "comms":
            self._handlers.reached(taken.message)

    async def _again(self, number: int, wrong: BaseException) -> bool:
        """Whether to try again after ``wrong``; where not, that is noted."""
        if isinstance(wrong, PASSING):
            log.warning("Message %d waits: %s", number, told(wrong))
            return True
        if not isinstance(wrong, Exception):
            raise wrong
        what = str(wrong) if isinstance(wrong, UndeliverableError) else told(wrong)
        log.error("Message %d cannot be delivered: %s", number, what)
        await self._note(lambda work: work.undeliverable(number, datetime.now(UTC)))
        return False

    async def _note(self, write: Callable[[DeskWork], Awaitable[None]]) -> None:
        async def note() -> None:
            async with self._desk.work() as work:
                await write(work)

        await insist(note, "What was posted", self._first_pause)


async def _post(messenger: Messenger, taken: Taken, blocks: Sequence[object], *, look: bool) -> str:
    """The platform's id of the message, which stands there now as it was drawn."""
    message, post = taken.message, taken.message.post
    if not post and look and isinstance(messenger, Looks):
        post = await messenger.find(message.to, key=message.key) or ""
        if post and not taken.drawing:
            return post
    if post:
        return await messenger.change(message.to, post, blocks, key=f"{message.key}-{taken.drawing}")
    return await messenger.post(message.to, blocks, key=message.key)


class _among:  # noqa: N801  # used as a statement
    """The current task is in ``tasks`` for as long as this lasts."""

    def __init__(self, tasks: set[Task[Any]]) -> None:
        self._tasks = tasks
        self._task = asyncio.current_task()

    def __enter__(self) -> None:
        if self._task is not None:
            self._tasks.add(self._task)

    def __exit__(self, *_wrong: object) -> None:
        if self._task is not None:
            self._tasks.discard(self._task)

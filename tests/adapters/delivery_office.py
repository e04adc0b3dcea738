"""A store whose messages are delivered to a recorder, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from delivery_parts import QUICK
from store_contract import DIRECT, KEY, a_case, a_message

from adapters.database import Database, SqlStore, opened
from adapters.delivery import DbosOutbox, Deliveries, Handlers, Job, Pace, outbox, running
from bot.cases import Case
from bot.cases import opened as opening
from bot.ports import Address, Message, PlatformName

T = TypeVar("T")


async def eventually(found: Callable[[], Awaitable[T]], seconds: float = 20) -> T:
    """What ``found`` gives, once it gives something. For what only a database tells, which calls nobody."""
    async with asyncio.timeout(seconds):
        while not (it := await found()):  # noqa: ASYNC110  # a database has no event to wait for
            await asyncio.sleep(0.02)
        return it


WEB = Address("web", "demo", "comms")


@dataclass
class Recorder:
    """A Messenger that remembers. ``fails``: what to raise, one a call; ``holds``: waits for it before it posts."""

    sent: list[tuple[str, float, tuple[object, ...]]] = field(default_factory=list)  # key, time, what was drawn
    fails: list[Exception] = field(default_factory=list)
    holds: asyncio.Event | None = None
    places: list[Address] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        await self._take(to, blocks, key)
        return f"post-{key}"

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        await self._take(to, blocks, key)
        return post

    async def _take(self, to: Address, blocks: Sequence[object], key: str) -> None:
        if self.holds is not None:
            await self.holds.wait()
        failing = self.fails.pop(0) if self.fails else None
        if failing is None:
            self.places.append(to)
            self.sent.append((key, asyncio.get_running_loop().time(), tuple(blocks)))
        async with self.changed:
            self.changed.notify_all()
        if failing is not None:
            raise failing

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.sent]

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(holds)

    async def __call__(self, *ids: object) -> None:
        """A reminder or a job."""
        await self._take(WEB, ids, "called")


@dataclass
class Office:
    """A store whose messages are delivered to ``recorder``."""

    database: Database
    store: SqlStore
    recorder: Recorder
    deliveries: Deliveries
    outbox: DbosOutbox

    async def case(self, to: Address = WEB, **more: Any) -> Case:
        """Opens a case, whose card is enqueued."""
        async with self.store.work() as work:
            case = await work.add_case(a_case(**more), opening(a_case(**more)), DIRECT)
            await work.add_message(a_message(case, to=to))
            return case

    async def messages(self, case: int) -> list[Message]:
        async with self.store.work() as work:
            return await work.messages(case)

    async def under_way(self) -> None:
        """Returns while something is being posted."""

        async def busy() -> bool:
            return self.deliveries.busy

        await eventually(busy)

    async def workflows(self) -> list[str]:
        """The ids of everything that was ever enqueued."""
        return [each.workflow_id for each in await self.outbox.client.list_workflows_async()]

    async def settled(self, case: int, state: str = "delivered") -> list[Message]:
        """The case's messages, once all are in that state."""

        async def all_are() -> list[Message]:
            found = await self.messages(case)
            return found if all(message.state == state for message in found) else []

        return await eventually(all_are)


@asynccontextmanager
async def office(
    url: str,
    recorder: Recorder | None = None,
    *,
    render: Callable[[Message], Any] = lambda message: [message.kind],
    pace: Pace = QUICK,
    jobs: Sequence[Job] = (),
    **more: Any,
) -> AsyncIterator[Office]:
    """``more``: of the handlers."""
    recorder = recorder or Recorder()
    platforms: dict[PlatformName, Any] = {"web": recorder, "slack": recorder}
    async with opened(url, KEY) as database, outbox(database.url) as enqueuing:
        store = database.store(enqueuing)
        handlers = Handlers(render, platforms, recorder, **more)
        async with running(enqueuing, store, handlers, jobs=jobs, pace=pace) as deliveries:
            yield Office(database, store, recorder, deliveries, enqueuing)

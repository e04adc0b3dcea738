"""Transactions: on PostgreSQL each work its own, on SQLite many works in turn in one, and those that only read aside.

SQLite takes one writer at a time and makes every commit wait for the disk. So a single task hands the one writing
connection from work to work, each in a savepoint of its own, and commits when nobody waits or the group has grown old.
Whoever was in the group goes on only after that commit: nobody is told that something is saved before it is.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.database.failing import as_storage_errors
from adapters.database.quick import at_hand, reading
from bot.errors import StorageError, UnsureError

READERS = 4  # works that read at the same time; each has a connection, and that a thread
HOLD = 0.05  # seconds after which a group is committed although others wait
FEWEST = 16  # works of a group, where so many wait: a commit costs as much as several works on a busy machine
GAP = 0.003  # seconds that the file is left to other connections then: at 7000 works a second they wait 0.4 s at most
CLOSED = "nothing was saved: the database is closed"


class Transactions(Protocol):
    def __call__(self, *, first: bool = False) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection in a transaction, committed on leaving well, rolled back on leaving by an exception.

        ``first``: before whoever else waits.
        """


class Single:
    """A transaction for each work."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:  # noqa: ARG002  # none waits
        whole = False
        try:
            with as_storage_errors():
                async with self._engine.begin() as connection:
                    yield connection
                    whole = True
        except StorageError as error:
            if whole:  # it went in the midst of the commit
                raise UnsureError(f"nobody knows whether it was saved: {error}") from error
            raise


class Reading:
    """Works that only read, beside one another on a few connections to SQLite.

    The connections are kept, and their transactions begun and ended by hand: SQLAlchemy's way to a connection, into a
    transaction and out again takes three times as long as what most works look at. Only a statement that goes
    SQLAlchemy's way makes it begin one too, in the one that is there.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._free = asyncio.Semaphore(READERS)
        self._idle: list[AsyncConnection] = []

    @asynccontextmanager
    async def __call__(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:  # noqa: ARG002  # none waits long
        with as_storage_errors():
            async with self._free:
                connection = self._idle.pop() if self._idle else await self._engine.connect()
                try:
                    reading(connection).begin()
                    yield connection
                    if connection.in_transaction():
                        await connection.rollback()
                    else:
                        reading(connection).end()
                except BaseException:  # a cancelled work too leaves its connection in the midst of something
                    await asyncio.shield(connection.close())
                    raise
                self._idle.append(connection)

    def __len__(self) -> int:
        """Connections in use."""
        return READERS - self._free._value  # it has no name of its own

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()


def _future() -> Future[None]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False)
class Turn:
    """One work's wait for the connection, its use of it, and its wait for the commit."""

    ready: Future[AsyncConnection] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    finished: Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())  # well or not
    saved: Future[None] = field(default_factory=_future)

    def finish(self, well: bool) -> None:
        if not self.finished.done():
            self.finished.set_result(well)

    def succeed(self) -> None:
        if not self.saved.done():
            self.saved.set_result(None)

    def fail(self, error: StorageError) -> None:
        for future in (self.ready, self.saved):
            if not future.done():
                future.set_exception(error)
                future.exception()  # seen: whoever was cancelled meanwhile does not ask


_mine: ContextVar[Turn | None] = ContextVar("_mine", default=None)


class Grouped:
    """Many works in one transaction. ``pump`` runs for as long as works are to be done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: deque[Turn] = deque()
        self._some = asyncio.Event()  # whether any waits
        self._taken = 0.0  # since when no other connection could have had the file for long
        self._closed = False

    @asynccontextmanager
    async def __call__(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        outer = _mine.get()
        if outer is not None and not outer.finished.done():
            raise RuntimeError("a work within a work would wait for itself for ever")
        if self._closed:
            raise StorageError(CLOSED)
        turn = Turn()
        self._queue(turn, first=first)
        token = _mine.set(turn)
        try:
            connection = await turn.ready
            with as_storage_errors():
                yield connection
        except BaseException:  # whoever was cancelled has to hand the connection on, too
            turn.finish(well=False)
            raise
        finally:
            _mine.reset(token)
        turn.finish(well=True)
        await turn.saved

    def _queue(self, turn: Turn, *, first: bool) -> None:
        if first:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        self._some.set()

    async def _get(self) -> Turn:
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()

    async def pump(self) -> None:
        while True:
            await self._serve(await self._get())

    def close(self) -> None:
        """Refuses what waits and what comes; the pump has ended by then."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().fail(StorageError(CLOSED))

    async def _serve(self, first: Turn) -> None:
        """Group after group on one connection, until something is wrong with that."""
        members = [first]
        try:
            with as_storage_errors():
                async with self._engine.connect() as connection:
                    while True:
                        await self._group(members, connection)
                        for turn in members:
                            turn.succeed()
                        members = []
                        await self._next(members)
        except StorageError as error:
            for turn in members:
                turn.fail(error)
        except asyncio.CancelledError:
            for turn in members:
                turn.fail(StorageError(CLOSED))
            raise

    async def _next(self, members: list[Turn]) -> None:
        """Waits for a work. Where works follow each other closely, the file is left alone for a moment."""
        loop = asyncio.get_running_loop()
        free = loop.time()
        members.append(await self._get())
        if loop.time() - free < GAP and loop.time() - self._taken > HOLD:
            await asyncio.sleep(GAP)
        if loop.time() - free >= GAP:
            self._taken = loop.time()

    async def _group(self, members: list[Turn], connection: AsyncConnection) -> None:
        """One transaction of the first member, and of whoever waits; they are all members then."""
        loop = asyncio.get_running_loop()
        async with connection.begin():
            await self._use(members[0], connection)
            while self._waiting and (loop.time() < self._taken + HOLD or len(members) < FEWEST):
                members.append(self._waiting.popleft())
                await self._use(members[-1], connection)

    async def _use(self, turn: Turn, connection: AsyncConnection) -> None:
        """Lends the connection. What a work did that did not leave well is undone."""
        here = at_hand(connection)
        if here is None:
            raise TypeError("works take turns on SQLite alone")
        if turn.ready.cancelled():
            return
        here.execute("SAVEPOINT turn")
        turn.ready.set_result(connection)
        if not await turn.finished:
            # In the connection's thread, behind whatever the work left running there.
            await connection.exec_driver_sql("ROLLBACK TO turn")
        here.execute("RELEASE turn")

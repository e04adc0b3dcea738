"""Who may deliver.

On SQLite the holder of the file, which adapters/database gives to one process at a time: its lease is never lost. On
PostgreSQL every process holds a session advisory lock under its executor's name. A process that was killed loses it at
once; one that was frozen, when the server ends the idle session. Whoever is not sure to hold its lock does not post,
and nobody takes over before the longest time for which another can still believe itself sure.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import psycopg
from sqlalchemy.engine import URL

from bot.errors import StorageError


class Lease(Protocol):
    executor: str  # unique for each start

    def sure(self) -> bool:
        """Whether nobody else can have taken over this process's work."""

    async def lost(self) -> None:
        """Returns when the lease is gone."""

    async def abandoned(self, executor: str) -> bool:
        """Whether that executor's process is gone for good."""


def new_executor() -> str:
    return secrets.token_hex(8)


class SoleLease:
    """Of the one process that has the file."""

    def __init__(self) -> None:
        self.executor = new_executor()

    def sure(self) -> bool:
        return True

    async def lost(self) -> None:
        await asyncio.get_running_loop().create_future()

    async def abandoned(self, executor: str) -> bool:
        return executor != self.executor


class LockLease:
    """Of one process among equals. ``beat``: seconds between two signs of life."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[object, ...]], beat: float) -> None:
        self.executor = new_executor()
        self._connection = connection
        self._beat = beat
        self._confirmed = time.monotonic()
        self._free_since: dict[str, float] = {}
        self._gone = asyncio.Event()

    @property
    def trust(self) -> float:
        """Seconds for which one sign of life counts."""
        return 4 * self._beat

    def sure(self) -> bool:
        # The clock runs on while a process is frozen, so that it knows better when it wakes up.
        return not self._gone.is_set() and time.monotonic() - self._confirmed < self.trust

    async def lost(self) -> None:
        await self._gone.wait()

    async def abandoned(self, executor: str) -> bool:
        """Only when its lock has been free for longer than its holder could still trust in it."""
        if executor == self.executor or not await self._free(executor):
            self._free_since.pop(executor, None)
            return False
        since = self._free_since.setdefault(executor, time.monotonic())
        return time.monotonic() - since > 1.25 * self.trust

    async def _free(self, executor: str) -> bool:
        key = _key(executor)
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted"
        try:
            return (await self._one(held, (key >> 32, key & 0xFFFFFFFF))) == 0
        except psycopg.Error as error:
            raise StorageError("the database does not answer") from error

    async def take(self) -> None:
        # A session that gives no sign of life is ended by the server, and its lock with it.
        await self._connection.execute(f"SET idle_session_timeout = {int(self.trust * 1000)}".encode())
        await self._one("SELECT pg_advisory_lock(%s)", (_key(self.executor),))

    async def keep(self) -> None:
        """Gives signs of life until the connection fails."""
        try:
            while True:
                await asyncio.sleep(self._beat)
                asked = time.monotonic()
                async with asyncio.timeout(self._beat):
                    await self._one("SELECT 1")
                if asked - self._confirmed >= self.trust:
                    return  # too late: somebody may have taken over
                self._confirmed = asked
        except (psycopg.Error, TimeoutError):
            return
        finally:
            self._gone.set()

    async def _one(self, query: str, values: tuple[object, ...] = ()) -> object:
        cursor = await self._connection.execute(query.encode(), values)
        row = await cursor.fetchone()
        return None if row is None else row[0]


def _key(executor: str) -> int:
    return int.from_bytes(hashlib.blake2b(executor.encode(), digest_size=8).digest()) >> 1


@asynccontextmanager
async def leased(url: URL, beat: float) -> AsyncIterator[Lease]:
    """A lease of one's own. StorageError where the database does not answer."""
    if url.get_backend_name() == "sqlite":
        yield SoleLease()
        return
    text = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = await psycopg.AsyncConnection.connect(text, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        raise StorageError("the database does not answer; check that it runs") from error
    async with connection:
        lease = LockLease(connection, beat)
        try:
            await lease.take()
        except psycopg.Error as error:
            raise StorageError(
                "the database gives no lock; it must be PostgreSQL 14 or newer, reached directly"
            ) from error
        keeping = asyncio.create_task(lease.keep(), name="delivery: keeps its lease")
        try:
            yield lease
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

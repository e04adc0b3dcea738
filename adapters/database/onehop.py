"""aiosqlite with one trip to its thread for each statement, and with none for those of quick.py.

By itself it makes four: for a cursor, the statement, its rows and the cursor's end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import aiosqlite

Description = Sequence[Sequence[Any]]
Run = Callable[[sqlite3.Cursor], object]


class OneHopCursor:
    """As much of aiosqlite's Cursor as SQLAlchemy uses."""

    def __init__(self, connection: OneHopConnection) -> None:
        self.description: Description | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> OneHopCursor:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> OneHopCursor:
        def run(cursor: sqlite3.Cursor) -> object:
            return cursor.execute(statement, values)

        return await self._connection.hop(lambda raw: self._run(raw, run))

    async def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> OneHopCursor:
        return await self._connection.hop(
            lambda raw: self._run(raw, lambda cursor: cursor.executemany(statement, values))
        )

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """It is closed already."""

    def _run(self, raw: sqlite3.Connection, run: Run) -> OneHopCursor:
        cursor = raw.cursor()
        try:
            run(cursor)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
        return self


class OneHopConnection(aiosqlite.Connection):
    """A connection whose cursors need no trip of their own."""

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # it stands in for aiosqlite's
        return OneHopCursor(self)

    @property
    def here(self) -> sqlite3.Connection:
        """For whoever has the connection in this moment, and awaits nothing of it."""
        return self._conn

    async def hop(self, run: Callable[[sqlite3.Connection], OneHopCursor]) -> OneHopCursor:
        """Runs it in the connection's thread."""
        execute: Callable[..., Awaitable[OneHopCursor]] = self._execute
        return await execute(lambda: run(self._conn))


class NoHopConnection(OneHopConnection):
    """For reading: what waits for nobody takes less time than the trip, which waits for every busy thread.

    ``check``: raises where nothing may be read any more.
    """

    check: Callable[[], None] = staticmethod(lambda: None)

    def begin(self) -> None:
        """A transaction, unless there is one."""
        self.check()
        if not self._conn.in_transaction:
            self._conn.execute("BEGIN")

    def end(self) -> None:
        self._conn.execute("ROLLBACK")

    async def hop(self, run: Callable[[sqlite3.Connection], OneHopCursor]) -> OneHopCursor:
        return run(self._conn)


async def connect(path: str, busy_ms: int, kind: type[OneHopConnection] = OneHopConnection) -> OneHopConnection:
    """``busy_ms``: how long to wait for another writer."""

    def make() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=busy_ms / 1000, check_same_thread=False)

    connection = kind(make, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does it: the thread must not keep a process alive
    await connection
    return connection

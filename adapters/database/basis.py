"""What the parts of a work stand on: one connection, one way to run a statement."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bind_contextvars

from adapters.database.failing import FAILURES, as_storage_errors, storage_error
from adapters.database.outbox import Outbox
from adapters.database.quick import Quick, adding, at_hand, postgres
from adapters.database.rows import AnyRow, Values, to_address
from adapters.database.sealing import Seal
from bot.errors import StorageError
from bot.ports import Address

FAILED = "nothing was saved: an earlier part of it failed"


class Basis:
    """A transaction's connection, with the key and the outbox.

    After one StorageError nothing more is done in the same transaction: SQLite may have ended it by then, and what
    followed would be saved by itself.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal, outbox: Outbox) -> None:
        self._connection = connection
        self._seal = seal
        self._outbox = outbox
        self._here = at_hand(connection)
        self._postgres = postgres(connection)
        self.failed = False
        self.locks = True  # rows that are read to be changed; whoever only looks waits for nobody, and nobody for them

    def _concerns(self, case: int | None) -> None:
        """Every line that is logged from here on, in this request or delivery, names the case."""
        if self.locks and case:
            bind_contextvars(case=case)

    async def _run(self, statement: Executable, values: Values | None = None) -> CursorResult[Any]:
        with self._failing():
            return cast(CursorResult[Any], await self._connection.execute(statement, values))

    async def _enqueue(self, enqueuing: Awaitable[None]) -> None:
        with self._failing():
            await enqueuing

    @contextmanager
    def _failing(self) -> Iterator[None]:
        if self.failed:
            raise StorageError(FAILED)
        try:
            with as_storage_errors():
                yield
        except StorageError:
            self.failed = True
            raise

    async def _rows(self, statement: Executable) -> Sequence[AnyRow]:
        return (await self._run(statement)).all()

    async def _row(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        return (await self._run(statement, values)).first()

    async def _count(self, statement: Executable) -> int:
        """How many rows the statement changed."""
        return (await self._run(statement)).rowcount

    async def _number(self, statement: Executable, values: Values | None = None) -> int:
        return int((await self._run(statement, values)).scalar_one())

    async def _quick(self, quick: Quick, values: Values) -> Sequence[AnyRow]:
        """The rows that it gives."""
        if self.failed:
            raise StorageError(FAILED)
        try:
            if self._here is not None:
                return quick.run(self._here, values)
            if self._postgres is not None:
                return await quick.ask(self._postgres, values)
            raise TypeError("there is a quick way on SQLite and PostgreSQL alone")
        except FAILURES as error:
            self.failed = True
            raise storage_error(error) from error

    async def _quick_row(self, quick: Quick, values: Values) -> AnyRow | None:
        return next(iter(await self._quick(quick, values)), None)

    async def _add(self, table: Table, values: Values) -> int:
        """Inserts a row whose number the database gives."""
        key = next(iter(table.primary_key.columns))
        given = {name: value for name, value in values.items() if name != key.name}
        (row,) = await self._quick(adding(table, tuple(given), self._dialect), given)
        return int(row[0])

    async def _add_new(self, table: Table, values: Values) -> bool:
        """Inserts a row unless there is one with its key; whether it did."""
        quick = adding(table, tuple(values), self._dialect, unless_there=True)
        return (await self._quick_row(quick, values)) is not None

    @property
    def _dialect(self) -> str:
        return self._connection.dialect.name

    def _open_address(self, text: str) -> Address:
        return to_address(text if text.startswith("{") else self._seal.open(text))

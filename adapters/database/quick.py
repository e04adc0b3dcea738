"""Statements that touch a row or two by their key, compiled once, and run past SQLAlchemy.

On SQLite such a statement takes microseconds; SQLAlchemy's way to it, and the trip to the connection's thread, take
thirty times as long. So it runs where it is called. Whatever may wait for the disk or for another writer (BEGIN,
COMMIT), or look at many rows among works that write, goes the long way. On PostgreSQL psycopg is asked itself, in the
transaction that SQLAlchemy ends: the trip is the same, and half of the processor's time is saved.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import psycopg
from sqlalchemy import Column, Delete, Insert, Select, Table, Update, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from adapters.database.onehop import NoHopConnection, OneHopConnection
from adapters.database.rows import AnyRow

Statement = Select[Any] | Insert | Update | Delete
Change = Callable[[Any], Any]  # of a value, on its way in or out
Postgres = psycopg.AsyncConnection[Any]
FLOAT8 = 701  # what PostgreSQL calls the numbers of ours that are not whole; no other type looks at it
DIALECT = sqlite.dialect()
POSTGRES: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class Quick:
    """``statement``: every value of it is a bindparam. ``columns``: what it gives."""

    def __init__(self, statement: Statement, *columns: Any) -> None:
        self.statement = statement
        self._columns = columns
        self._row = _row_of([column.key for column in columns])

    @cached_property
    def _compiled(self) -> tuple[str, list[tuple[str, Change]]]:
        """SQLite's text, and the values that it takes, in order, each with what is done to it on its way in."""
        compiled = self.statement.compile(dialect=DIALECT)
        names = compiled.positiontup or ()
        return str(compiled), [(name, _way_in(compiled.binds[name].type, DIALECT)) for name in names]

    @cached_property
    def _for_postgres(self) -> tuple[str, list[tuple[str, Change]]]:
        """PostgreSQL's text, and its values by name."""
        compiled = self.statement.compile(dialect=POSTGRES)
        return str(compiled), [(name, _way_in(bind.type, POSTGRES)) for name, bind in compiled.binds.items()]

    @cached_property
    def _results(self) -> list[Change]:
        return [_way_out(column.type, DIALECT) for column in self._columns]

    @cached_property
    def _results_of_postgres(self) -> list[Change]:
        return [_way_out(column.type, POSTGRES) for column in self._columns]

    def run(self, connection: sqlite3.Connection, values: Mapping[str, Any]) -> list[AnyRow]:
        """Raises sqlite3.Error."""
        text, binds = self._compiled
        found = connection.execute(text, [change(values[name]) for name, change in binds])
        return self._rows(found, self._results)

    async def ask(self, connection: Postgres, values: Mapping[str, Any]) -> list[AnyRow]:
        """Raises psycopg.Error."""
        text, binds = self._for_postgres
        cursor = await connection.execute(text.encode(), {name: change(values[name]) for name, change in binds})
        return self._rows(await cursor.fetchall(), self._results_of_postgres) if self._columns else []

    def _rows(self, found: Iterable[Any], results: list[Change]) -> list[AnyRow]:
        return [self._row(*[change(value) for change, value in zip(results, row, strict=True)]) for row in found]


def _row_of(columns: list[str]) -> Callable[..., Any]:
    return namedtuple("Row", columns)


def _way_in(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _way_out(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).result_processor(dialect, FLOAT8) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def reading(connection: AsyncConnection) -> NoHopConnection:
    """SQLite's own connection, of those that only read. TypeError for any other."""
    driver = connection.sync_connection.connection.driver_connection if connection.sync_connection else None
    if not isinstance(driver, NoHopConnection):
        raise TypeError("only SQLite has connections that only read")
    return driver


def at_hand(connection: AsyncConnection) -> sqlite3.Connection | None:
    """SQLite's own connection; None on PostgreSQL."""
    driver = connection.sync_connection.connection.driver_connection if connection.sync_connection else None
    return driver.here if isinstance(driver, OneHopConnection) else None


def postgres(connection: AsyncConnection) -> Postgres | None:
    """psycopg's own connection; None on SQLite."""
    driver = connection.sync_connection.connection.driver_connection if connection.sync_connection else None
    return driver if isinstance(driver, psycopg.AsyncConnection) else None


@lru_cache
def adding(table: Table, columns: tuple[str, ...], dialect: str, *, unless_there: bool = False) -> Quick:
    """Inserts a row and gives its key; with ``unless_there`` nothing is done, nor given, where that is taken."""
    key = next(iter(table.primary_key.columns))
    given = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    if not unless_there:
        return Quick(insert(table).values(given).returning(key), key)
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return Quick(make(table).values(given).on_conflict_do_nothing().returning(key), key)


def changing(table: Table, key: Column[Any], columns: tuple[str, ...]) -> Update:
    """Changes the row whose ``key`` is the value “this”."""
    changed = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    return update(table).where(key == bindparam("this", type_=key.type)).values(changed)

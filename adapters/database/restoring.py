"""A backup into a database, in one transaction, beside a running server or without one.

What was there is replaced. No case number is given out twice: numbers go on after the highest that either has given
out, and where the backup is all that is known, a thousand after its own, since nobody knows what came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    select,
)

from adapters.database.backup import Meta, highest, rows_of, verified
from adapters.database.migrating import bring_to, refuse_newer
from adapters.database.migrations import HEAD
from adapters.database.tables import cases, messages, metadata

PART = 500  # rows that are written at a time
GAP = 1000  # case numbers that may have been given out after the backup was made
BACK = ("handbok_slack_bots", "handbok_slack_installations", "handbok_slack_states")  # made by slack_sdk


@dataclass(frozen=True)
class Restored:
    """``next_case``: the number that the next case gets."""

    rows: int
    cases: int
    next_case: int


def restore(connection: Connection, file: Path) -> Restored:
    """InputError where the file is no backup, SettingsError where it is of a newer Handbok."""
    meta = verified(file)
    refuse_newer(meta.tables_version)
    if meta.tables_version == HEAD:
        return _fill(connection, meta, _Plain(file, meta))
    with TemporaryDirectory(prefix="handbok-restore-") as folder:
        # Through a database of its own that is as old as the backup, and grows up from there.
        engine = create_engine(f"sqlite:///{folder}/old.db")
        try:
            with engine.begin() as old:
                bring_to(old, meta.tables_version)
                _grow(old, file, meta)
                bring_to(old, "head")
                return _fill(connection, meta, _Old(old, file, meta))
        finally:
            engine.dispose()


class _Plain:
    def __init__(self, file: Path, meta: Meta) -> None:
        self._file, self._meta = file, meta

    def rows(self, name: str) -> Iterator[Mapping[str, Any]]:
        return rows_of(self._file, self._meta, name) if name in self._meta.tables else iter(())


class _Old(_Plain):
    def __init__(self, old: Connection, file: Path, meta: Meta) -> None:
        super().__init__(file, meta)
        self._old = old

    def rows(self, name: str) -> Iterator[Mapping[str, Any]]:
        if name not in metadata.tables:
            return super().rows(name)
        return (dict(row) for row in self._old.execute(select(metadata.tables[name])).mappings())


def _grow(old: Connection, file: Path, meta: Meta) -> None:
    there = MetaData()
    there.reflect(old)
    for table in there.sorted_tables:
        if table.name in meta.tables:
            _insert(old, table, _naive(rows_of(file, meta, table.name)))


def _naive(rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Times as SQLite keeps them."""
    for row in rows:
        yield {name: value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for name, value in row.items()}


def _fill(connection: Connection, meta: Meta, source: _Plain) -> Restored:
    last = {name: highest(connection, table) for name, table in metadata.tables.items()}
    rows = 0
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())
    for table in metadata.sorted_tables:
        rows += _insert(connection, table, source.rows(table.name))
    for name in BACK:
        if name in meta.tables:
            table = _foreign(connection, name, meta)
            connection.execute(table.delete())
            rows += _insert(connection, table, source.rows(name))
    # A message that waits may have been sent since: whoever delivers it looks first.
    connection.execute(messages.update().where(messages.c.state == "queued", messages.c.tries < 1).values(tries=1))
    next_case = 1
    for table in metadata.sorted_tables:
        was, saved = last[table.name], meta.tables[table.name].highest if table.name in meta.tables else None
        if was is None:
            continue
        gap = GAP if table is cases and (saved or 0) > was else 0
        following = _go_on(connection, table, max(was, (saved or 0) + gap))
        next_case = following if table is cases else next_case
    count = connection.scalar(select(func.count()).select_from(cases)) or 0
    return Restored(rows, count, next_case)


def _insert(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]]) -> int:
    known, count = set(table.columns.keys()), 0
    while part := list(islice(rows, PART)):
        connection.execute(table.insert(), [{name: row[name] for name in row if name in known} for row in part])
        count += len(part)
    return count


def _go_on(connection: Connection, table: Table, last: int) -> int:
    """Numbers go on after ``last``; the next."""
    (key,) = table.primary_key.columns
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last))
    else:
        name = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(name, max(last, 1), last > 0)))
    return last + 1


def _foreign(connection: Connection, name: str, meta: Meta) -> Table:
    """A table of slack_sdk's, made where Slack was never set up here."""
    content = meta.tables[name]
    kinds: dict[str, Any] = {"id": Integer, "is_enterprise_install": Boolean}
    kinds |= dict.fromkeys(content.moments, DateTime)
    columns = [Column(each, kinds.get(each, Text), primary_key=each == "id") for each in content.columns]
    table = Table(name, MetaData(), *columns)
    table.create(connection, checkfirst=True)
    return table

"""An address of a database → an engine that is safe to write through."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sqlite3
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from adapters.database.onehop import NoHopConnection, OneHopConnection, connect
from bot.errors import SettingsError, StorageError

BUSY_MS = 30_000  # how long SQLite waits for another writer
AGAIN, IMPATIENT = 0.002, 2.0  # seconds between two tries to write, and for how long before SQLite waits by itself
RESTED = 1.0  # seconds after which a connection to PostgreSQL is asked before it is used again
IDLE_MS = 10_000  # how long PostgreSQL keeps a transaction open whose process says nothing
POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")


def parse(url: str) -> URL:
    """``url`` with the driver that Handbok uses. SettingsError where it names no database that it knows."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(
            "HANDBOK_DATABASE_URL is no address of a database; write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        ) from error
    if parsed.drivername in POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+aiosqlite"):
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError("HANDBOK_DATABASE_URL names no file; write sqlite:///PATH")
        return parsed.set(drivername="sqlite+aiosqlite")
    raise SettingsError(
        f"HANDBOK_DATABASE_URL names {parsed.drivername}; Handbok keeps its data in sqlite or postgresql"
    )


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None of any other."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, *, reading: bool = False) -> AsyncEngine:
    """An engine whose errors and logs never show what is saved. Makes the folder and file of SQLite, for its owner.

    ``reading``: nothing can be written through it. Only SQLite, where readers else wait for writers, has need of it.
    """
    # What these two say when debugging holds what people wrote, and who they are.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    logging.getLogger("sqlalchemy.engine.Engine").addFilter(_without_rows)
    path = sqlite_file(url)
    if path is None:
        engine = create_async_engine(url, hide_parameters=True, pool_timeout=10, connect_args={"connect_timeout": 5})
        event.listen(engine.sync_engine, "connect", _limit)
        event.listen(engine.sync_engine, "checkin", _came_back)
        event.listen(engine.sync_engine, "checkout", partial(_look, engine.sync_engine))
        return engine
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        known = _identity(path)
    except OSError as error:
        raise SettingsError(
            f"HANDBOK_DATABASE_URL: {path} cannot be written ({error.strerror}); choose another"
        ) from error

    async def make() -> OneHopConnection:
        made = await connect(str(path), BUSY_MS, NoHopConnection if reading else OneHopConnection)
        if isinstance(made, NoHopConnection):
            made.check = partial(_check, path, known)
        return made

    engine = create_async_engine(url, hide_parameters=True, async_creator=make)
    event.listen(engine.sync_engine, "connect", _prepare)
    if reading:
        event.listen(engine.sync_engine, "connect", _only_read)
        event.listen(engine.sync_engine, "begin", _begin_reading)
    else:
        event.listen(engine.sync_engine, "begin", lambda connection: _begin(connection, path, known))
    return engine


def _make(path: Path) -> None:
    """The file, for its owner, unless it is there. OSError where it cannot be written to.

    A file that is there is never opened here: closing it again would take SQLite's locks from every connection that
    this process has to it (sqlite.org/howtocorrupt.html, 2.2), and another process would then remove the log that is
    being written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.is_dir() or not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from None


def _without_rows(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, and as we say
    cursor = connection.cursor()
    # What is deleted is overwritten: somebody may have asked for it.
    lasting = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (f"busy_timeout={BUSY_MS}", *lasting):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _only_read(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _limit(connection: Any, _record: Any) -> None:
    # What a frozen process has locked is free again soon.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}")
    cursor.close()
    connection.commit()


def _came_back(_connection: Any, record: Any) -> None:
    record.info["back"] = time.monotonic()


def _look(engine: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that has gone while nobody used it is noticed before it is used again, so that work goes on once
    the database is back. One that was used a moment ago is not asked: that took a third of the time of a short work."""
    if time.monotonic() - record.info.get("back", time.monotonic()) > RESTED:
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the connection has gone") from error


def _begin_reading(connection: Connection) -> None:
    connection.connection.driver_connection.begin()  # type: ignore[union-attr]  # of onehop.py


def _check(path: Path, known: tuple[int, int] | None) -> None:
    # SQLite would go on writing into a file that nobody can open any more.
    if _identity(path) != known:
        raise StorageError("nothing was saved: the database file is gone; put it back and start anew")


def _begin(connection: Connection, path: Path, known: tuple[int, int] | None) -> None:
    _check(path, known)
    # At once a writer: a reader that wants to write later is refused by SQLite without waiting. Where nobody else
    # writes in this moment, that takes no time. Else it is tried often: SQLite by itself sleeps longer and longer,
    # and through the moments at which the file is free.
    here = connection.connection.driver_connection.here  # type: ignore[union-attr]  # of onehop.py
    here.execute("PRAGMA busy_timeout=0")
    try:
        until = time.monotonic() + IMPATIENT
        while not _begun(here) and time.monotonic() < until:
            await_only(asyncio.sleep(AGAIN))
    finally:
        here.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    if not here.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begun(here: sqlite3.Connection) -> bool:
    """A transaction, unless another connection writes."""
    with suppress(sqlite3.OperationalError):
        here.execute("BEGIN IMMEDIATE")
    return here.in_transaction


def _identity(path: Path) -> tuple[int, int] | None:
    """Of the file itself, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

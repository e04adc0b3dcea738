"""Errors of SQLAlchemy and the drivers become StorageError here, and here alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StorageError

SAYS = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_BUSY: "the database is locked by something else; end it",
    sqlite3.SQLITE_READONLY: "the database cannot be written; check its permissions",
    sqlite3.SQLITE_IOERR: "the disk does not take it; check the disk",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened; check its folder and permissions",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged; bring back a copy",
    sqlite3.SQLITE_NOTADB: "the file is no database; check HANDBOK_DATABASE_URL",
}
FULL = "53100"  # PostgreSQL's disk_full
GONE = ("08", "57P")  # a connection that broke; a server that stops


FAILURES = (
    SQLAlchemyError,
    sqlite3.Error,
    psycopg.Error,
    OSError,
)  # OSError: a connection breaks outside of the driver's own calls


@contextmanager
def as_storage_errors(so: str = "nothing was saved") -> Iterator[None]:
    """StorageError in place of whatever the database says. Its text never carries what people wrote.

    ``so``: what came of it.
    """
    try:
        yield
    except FAILURES as error:
        raise storage_error(error, so) from error


def storage_error(error: Exception, so: str = "nothing was saved") -> StorageError:
    """One of FAILURES, as ours."""
    match error:
        case SQLAlchemyError():
            return StorageError(f"{so}: {_reason(error)}")
        case sqlite3.Error():  # quick.py asks the drivers themselves
            return StorageError(f"{so}: {_sqlite_reason(error)}")
        case psycopg.Error():
            return StorageError(f"{so}: {_postgres_reason(error.sqlstate)}")
        case _:
            return StorageError(f"{so}: the database does not answer")


def _reason(error: SQLAlchemyError) -> str:
    if isinstance(error, PoolTimeoutError):
        return "every connection to the database is taken"
    if not isinstance(error, DBAPIError):
        return f"the database refused ({type(error).__name__})"
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_reason(error.orig)
    return _postgres_reason(None if error.connection_invalidated else getattr(error.orig, "sqlstate", None))


def _postgres_reason(state: str | None) -> str:
    if state == FULL:
        return "the database's disk is full; make room"
    if state is None or state.startswith(GONE):
        return "the database does not answer; check that it runs"
    return f"the database refused (SQLSTATE {state})"


def _sqlite_reason(error: sqlite3.Error) -> str:
    code, name = getattr(error, "sqlite_errorcode", 0), getattr(error, "sqlite_errorname", type(error).__name__)
    return SAYS.get(code & 0xFF, f"the database refused ({name})")

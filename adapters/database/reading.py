"""A look at what was learned that changes nothing, beside a running server or without one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, inspect, select

from adapters.database.engine import parse, sqlite_file
from adapters.database.failing import as_storage_errors
from adapters.database.rows import to_learned
from adapters.database.tables import learned, people
from bot.cases import PersonId
from bot.ports import Learned

PATIENCE = 5  # seconds


def learned_in(url: str) -> tuple[list[Learned], dict[PersonId, str]]:
    """Every version of what was learned, and the names of its owners; nothing where there is no database yet.

    Neither makes nor migrates anything, and waits for nobody who writes. SettingsError for an address that is none,
    StorageError where the database does not answer.
    """
    path = sqlite_file(parse(url))
    if path is not None and not path.exists():
        return [], {}
    with as_storage_errors("nothing was read"), _looking(url) as connection:
        if not inspect(connection).has_table(learned.name):
            return [], {}
        found = [to_learned(row) for row in connection.execute(select(learned).order_by(learned.c.id))]
        owners = select(people.c.id, people.c.name).where(people.c.id.in_({each.owner for each in found}))
        return found, {row.id: row.name for row in connection.execute(owners)}


@contextmanager
def _looking(url: str) -> Iterator[Connection]:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    parsed = parse(url)
    path = sqlite_file(parsed)
    if path is None:
        # Deferred, one snapshot for both looks.
        look = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        return create_engine(
            parsed, hide_parameters=True, execution_options=look, connect_args={"connect_timeout": PATIENCE}
        )
    return create_engine("sqlite://", hide_parameters=True, creator=lambda: _connect(path))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=PATIENCE)

"""A look at what was learned that changes nothing, beside a running server or without one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, inspect, select

from adapters.database import keyring
from adapters.database.engine import parse, sqlite_file
from adapters.database.failing import as_storage_errors
from adapters.database.migrating import version
from adapters.database.rows import to_learned
from adapters.database.sealing import Seal
from adapters.database.tables import keys, learned, people
from bot.cases import PersonId
from bot.errors import SettingsError
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
    with as_storage_errors("nothing was read"), looking(url) as connection:
        if not inspect(connection).has_table(learned.name):
            return [], {}
        found = [to_learned(row) for row in connection.execute(select(learned).order_by(learned.c.id))]
        owners = select(people.c.id, people.c.name).where(people.c.id.in_({each.owner for each in found}))
        return found, {row.id: row.name for row in connection.execute(owners)}


def sealed_with_a_key(url: str) -> bool:
    """Whether some key has been used with the database. StorageError where it does not answer, or is none."""
    path = sqlite_file(parse(url))
    if path is not None and not path.exists():
        return False
    with as_storage_errors("nothing was read"), looking(url) as connection:
        if not inspect(connection).has_table(keys.name):
            return False
        return bool(connection.execute(select(keys).limit(1)).first())


def key_fits(url: str, secret: str) -> None:
    """SettingsError where the database is sealed with another key than ``secret`` has."""
    path = sqlite_file(parse(url))
    if path is not None and not path.exists():
        return
    with as_storage_errors("nothing was read"), looking(url) as connection:
        if not inspect(connection).has_table(keys.name):
            return
        if not secret and connection.execute(select(keys).limit(1)).first():
            raise SettingsError("the key beside the database is lost; put it back, or set HANDBOK_SECRET_KEY")
        if secret:
            keyring.all_known(connection, Seal(secret))


def tables_version(url: str) -> str | None:
    """The version of the tables; None where there are none yet. StorageError where the database does not answer."""
    path = sqlite_file(parse(url))
    if path is not None and not path.exists():
        return None
    with as_storage_errors("nothing was read"), looking(url) as connection:
        return version(connection)


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """A connection that cannot write, and sees one moment of the database."""
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

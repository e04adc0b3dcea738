"""Brings the tables to the newest version, once, however many processes start together."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database import keyring
from adapters.database.failing import as_storage_errors
from adapters.database.migrations import HEAD, VERSION_TABLE
from adapters.database.sealing import Seal
from bot.errors import SettingsError

log = logging.getLogger(__name__)
LOCK = 0x48414E44  # "HAND": PostgreSQL's advisory lock of those who migrate


async def migrate(engine: AsyncEngine, seal: Seal) -> None:
    """All in one transaction: a process that dies in the middle leaves the tables as they were.

    SettingsError where the tables are of a newer Handbok, or sealed with another key than ``seal`` has.
    """
    with as_storage_errors():
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)
            await connection.run_sync(keyring.check, seal)


def version(connection: Connection) -> str | None:
    """The version of the tables; None where there are none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # our constant


def refuse_newer(found: str | None) -> None:
    """SettingsError where the tables are of a Handbok that this one does not know."""
    if found is not None and found not in _known():
        raise SettingsError(
            f"the database is of a newer Handbok (its tables are {found}, this one knows {HEAD}); run that one, "
            "or restore a backup from before it"
        )


def _known() -> set[str]:
    """Every version that the tables have had so far, by the names of the migrations."""
    return {path.name.partition("_")[0] for path in (Path(__file__).parent / "migrations" / "versions").glob("0*.py")}


def _upgrade(connection: Connection) -> None:
    found = version(connection)
    if found == HEAD:
        return
    refuse_newer(found)
    bring_to(connection, "head")


def bring_to(connection: Connection, wanted: str) -> None:
    """Runs the migrations up to ``wanted``."""
    from alembic import command  # noqa: PLC0415  # slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)  # what it does is of no interest to an operator
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, wanted)


def copy_before_migrating(path: Path) -> Path | None:
    """A copy of a SQLite file whose tables are about to change, beside it; None where they are not.

    SettingsError where the tables are of a newer Handbok; StorageError where the file is no database.
    """
    with as_storage_errors("nothing was opened"), closing(sqlite3.connect(path)) as source:
        there = source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSION_TABLE,)).fetchone()
        row = source.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() if there else None  # noqa: S608
        found = row[0] if row else None
        refuse_newer(found)
        if found in (None, HEAD):
            return None
        copy = path.with_name(f"{path.name}.before-{HEAD}")
        if not copy.exists():
            handle = os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            os.close(handle)
            with closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            log.warning("Kept the database as it was before its tables change, as %s", copy)
        return copy

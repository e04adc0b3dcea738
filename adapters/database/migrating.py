"""Brings the tables to the newest version, once, however many processes start together."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database.failing import as_storage_errors
from adapters.database.migrations import HEAD, VERSION_TABLE

LOCK = 0x48414E44  # "HAND": PostgreSQL's advisory lock of those who migrate


async def migrate(engine: AsyncEngine) -> None:
    """All in one transaction: a process that dies in the middle leaves the tables as they were."""
    with as_storage_errors():
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)


def version(connection: Connection) -> str | None:
    """The version of the tables; None where there are none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # our constant


def _upgrade(connection: Connection) -> None:
    if version(connection) == HEAD:
        return
    from alembic import command  # noqa: PLC0415  # slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)  # what it does is of no interest to an operator
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

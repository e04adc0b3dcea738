"""One process at a time on one SQLite file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingsError


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Holds the file for this process. The lock goes with the process, however it ends.

    SettingsError where another process has it. The lock stands on a file beside the database: SQLite locks the
    database itself, and would lose its own locks if somebody else closed that file.
    """
    path = database.with_name(database.name + ".lock")
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(_in_use(database, os.pread(handle, 32, 0).decode(errors="replace").strip())) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _in_use(database: Path, process: str) -> str:
    who = f"process {process}" if process else "another process"
    return (
        f"{database} is in use by {who}; stop that one first, or give all of them one PostgreSQL: "
        "HANDBOK_DATABASE_URL=postgresql://…"
    )

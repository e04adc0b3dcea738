"""Lock, migrate, connect; and everything that is done to the database as a whole."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from adapters.database import figures, keyring
from adapters.database.engine import make_engine, parse, sqlite_file
from adapters.database.locking import alone
from adapters.database.migrating import copy_before_migrating, migrate
from adapters.database.outbox import NoOutbox, Outbox
from adapters.database.personal import Personal
from adapters.database.places import Places
from adapters.database.restoring import Restored, restore
from adapters.database.retention import Retention
from adapters.database.sealing import Seal
from adapters.database.store import SqlStore, SqlWork
from adapters.database.tables import PREFIX, metadata
from adapters.database.turns import READERS, Grouped, Reading, Single, Transactions
from adapters.settings.keeping import Keep
from bot.errors import StorageError
from bot.ports import PlatformName

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two tries to reach the database at the start


class Database:
    """An open database."""

    def __init__(
        self,
        url: URL,
        transactions: Transactions,
        reading: Transactions,
        seal: Seal,
        pool: Callable[[], tuple[int, int]],
    ) -> None:
        self.url = url
        self._pool = pool
        self._transactions = transactions
        self._reading = reading
        self._seal = seal

    @property
    def sole(self) -> bool:
        """Whether this process alone writes to it."""
        return sqlite_file(self.url) is not None

    def store(self, outbox: Outbox | None = None, ended: Callable[[], None] = lambda: None) -> SqlStore:
        """``outbox``: enqueues what is to be delivered; without one nothing is. ``ended``: told of each saved work."""
        return SqlStore(self._transactions, self._reading, self._seal, outbox or NoOutbox(), ended)

    def places(self, platform: PlatformName) -> Places:
        return Places(platform, self._transactions, self._seal)

    async def purge(self, keep: Keep, now: datetime) -> dict[str, int]:
        """Deletes what is older than ``keep`` says; how much, by kind. What was deleted is noted."""
        async with self._transactions() as connection:
            return await Retention(connection, self._seal, NoOutbox()).purge(keep, now)

    @asynccontextmanager
    async def personal(self) -> AsyncIterator[Personal]:
        """One transaction about a person, or about what must not be deleted."""
        async with self._transactions() as connection:
            yield Personal(connection, self._seal, NoOutbox())

    async def alive(self) -> None:
        """StorageError where the database does not answer."""
        async with self._reading() as connection:
            await figures.alive(connection)

    async def figures(self, after: int) -> figures.Figures:
        """What a monitor wants to know; ``after``: questions up to that number are counted already."""
        async with self._reading() as connection:
            return await figures.figures(connection, after)

    def connections(self) -> tuple[int, int]:
        """In use, and at most."""
        return self._pool()

    async def count(self, table: str) -> int:
        """How many rows a table holds, by its name without the prefix."""
        async with self._transactions() as connection:
            return await connection.scalar(select(func.count()).select_from(metadata.tables[PREFIX + table])) or 0

    async def restore(self, file: Path, clear: Callable[[Connection], None], outbox: Outbox) -> Restored:
        """A backup in place of what is here, and what it had still to send enqueued. ``clear``: takes away what was to
        be sent before. InputError, SettingsError, StorageError."""
        async with self._transactions() as connection:
            await connection.run_sync(clear)
            restored = await connection.run_sync(restore, file)
            await connection.run_sync(keyring.check, self._seal)
            await SqlWork(connection, self._seal, outbox).send_again()
            return restored

    async def reseal(self) -> int:
        """Seals everything under the first key of the secret; how many pieces."""
        async with self._transactions() as connection:
            count = await Retention(connection, self._seal, NoOutbox()).reseal()
            return count + await connection.run_sync(keyring.reseal, self._seal)

    async def abandon_lost_key(self) -> int:
        """Lets go of what no key that is set opens; how many pieces."""
        async with self._transactions() as connection:
            return await connection.run_sync(keyring.abandon, self._seal)


@asynccontextmanager
async def opened(
    url: str, secret: str = "", *, shared: bool = False, patience: float = 0, trusting: bool = False
) -> AsyncIterator[Database]:
    """The database at ``url``, its tables made or brought up to date.

    ``secret``: HANDBOK_SECRET_KEY, needed for confidential cases alone. ``shared``: goes without the lock that keeps a
    SQLite file to one process; for commands that look in while the server runs, never for whoever delivers.
    ``patience``: seconds to wait for a PostgreSQL that does not answer yet. ``trusting``: whatever
    key it was sealed with.
    Raises SettingsError where the settings cannot hold or another process has the file, StorageError where the
    database does not answer.
    """
    parsed, seal = parse(url), Seal(secret)
    async with AsyncExitStack() as stack:
        engine = make_engine(parsed)
        stack.push_async_callback(engine.dispose)
        path = sqlite_file(parsed)
        if path is not None and not shared:
            stack.enter_context(alone(path))
        if path is not None and not shared:
            await asyncio.to_thread(copy_before_migrating, path)
        await _waiting(engine, Seal("") if trusting else seal, patience)
        if path is None:
            yield Database(parsed, Single(engine), Single(engine), seal, lambda: _in_use(engine))
            return
        reading = make_engine(parsed, reading=True)
        stack.push_async_callback(reading.dispose)
        looks = Reading(reading)
        stack.push_async_callback(looks.close)
        turns = Grouped(engine)
        pump = asyncio.create_task(turns.pump(), name="database: works in turn")
        pump.add_done_callback(lambda _: turns.close())
        try:
            yield Database(parsed, turns, looks, seal, lambda: (1 + len(looks), 1 + READERS))
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)


def _in_use(engine: AsyncEngine) -> tuple[int, int]:
    pool = engine.pool
    if not isinstance(pool, AsyncAdaptedQueuePool):
        return 0, 0
    return pool.checkedout(), pool.size() + pool._max_overflow  # it has no name of its own


async def _waiting(engine: AsyncEngine, seal: Seal, patience: float) -> None:
    """Migrates, as soon as the database answers. StorageError where it does not in time."""
    until = time.monotonic() + patience
    told = False
    while True:
        try:
            return await migrate(engine, seal)
        except StorageError as error:
            if time.monotonic() >= until:
                raise
            if not told:
                log.warning("Waiting up to %d s for the database: %s", patience, error)
                told = True
        await asyncio.sleep(PAUSE)

"""The Store of bot/ports.py over any of the two databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from adapters.database.arriving import Arriving
from adapters.database.casework import Casework
from adapters.database.expecting import Expecting
from adapters.database.helping import Helping
from adapters.database.knowledge import Knowledge
from adapters.database.outbox import NoOutbox, Outbox
from adapters.database.overview import Overview
from adapters.database.personal import Personal
from adapters.database.sealing import Seal
from adapters.database.sending import Sending
from adapters.database.turns import Transactions
from bot.errors import StorageError


class SqlWork(Personal, Arriving, Casework, Sending, Expecting, Helping, Knowledge, Overview):
    """One transaction: a Work of bot/ports.py, and what whoever delivers needs besides."""


class SqlStore:
    """Where everything is kept. ``ended`` is told of each work that was saved."""

    def __init__(
        self, transactions: Transactions, reading: Transactions, seal: Seal, outbox: Outbox, ended: Callable[[], None]
    ) -> None:
        self._transactions = transactions
        self._reading = reading
        self._seal = seal
        self._outbox = outbox
        self._ended = ended

    @asynccontextmanager
    async def work(self, *, first: bool = False) -> AsyncIterator[SqlWork]:
        async with self._transactions(first=first) as connection:
            work = SqlWork(connection, self._seal, self._outbox)
            yield work
            if work.failed:
                raise StorageError("nothing was saved: a part of it failed")
        self._ended()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[SqlWork]:
        async with self._reading() as connection:
            work = SqlWork(connection, self._seal, NoOutbox())
            work.locks = False
            yield work

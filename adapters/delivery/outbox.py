"""Enqueues deliveries and reminders, in the transaction that saves what they are about.

Two queues for messages: platforms that ask for it get one post a channel every 1.2 s, the others none the slower. A
channel is a partition, under a name that says nothing about people. Ids are made from the message, so that the same
delivery cannot be enqueued twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowSerializationFormat
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.delivery.quiet import quieten
from adapters.delivery.trying import as_storage_errors
from bot.ports import Message, Reminder

APPLICATION = "handbok"
SCHEMA = "dbos"
PACED, PLAIN, LATER = "handbok-paced", "handbok-plain", "handbok-later"
DELIVER, CHANGE, REMIND = "deliver", "change", "remind"
PACED_PLATFORMS = frozenset({"slack", "teams"})
FIRST = 1  # the priority of what is urgent: DBOS takes the lowest number first
BUSY_MS = 30_000  # how long SQLite waits for another writer
IDLE_MS = 10_000  # how long PostgreSQL keeps a transaction open whose process says nothing


class DbosOutbox:
    """Implements the Outbox of adapters/database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.client = DBOSClient(
            system_database_engine=engine, dbos_system_schema=SCHEMA, application_name=APPLICATION, lazy=True,
            retry_connection_errors=False,
        )  # fmt: skip

    def clear(self, connection: sa.Connection) -> None:
        """Takes away all that was enqueued or sent, in the caller's transaction: what it was about is replaced."""
        schema = None if connection.dialect.name == "sqlite" else SCHEMA
        there = sa.inspect(connection).get_table_names(schema)
        for name in ("workflow_status", "workflow_input", "workflow_output", "operation_outputs"):
            if name in there:
                workflow: sa.ColumnClause[str] = sa.column("workflow_uuid")
                ours = sa.or_(*(workflow.like(f"{kind}-%") for kind in (DELIVER, CHANGE, REMIND)))
                connection.execute(sa.delete(sa.table(name, schema=schema)).where(ours))

    async def deliver(
        self, connection: AsyncConnection, message: Message, *, private: bool, urgent: bool = False
    ) -> None:
        conversation = partition(message, private)
        options = _sending(DELIVER, message, f"deliver-{message.id}", conversation, urgent=urgent)
        await self._enqueue(connection, options, message.id, conversation)

    async def change(
        self, connection: AsyncConnection, message: Message, number: int, *, private: bool, urgent: bool = False
    ) -> None:
        conversation = partition(message, private)
        options = _sending(CHANGE, message, f"change-{message.id}-{number}", conversation, urgent=urgent)
        await self._enqueue(connection, options, message.id, conversation, number)

    async def remind(self, connection: AsyncConnection, reminder: Reminder) -> None:
        options: EnqueueOptions = {
            "workflow_name": REMIND,
            "queue_name": LATER,
            "workflow_id": f"remind-{reminder.case}-{reminder.name}-{reminder.version}",
            "delay_seconds": max(0.0, (reminder.due - datetime.now(UTC)).total_seconds()),
        }
        await self._enqueue(connection, options, reminder.case, reminder.name, reminder.version)

    async def _enqueue(self, connection: AsyncConnection, options: EnqueueOptions, *ids: int | str) -> None:
        options["serialization_type"] = WorkflowSerializationFormat.PORTABLE  # JSON; never pickles

        def enqueue(sync: sa.Connection) -> None:
            self.client.enqueue_in_transaction(sync, options, *ids)

        await connection.run_sync(enqueue)


def partition(message: Message, private: bool) -> str:
    """Where the message goes, as a name: the same for the same conversation, and no clue which that is.

    A private one has its case's own, so that nothing joins the cases of one confidential asker.
    """
    if private:
        return f"{message.to.platform}-case-{message.case}"
    place = f"{message.to.platform}/{message.to.workspace}/{message.to.conversation}"
    return f"{message.to.platform}-{hashlib.blake2b(place.encode(errors='replace'), digest_size=8).hexdigest()}"


def _sending(workflow: str, message: Message, workflow_id: str, conversation: str, *, urgent: bool) -> EnqueueOptions:
    paced = message.to.platform in PACED_PLATFORMS
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": PACED if paced else PLAIN,
        "workflow_id": workflow_id,
        # within one channel the urgent first, then the oldest, whatever the clock's resolution
        "priority": FIRST if urgent else FIRST + message.id,
    }
    if paced:
        options["queue_partition_key"] = conversation
    return options


def make_engine(url: URL) -> sa.Engine:
    """DBOS's own connections. Its errors and logs never show parameters."""
    if url.get_backend_name() != "sqlite":
        postgres = sa.create_engine(
            url.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True, pool_size=5,
            connect_args={"connect_timeout": 5},
        )  # fmt: skip
        event.listen(postgres, "connect", _limit)
        return postgres
    engine = sa.create_engine(
        url.set(drivername="sqlite"), hide_parameters=True, connect_args={"timeout": BUSY_MS / 1000}
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _limit(connection: Any, _record: Any) -> None:
    # What a frozen process has locked is free again soon.
    connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}")
    connection.commit()


@asynccontextmanager
async def outbox(url: URL) -> AsyncIterator[DbosOutbox]:
    """An outbox on the database at ``url``, with DBOS's tables made or brought up to date.

    StorageError where the database does not answer.
    """
    quieten()
    engine = make_engine(url)
    try:
        await asyncio.to_thread(_migrate, engine.url)
        yield DbosOutbox(engine)
    finally:
        engine.dispose()


def _migrate(url: URL) -> None:
    # DBOS does it in a transaction, under a lock of its own.
    with as_storage_errors():
        DBOS.migrate(url.render_as_string(hide_password=False), schema=SCHEMA)

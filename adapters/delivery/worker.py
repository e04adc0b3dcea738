"""DBOS at work: started under a lease, stopped within seconds, and started anew after the lease was lost."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig

from adapters.delivery.desk import Desk
from adapters.delivery.lease import Lease, leased
from adapters.delivery.outbox import APPLICATION, LATER, PACED, PACED_PLATFORMS, PLAIN, SCHEMA, DbosOutbox
from adapters.delivery.posting import Handlers
from adapters.delivery.takeover import clear, take_over
from adapters.delivery.trying import as_storage_errors, told
from adapters.delivery.workflows import Job, Workflows
from bot.errors import StorageError

log = logging.getLogger(__name__)

VERSION = "1"  # constant: work of another version would never be run
KEPT = timedelta(days=7)  # DBOS's records of what is done


@dataclass(frozen=True)
class Pace:
    """Seconds. ``poll``: between two looks for messages; ``later``: for reminders; ``sweep``: for the dead."""

    poll: float = 0.25
    later: float = 2.0
    sweep: float = 5.0
    beat: float = 2.0  # between two signs of life
    channel: float = 1.2  # between two posts into one channel of a platform that asks for it
    grace: float = 1.5  # for what is being posted when the process is to stop
    first_pause: float = 1.0  # before the first repetition


class Deliveries:
    """What runs in this process. ``ready`` is set while it delivers."""

    def __init__(self, outbox: DbosOutbox, desk: Desk, handlers: Handlers, jobs: Sequence[Job], pace: Pace) -> None:
        self.ready = asyncio.Event()
        self._outbox = outbox
        self._desk = desk
        self._handlers = handlers
        self._jobs = (*jobs, Job("clear-deliveries", "17 3 * * *", "UTC", self._clear))
        self._pace = pace
        paced = not PACED_PLATFORMS.isdisjoint(handlers.messengers)
        self._queues = [PLAIN, LATER, *([PACED] if paced else [])]
        self._workflows: Workflows | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being posted in this moment."""
        return self._workflows is not None and self._workflows.busy

    async def keep_on(self, stop: asyncio.Event) -> None:
        """Delivers until ``stop``, with a new lease whenever one was lost."""
        while not stop.is_set():
            try:
                async with leased(self._outbox.engine.url, self._pace.beat) as lease:
                    await self._under(lease, stop)
            except StorageError as error:
                log.error("Nothing is delivered now: %s", error)  # noqa: TRY400  # the sentence is for the operator
            if not stop.is_set():
                await _first(stop.wait(), asyncio.sleep(self._pace.beat))

    async def _under(self, lease: Lease, stop: asyncio.Event) -> None:
        workflows = Workflows(self._desk, self._handlers, lease.sure, self._pace.first_pause)
        self._workflows = workflows
        try:
            await self._launch(lease, workflows)
            self.ready.set()
            await _first(stop.wait(), lease.lost(), self._sweep(lease))
        finally:
            self.ready.clear()
            if not stop.is_set():
                log.error("Nothing is delivered now: the lease was lost; a new one is taken")
            await self._end(workflows, stopping=stop.is_set())

    async def _launch(self, lease: Lease, workflows: Workflows) -> None:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": self._outbox.engine,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": lease.executor,
            "run_migrations": False,
            "use_listen_notify": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.1,  # it notices a stop only then
        }
        with as_storage_errors():
            await asyncio.to_thread(self._register_queues)
            DBOS(config=config)
            schedules = workflows.register(self._jobs)
            DBOS.listen_queues(self._queues)
            DBOS.launch()  # here, so that workflows run on this loop
            await asyncio.to_thread(DBOS.apply_schedules, schedules)

    def _register_queues(self) -> None:
        register, pace = self._outbox.client.register_queue, self._pace
        register(PLAIN, worker_concurrency=100, polling_interval_sec=pace.poll)
        register(LATER, worker_concurrency=20, polling_interval_sec=pace.later)
        if PACED in self._queues:
            register(
                PACED, partition_concurrency=1, partition_limiter={"limit": 1, "period": pace.channel},
                polling_interval_sec=pace.poll,
            )  # fmt: skip

    async def _clear(self) -> None:
        await clear(self._outbox.client, datetime.now(UTC) - KEPT)

    async def _sweep(self, lease: Lease) -> None:
        while True:
            try:
                if count := await take_over(self._outbox.client, lease):
                    log.warning("Took over %d deliveries of a process that is gone", count)
            except StorageError as error:
                log.warning("Cannot look for what others left: %s", error)
            await asyncio.sleep(self._pace.sweep)

    async def _end(self, workflows: Workflows, *, stopping: bool) -> None:
        ended = asyncio.get_running_loop().create_future()
        # In a thread of its own: DBOS waits for its threads, and those wait for the loop.
        threading.Thread(target=_destroy, args=(ended,), daemon=True, name="delivery: ends").start()
        await workflows.close(self._pace.grace if stopping else 0.0)
        await asyncio.wait({ended}, timeout=1.2 if stopping else None)


def _destroy(ended: asyncio.Future[None]) -> None:

    DBOS.destroy(destroy_registry=True)
    loop = ended.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(_set, ended)


def _set(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


async def _first(*awaited: Coroutine[Any, Any, Any]) -> None:
    """Returns when the first is done, and ends the others. What it raised is raised."""
    tasks = [asyncio.create_task(each) for each in awaited]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def running(
    outbox: DbosOutbox, desk: Desk, handlers: Handlers, *, jobs: Sequence[Job] = (), pace: Pace | None = None
) -> AsyncIterator[Deliveries]:
    """Delivers for as long as it is not left; leaving it takes three seconds at most, and loses nothing.

    One at a time in a process. On SQLite the process must have the file to itself, as adapters.database.opened has it.
    Where the database is gone, it waits until that is back.
    """
    deliveries = Deliveries(outbox, desk, handlers, jobs, pace or Pace())
    stop = asyncio.Event()
    keeping = asyncio.create_task(deliveries.keep_on(stop), name="delivery")
    keeping.add_done_callback(_report)
    ready = asyncio.create_task(deliveries.ready.wait())
    try:
        await asyncio.wait({keeping, ready}, return_when=asyncio.FIRST_COMPLETED)
        if keeping.done():
            keeping.result()
        yield deliveries
    finally:
        ready.cancel()
        stop.set()
        await asyncio.gather(keeping, return_exceptions=True)


def _report(keeping: asyncio.Task[None]) -> None:
    """A fault of ours must not end deliveries without a word."""
    if not keeping.cancelled() and (fault := keeping.exception()) is not None:
        log.critical("Nothing is delivered any more: %s", told(fault))

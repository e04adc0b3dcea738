"""What DBOS runs: small functions of ids, registered anew for each start."""

from __future__ import annotations

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbos import DBOS, ScheduleInput

from adapters.delivery.desk import Desk
from adapters.delivery.outbox import CHANGE, DELIVER, LATER, REMIND
from adapters.delivery.posting import Handlers, Posting
from adapters.delivery.trying import insist


@dataclass(frozen=True)
class Job:
    """Something to do at set times, by one of all processes: ``cron`` in ``zone``. It may run twice after a kill."""

    name: str
    cron: str
    zone: str
    run: Callable[[], Awaitable[object]]


class Workflows:
    """The work of one process. ``sure``: whether it may deliver."""

    def __init__(self, desk: Desk, handlers: Handlers, sure: Callable[[], bool], first_pause: float) -> None:
        self._desk = desk
        self._handlers = handlers
        self._sure = sure
        self._first_pause = first_pause
        self._closing = False
        self._running: set[Task[Any]] = set()
        self._posting = Posting(desk, handlers, self._check, first_pause)

    @property
    def busy(self) -> bool:
        """Whether something is being posted in this moment."""
        return bool(self._posting.busy)

    def register(self, jobs: Sequence[Job]) -> list[ScheduleInput]:
        """Makes them known to DBOS; the schedules of ``jobs`` are to be applied once it runs."""

        @DBOS.workflow(name=DELIVER, max_recovery_attempts=None)
        async def deliver(number: int, conversation: str) -> None:
            await self._tracked(self._posting.deliver(number, conversation))

        @DBOS.workflow(name=CHANGE, max_recovery_attempts=None)
        async def change(number: int, conversation: str, count: int) -> None:
            await self._tracked(self._posting.change(number, conversation, count))

        @DBOS.workflow(name=REMIND, max_recovery_attempts=None)
        async def remind(case: int, kind: str, version: int) -> None:
            await self._tracked(self._remind(case, kind, version))

        return [self._schedule(job) for job in jobs]

    def _schedule(self, job: Job) -> ScheduleInput:
        async def once() -> None:
            self._check()
            await job.run()

        @DBOS.workflow(name=f"job-{job.name}", max_recovery_attempts=None)
        async def run(_at: datetime, _context: object) -> None:
            await self._tracked(insist(once, f"Job {job.name}", self._first_pause))

        return {
            "schedule_name": job.name, "workflow_fn": run, "schedule": job.cron, "context": None,
            "cron_timezone": job.zone, "queue_name": LATER,
        }  # fmt: skip

    async def close(self, grace: float) -> None:
        """What is being posted may end within ``grace`` seconds; the rest is left to whoever comes next."""
        self._closing = True
        busy = set(self._posting.busy)
        if busy and grace:
            await asyncio.wait(busy, timeout=grace)
        for task in self._running:
            task.cancel()

    async def _remind(self, case: int, kind: str, version: int) -> None:
        async def once() -> None:
            async with self._desk.work() as work:
                stands = await work.reminder_stands(case, kind, version)
            if stands:
                self._check()
                await self._handlers.remind(case, kind, version)
                async with self._desk.work() as work:
                    await work.reminded(case, kind, version)

        await insist(once, f"A reminder of case {case}", self._first_pause)

    def _check(self) -> None:
        if self._closing or not self._sure():
            raise asyncio.CancelledError("another process may take over")

    async def _tracked(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs in a task that can be ended with the process; DBOS then counts it as begun, for others to take over."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if self._closing:
            task.cancel()
        await task

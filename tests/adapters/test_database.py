"""What only a database can get wrong: migrations, locks, full disks, lost connections, secrets, forgetting."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import Engine
from store_contract import (
    CHANNEL,
    DIRECT,
    KEY,
    NOW,
    Opened,
    Postgres,
    a_case,
    a_message,
    a_question,
    add_case,
    opened_store,
)

import adapters.database.engine as engines
from adapters.app.starting import own_secret
from adapters.database import key_fits, migrations, new_key, opened, tables_version
from adapters.database.migrating import bring_to
from adapters.database.migrations import HEAD
from adapters.database.tables import metadata
from adapters.settings import ROOT
from adapters.settings.keeping import Keep
from bot.cases import Answer, act
from bot.cases import opened as opening
from bot.errors import SettingsError, StorageError
from bot.ports import CaseFilter, Reminder


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'handbok.sqlite'}"


def sync_engine(url: str) -> Engine:
    parsed = make_url(url)
    return create_engine(parsed.set(drivername="sqlite" if "sqlite" in parsed.drivername else "postgresql+psycopg"))


def execute(url: str, statement: str) -> None:
    """Beside Handbok."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
            connection.commit()
        return
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute(statement.encode())


def dump(url: str) -> str:
    """Everything that a database holds, as text."""
    engine = sync_engine(url)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if "sqlite" in url
            else "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema IN ('public', 'dbos') AND table_type = 'BASE TABLE'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  # the database's own names
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    engine.dispose()
    return "\n".join(found)


# ── migrations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == HEAD


async def test_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    async with opened(url):
        pass
    engine = sync_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrations.VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


async def test_migrating_twice_changes_nothing(url: str) -> None:
    async with opened(url):
        before = dump(url)
    async with opened(url):
        assert dump(url) == before


async def test_replicas_that_start_together_migrate_once(postgres: Postgres) -> None:
    url = postgres.emptied()

    async def start(secret: str) -> int:
        async with opened(url, secret) as database:
            return await database.count("cases")

    assert await asyncio.gather(*(start(KEY) for _ in range(4))) == [0] * 4


# ── one process on one file ──────────────────────────────────────────────────────────────────────────────────────────

SECOND = """
import asyncio, sys
from adapters.database import opened
from bot.errors import SettingsError
async def main():
    async with opened(sys.argv[1]):
        print("in")
try:
    asyncio.run(main())
except SettingsError as error:
    sys.exit(str(error))
"""


async def test_a_second_process_on_the_same_file_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    def second() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", SECOND, sqlite_url(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)

    async with opened(sqlite_url(tmp_path)):
        refused = await asyncio.to_thread(second)
    assert refused.returncode == 1
    assert "is in use by process" in refused.stderr
    assert "HANDBOK_DATABASE_URL=postgresql://" in refused.stderr
    assert (await asyncio.to_thread(second)).stdout == "in\n"


async def test_a_command_may_look_in_while_the_server_runs(tmp_path: Path) -> None:
    async with opened_store(sqlite_url(tmp_path)) as server, opened(sqlite_url(tmp_path), shared=True) as command:
        case = await add_case(server.store)
        async with command.store().work() as work:
            assert await work.case(case.number) == case


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    async with opened(sqlite_url(tmp_path / "new" / "folder")):
        pass
    mode = (tmp_path / "new" / "folder" / "handbok.sqlite").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:////dev/null/x.sqlite"]
)
async def test_an_address_that_cannot_hold_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HANDBOK_DATABASE_URL"):
        async with opened(url):
            pass


async def test_writes_are_safe_from_a_power_cut(tmp_path: Path) -> None:
    async with opened_store(sqlite_url(tmp_path)) as kept, kept.store.work() as work:

        async def pragma(name: str) -> Any:
            return (await work._connection.exec_driver_sql(f"PRAGMA {name}")).scalar()

        assert await pragma("journal_mode") == "wal"
        assert await pragma("synchronous") == 2  # FULL
        assert await pragma("foreign_keys") == 1
        assert await pragma("busy_timeout") == 30_000


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def room() -> Iterator[dict[str, int]]:
    """How many pages any SQLite database opened meanwhile may have."""
    pages = {"most": 0}

    def limit(connection: Any, _record: Any) -> None:
        if pages["most"] and "sqlite" in type(connection).__module__ + type(connection).__name__.lower():
            connection.cursor().execute(f"PRAGMA max_page_count={pages['most']}")

    event.listen(Engine, "connect", limit)
    yield pages
    event.remove(Engine, "connect", limit)


async def test_a_full_disk_is_told_and_nothing_is_half_saved(tmp_path: Path, room: dict[str, int]) -> None:
    async with opened_store(sqlite_url(tmp_path)) as kept:
        first = await add_case(kept.store)
    with closing(sqlite3.connect(tmp_path / "handbok.sqlite")) as connection:
        room["most"] = connection.execute("PRAGMA page_count").fetchone()[0] + 3
    async with opened_store(sqlite_url(tmp_path)) as kept:
        with pytest.raises(StorageError, match="the disk is full"):  # noqa: PT012  # the work is one
            async with kept.store.work() as work:
                case = await work.add_case(a_case(), opening(a_case()), DIRECT)
                await work.add_message(a_message(case))
                await work.add_case(a_case(text="x" * 50_000), opening(a_case()), DIRECT)
        small = await add_case(kept.store, a_case(text="small"))
        async with kept.store.work() as work:
            assert [each.number for each in await work.cases(CaseFilter())] == [small.number, first.number]
            assert await work.messages(small.number) == []
    room["most"] = 0
    async with opened_store(sqlite_url(tmp_path)) as kept:
        large = await add_case(kept.store, a_case(text="x" * 50_000))
        async with kept.store.work() as work:
            assert await work.case(large.number) == large


async def test_of_works_in_one_commit_only_the_one_that_fails_is_lost(tmp_path: Path) -> None:
    async with opened_store(sqlite_url(tmp_path)) as kept:

        async def one(number: int) -> int:
            async with kept.store.work() as work:
                asked = await work.add_question(a_question())
                if number == 3:
                    await work.add_feedback(99, "p", True, "", NOW)
                return asked.id

        outcomes = await asyncio.gather(*map(one, range(8)), return_exceptions=True)
        assert [isinstance(each, StorageError) for each in outcomes] == [number == 3 for number in range(8)]
        assert await kept.database.count("questions") == 7


async def test_a_locked_database_is_told_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 200)
    async with opened_store(sqlite_url(tmp_path)) as kept:
        await add_case(kept.store)
        with closing(sqlite3.connect(tmp_path / "handbok.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="locked by something else"):
                await add_case(kept.store)
            other.execute("ROLLBACK")
        await add_case(kept.store)


async def test_work_goes_on_when_the_database_is_back(postgres: Postgres) -> None:
    async with opened_store(postgres.emptied()) as kept:
        await add_case(kept.store)
        with pytest.raises(StorageError, match="does not answer"):  # noqa: PT012  # the work is one
            async with kept.store.work() as work:
                await work.add_question(a_question())
                with psycopg.connect(postgres.uri, autocommit=True) as admin:
                    admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    )
                await work.add_question(a_question())
        await add_case(kept.store)
        assert await kept.database.count("questions") == 0
        assert await kept.database.count("cases") == 2


async def test_a_database_that_is_not_there_is_told() -> None:
    with pytest.raises(StorageError, match="check that it runs"):
        async with opened("postgresql://nobody@127.0.0.1:1/none"):
            pass


async def test_a_closed_database_saves_nothing_and_says_so(tmp_path: Path) -> None:
    async with opened_store(sqlite_url(tmp_path)) as kept:
        pass
    with pytest.raises(StorageError, match="closed"):
        await add_case(kept.store)


async def test_whoever_only_looks_waits_for_no_writer_and_sees_what_was_saved(tmp_path: Path) -> None:
    async with opened(sqlite_url(tmp_path), KEY) as database, asyncio.timeout(20):
        store = database.store()
        async with store.work() as work:
            person = await work.person(DIRECT, "U1", "Alva", "oslomet")
        async with store.work() as writing:
            await writing.save_person(replace(person, name="Noa"))
            async with store.look() as looking:
                assert await looking.find_account(DIRECT, "U1") == person
                assert await looking.find_account(DIRECT, "U2") is None
        async with store.look() as looking:
            assert await looking.find_account(DIRECT, "U1") == replace(person, name="Noa")


async def test_nothing_is_written_while_looking(tmp_path: Path) -> None:
    async with opened(sqlite_url(tmp_path), KEY) as database:
        with pytest.raises(StorageError):
            async with database.store().look() as looking:
                await looking.person(DIRECT, "U1", "Alva", "oslomet")
        async with database.store().look() as looking:
            assert await looking.find_account(DIRECT, "U1") is None


async def test_a_work_within_a_work_is_refused_rather_than_waiting_for_ever(tmp_path: Path) -> None:
    async with opened_store(sqlite_url(tmp_path)) as kept:
        with pytest.raises(RuntimeError, match="within a work"):
            async with kept.store.work():
                await add_case(kept.store)


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def confidential(kept: Opened) -> tuple[str, int]:
    """A confidential case with a question, feedback and an answer; the person's id and the case's number."""
    async with kept.store.work() as work:
        person = await work.person(DIRECT, "U-alva", "Alva Testperson", "oslomet")
        asked = await work.add_question(a_question(person.id, "Kan jeg varsle?"))
        await work.add_feedback(asked.id, person.id, False, "mer", NOW)
        case = a_case(await work.conceal(person.id), confidential=True, text="Kan jeg varsle?")
        case = await work.add_case(case, opening(case), DIRECT)
        await work.link_question(asked.id, case.number)
        await work.add_feedback(asked.id, person.id, True, "", NOW)
        await work.add_message(a_message(case))
        await work.add_message(a_message(case, "asker", DIRECT))
        await work.remind(Reminder(case.number, "claim", NOW, 1))
        found = await work.case(case.number)
        assert found is not None
        await work.save_case(*act(found, Answer("Ja."), "p-comms", NOW))
    return person.id, case.number


async def test_nothing_leads_from_a_confidential_case_to_its_asker_without_the_key(url: str) -> None:
    async with opened_store(url) as kept:
        person, number = await confidential(kept)
        async with kept.store.work() as work:
            await work.add_message(a_message(replace(a_case(), number=number), "asker", DIRECT))
    lines = [line for line in dump(url).splitlines() if person in line or "U-alva" in line or "D-alva" in line]
    assert len(lines) == 1  # that the person exists
    assert lines[0].split(":")[0].endswith("handbok_people")
    assert "varsle" not in lines[0]


async def test_with_the_key_the_reply_finds_its_way(url: str) -> None:
    async with opened_store(url) as kept:
        person, number = await confidential(kept)
        async with kept.store.work() as work:
            case = await work.case(number)
            assert case is not None
            assert case.asker != person
            assert await work.reveal(case.asker) == person
            assert await work.reveal(person) == person
            assert await work.find_person(case.asker) is None
            assert await work.asked_at(number) == DIRECT
            assert [message.to for message in await work.messages(number)] == [CHANNEL, DIRECT]
            assert await work.conceal(person) != await work.conceal(person)


async def test_a_key_can_be_changed_and_the_old_one_dropped(url: str) -> None:
    async with opened_store(url) as kept:
        person, number = await confidential(kept)
    newer = new_key()
    async with opened_store(url, f"{newer},{KEY}") as kept:
        assert await kept.database.reseal() == 3  # the person, the place, the message's address
    async with opened_store(url, newer) as kept, kept.store.work() as work:
        case = await work.case(number)
        assert case is not None
        assert await work.reveal(case.asker) == person
        assert await work.asked_at(number) == DIRECT
    with pytest.raises(SettingsError, match="not the one that seals this database"):
        async with opened_store(url, KEY):
            pass


async def test_a_wrong_key_is_refused_before_anything_is_sealed_with_it(url: str) -> None:
    async with opened_store(url):
        pass
    with pytest.raises(SettingsError, match="handbok key lost"):
        async with opened_store(url, new_key()):
            pass
    key_fits(url, KEY)
    with pytest.raises(SettingsError, match="not the one that seals"):
        key_fits(url, new_key())
    with pytest.raises(SettingsError, match="is lost"):
        key_fits(url, "")
    async with opened_store(url, f"{new_key()},{KEY}"):  # on its way to a newer one
        pass


async def test_a_key_that_is_lost_for_good_is_let_go_of(url: str) -> None:
    async with opened_store(url) as kept:
        _, number = await confidential(kept)
    newer = new_key()
    async with opened(url, newer, trusting=True) as database:
        assert await database.abandon_lost_key() == 3  # the person, the place, the message's address
    async with opened_store(url, newer) as kept, kept.store.work() as work:
        assert (await work.asked_at(number)).platform == "console"  # nowhere
        assert await work.case(number) is not None


async def test_a_key_beside_the_database_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    database = sqlite_url(tmp_path)
    async with opened(database, own_secret(database)):
        pass
    key = tmp_path / "handbok.key"
    key.unlink()
    with pytest.raises(SettingsError, match="is lost, and it alone opens"):
        own_secret(database)
    assert not key.exists()


async def test_a_newer_database_is_told_in_one_line(url: str) -> None:
    async with opened_store(url):
        pass
    execute(url, "UPDATE handbok_version SET version_num = '9000'")
    with pytest.raises(SettingsError, match="of a newer Handbok") as refused:
        async with opened_store(url):
            pass
    assert "restore a backup" in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "h.db"
    file.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(StorageError, match="the file is no database; check HANDBOK_DATABASE_URL"):
        async with opened(f"sqlite:///{file}", KEY):
            pass
    assert file.read_bytes() == bytes(range(256)) * 40


async def test_a_start_waits_for_the_database_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StorageError, match="does not answer"):
        async with opened("postgresql://x@127.0.0.1:1/none", KEY, patience=1.5):
            pass
    assert [record.message for record in caplog.records if "Waiting up to" in record.message] == [
        "Waiting up to 1 s for the database: nothing was saved: the database does not answer; check that it runs"
    ]


async def test_a_copy_is_kept_before_the_tables_change(tmp_path: Path) -> None:
    database = sqlite_url(tmp_path)
    engine = sync_engine(database)
    with engine.begin() as connection:
        bring_to(connection, "0003")
    engine.dispose()
    execute(database, "INSERT INTO handbok_processed_events (id, at) VALUES ('before', '2027-03-01 12:00:00')")
    async with opened_store(database) as kept:
        assert await kept.database.count("processed_events") == 1
    copy = tmp_path / f"handbok.sqlite.before-{HEAD}"
    assert tables_version(f"sqlite:///{copy}") == "0003"
    assert copy.stat().st_mode & 0o077 == 0


async def test_without_a_key_confidential_cases_are_refused_and_others_are_not(url: str) -> None:
    async with opened_store(url, "") as kept:
        await add_case(kept.store)
        with pytest.raises(SettingsError, match="HANDBOK_SECRET_KEY is not set"):
            await add_case(kept.store, a_case("anon-1", confidential=True))
        with pytest.raises(SettingsError, match="HANDBOK_SECRET_KEY is not set"):
            async with kept.store.work() as work:
                await work.conceal("p-1")
        assert await kept.database.count("cases") == 1


async def test_something_that_is_no_key_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no key"):
        async with opened(sqlite_url(tmp_path), "hunter2"):
            pass


async def test_names_are_never_in_logs(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    async with opened_store(url) as kept:
        await confidential(kept)
        with pytest.raises(StorageError):
            async with kept.store.work() as work:
                await work.add_feedback(999, "U-alva", True, "Alva Testperson", NOW)
    said = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert "INSERT INTO handbok_feedback" in said
    assert "Alva" not in said
    assert "varsle" not in said


# ── forgetting ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_person_who_is_forgotten_is_nowhere_any_more(url: str) -> None:
    async with opened_store(url) as kept:
        person, number = await confidential(kept)
        async with kept.store.work() as work:
            again = await work.person(DIRECT, "U-alva", "Alva Testperson", "oslomet")
            assert again.id == person
            case = await work.add_case(a_case(person), opening(a_case(person)), DIRECT)
            await work.add_message(a_message(case, "asker", DIRECT))
            await work.add_question(a_question(person, "Jeg heter Alva"))
            assert await work.forget(person) >= 8
            assert await work.find_person(person) is None
            assert await work.forget(person) == 0
            assert (await work.case(number)) is not None
    kept_still = dump(url)
    for trace in ("Alva", "U-alva", "D-alva", "gAAAA"):
        assert trace not in kept_still


async def test_what_is_old_is_purged_and_figures_stay(kept: Opened) -> None:
    old = NOW - timedelta(days=400)
    async with kept.store.work() as work:
        before = await work.add_question(a_question("p-1", "gammelt", at=old))
        after = await work.add_question(a_question("p-1", "nytt", at=NOW))
        await work.add_feedback(before.id, "p-1", False, "gammel mangel", old)
        await work.first_time("Ev-1")
    assert await kept.database.purge(Keep(event=0), NOW) == {"question": 1}
    async with kept.store.work() as work:
        found = await work.question(before.id)
        assert found is not None
        assert (found.text, found.person, found.outcome, found.entry) == ("", "forgotten", "answer", "own-pictures")
        assert await work.question(after.id) == after
        assert not await work.first_time("Ev-1")
    assert (await kept.database.purge(Keep(), NOW + timedelta(days=300)))["event"] == 1
    async with kept.store.work() as work:
        assert await work.first_time("Ev-1")


async def test_another_engine_on_the_same_file_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/handbok.db"
    async with opened(url, KEY) as database:
        await add_case(database.store())
        engines.make_engine(engines.parse(url))
        # Whoever looks from outside, and is the last to close, removes the log unless somebody else holds the file.
        looking = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM handbok_cases')"
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", looking, f"{tmp_path}/handbok.db"], check=True)
        assert (tmp_path / "handbok.db-wal").exists()
        await add_case(database.store())
    with closing(sqlite3.connect(tmp_path / "handbok.db")) as connection:
        assert connection.execute("SELECT count(*) FROM handbok_cases").fetchone() == (2,)

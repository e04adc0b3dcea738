"""A backup taken beside a server at work, what a restore gives back, and the numbers that it never gives out again."""

from __future__ import annotations

import asyncio
import re
import zipfile
from pathlib import Path

import pytest
from store_contract import DIRECT, KEY, NOW, Postgres, a_case, a_message, add_case, opened_store
from typer.testing import CliRunner

from adapters.cli import shared
from adapters.cli.app import app
from adapters.database import new_key, opened, tables_version
from adapters.database.backup import back_up, key_in, verified
from adapters.database.migrations import HEAD
from adapters.delivery import outbox
from bot.errors import InputError, SettingsError
from bot.ports import CaseFilter, Reminder


async def restored(url: str, file: Path, secret: str = KEY) -> int:
    """The number that the next case gets."""
    async with opened(url, secret, trusting=True) as database, outbox(database.url) as box:
        return (await database.restore(file, box.clear, box)).next_case


async def some_cases(url: str, count: int = 3) -> None:
    """Open ones with a card on its way and a reminder, and a confidential one."""
    async with opened_store(url) as kept:
        for _ in range(count):
            case = await add_case(kept.store)
            async with kept.store.work() as work:
                await work.add_message(a_message(case))
                await work.remind(Reminder(case.number, "claim", NOW, 1))
        async with kept.store.work() as work:
            person = await work.person(DIRECT, "U-alva", "Alva", "oslomet")
            pseudonym = await work.conceal(person.id)
        await add_case(kept.store, a_case(pseudonym, confidential=True))


async def contents(url: str, secret: str = KEY) -> tuple[object, ...]:
    async with opened(url, secret) as database:
        store = database.store()
        async with store.look() as work:
            cases = await work.cases(CaseFilter(most=1000))
            messages = [await work.messages(case.number) for case in cases]
            asked = [await work.asked_at(case.number) for case in cases]
            askers = [await work.reveal(case.asker) for case in cases]
        return cases, messages, asked, askers


async def test_what_is_backed_up_comes_back_the_same(url: str, tmp_path: Path) -> None:
    await some_cases(url)
    before = await contents(url)
    file = tmp_path / "backup"
    back_up(url, file, KEY, "")
    async with opened_store(url) as kept:
        await add_case(kept.store)  # which the backup does not know
    assert await restored(url, file) == 6 + 0  # 5 was given out
    assert await contents(url) == before
    assert file.stat().st_mode & 0o077 == 0


async def test_what_was_kept_in_sqlite_can_move_to_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    here, there = f"sqlite:///{tmp_path / 'handbok.sqlite'}", postgres.emptied()
    await some_cases(here)
    back_up(here, tmp_path / "backup", KEY, "")
    assert await restored(there, tmp_path / "backup") == 4 + 1000 + 1
    assert await contents(there) == await contents(here)


async def test_no_number_is_given_out_twice_where_the_backup_is_all_that_is_known(url: str, tmp_path: Path) -> None:
    await some_cases(url)
    back_up(url, tmp_path / "backup", KEY, "")
    elsewhere = f"sqlite:///{tmp_path / 'new.sqlite'}"
    await restored(elsewhere, tmp_path / "backup")
    async with opened_store(elsewhere) as kept:
        assert (await add_case(kept.store)).number == 1005


async def test_what_had_still_to_be_sent_is_sent_after_a_restore(url: str, tmp_path: Path) -> None:
    await some_cases(url)
    back_up(url, tmp_path / "backup", KEY, "")
    async with opened(url, KEY) as database, outbox(database.url) as box:
        await database.restore(tmp_path / "backup", box.clear, box)
        waiting = await asyncio.to_thread(box.client.list_workflows, load_input=False)
        again = await database.restore(tmp_path / "backup", box.clear, box)
        assert again.cases == 4
    kinds = sorted(re.sub(r"-.*", "", found.workflow_id) for found in waiting)
    assert kinds == ["deliver"] * 3 + ["remind"] * 3


async def test_a_backup_under_load_holds_all_that_was_acknowledged_before_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handbok.sqlite'}"
    acknowledged = 0

    async with opened_store(url) as kept:

        async def write() -> None:
            nonlocal acknowledged
            while True:
                await add_case(kept.store)
                acknowledged += 1

        writing = [asyncio.create_task(write()) for _ in range(4)]
        lost = 0
        for _ in range(5):
            await asyncio.sleep(0.05)
            before = acknowledged
            meta = await asyncio.to_thread(back_up, url, tmp_path / "backup", KEY, "")
            lost += max(0, before - meta.tables["handbok_cases"].rows)
            assert verified(tmp_path / "backup") == meta
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
    assert acknowledged > 20
    assert lost == 0


async def test_the_key_is_in_it_sealed_or_its_absence_is_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handbok.sqlite'}"
    await some_cases(url, 1)
    with_key = back_up(url, tmp_path / "with", KEY, "a long sentence")
    assert key_in(with_key, "a long sentence") == KEY
    with pytest.raises(SettingsError, match="does not open"):
        key_in(with_key, "another")
    with pytest.raises(SettingsError, match="HANDBOK_BACKUP_PASSPHRASE"):
        key_in(with_key, "")
    assert not back_up(url, tmp_path / "without", KEY, "").has_key
    for name in ("with", "without"):
        assert KEY.encode() not in (tmp_path / name).read_bytes()


async def test_a_wrong_key_restores_nothing(url: str, tmp_path: Path) -> None:
    await some_cases(url)
    before = await contents(url)
    back_up(url, tmp_path / "backup", KEY, "")
    with pytest.raises(SettingsError, match="seals this database"):
        await restored(url, tmp_path / "backup", new_key())
    assert await contents(url) == before


def damaged(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["tables/handbok_cases.jsonl"] = held["tables/handbok_cases.jsonl"].replace(b"oslomet", b"oslomot", 1)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "harm",
    [
        damaged,
        lambda file: file.write_bytes(file.read_bytes()[:-200]),
        lambda file: file.write_bytes(b"\x00" * 500),
        lambda file: file.unlink(),
    ],
    ids=["a changed row", "cut short", "nothing", "gone"],
)
async def test_a_backup_that_is_none_any_more_is_told_and_nothing_is_lost(tmp_path: Path, harm: object) -> None:
    url = f"sqlite:///{tmp_path / 'handbok.sqlite'}"
    await some_cases(url)
    before = await contents(url)
    back_up(url, tmp_path / "backup", KEY, "")
    harm(tmp_path / "backup")  # type: ignore[operator]
    with pytest.raises(InputError):
        await restored(url, tmp_path / "backup")
    assert await contents(url) == before


@pytest.mark.parametrize("version", ["0003", "0010"])
async def test_a_backup_of_an_older_handbok_grows_up(tmp_path: Path, version: str) -> None:
    from sqlalchemy import create_engine, text  # noqa: PLC0415

    from adapters.database.migrating import bring_to  # noqa: PLC0415

    old = f"sqlite:///{tmp_path / 'old.sqlite'}"
    engine = create_engine(old)
    with engine.begin() as connection:
        bring_to(connection, version)
        connection.execute(
            text(
                "INSERT INTO handbok_people (id, platform, workspace, account, organisation, fixed, name)"
                " VALUES ('p-1', 'slack', 'T1', 'U1', 'oslomet', 0, 'Alva')"
            )
        )
    engine.dispose()
    assert back_up(old, tmp_path / "backup", "", "").tables_version == version
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    await restored(new, tmp_path / "backup")
    assert tables_version(new) == HEAD
    async with opened_store(new) as kept, kept.store.look() as work:
        person = await work.find_person("p-1")
        assert person
        assert person.name == "Alva"


def test_the_commands_say_what_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared.settings.cache_clear()
    monkeypatch.setenv("HANDBOK_DATABASE_URL", f"sqlite:///{tmp_path / 'handbok.sqlite'}")
    file = str(tmp_path / "backup")
    try:
        assert "made at the first start" in CliRunner().invoke(app, ["backup", file]).stderr
        asyncio.run(some_cases(f"sqlite:///{tmp_path / 'handbok.sqlite'}"))
        (tmp_path / "handbok.key").write_text(KEY, encoding="ascii")
        done = CliRunner().invoke(app, ["backup", file])
        assert done.exit_code == 0, done.stderr
        assert "read back and the same" in done.stderr
        assert "is NOT in it" in done.stderr
        shared.settings.cache_clear()
        monkeypatch.setenv("HANDBOK_BACKUP_PASSPHRASE", "a long sentence")
        assert "sealed by" in CliRunner().invoke(app, ["backup", file]).stderr
        assert CliRunner().invoke(app, ["restore", file, "--show-key"]).stdout.strip() == KEY
        # onto a machine that knows neither the database nor the key
        shared.settings.cache_clear()
        monkeypatch.setenv("HANDBOK_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'handbok.sqlite'}")
        done = CliRunner().invoke(app, ["restore", file, "--yes"])
        assert done.exit_code == 0, done.stderr
        assert "4 cases; the next case gets number 1005" in done.stderr
        assert (tmp_path / "new" / "handbok.key").read_text(encoding="ascii") == KEY
    finally:
        shared.settings.cache_clear()

"""A person's data: how long it is kept, what is shown of it, and that nothing of it is left when it is erased."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from store_contract import DIRECT, KEY, NOW, Opened, a_case, a_message, a_question, add_case, opened_store
from typer.testing import CliRunner

from adapters.cli import shared
from adapters.cli.app import app
from adapters.database.rules import RULES
from adapters.database.tables import metadata
from adapters.settings.keeping import Keep
from bot.cases import Answer, Claim, Close, act
from bot.erasing import erased
from bot.errors import InputError
from bot.ports import Precedent

NAME, ACCOUNT = "Sigrunn Tveitane", "U07SIGRUN9"


def test_every_table_has_a_rule_and_every_rule_a_table() -> None:
    assert set(RULES) == set(metadata.tables), "say in adapters/database/rules.py what it holds and for how long"
    kinds = set(Keep.__dataclass_fields__)
    for name, rule in RULES.items():
        columns = metadata.tables[name].c
        assert rule.kind in kinds or (not rule.kind and rule.until), name
        assert {*rule.people, *rule.texts} <= set(columns.keys()), name


# ── erased ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def seed(kept: Opened) -> tuple[str, int, int]:
    """Somebody who left a trace wherever one can be left; who, and the numbers of an open and a confidential case."""
    place = replace(DIRECT, conversation="D07SIGRUN9")
    async with kept.store.work() as work:
        person = (await work.person(place, ACCOUNT, NAME, "oslomet")).id
        other = (await work.person(DIRECT, "U-other", "Other", "oslomet")).id
    text = f"Kan jeg dele dette? Hilsen {NAME.split(maxsplit=1)[0]}, sigrunn.t@oslomet.no, 922 33 445"
    case = await add_case(kept.store, a_case(person, text=text), place)
    async with kept.store.work() as work:
        await work.add_message(a_message(case, "asker", place))
        asked = await work.add_question(a_question(person, f"Jeg, {NAME}, lurer"))
        await work.add_feedback(asked.id, person, False, f"{NAME} savner noe", NOW)
        await work.add_precedent(
            Precedent("oslomet", case.language, "Et utkast", "change", f"{NAME} skrev det", other, NOW, None)
        )
        pseudonym = await work.conceal(person)
    async with kept.database.places("slack").work() as places:
        await places.put("T1", "D07SIGRUN9", ACCOUNT, "{}")
    hidden = await add_case(kept.store, a_case(pseudonym, confidential=True, text=f"Dette er {NAME} sin sak"), place)
    theirs = await add_case(kept.store, a_case(other, text=f"{NAME.upper()} sa at det var greit"))
    async with kept.store.work() as work:
        for action, who in ((Claim(), person), (Answer(f"Hilsen {NAME}"), person)):
            theirs, event = act(theirs, action, who, NOW)
            await work.save_case(theirs, event)
    return person, case.number, hidden.number


def everything_in(url: str) -> bytes:
    """Every byte of the database, as a thief of its files would see them, or of a dump."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    found = b""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            found += "\n".join(str(row) for row in connection.execute(f'TABLE "{name}"'.encode())).encode()
    return found


async def test_a_person_who_is_erased_leaves_no_trace_in_the_whole_database(url: str) -> None:
    async with opened_store(url) as kept:
        person, _, hidden = await seed(kept)
    traces = (person, ACCOUNT, "D07SIGRUN9", NAME, NAME.upper(), "Sigrunn", "sigrunn.t@oslomet.no", "922 33 445")
    before = everything_in(url).lower()
    assert all(trace.lower().encode() in before for trace in traces)
    async with opened_store(url) as kept:
        async with kept.database.personal() as work:
            done = await work.erase(person, "asked for")
        assert done.rows > 10
        assert not done.held
        async with kept.store.look() as work:
            case = await work.case(hidden)
            assert case
            assert "sin sak" in case.text  # what was asked stays: it is comms' record
    after = everything_in(url).lower()
    assert [trace for trace in traces if trace.lower().encode() in after] == []


async def test_a_held_case_stays_as_it_is_with_whom_it_is_about(url: str) -> None:
    async with opened_store(url) as kept:
        person, number, _ = await seed(kept)
        async with kept.database.personal() as work:
            await work.hold(number, "claim 17")
            assert (await work.erase(person, "asked for")).held == [number]
        async with kept.store.look() as work:
            case = await work.case(number)
            assert case
            assert "Sigrunn" in case.text
            assert await work.find_person(case.asker) is not None
        async with kept.database.personal() as work:
            assert await work.release(number)
            assert not (await work.erase(person, "asked for")).held
            with pytest.raises(InputError, match="there is no case 99"):
                await work.hold(99, "nothing")


async def test_a_person_is_shown_all_that_is_kept_also_what_is_confidential(url: str) -> None:
    async with opened_store(url) as kept:
        person, number, hidden = await seed(kept)
        async with kept.database.personal() as work:
            found = await work.everything(await work.found(ACCOUNT))
            assert await work.found(NAME) == await work.found(person) == person
            with pytest.raises(InputError, match="nobody here"):
                await work.found("Nobody")
    json.dumps(found)
    assert {number, hidden} <= {row["number"] for row in found["cases"]}
    assert set(found) >= {"people", "places", "questions", "feedback", "cases", "case_events", "messages", "pseudonyms"}
    assert "D07SIGRUN9" in str(found["messages"])
    assert "gAAAA" not in str(found)


@pytest.mark.parametrize(
    ("text", "own", "after"),
    [
        ("Hilsen Kari Nordmann", False, "Hilsen […]"),
        ("KARI  NORDMANN sa", False, "[…] sa"),
        ("Kari Nordmanns sak", False, "[…] sak"),
        ("Kari spør", False, "Kari spør"),
        ("Kari spør, ring 22 45 20 00", True, "[…] spør, ring […]"),
        ("Karianne og Nordmannsforbundet", True, "Karianne og Nordmannsforbundet"),
        ("skriv til kari@x.no eller 010190 12345", True, "skriv til […] eller […]"),
        ("i 2027 var vi 1200 og 12 500", True, "i 2027 var vi 1200 og 12 500"),
    ],
)
def test_a_name_goes_and_the_rest_stays(text: str, own: bool, after: str) -> None:
    assert erased(text, "Kari Nordmann", own=own) == after


def test_nobody_without_a_name_is_taken_for_everybody() -> None:
    assert erased("Dette er en tekst", "", own=True) == "Dette er en tekst"


# ── kept no longer than it is needed ─────────────────────────────────────────────────────────────────────────────────
async def closed(kept: Opened, days: int, **more: object) -> int:
    """A case that was over so many days ago."""
    at = NOW - timedelta(days=days)
    case = await add_case(kept.store, a_case(opened_at=at, **more))
    async with kept.store.work() as work:
        await work.add_message(a_message(case))
        after, event = act(case, Close("done"), "p-comms", at)
        await work.save_case(after, event)
    return case.number


async def test_cases_go_when_their_time_is_up_and_open_and_held_ones_do_not(url: str) -> None:
    async with opened_store(url) as kept:
        old, new, held = await closed(kept, 800), await closed(kept, 100), await closed(kept, 800)
        draft = await closed(kept, 200, kind="draft")
        waiting = (await add_case(kept.store, a_case(opened_at=NOW - timedelta(days=2000)))).number
        async with kept.database.personal() as work:
            await work.hold(held, "claim 17")
        done = await kept.database.purge(Keep(), NOW)
        assert (done["case"], done["draft"]) == (1, 1)
        async with kept.store.look() as work:
            assert [await work.case(number) is None for number in (old, draft, new, held, waiting)] == [
                True, True, False, False, False,
            ]  # fmt: skip
            assert await work.history(old) == await work.messages(old) == []
        assert await kept.database.count("deletions") == len(done)
        assert await kept.database.purge(Keep(), NOW) == {}


async def test_whoever_is_named_by_nothing_any_more_is_forgotten(url: str) -> None:
    later = datetime.now(UTC) + timedelta(days=731)
    async with opened_store(url) as kept:
        async with kept.store.work() as work:
            gone = (await work.person(DIRECT, "U-gone", "Gone", "oslomet")).id
            asks = (await work.person(DIRECT, "U-asks", "Asks", "oslomet")).id
            hidden = (await work.person(DIRECT, "U-hidden", "Hidden", "oslomet")).id
            pseudonym = await work.conceal(hidden)
        await add_case(kept.store, a_case(asks))
        await add_case(kept.store, a_case(pseudonym, confidential=True))
        assert (await kept.database.purge(Keep(), later - timedelta(days=2))).get("person") is None
        assert (await kept.database.purge(Keep(), later))["person"] == 1
        async with kept.store.look() as work:
            assert [await work.find_person(each) is None for each in (gone, asks, hidden)] == [True, False, False]


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_commands_show_hold_and_erase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'handbok.sqlite'}"
    monkeypatch.setenv("HANDBOK_DATABASE_URL", url)
    monkeypatch.setenv("HANDBOK_SECRET_KEY", KEY)
    shared.settings.cache_clear()

    async def seeded() -> tuple[str, int, int]:
        async with opened_store(url) as kept:
            return await seed(kept)

    def run(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, list(arguments))
        return done.exit_code, done.stdout, done.stderr

    try:
        person, number, _ = asyncio.run(seeded())
        status, out, _ = run("person", "export", ACCOUNT)
        assert status == 0
        assert json.loads(out)["person"] == person
        assert run("hold", str(number), "--why", "claim 17")[0] == 0
        assert f"held, and left as they are: case {number}" in run("person", "erase", ACCOUNT, "--yes")[2]
        assert run("release", str(number))[0] == 0
        assert run("person", "erase", ACCOUNT, "--yes")[0] == 0
        status, _, told = run("person", "erase", ACCOUNT, "--yes")
        assert status == 2
        assert "nobody here is called" in told
    finally:
        shared.settings.cache_clear()

"""A case as a record: whole for the archive, and as an extract in which nobody can be found again."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from store_contract import DIRECT, KEY, NOW, a_case, a_message, add_case, opened_store
from typer.testing import CliRunner

from adapters.app.records import schema
from adapters.cli import shared
from adapters.cli.app import app
from adapters.settings import ROOT
from bot.cases import Answer, Claim, Note, act
from bot.language import Language
from bot.wording import wording

ASKER, HELPER = "Sigrunn Tveitane", "Cleo Carlsson"
TEXT = f"Kan vi dele dette?\n<script>alert(1)</script>\nHilsen {ASKER}, sigrunn.t@oslomet.no, 922 33 445"
SAY = wording()


async def dealt_with(url: str, *, confidential: bool = False) -> int:
    """A case from its question to its answer, with an internal note; its number."""
    async with opened_store(url) as kept:
        async with kept.store.work() as work:
            asker = (await work.person(DIRECT, "U-sigrunn", ASKER, "oslomet")).id
            helper = (await work.person(DIRECT, "U-cleo", HELPER, "oslomet")).id
            if confidential:
                asker = await work.conceal(asker)
        case = await add_case(kept.store, a_case(asker, confidential=confidential, text=TEXT))
        async with kept.store.work() as work:
            at = NOW
            for action in (Claim(), Note("Hun er sykmeldt"), Answer(f"Ja, {ASKER}. Hilsen {HELPER}")):
                at += timedelta(minutes=5)
                case, event = act(case, action, helper, at)
                await work.save_case(case, event)
            await work.add_message(a_message(case, "asker", DIRECT))
    return case.number


async def exported(url: str, number: int, folder: Path, *more: str) -> tuple[dict[str, object], str]:
    shared.settings.cache_clear()
    environment = {"HANDBOK_DATABASE_URL": url, "HANDBOK_SECRET_KEY": KEY}
    command = ["case", "export", str(number), str(folder), *more]
    result = await asyncio.to_thread(CliRunner().invoke, app, command, env=environment)
    shared.settings.cache_clear()
    assert result.exit_code == 0, result.output
    name = f"case-{number}-public" if "--public" in more else f"case-{number}"
    found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, json.loads((folder / "case-record.schema.json").read_text(encoding="utf-8")))
    return found, (folder / f"{name}.html").read_text(encoding="utf-8")


async def test_a_case_is_exported_with_its_journal(url: str, tmp_path: Path) -> None:
    number = await dealt_with(url)
    found, page = await exported(url, number, tmp_path / "out")
    assert found["text"] == TEXT
    assert found["asker"] == {"role": "asker", "name": ASKER}
    journal = found["journal"]
    assert isinstance(journal, list)
    assert [step["what"] for step in journal] == ["opened", "claimed", "noted", "answered"]
    assert journal[1]["who"] == {"role": "communications", "name": HELPER}
    assert [each["to"] for each in found["sent"]] == ["asker"]  # type: ignore[attr-defined]
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "saksdokument" in page  # of OsloMet's, and so in Bokmål
    assert ASKER in page


@pytest.mark.parametrize("confidential", [False, True], ids=["open", "confidential"])
async def test_nobody_is_found_in_the_public_extract(url: str, tmp_path: Path, confidential: bool) -> None:
    number = await dealt_with(url, confidential=confidential)
    found, page = await exported(url, number, tmp_path / "out", "--public", "--lang", "sv")
    for traces in (json.dumps(found, ensure_ascii=False), page):
        for trace in ("Sigrunn", "Tveitane", "Cleo", "sigrunn.t@", "922 33 445", "sykmeldt", "U-sigrunn", "anon-"):
            assert trace not in traces, trace
    assert ("Kan vi dele dette?" in page) is not confidential
    assert "allmän handling" in page
    assert [step["what"] for step in found["journal"]] == ["opened", "claimed", "answered"]  # type: ignore[attr-defined]


async def test_whoever_asked_confidentially_stays_so_in_the_whole_record(url: str, tmp_path: Path) -> None:
    found, page = await exported(url, await dealt_with(url, confidential=True), tmp_path)
    assert found["asker"] == {"role": "asker", "name": None}
    assert SAY("talk.held-confidential", Language.NB) in page


def test_a_case_that_is_not_there_is_told(tmp_path: Path) -> None:
    shared.settings.cache_clear()
    environment = {"HANDBOK_DATABASE_URL": f"sqlite:///{tmp_path / 'h.db'}", "HANDBOK_SECRET_KEY": KEY}
    result = CliRunner().invoke(app, ["case", "export", "7", str(tmp_path / "out")], env=environment)
    shared.settings.cache_clear()
    assert (result.exit_code, result.stderr) == (2, "handbok: there is no case 7\n")


def test_the_published_schema_is_the_one_in_use() -> None:
    published = (ROOT / "docs" / "case-record.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema(), "handbok case schema > docs/case-record.schema.json"
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_event_of_a_case_has_a_name() -> None:
    for kind in ("opened", "returned", "rested", "unheard", "withdrawn"):
        assert all(SAY(f"case.event.{kind}", language) for language in Language)

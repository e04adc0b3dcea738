"""Checking a draft: nothing is kept of it unless its author sends it."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from offices import Office

from bot.cases import Kind
from bot.errors import InputError
from bot.language import Language
from bot.messages import CaseCard, Findings, Text
from bot.service import casework, checking

DRAFT = "Ring Kari på 412 34 567, hun er en idiot!"


async def test_a_check_keeps_nothing(office: Office) -> None:
    before = asdict(office.store.kept)
    told = await checking.check(office.desk, office.sender("alva"), DRAFT)
    assert isinstance(told.blocks[0], Findings)
    assert asdict(office.store.kept) == before


async def test_findings_point_at_their_words_and_mask_personal_data(office: Office) -> None:
    (seen,) = (await checking.check(office.desk, office.sender("alva"), DRAFT)).blocks
    assert isinstance(seen, Findings)
    assert seen.verdict == "stop"
    for line in seen.found:
        assert 0 <= line.start <= line.end <= len(DRAFT)
    phone = next(line for line in seen.found if line.rule == "personal-data")
    assert "412" in DRAFT[phone.start : phone.end]
    assert "34 567" not in phone.match


async def test_only_a_ready_draft_is_offered_for_sharing(office: Office) -> None:
    async def offered(draft: str) -> list[str]:
        (seen,) = (await checking.check(office.desk, office.sender("alva"), draft)).blocks
        assert isinstance(seen, Findings)
        return [button.action for button in seen.buttons]

    assert await offered(DRAFT) == ["send-draft", "set-aside"]
    ready = "Så gøy det var på åpen dag i går! Hva lærte du? #OsloMet"
    assert await offered(ready) == ["send-draft", "share-post"]


@pytest.mark.parametrize("empty", ["", "  \n", "\u200b"], ids=["nothing", "blank", "invisible"])
async def test_without_a_draft_it_says_how(office: Office, empty: str) -> None:
    told = await checking.check(office.desk, office.sender("alva"), empty, reply=Language.SV)
    assert told.blocks == (Text(office.desk.say("check.how", Language.SV)),)


async def test_an_unknown_platform_is_an_input_error(office: Office) -> None:
    with pytest.raises(InputError):
        await checking.check(office.desk, office.sender("alva"), DRAFT, platform="myspce")


@pytest.mark.parametrize("kind", [Kind.DRAFT, Kind.SHARE])
async def test_a_draft_sent_is_a_case_of_its_kind(office: Office, kind: Kind) -> None:
    told = await checking.send_draft(office.desk, office.sender("alva"), DRAFT, Language.NB, kind=kind)
    assert told is not None
    case = office.case(told.cases[0])
    assert (case.kind, case.text, case.confidential) == (kind, DRAFT, False)


async def test_a_confidential_draft_does_not_say_whose_it_is(office: Office) -> None:
    told = await checking.send_draft(office.desk, office.sender("alva"), DRAFT, Language.NB, confidential=True)
    assert told is not None
    await office.deliver()
    assert "Alva" not in repr(office.told("C-oslomet"))
    assert office.told("D-alva")


@pytest.mark.parametrize(("draft", "says"), [(" ", "refused.empty"), ("x" * 8001, "refused.too-long")])
async def test_a_draft_that_no_case_can_hold_is_told_so(office: Office, draft: str, says: str) -> None:
    told = await checking.send_draft(office.desk, office.sender("alva"), draft, Language.EN)
    assert told is not None
    assert told.blocks == (Text(office.desk.say(says, Language.EN)),)
    assert not office.store.kept.cases


async def test_comms_sees_what_the_rules_saw_in_a_draft_with_personal_data_masked(office: Office) -> None:
    told = await checking.send_draft(office.desk, office.sender("alva"), DRAFT, Language.NB)
    assert told is not None
    await office.deliver()
    (delivered,) = office.told("C-oslomet")
    opened = await casework.card(office.desk, told.cases[0])
    assert isinstance(delivered, CaseCard)
    assert delivered.findings == opened.findings
    assert len(opened.findings) >= 2
    assert "34 567" not in " ".join(opened.findings)

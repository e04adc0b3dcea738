"""Whatever way an emergency is written to Handbok, care comes first, then a person."""

from __future__ import annotations

from offices import Office, Questions

from bot.cases import Add, Close, Kind, Reopen
from bot.language import Language
from bot.messages import Findings, Text
from bot.service import asking, casework, checking
from bot.service.searching import search

DISTRESS = "Jeg orker ikke å leve lenger"
NUMBER = "116 123"


def first(block: object) -> str:
    assert isinstance(block, Text)
    assert block.urgent
    return block.body


async def test_words_to_comms_are_answered_with_care_and_an_urgent_case(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    sent = await asking.ask_comms(
        office.desk, office.sender("alva"), told.questions[0], text=DISTRESS, confidential=True
    )
    assert sent is not None
    assert NUMBER in first(sent.blocks[0])
    case = office.case(sent.cases[0])
    assert (case.urgent, case.topic, case.confidential) == (True, "handoff/self-harm", True)


async def test_an_addition_makes_a_case_urgent_and_its_asker_hears_at_once(
    office: Office, questions: Questions
) -> None:
    number = await office.a_case(questions.unsure)
    assert not office.case(number).urgent
    done = await casework.do(office.desk, office.sender("alva"), number, Add(DISTRESS))
    assert done is not None
    assert done.refused is None
    assert office.case(number).urgent
    await office.deliver()
    assert any(isinstance(block, Text) and block.urgent and NUMBER in block.body for block in office.told("D-alva"))
    assert any(
        isinstance(block, Text) and block.urgent and DISTRESS in block.body for block in office.told("C-oslomet")
    )


async def test_an_addition_to_a_closed_case_is_an_urgent_case_of_its_own(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.unsure)
    await casework.do(office.desk, office.sender("cleo"), number, Close("done"))
    done = await casework.do(office.desk, office.sender("alva"), number, Add(DISTRESS))
    assert done is not None
    assert NUMBER in first(done.refused)
    (opened,) = (case for case in office.store.kept.cases.values() if case.text == DISTRESS)
    assert opened.urgent


async def test_a_case_opened_again_with_an_emergency_is_urgent(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.unsure)
    await casework.do(office.desk, office.sender("cleo"), number, Close("done"))
    await casework.do(office.desk, office.sender("alva"), number, Reopen(DISTRESS))
    assert office.case(number).urgent


async def test_a_fragment_to_comms_asking_back_raises_no_alarm(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.unsure)
    await casework.do(office.desk, office.sender("alva"), number, Add("Det gjelder Instagram-kontoen vår"))
    assert not office.case(number).urgent


async def test_what_was_missing_may_be_help(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    thanked = await asking.feedback(
        office.desk, office.sender("alva"), told.questions[0], helpful=False, missing=DISTRESS
    )
    assert thanked is not None
    assert NUMBER in first(thanked.blocks[0])
    assert office.case(thanked.cases[0]).urgent


async def test_a_draft_that_is_a_cry_for_help_is_met_with_care_before_findings(office: Office) -> None:
    told = await checking.check(office.desk, office.sender("alva"), DISTRESS, reply=Language.NB)
    found = told.blocks[0]
    assert isinstance(found, Findings)
    assert NUMBER in found.advice
    sent = await checking.send_draft(office.desk, office.sender("alva"), DISTRESS, Language.NB, kind=Kind.DRAFT)
    assert sent is not None
    assert NUMBER in first(sent.blocks[0])
    assert office.case(sent.cases[0]).urgent


def test_a_search_for_help_finds_help(office: Office) -> None:
    (found,) = search(office.desk, "oslomet", DISTRESS, Language.NB)
    assert NUMBER in found.card.body

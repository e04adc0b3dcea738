"""Whether an answer helped, the bot's or a person's: one tap, the last counts, and the reason reaches its giver."""

from __future__ import annotations

import pytest
from offices import Office, Questions

from bot.cases import Answer, Claim
from bot.errors import InputError
from bot.messages import Text
from bot.ports import Learned
from bot.proposing import Proposal
from bot.service import asking, casework, teaching

LESSON = """
- id: weekend
  title: {nb: Helg}
  questions: {nb: [hvem svarer i helga]}
  answers: {oslomet: {nb: Vakta.}}
"""


@pytest.fixture
async def answered(office: Office, questions: Questions) -> int:
    """A case that Bo in comms answered."""
    await office.join_comms("bo")
    number = await office.a_case(questions.unsure)
    for action in (Claim(), Answer("Ring oss.")):
        await casework.do(office.desk, office.sender("bo"), number, action)
    await office.deliver()
    return number


def reasons(office: Office) -> list[str]:
    """What comms was told of what was missing."""
    return [
        sent.block.body for sent in office.recorder.sent if isinstance(sent.block, Text) and "👎" in sent.block.body
    ]


async def test_a_persons_answer_has_both_taps(office: Office, answered: int) -> None:
    (told,) = [block for block in office.told("D-alva") if isinstance(block, Text) and "Ring oss." in block.body]
    assert [(each.action, each.value) for each in told.buttons] == [
        ("helpful", f"-{answered}"), ("not-helpful", f"-{answered}"),
    ]  # fmt: skip


async def test_the_last_tap_counts_and_the_reason_reaches_who_answered(office: Office, answered: int) -> None:
    alva = office.sender
    for helpful, missing in ((True, ""), (False, ""), (False, "Hvem har vakt i helga?")):
        told = await asking.feedback(office.desk, alva("alva"), -answered, helpful=helpful, missing=missing)
        assert told is not None
    ((_, helpful, missing, _, _),) = office.store.kept.judged.values()
    assert (helpful, missing) == (False, "Hvem har vakt i helga?")
    await office.deliver()
    (said,) = reasons(office)
    assert "Hvem har vakt i helga?" in said
    assert "Bo" in said
    repeated = alva("alva")
    assert await asking.feedback(office.desk, repeated, -answered, helpful=True) is not None
    assert await asking.feedback(office.desk, repeated, -answered, helpful=True) is None


async def test_only_its_asker_judges_an_answer_and_only_an_answer(office: Office, answered: int) -> None:
    with pytest.raises(InputError):
        await asking.feedback(office.desk, office.sender("cleo"), -answered, helpful=False)
    with pytest.raises(InputError):
        await asking.feedback(office.desk, office.sender("alva"), -answered - 1, helpful=False)
    waiting = await office.a_case("Hvem velger hvilken kaffe som kjøpes inn til sosiale medier-teamet?")
    with pytest.raises(InputError):
        await asking.feedback(office.desk, office.sender("alva"), -waiting, helpful=False)


async def test_a_confidential_asker_judges_without_being_known(office: Office, questions: Questions) -> None:
    await office.join_comms("bo")
    number = await office.a_case(questions.unsure, confidential=True)
    for action in (Claim(), Answer("Ring oss.")):
        await casework.do(office.desk, office.sender("bo"), number, action)
    assert await asking.feedback(office.desk, office.sender("alva"), -number, helpful=False, missing="Når?")
    ((person, *_),) = office.store.kept.judged.values()
    assert person == office.case(number).asker
    assert person not in office.store.kept.people


async def test_what_was_missing_in_a_taught_answer_reaches_its_owner(office: Office, answered: int) -> None:
    bo = office.sender("bo")
    proposal = await teaching.prepare(office.desk, bo, answered)
    assert isinstance(proposal, Proposal)
    async with office.store.work() as work:
        person = await work.find_account(bo.address, "bo")
        assert person is not None
        await work.add_learned(Learned("weekend", 1, LESSON, None, person.id, answered, person.id, office.clock()))
    told = await asking.ask(office.desk, office.sender("alva"), "Hvilken hashtag skal jeg bruke?")
    assert told is not None
    number = told.questions[0]
    async with office.store.work() as work:
        asked = await work.question(number)
        assert asked is not None
        work.kept.questions[number] = type(asked)(**{**vars(asked), "entry": "weekend"})  # type: ignore[attr-defined]
    await asking.feedback(office.desk, office.sender("alva"), number, helpful=False, missing="Telefonnummeret")
    await office.deliver()
    (said,) = reasons(office)
    assert "Telefonnummeret" in said
    assert "Bo" in said

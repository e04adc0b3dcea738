"""Promises are kept one after the other, until somebody has the case or it is closed; a lost one is made anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from offices import Office, Questions

from bot.cases import Answer, AskBack, Claim, State
from bot.knowledge import Ladder
from bot.ledger import reminders
from bot.messages import Text
from bot.service import casework
from bot.service.desk import Desk
from bot.service.mind import Brain, Mind

CALLED = Ladder(group={"slack": "S0COMMS"}, deputy={"slack": "U0DEPUTY"}, second_channel={"slack": "C-second"})


@pytest.fixture
def desk(office: Office) -> Desk:
    """The office's desk with the real ledger, and somebody to call."""
    knowledge = office.desk.mind.now.knowledge
    called = tuple(replace_ladder(each) for each in knowledge.organisations)
    now = office.desk.mind.now
    known = knowledge.model_copy(update={"organisations": called})
    mind = Mind(Brain(known, now.matcher), office.desk.mind.rules, None)

    def due(case, at, rung):  # type: ignore[no-untyped-def]
        return reminders(case, known.organisation[case.organisation], at, rung)

    return replace(office.desk, mind=mind, due=due)


def replace_ladder(organisation):  # type: ignore[no-untyped-def]
    return organisation.model_copy(update={"ladder": CALLED})


async def fire(office: Office, desk: Desk) -> str:
    """The next thing that was promised happens, as delivery makes it happen; its kind."""
    kept = office.store.kept.reminders
    key = min(kept, key=lambda each: (each[1] == "late", kept[each].due))
    due = kept.pop(key)
    await casework.remind(desk, due.case, due.name, due.version)
    return due.kind


async def test_a_case_that_nobody_takes_is_called_out_up_the_ladder(
    office: Office, questions: Questions, desk: Desk
) -> None:
    number = await office.a_case(questions.handoff)
    office.store.kept.reminders.clear()
    assert await casework.keep_promises(desk) == 1
    assert await casework.keep_promises(desk) == 0
    for _ in range(5):
        assert await fire(office, desk) == "claim"
    kinds = [message.kind for message in office.store.kept.messages.values() if message.case == number]
    called = [kind for kind in kinds if kind not in ("card", "status")]
    assert called[:4] == ["remind-claim", "call-group", "call-deputy", "second-channel"]
    elsewhere = [each.to.conversation for each in office.store.kept.messages.values() if each.kind == "second-channel"]
    assert elsewhere[0] == "C-second"


async def test_a_call_notifies_by_the_platforms_own_id(office: Office, questions: Questions, desk: Desk) -> None:
    await office.a_case(questions.handoff)
    office.store.kept.reminders.clear()
    await casework.keep_promises(desk)
    for _ in range(2):
        await fire(office, desk)
    called = next(each for each in office.store.kept.messages.values() if each.kind == "call-group")
    drawn = await casework.draw_message(desk, called.id)
    assert drawn is not None
    (block,) = drawn[1]
    assert isinstance(block, Text)
    assert block.calls == ("S0COMMS",)


async def test_the_same_promise_kept_twice_says_nothing_twice(office: Office, questions: Questions, desk: Desk) -> None:
    number = await office.a_case(questions.handoff)
    version = office.case(number).version
    before = len(office.store.kept.messages)
    await casework.remind(desk, number, "claim", version)
    await casework.remind(desk, number, "claim", version)
    assert len(office.store.kept.messages) == before + 1


async def test_a_silent_claim_goes_back_and_a_silent_asker_is_told_that_it_is_closed(
    office: Office, questions: Questions, desk: Desk
) -> None:
    number = await office.a_case(questions.handoff)
    office.store.kept.reminders.clear()
    await casework.do(desk, office.sender("cleo"), number, Claim())
    for _ in range(6):
        if office.case(number).state is State.WAITING:
            break
        await fire(office, desk)
    assert office.case(number).state is State.WAITING
    await casework.do(desk, office.sender("cleo"), number, AskBack("Hvilken konto?"))
    assert [await fire(office, desk) for _ in range(2)] == ["asker", "unheard"]
    assert (office.case(number).state, office.case(number).closed_as) == (State.CLOSED, "unheard")
    told = [each.kind for each in office.store.kept.messages.values() if each.audience == "asker"]
    assert told[-2:] == ["remind-asker", "unheard"]


async def test_what_was_answered_long_ago_closes_by_itself(office: Office, questions: Questions, desk: Desk) -> None:
    number = await office.a_case(questions.handoff)
    await casework.do(desk, office.sender("cleo"), number, Answer("Ja."))
    (rest,) = office.store.kept.reminders.values()
    assert rest.due > datetime.now(UTC) - timedelta(days=3650)
    assert await fire(office, desk) == "rest"
    assert office.case(number).closed_as == "done"

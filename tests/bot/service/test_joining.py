"""The same need of several people is one card and one answer; what is confidential or urgent stands apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import Office, Questions

from adapters.chat import handling
from adapters.chat.hub import Office as Hub
from bot.cases import Add, Answer, Claim, State, Withdraw
from bot.language import Language
from bot.messages import CaseCard, Text
from bot.service import asking, casework

ASKED = "Hvem har lov til å bestemme over fargen på heisen?"
AGAIN = "Hvem er det som har lov til å bestemme over fargen på heisen?"


async def a_case(office: Office, text: str, user: str = "alva") -> int:
    """Whatever the handbook says."""
    told = await asking.to_comms(office.desk, office.sender(user), text)
    assert told is not None
    return told.cases[0]


async def three(office: Office) -> list[int]:
    numbers = [await a_case(office, text, user) for text, user in ((ASKED, "alva"), (AGAIN, "bo"), (ASKED, "eli"))]
    await office.deliver()
    return numbers


def cards(office: Office) -> list[CaseCard]:
    """As they were posted, and not as they changed."""
    return [sent.block for sent in office.recorder.sent if isinstance(sent.block, CaseCard) and not sent.changed]


async def test_three_who_ask_the_same_are_one_card_that_says_so(office: Office) -> None:
    first, *others = await three(office)
    assert [office.case(number).joined for number in others] == [first, first]
    assert len(cards(office)) == 1
    card = await casework.card(office.desk, first, Language.NB)
    assert office.desk.say("case.card.people", Language.NB, count=3) in card.repeats_label
    assert AGAIN in card.repeats


async def test_one_answer_reaches_all_of_them_and_each_case_is_answered(office: Office) -> None:
    numbers = await three(office)
    await casework.do(office.desk, office.sender("cleo"), numbers[0], Answer("Driften bestemmer."))
    await office.deliver()
    assert {office.case(number).state for number in numbers} == {State.ANSWERED}
    for user in ("alva", "bo", "eli"):
        assert any("Driften bestemmer." in b.body for b in office.told(f"D-{user}") if isinstance(b, Text)), user


async def test_whoever_adds_something_of_their_own_gets_a_card_of_their_own(office: Office) -> None:
    first, second, _ = await three(office)
    await casework.do(office.desk, office.sender("bo"), second, Add("Det gjelder heisen i Sandvika."))
    await office.deliver()
    assert office.case(second).joined is None
    assert [card.number for card in cards(office)] == [first, second]


async def test_where_the_first_withdraws_the_others_are_still_heard(office: Office) -> None:
    first, second, third = await three(office)
    await casework.do(office.desk, office.sender("alva"), first, Withdraw())
    await office.deliver()
    assert (office.case(second).joined, office.case(third).joined) == (None, second)
    assert [card.number for card in cards(office)] == [first, second]


async def test_comms_separates_what_was_wrongly_joined(office: Office) -> None:
    first, *others = await three(office)
    assert await handling.act(Hub(desk=office.desk), office.sender("cleo"), "part", str(first)) is None
    assert {office.case(number).joined for number in others} == {None}


async def test_a_confidential_one_stands_apart(office: Office, questions: Questions) -> None:
    await a_case(office, questions.answered)
    hidden = await office.a_case(questions.answered, "bo", confidential=True)
    assert office.case(hidden).joined is None
    assert office.case(hidden).alike is None
    open_one = await a_case(office, ASKED)
    refused = await casework.same_as(office.desk, office.sender("cleo"), hidden, open_one)
    assert refused is not None
    assert refused.refused is not None


EVENT = "Hjelp, det brenner i Pilestredet 35 og ingen kommer seg ut!"


async def test_two_who_report_the_same_emergency_are_one_alarm_and_both_are_answered(office: Office) -> None:
    first, second = [await a_case(office, text, user) for text, user in ((EVENT, "alva"), (EVENT.lower(), "bo"))]
    assert office.case(first).urgent
    assert office.case(second).joined == first
    await office.deliver()
    assert [card.number for card in cards(office)] == [first]
    card = await casework.card(office.desk, first, Language.NB)
    assert card.repeats_label == office.desk.say("case.card.people-urgent", Language.NB, count=2)
    await casework.do(office.desk, office.sender("cleo"), first, Answer("Brannvesenet er der."))
    assert {office.case(number).answer for number in (first, second)} == {"Brannvesenet er der."}


async def test_what_may_be_another_emergency_stands_beside_with_a_link_and_only_for_as_long_as_it_is_news(
    office: Office, questions: Questions
) -> None:
    first, second = [await office.a_case(questions.handoff, user) for user in ("alva", "bo")]
    assert office.case(first).urgent
    assert (office.case(second).joined, office.case(second).alike) == (None, first), "journalists are many"
    elsewhere = await a_case(office, EVENT, "eli")
    assert office.case(elsewhere).alike is None, "another topic"
    office.clock.advance(hours=3)
    later = await a_case(office, EVENT, "cleo")
    assert office.case(later).joined is None


async def test_what_is_urgent_and_what_is_not_are_never_the_same_by_themselves(
    office: Office, questions: Questions
) -> None:
    calm = await a_case(office, ASKED)
    urgent = await office.a_case(questions.handoff, "bo")
    assert office.case(urgent).urgent
    assert (office.case(urgent).joined, office.case(urgent).alike) == (None, None)
    assert office.case(calm).urgent is False


async def test_closing_as_a_duplicate_links_to_an_open_case_and_answers_with_that_of_an_answered_one(
    office: Office, questions: Questions
) -> None:
    first, second = (
        await a_case(office, "Når kommer de nye skjermene til lesesalen?"),
        await a_case(office, ASKED, "bo"),
    )
    hub, who = Hub(desk=office.desk), office.sender("cleo")
    given = {"reason": "duplicate", "of": f"#{first}"}
    assert await handling.sent(hub, who, "close", str(second), given) is None
    assert office.case(second).joined == first
    await casework.do(office.desk, office.sender("cleo"), first, Answer("Ja."))
    assert office.case(second).answer == "Ja."
    third = await a_case(office, "Hvem vasker gulvet i andre etasje hos oss da?", "eli")
    assert (
        await handling.sent(hub, office.sender("cleo"), "close", str(third), {"reason": "duplicate", "of": str(first)})
        is None
    )
    assert office.case(third).answer == "Ja."
    wrong = await handling.sent(hub, office.sender("cleo"), "close", str(third), {"reason": "duplicate", "of": "99999"})
    assert wrong is not None


async def test_a_joined_case_keeps_a_next_step_and_calls_nobody_by_itself(office: Office) -> None:
    _, second, _ = await three(office)
    messages = len(office.store.kept.messages)
    (reminder,) = [each for each in office.store.kept.reminders.values() if each.case == second]
    await casework.remind(office.desk, second, reminder.name, reminder.version)
    assert len(office.store.kept.messages) == messages


async def test_a_case_answered_from_two_places_at_once_is_answered_once(office: Office) -> None:
    first, second, _ = await three(office)
    await casework.do(office.desk, office.sender("cleo"), first, Claim())
    late = await casework.do(office.desk, office.sender("dag"), second, Answer("Nei."))
    await casework.do(office.desk, office.sender("cleo"), first, Answer("Ja."))
    assert late is not None
    assert {office.case(number).answer for number in (first,)} == {"Ja."}


@pytest.mark.parametrize("user", ["bo"])
async def test_a_likely_one_is_offered_and_joined_by_a_press(office: Office, questions: Questions, user: str) -> None:
    first, second = (
        await a_case(office, "Når kommer de nye skjermene til lesesalen?"),
        await a_case(office, ASKED, user),
    )
    office.store.kept.cases[second] = replace(office.case(second), alike=first)
    card = await casework.card(office.desk, second, Language.NB)
    assert "join" in [button.action for button in card.buttons]
    assert await handling.act(Hub(desk=office.desk), office.sender("cleo"), "join", str(second)) is None
    assert office.case(second).joined == first

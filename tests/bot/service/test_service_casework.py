"""Casework: every step reaches whom it concerns, and whoever comes too late changes nothing and is told what is so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from offices import Office, Questions

from bot.cases import Action, Add, Answer, AskBack, Claim, Close, Note, Release, Reopen, State, Withdraw
from bot.errors import InputError, StorageError
from bot.language import Language
from bot.messages import CaseCard, StatusCard, Text
from bot.ports import CaseFilter
from bot.service import casework


@pytest.fixture
async def number(office: Office, questions: Questions) -> int:
    """A case of Alva's, waiting."""
    return await office.a_case(questions.handoff)


async def test_a_case_goes_from_claim_to_answer_and_its_asker_sees_each_step(office: Office, number: int) -> None:
    cleo = "cleo"
    await casework.do(office.desk, office.sender(cleo), number, Claim())
    await office.deliver()
    await casework.do(office.desk, office.sender(cleo), number, Answer("Ring oss på 67 23 50 00."))
    await office.deliver()
    case = office.case(number)
    assert (case.state, case.answer) == (State.ANSWERED, "Ring oss på 67 23 50 00.")
    told = office.told("D-alva")
    states = [block.state for block in told if isinstance(block, StatusCard)]
    assert states == [State.CLAIMED, State.ANSWERED]
    assert any(isinstance(block, Text) and "Ring oss på 67 23 50 00." in block.body for block in told)


async def test_the_card_changes_in_place_while_answers_are_posts_of_their_own(office: Office, number: int) -> None:
    await office.deliver()
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Ja."))
    await office.deliver()
    cards = [sent for sent in office.recorder.sent if isinstance(sent.block, CaseCard)]
    assert [card.changed for card in cards] == [False, True]
    assert len({card.post for card in cards}) == 1
    answer = office.recorder.sent[-1]
    assert (answer.to.conversation, answer.changed) == ("D-alva", False)


async def test_two_who_claim_at_once_are_one_claim_and_one_who_is_told_by_whom(office: Office, number: int) -> None:
    first, second = await asyncio.gather(
        casework.do(office.desk, office.sender("cleo"), number, Claim()),
        casework.do(office.desk, office.sender("dag"), number, Claim()),
    )
    assert first is not None
    assert second is not None
    assert first.refused is None
    assert second.refused is not None
    assert "Cleo" in second.refused.body
    assert office.case(number).version == 2


LATE: list[tuple[str, list[tuple[str, Action]], str, Action, str]] = [
    ("an answer to a withdrawn case", [("alva", Withdraw())], "cleo", Answer("Ja."), "refused.withdrawn"),
    ("a claim of a withdrawn case", [("alva", Withdraw())], "cleo", Claim(), "refused.withdrawn"),
    ("an answer to what is another's", [("cleo", Claim())], "dag", Answer("Ja."), "refused.claimed-by-other"),
    ("a second answer", [("cleo", Answer("Ja."))], "dag", Answer("Nei."), "refused.answered-already"),
    ("a claim of what is answered", [("cleo", Answer("Ja."))], "dag", Claim(), "refused.answered"),
    ("a second click on claim", [("cleo", Claim())], "cleo", Claim(), "refused.claimed-by-you"),
    ("a release of nothing", [], "cleo", Release(), "refused.not-claimed"),
    ("an empty answer", [], "cleo", Answer(" \n"), "refused.empty"),
    ("a book", [], "cleo", Answer("x" * 8001), "refused.too-long"),
    ("opening what is open", [], "alva", Reopen(), "refused.open"),
    (
        "adding to a closed case",
        [("cleo", Close("done"))],
        "alva",
        Add("Og?"),
        "refused.closed",
    ),
    ("withdrawing twice", [("alva", Withdraw())], "alva", Withdraw(), "refused.withdrawn"),
    ("a stranger who withdraws", [], "bo", Withdraw(), "refused.not-yours"),
    ("a stranger who answers", [], "bo", Answer("Ja."), "refused.not-comms"),
    ("the asker who answers", [], "alva", Answer("Ja."), "refused.not-comms"),
]


@pytest.mark.parametrize(
    ("before", "who", "action", "says"), [row[1:] for row in LATE], ids=[row[0].replace(" ", "-") for row in LATE]
)
async def test_whoever_comes_too_late_or_may_not_changes_nothing_and_is_told_why(
    office: Office, number: int, before: list[tuple[str, Action]], who: str, action: Action, says: str
) -> None:
    for someone, did in before:
        done = await casework.do(office.desk, office.sender(someone), number, did)
        assert done is not None
        assert done.refused is None
    was, messages = office.case(number), len(office.store.kept.messages)
    done = await casework.do(office.desk, office.sender(who), number, action)
    assert done is not None
    assert done.refused is not None
    assert done.refused.body in [office.desk.say(says, spoken, number=number, who="Cleo") for spoken in Language]
    assert office.case(number) == was
    assert len(office.store.kept.messages) == messages


async def test_a_repeated_press_is_passed_over(office: Office, number: int) -> None:
    assert await casework.do(office.desk, office.sender("cleo", event="press"), number, Note("Hm."))
    assert await casework.do(office.desk, office.sender("cleo", event="press"), number, Note("Hm.")) is None
    assert office.case(number).version == 2


async def test_a_case_that_there_is_not_is_an_input_error(office: Office) -> None:
    with pytest.raises(InputError, match="no case 999"):
        await casework.do(office.desk, office.sender("cleo"), 999, Claim())


async def test_notes_stay_in_comms(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("cleo"), number, Note("Denne er ømtålig."))
    await office.deliver()
    assert "ømtålig" in repr(office.told("C-oslomet"))
    assert "ømtålig" not in repr(office.told("D-alva"))


async def test_comms_asks_back_and_the_askers_word_lands_below_the_card(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("cleo"), number, AskBack("Hvilken avis?"))
    await office.deliver()
    assert any("Hvilken avis?" in block.body for block in office.told("D-alva") if isinstance(block, Text))
    await casework.do(office.desk, office.sender("alva"), number, Add("VG"))
    await office.deliver()
    assert any("VG" in block.body for block in office.told("C-oslomet") if isinstance(block, Text))
    assert office.case(number).claimed_by is not None


async def test_an_answered_case_reopens_for_its_asker_and_waits_again(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Ja."))
    await casework.do(office.desk, office.sender("alva"), number, Reopen("Men når?"))
    assert office.case(number).state is State.WAITING
    await office.deliver()
    assert any("Men når?" in block.body for block in office.told("C-oslomet") if isinstance(block, Text))


async def test_a_confidential_asker_gets_replies_and_is_named_nowhere(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.answered, confidential=True)
    await casework.do(office.desk, office.sender("alva"), number, Add("Det gjelder lønn."))
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Ta det med HR."))
    await office.deliver()
    assert any("Ta det med HR." in repr(block) for block in office.told("D-alva"))
    shown = repr([*office.told("C-oslomet"), *await casework.queue(office.desk, CaseFilter())])
    assert "Alva" not in shown
    assert "Det gjelder lønn." in shown


async def test_ones_own_cases_are_listed_confidential_ones_by_number_and_nobody_elses(
    office: Office, questions: Questions
) -> None:
    mine = await office.a_case(questions.handoff)
    hidden = await office.a_case(questions.answered, confidential=True)
    theirs = await office.a_case(questions.handoff, "bo")
    alva = office.sender("alva")
    assert [card.number for card in await casework.my_cases(office.desk, alva)] == [mine]
    cards = await casework.my_cases(office.desk, alva, also=(hidden, theirs, 999))
    assert [card.number for card in cards] == [hidden, mine]


async def test_a_status_tells_how_far_it_has_come(office: Office, number: int) -> None:
    async def reached() -> list[bool]:
        (card,) = await casework.my_cases(office.desk, office.sender("alva"))
        return [done for _, done in card.steps]

    assert await reached() == [True, False, False, False]
    await office.deliver()
    assert await reached() == [True, True, False, False]
    await casework.do(office.desk, office.sender("cleo"), number, Claim())
    assert await reached() == [True, True, True, False]
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Ja."))
    assert await reached() == [True, True, True, True]


async def test_a_delivered_card_is_drawn_as_things_stand_when_it_is_sent(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("alva"), number, Withdraw())
    await office.deliver()
    cards = [block for block in office.told("C-oslomet") if isinstance(block, CaseCard)]
    assert {card.state for card in cards} == {State.CLOSED}


async def test_a_reminder_speaks_only_while_nothing_has_happened(office: Office, number: int) -> None:
    (reminder,) = office.store.kept.reminders.values()
    await casework.remind(office.desk, number, reminder.kind, reminder.version)
    await office.deliver()
    spoken = office.desk.mind.now.knowledge.organisation["oslomet"].language
    nudge = Text(office.desk.say("case.remind.claim", spoken, number=number), urgent=True)
    assert nudge in office.told("C-oslomet")
    await casework.do(office.desk, office.sender("cleo"), number, Claim())
    before = len(office.store.kept.messages)
    await casework.remind(office.desk, number, reminder.kind, reminder.version)
    assert len(office.store.kept.messages) == before
    (reminder,) = office.store.kept.reminders.values()
    assert reminder.kind == "answer"


async def test_the_queue_is_filtered_and_newest_change_comes_first(office: Office, questions: Questions) -> None:
    first = await office.a_case(questions.handoff)
    second = await office.a_case(questions.unsure, "bo")
    await casework.do(office.desk, office.sender("cleo"), first, Claim())

    async def numbers(wanted: CaseFilter) -> list[int]:
        return [card.number for card in await casework.queue(office.desk, wanted) if isinstance(card, CaseCard)]

    assert await numbers(CaseFilter()) == [first, second]
    assert await numbers(CaseFilter(states=(State.WAITING,))) == [second]
    assert await numbers(CaseFilter(words=questions.handoff.split()[1].upper())) == [first]
    assert await numbers(CaseFilter(organisation="malmo")) == []
    assert await numbers(CaseFilter(most=1)) == [first]


async def test_what_cannot_be_saved_is_as_if_it_had_never_been_tried(office: Office, number: int) -> None:
    was, messages = office.case(number), dict(office.store.kept.messages)
    office.store.broken = True
    with pytest.raises(StorageError):
        await casework.do(office.desk, office.sender("cleo", event="press"), number, Answer("Ja."))
    office.store.broken = False
    assert office.case(number) == was
    assert office.store.kept.messages == messages
    done = await casework.do(office.desk, office.sender("cleo", event="press"), number, Answer("Ja."))
    assert done is not None
    assert done.case is not None
    assert replace(done.case, version=was.version).answer == "Ja."


async def test_a_card_seen_by_comms_is_seen_for_its_asker(office: Office, number: int) -> None:
    await office.deliver()
    assert not await casework.see(office.desk, office.sender("bo"), number)
    assert await casework.see(office.desk, office.sender("cleo"), number)
    assert not await casework.see(office.desk, office.sender("dag"), number)
    (card,) = await casework.my_cases(office.desk, office.sender("alva"))
    assert [done for _, done in card.steps] == [True, True, True, False]


async def test_a_card_offers_its_viewer_what_that_viewer_may_do(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("cleo"), number, Claim())
    async with office.store.work() as work:
        cleo, dag = [await work.person(office.sender(n).address, n, n.title(), "oslomet") for n in ("cleo", "dag")]

    cards = [await casework.card(office.desk, number, viewer=who.id) for who in (cleo, dag)]

    assert {"release", "answer"} <= {button.action for button in cards[0].buttons}
    assert [button.action for button in cards[1].buttons] == ["take-over", "note"]


async def test_only_its_asker_sees_where_a_case_stands(office: Office, number: int) -> None:
    mine = await casework.status(office.desk, office.sender("alva"), number)

    assert mine is not None
    assert mine.number == number
    assert await casework.status(office.desk, office.sender("bo"), number) is None
    assert await casework.status(office.desk, office.sender("alva"), 4711) is None


async def test_comms_sees_on_the_card_that_an_answer_reached_nobody(office: Office, number: int) -> None:
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Ja."))
    async with office.store.work() as work:
        sent = {message.kind: message for message in await work.messages(number)}
    before = await casework.draw_message(office.desk, sent["card"].id)
    async with office.store.work() as work:
        await work.save_message(replace(sent["answer"], state="failed"))
    drawn = await casework.draw_message(office.desk, sent["card"].id)
    assert before is not None
    assert drawn is not None
    assert "⚠️" not in str(before[1])
    assert "⚠️" in str(drawn[1])


async def test_a_card_tells_times_by_the_clock_where_comms_works_and_how_long_it_has_waited(
    office: Office, number: int
) -> None:
    card = await casework.card(office.desk, number, Language.NB)
    sent = card.history[0].at
    assert (sent, sent.tzname()) == (office.clock(), office.clock().astimezone(ZoneInfo("Europe/Oslo")).tzname())
    assert card.age == office.desk.say("case.age.now", Language.NB)
    office.clock.advance(minutes=3)
    later = await casework.card(office.desk, number, Language.NB)
    assert later.age == office.desk.say("case.age.minutes", Language.NB, count=3)

"""Nobody is told the same twice: a question that goes to comms has one reply, which shows where its case stands."""

from __future__ import annotations

from dataclasses import replace

from offices import Office, Questions

from bot.cases import Answer, Claim, State
from bot.messages import Block, StatusCard, Text
from bot.ports import Address
from bot.service import asking, casework


async def asked(office: Office, question: str) -> tuple[int, tuple[Block, ...]]:
    """The case of a question in a chat, and its reply as the platform posts it."""
    told = await asking.ask(office.desk, replace(office.sender("alva"), posts=True), question)
    assert told
    ((message, blocks),) = told.replies
    post = await office.recorder.post(message.to, blocks, key=message.key)
    await asking.posted(office.desk, [(message, post)])
    await office.deliver()
    return told.cases[0], blocks


async def standing(office: Office) -> list[Block]:
    """What the asker's messages show by now, in the order in which they were posted."""
    theirs = [each.id for each in office.store.kept.messages.values() if each.audience == "asker"]
    drawn = [await casework.draw_message(office.desk, number) for number in theirs]
    return [block for each in drawn if each for block in each[1]]


async def test_a_question_that_nobody_knows_is_one_message_with_its_case(office: Office, questions: Questions) -> None:
    number, (said, card) = await asked(office, questions.unsure)
    assert isinstance(said, Text)
    assert isinstance(card, StatusCard)
    assert card.number == number
    messages = [each for each in office.store.kept.messages.values() if each.audience == "asker"]
    assert [(each.kind, each.case) for each in messages] == [("status", number)]


async def test_a_topics_own_words_stand_first_and_stay_when_the_case_moves_on(
    office: Office, questions: Questions
) -> None:
    number, (said, _) = await asked(office, questions.handoff)
    await casework.do(office.desk, office.sender("cleo"), number, Claim())
    await office.deliver()
    first, card = await standing(office)
    assert first == said
    assert isinstance(card, StatusCard)
    assert card.state is State.CLAIMED


async def test_where_an_edit_is_silent_the_answer_is_a_message_of_its_own_and_said_once(
    office: Office, questions: Questions
) -> None:
    number, _ = await asked(office, questions.unsure)
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Driften bestemmer."))
    await office.deliver()
    *_, card, answer = await standing(office)
    assert isinstance(card, StatusCard)
    assert (card.state, card.answer) == (State.ANSWERED, "")
    assert isinstance(answer, Text)
    assert "Driften bestemmer." in answer.body
    (listed,) = await casework.my_cases(office.desk, office.sender("alva"))
    assert listed.answer == "Driften bestemmer.", "a list has no message beside it"


async def test_on_the_page_the_status_alone_tells_the_answer(office: Office, questions: Questions) -> None:
    on_the_page = replace(office.sender("alva"), address=Address("web", "demo", "alva"))
    told = await asking.ask(office.desk, on_the_page, questions.unsure)
    assert told
    await casework.do(office.desk, office.sender("cleo"), told.cases[0], Answer("Driften bestemmer."))
    kinds = [each.kind for each in office.store.kept.messages.values() if each.to.platform == "web"]
    assert kinds == ["status"]

"""Replies to questions, on every database: kept with the question, delivered where they were not posted at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store_contract import DIRECT, NOW, Opened, a_case, a_question, add_case

from bot.ports import Message

SOON = NOW + timedelta(seconds=10)


async def a_reply(kept: Opened) -> Message:
    async with kept.store.work() as work:
        person = await work.person(DIRECT, "U1", "Alva", "oslomet")
        number = (await work.add_question(a_question(person.id))).id
        return await work.add_message(Message("reply", "asker", 0, 0, DIRECT, at=NOW, question=number))


async def test_a_reply_that_was_posted_at_once_is_never_enqueued(kept: Opened) -> None:
    reply = await a_reply(kept)
    async with kept.store.work() as work:
        await work.save_message(replace(reply, state="delivered", post="1700.2", at=NOW))
    async with kept.store.work() as work:
        assert await work.hand_over_replies(SOON) == 0
        assert (await work.message(reply.id)) == replace(reply, state="delivered", post="1700.2", at=NOW)
    assert kept.outbox.sent == []


async def test_a_reply_that_nobody_posted_is_enqueued_once_and_looked_for_first(kept: Opened) -> None:
    reply = await a_reply(kept)
    async with kept.store.work() as work:
        assert await work.hand_over_replies(NOW) == 0, "too early"
        assert await work.hand_over_replies(SOON) == 1
    async with kept.store.work() as work:
        assert await work.hand_over_replies(SOON) == 0
    assert [(what, message.id) for what, message, _ in kept.outbox.sent] == [("deliver", reply.id)]
    async with kept.store.work() as work:
        taken = await work.take_message(reply.id)
    assert taken is not None
    assert taken.tries > 1, "delivery looks before it posts"


async def test_nothing_leads_from_a_confidential_case_to_what_was_posted_for_its_question(kept: Opened) -> None:
    reply = await a_reply(kept)
    case = await add_case(kept.store, a_case(confidential=True))
    async with kept.store.work() as work:
        await work.link_question(reply.question, case.number)
        assert await work.message(reply.id) is None


async def test_who_is_forgotten_has_no_replies(kept: Opened) -> None:
    reply = await a_reply(kept)
    async with kept.store.work() as work:
        person = await work.person(DIRECT, "U1", "Alva", "oslomet")
        await work.forget(person.id)
        assert await work.message(reply.id) is None


async def a_status(kept: Opened) -> Message:
    """A reply whose question opened a case, and so shows where that stands."""
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        person = await work.person(DIRECT, "U1", "Alva", "oslomet")
        number = (await work.add_question(replace(a_question(person.id), case=case.number))).id
        return await work.add_message(Message("status", "asker", case.number, 1, DIRECT, at=NOW, question=number))


async def test_a_reply_that_changes_while_it_is_posted_is_drawn_anew_after_that_and_never_posted_twice(
    kept: Opened,
) -> None:
    status = await a_status(kept)
    async with kept.store.work() as work:
        for _ in range(2):
            await work.change_message(status.id)
    assert kept.outbox.sent == [], "whoever took the question in is posting it"
    async with kept.store.work() as work:
        await work.save_message(replace(status, state="delivered", post="1700.2", at=NOW))
        await work.catch_up(status.id)
    assert [(what, number) for what, number, *_ in kept.outbox.sent] == [("change", status.id)]
    async with kept.store.work() as work:
        await work.take_message(status.id)
        await work.catch_up(status.id)
    assert len(kept.outbox.sent) == 1, "nothing is left to show"


async def test_what_a_case_says_stays_where_its_question_goes(kept: Opened) -> None:
    status = await a_status(kept)
    confidential = await add_case(kept.store, a_case(confidential=True))
    async with kept.store.work() as work:
        await work.link_question(status.question, confidential.number)
        assert await work.message(status.id) == replace(status, question=0), "nothing leads to who asked in confidence"

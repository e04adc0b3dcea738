"""What helps comms, on both databases: followers, saved replies, cases that are joined, questions of a case."""

from __future__ import annotations

from dataclasses import replace

from store_contract import DIRECT, NOW, a_case, a_question, add_case, an_event, opened_store

from bot.cases import State
from bot.ports import Address, SavedReply

OWN = Address("slack", "T1", "D-cleo")


async def test_followers_are_kept_until_they_stop(url: str) -> None:
    async with opened_store(url) as here:
        case = await add_case(here.store)
        async with here.store.work() as work:
            assert await work.follow(case.number, "p-cleo", OWN)
            assert not await work.follow(case.number, "p-cleo", OWN)
        async with here.store.look() as work:
            assert await work.followers(case.number) == [("p-cleo", OWN)]
        async with here.store.work() as work:
            assert await work.unfollow(case.number, "p-cleo")
            assert await work.followers(case.number) == []


async def test_saved_replies_are_kept_changed_and_dropped_by_organisation(url: str) -> None:
    async with opened_store(url) as here:
        async with here.store.work() as work:
            saved = await work.keep_reply(SavedReply("oslomet", "Takk", "Hei {name}!", "p-1", NOW))
            await work.keep_reply(SavedReply("malmo", "Tack", "Hej!", "p-2", NOW))
            await work.keep_reply(replace(saved, text="Hei på deg!"))
        async with here.store.work() as work:
            assert [(each.name, each.text) for each in await work.saved_replies("oslomet")] == [("Takk", "Hei på deg!")]
            await work.drop_reply(saved.id)
            assert await work.saved_replies("oslomet") == []


async def test_joined_cases_are_found_until_they_close_and_a_case_keeps_what_it_was_promised(url: str) -> None:
    async with opened_store(url) as here:
        first = await add_case(here.store)
        second = await add_case(here.store, replace(a_case(), joined=first.number, later_at=NOW, alike=first.number))
        async with here.store.work() as work:
            (found,) = await work.joined_to(first.number)
            assert (found.number, found.later_at, found.alike) == (second.number, NOW, first.number)
            await work.save_case(replace(found, state=State.CLOSED, version=found.version + 1), an_event("closed"))
            assert await work.joined_to(first.number) == []


async def test_the_questions_that_a_case_holds_are_found_in_order(url: str) -> None:
    async with opened_store(url) as here:
        case = await add_case(here.store, asked_at=DIRECT)
        async with here.store.work() as work:
            for text in ("Hva nå?", "Og nå?"):
                await work.add_question(replace(a_question(text=text), case=case.number))
            assert [each.text for each in await work.questions_of_case(case.number)] == ["Hva nå?", "Og nå?"]

"""Conversations are remembered as they are reached now, and gone once Handbok is removed, or the person forgotten."""

from __future__ import annotations

from store_contract import KEY

from adapters.database import opened
from adapters.database.places import Known
from bot.ports import Address

DIRECT = ("tenant", "a:1", "29:alva", "https://one.example/")


async def test_the_latest_way_to_a_conversation_counts(url: str) -> None:
    async with opened(url, KEY) as database, database.places("teams").work() as work:
        assert await work.find("tenant", "a:1") is None
        assert await work.put(*DIRECT)
        assert not await work.put("tenant", "a:1", "29:alva", "https://two.example/")

        assert await work.find("tenant", "a:1") == Known("a:1", "https://two.example/")
        assert await work.own("tenant", "29:alva") == Known("a:1", "https://two.example/")
        assert await work.own("tenant", "29:bo") is None
        assert await work.own("elsewhere", "29:alva") is None


async def test_what_handbok_was_removed_from_is_gone(url: str) -> None:
    async with opened(url, KEY) as database, database.places("teams").work() as work:
        await work.put(*DIRECT)
        await work.drop("tenant", "a:1")

        assert await work.find("tenant", "a:1") is None
        assert await work.put(*DIRECT), "it is new again"


async def test_whoever_is_forgotten_has_no_conversation_left(url: str) -> None:
    async with opened(url, KEY) as database:
        async with database.places("teams").work() as work:
            await work.put(*DIRECT)
            await work.put("tenant", "a:2", "29:bo", "https://one.example/")
        async with database.store().work() as store:
            person = await store.person(Address("teams", "tenant", "a:1"), "29:alva", "Alva", "oslomet")
            await store.forget(person.id)

        async with database.places("teams").work() as work:
            assert await work.own("tenant", "29:alva") is None
            assert await work.own("tenant", "29:bo") is not None

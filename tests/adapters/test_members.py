"""Who may act for comms, while people join and leave."""

from __future__ import annotations

import asyncio

from adapters.chat.members import ChannelMembers

HOME = {"oslomet": ("T1", "C1")}


class Roster:
    """A platform's list of a channel's members; ``asked`` counts. It gives what stood there when it was asked."""

    def __init__(self, *users: str) -> None:
        self.users = frozenset(users)
        self.asked = 0
        self.begun, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def fetch(self, _workspace: str, _channel: str) -> frozenset[str]:
        self.asked += 1
        found = self.users
        self.begun.set()
        await self.open.wait()
        return found


async def test_whoever_was_found_to_be_a_member_stays_one_while_others_come_and_go() -> None:
    members = ChannelMembers(HOME, Roster("cleo").fetch)
    members.knows("p-1", "cleo")
    assert await members.ready("oslomet", "cleo")

    members.changed_in("T1")  # between the question whether she may, and what she does

    assert await members.in_comms("p-1", "oslomet")


async def test_a_change_is_asked_about_before_anybody_acts_again() -> None:
    roster = Roster("cleo")
    members = ChannelMembers(HOME, roster.fetch)
    assert await members.ready("oslomet", "cleo")

    roster.users = frozenset()
    members.changed("C1")

    assert not await members.ready("oslomet", "cleo")
    assert roster.asked == 2


async def test_a_list_that_was_on_its_way_when_somebody_left_does_not_count_for_long() -> None:
    roster = Roster("cleo")
    roster.open.clear()
    members = ChannelMembers(HOME, roster.fetch)
    asking = asyncio.create_task(members.ready("oslomet", "cleo"))
    await roster.begun.wait()

    roster.users = frozenset()
    members.changed_in("T1")
    roster.open.set()
    await asking

    assert not await members.ready("oslomet", "cleo")

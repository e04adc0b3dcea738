"""What Teams sends is taken in once, and saved before it is acknowledged; nothing is lost in silence."""

from __future__ import annotations

from teams_says import ALVA, message
from teams_staff import Staff

from bot.answering import Escalate


async def test_a_message_that_teams_repeats_is_one_case_with_one_reply(staff: Staff) -> None:
    activity = message(staff.world.url, ALVA, staff.first(Escalate))
    for _ in range(3):
        await staff.send(activity)

    assert len(staff.store.kept.cases) == 1
    assert len(staff.said(ALVA)) == 1

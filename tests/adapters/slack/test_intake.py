"""What Slack sends is taken in once, and saved before it is acknowledged; nothing is lost in silence."""

from __future__ import annotations

from typing import Any

import pytest
from slack_staff import CHANNEL, Staff

from bot.answering import Escalate


def message(text: str, ts: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "message", "channel_type": "im", "channel": "D-U-alva", "user": "U-alva", "text": text, "ts": ts,
    } | more  # fmt: skip


@pytest.fixture
def hashtag(staff: Staff) -> str:
    return staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_message_under_three_event_ids_is_one_case_with_one_reply(staff: Staff) -> None:
    for _ in range(3):
        await staff.event(message(staff.first(Escalate), "1711111111.000100", client_msg_id="5f3c"))
    await staff.idle()

    assert len(staff.store.kept.cases) == 1
    assert len(staff.posted("D-U-alva")) == 1


async def test_the_same_words_a_moment_later_are_another_question(staff: Staff, hashtag: str) -> None:
    await staff.event(message(hashtag, "1711111111.000100"))
    await staff.event(message(hashtag, "1711111111.000200"))
    await staff.idle()

    assert len(staff.posted("D-U-alva")) == 2


async def test_a_form_that_was_refused_may_be_sent_again_with_other_words(staff: Staff, hashtag: str) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    await staff.press("U-cleo", staff.posted(CHANNEL)[0], "answer")
    form = staff.windows()[-1] | {"id": "V-same", "hash": "same"}

    def sent(text: str) -> dict[str, Any]:
        field = {"text": {"value": {"type": "plain_text_input", "value": text}}}
        return {"type": "view_submission", "view": form | {"state": {"values": field}}}

    refused = await staff.interact("U-cleo", sent(" "))
    assert refused["response_action"] == "errors"
    assert await staff.interact("U-cleo", sent("Spør driften.")) == {"text": ""}
    (case,) = staff.store.kept.cases.values()
    assert case.answer == "Spør driften."

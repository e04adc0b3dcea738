"""Every kind of payload that Slack documents, and kinds that it does not: none is answered with an error, and whoever
wrote something to Handbok hears of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_staff import Staff

CHANNEL, ALVA = "C-all", "U-alva"
ITEM = {"type": "message", "channel": CHANNEL, "ts": "1.1"}
FILE = {"id": "F1", "user": ALVA, "name": "plakat.png", "mimetype": "image/png"}

# What happens around Handbok; nobody waits for a word about it.
AROUND: list[dict[str, Any]] = [
    {"type": "reaction_added", "user": ALVA, "reaction": "thumbsup", "item": ITEM, "item_user": "UBOT"},
    {"type": "reaction_removed", "user": ALVA, "reaction": "thumbsup", "item": ITEM},
    {"type": "team_join", "user": {"id": ALVA, "name": "alva"}},
    {"type": "user_change", "user": {"id": ALVA, "profile": {"real_name": "Alva"}}},
    {"type": "channel_created", "channel": {"id": CHANNEL, "name": "alle", "creator": ALVA}},
    {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "alle-sammen"}},
    {"type": "channel_archive", "channel": CHANNEL, "user": ALVA},
    {"type": "channel_left", "channel": CHANNEL},
    {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C-new"},
    {"type": "channel_shared", "connected_team_id": "T9", "channel": CHANNEL},
    {"type": "file_shared", "channel_id": CHANNEL, "file_id": "F1", "user_id": ALVA, "file": {"id": "F1"}},
    {"type": "file_deleted", "file_id": "F1", "event_ts": "1.2"},
    {"type": "pin_added", "user": ALVA, "channel_id": CHANNEL, "item": {"type": "message", "message": {"ts": "1.1"}}},
    {"type": "link_shared", "channel": CHANNEL, "user": ALVA, "links": [{"url": "https://example.org", "domain": "x"}]},
    {"type": "emoji_changed", "subtype": "add", "name": "oslomet", "value": "https://example.org/e.png"},
    {"type": "subteam_created", "subteam": {"id": "S1", "handle": "kom"}},
    {"type": "workflow_step_execute", "callback_id": "x", "workflow_step": {"workflow_step_execute_id": "1"}},
    {"type": "function_executed", "function": {"id": "Fn1"}, "inputs": {}, "function_execution_id": "Fx1"},
    {"type": "assistant_thread_started", "assistant_thread": {"user_id": ALVA, "channel_id": "D1", "thread_ts": "1.1"}},
    {"type": "assistant_thread_context_changed", "assistant_thread": {"user_id": ALVA, "context": {}}},
    {"type": "app_context_changed", "user": ALVA, "context": {"entities": []}},
    {"type": "message_metadata_posted", "channel_id": CHANNEL, "metadata": {"event_type": "x", "event_payload": {}}},
    {"type": "shared_channel_invite_received", "invite": {"id": "I1"}, "channel": {"id": CHANNEL}},
    {"type": "tokens_revoked", "tokens": {"oauth": [ALVA]}},
    {"type": "app_home_opened", "user": ALVA, "channel": "D-U-alva", "tab": "home", "view": {"id": "V1", "state": {}}},
    {"type": "app_home_opened", "user": ALVA, "channel": "D-U-alva", "tab": "workflows"},
    {"type": "member_joined_channel", "user": ALVA, "channel": CHANNEL, "channel_type": "C", "inviter": "U-bo"},
    {"type": "message", "channel": CHANNEL, "channel_type": "channel", "user": ALVA, "text": "Lunsj?", "ts": "1.1"},
    {"type": "message", "subtype": "bot_message", "channel": "D1", "channel_type": "im", "bot_id": "B9", "text": "Hei"},
    {"type": "message", "subtype": "channel_join", "channel": CHANNEL, "user": ALVA, "text": "joined", "ts": "1.1"},
    {"type": "message", "subtype": "channel_topic", "channel": CHANNEL, "user": ALVA, "topic": "alt", "ts": "1.1"},
    {"type": "message", "subtype": "message_replied", "channel": CHANNEL, "message": {"ts": "1.1"}, "ts": "1.2"},
    {"type": "message", "subtype": "huddle_thread", "channel": "D1", "channel_type": "im", "user": ALVA, "ts": "1.1"},
    {"type": "message", "subtype": "reminder_add", "channel": "D1", "channel_type": "im", "user": ALVA, "ts": "1.1"},
    {"type": "message", "subtype": "tombstone", "channel": "D1", "channel_type": "im", "user": "USLACKBOT"},
    {"type": "message", "subtype": "of_next_year", "channel": "D1", "channel_type": "im", "user": ALVA, "ts": "1.1"},
    {"type": "message", "subtype": "message_changed", "channel": "D1"},
    {"type": "message", "subtype": "message_deleted", "channel": "D1", "previous_message": "gone"},
    {"type": "message", "channel_type": "im", "channel": "D1", "user": None, "text": None, "ts": None},
    {"type": "of_next_year", "user": [1], "channel": {"deep": [[]]}, "ts": 5},
    {"type": None},
    {},
]  # fmt: skip


def _named(event: dict[str, Any]) -> str:
    return f"{event.get('type')}-{event.get('subtype', '')}".strip("-")


@pytest.mark.parametrize("event", AROUND, ids=_named)
async def test_what_happens_around_handbok_is_taken_and_nobody_is_written_to(
    staff: Staff, event: dict[str, Any]
) -> None:
    await staff.event(event)
    await staff.idle()

    assert not staff.slack.of("chat.postMessage")
    assert not staff.store.kept.questions


# What somebody sends to Handbok itself.
WRITTEN: list[dict[str, Any]] = [
    {"text": ""},
    {"text": "", "subtype": "file_share", "files": [FILE]},
    {"text": "", "subtype": "file_share", "files": [{"id": "F1", "file_access": "check_file_info"}]},
    {"text": "", "subtype": "file_share", "files": [FILE | {"mimetype": "audio/mp4", "subtype": "slack_audio"}]},
    {"text": "leser gjennom", "subtype": "me_message"},
    {"text": "Til alle", "subtype": "thread_broadcast", "thread_ts": "1.0"},
    {"text": "", "attachments": [{"is_share": True, "text": "Videresendt", "ts": "0.9", "author_id": "U-bo"}]},
    {"text": "<https://example.org|lenke> <!here> <@U-bo> <#C1|alle> &amp; *fet*"},
    {"text": "🙂"},
    {"text": "hei", "blocks": [{"type": "rich_text", "elements": []}], "client_msg_id": "c-1", "team": "T1"},
]  # fmt: skip


@pytest.mark.parametrize("more", WRITTEN, ids=lambda more: str(more.get("subtype") or more["text"] or "empty")[:20])
async def test_whoever_writes_to_handbok_gets_a_reply(staff: Staff, more: dict[str, Any]) -> None:
    direct = {"type": "message", "channel_type": "im", "channel": "D-U-alva", "user": ALVA, "ts": "1.1"}
    await staff.event(direct | more)
    await staff.idle()

    assert staff.posted("D-U-alva") or staff.slack.of("chat.postEphemeral")


@pytest.mark.parametrize("more", [{"team": None}, {"team": None, "enterprise": {"id": "E1"}}, {"message": None}])
async def test_a_press_without_what_a_grid_leaves_out_is_taken(staff: Staff, more: dict[str, Any]) -> None:
    pressed = {"type": "block_actions", "actions": [{"type": "button", "action_id": "of-last-year", "value": "1"}]}
    await staff.interact(ALVA, pressed | {"channel": {"id": "D-U-alva"}} | more)


@pytest.mark.parametrize("kind", ["view_closed", "block_suggestion", "workflow_step_edit", "of_next_year"])
async def test_what_nobody_here_asked_for_is_no_error_of_the_server(staff: Staff, kind: str) -> None:
    given = {"type": kind, "user": {"id": ALVA, "team_id": "T1"}, "team": {"id": "T1"}, "view": {"callback_id": "x"}}
    body = urlencode({"payload": json.dumps(given)}).encode()

    assert (await staff.raw(body, "application/x-www-form-urlencoded")).status_code < 500


@pytest.mark.parametrize(
    "given", [{"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}, {"type": "x"}]
)
async def test_what_slack_tells_of_itself_is_no_error_of_the_server(staff: Staff, given: dict[str, Any]) -> None:
    assert (await staff.raw(json.dumps(given).encode(), "application/json")).status_code < 500


async def test_slack_may_make_sure_of_the_address(staff: Staff) -> None:
    asked = {"type": "url_verification", "challenge": "3eZbrw1aB10FEMi4RUBMG", "token": "x"}
    assert asked["challenge"] in (await staff.raw(json.dumps(asked).encode(), "application/json")).text

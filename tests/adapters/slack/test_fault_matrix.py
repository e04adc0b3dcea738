"""Each method of Slack fails once, in each way, in each journey that calls it: its person is served or told in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_staff import CHANNEL, Staff
from slack_workspace import Fault

from adapters.chat import later
from adapters.slack import clients, telling
from bot.answering import Clarify, Escalate
from bot.errors import DeliveryError
from bot.messages import Text
from bot.ports import Address

RETRY_AFTER = 3.0
FAULTS = {
    "429": Fault("ratelimited", 429, {"Retry-After": "3"}),
    "500": Fault(status=500, body="upstream"),
    "502": Fault(status=502, body="upstream"),
    "no answer": Fault(status=504, body="", delay=0.4),
}
FOR_GOOD = {
    "chat.postMessage": "invalid_blocks", "chat.postEphemeral": "user_not_in_channel", "users.info": "user_not_found",
    "views.open": "expired_trigger_id", "conversations.members": "fetch_members_failed",
    "conversations.open": "user_disabled", "response_url": "used_url", "conversations.replies": "thread_not_found",
}  # fmt: skip
SEEN = {"chat.postMessage", "chat.postEphemeral", "views.open", "views.push", "views.publish", "chat.update"}
Journey = Callable[[Staff], Awaitable[object]]


@dataclass
class Waits:
    """Seconds that somebody would have been kept waiting."""

    seconds: float = 0.0

    async def pause(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Time passes in no time; a call that is not answered is given up after a moment."""
    made = Waits()

    async def begun_again(_handler: object, *, state: Any, response: Any = None, **_more: object) -> None:
        asked = response.headers.get("Retry-After") if response else None
        await made.pause(float(asked[0] if isinstance(asked, list) else asked or 1.0))
        state.next_attempt_requested = True
        state.increment_current_attempt()

    monkeypatch.setattr(later, "pause", made.pause)
    for handler in (AsyncRateLimitErrorRetryHandler, AsyncServerErrorRetryHandler):
        monkeypatch.setattr(handler, "prepare_for_next_attempt_async", begun_again)
    short = aiohttp.ClientTimeout(total=0.3)
    monkeypatch.setattr(clients, "TIMEOUT", short)
    monkeypatch.setattr(telling, "TIMEOUT", short)
    monkeypatch.setattr(clients, "CALL_TIMEOUT", 0.3)
    return made


def shown(staff: Staff) -> int:
    """How often somebody saw something of Handbok's."""
    return len(staff.slack.responses) + sum(call.method in SEEN for call in staff.slack.done)


# ── the journeys ─────────────────────────────────────────────────────────────────────────────────────────────────────


def hashtag(staff: Staff) -> str:
    return staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]


async def asks(staff: Staff) -> None:
    await staff.write("U-alva", hashtag(staff))


async def mentions(staff: Staff) -> None:
    await staff.mention("U-alva", "C-any", hashtag(staff))


async def answered(staff: Staff) -> dict[str, Any]:
    await asks(staff)
    return staff.posted("D-U-alva")[-1]


async def offered(staff: Staff) -> dict[str, Any]:
    await staff.write("U-alva", staff.first(Clarify))
    return staff.posted("D-U-alva")[-1]


async def carded(staff: Staff) -> dict[str, Any]:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    return next(each for each in staff.posted(CHANNEL) if "thread_ts" not in each)


def pressing(prepare: Callable[[Staff], Awaitable[dict[str, Any]]], user: str, action: str, **more: str) -> Any:
    """A journey in two parts: what is there before, and the press that is tried."""

    async def prepared(staff: Staff) -> Journey:
        message = await prepare(staff)
        url = {"response_url": staff.slack.url + "respond/1"} if more.get("by") == "url" else {}

        async def press(staff: Staff) -> None:
            await staff.press(user, message | url, action)

        return press

    return prepared


def once(journey: Journey) -> Any:
    async def prepared(_staff: Staff) -> Journey:
        return journey

    return prepared


async def types_checkpost(staff: Staff) -> None:
    await staff.command("U-alva", "/checkpost")


def shortcut(name: str) -> Journey:
    async def chosen(staff: Staff) -> None:
        message = {"type": "message", "ts": "1.1", "text": "Kom på åpen dag!", "user": "U-bo"}
        url = staff.slack.url + "respond/1"
        given = {"type": "message_action", "callback_id": name, "message": message, "response_url": url}
        await staff.interact("U-alva", given | {"channel": {"id": "C-any"}})

    return chosen


async def opens_home(staff: Staff) -> None:
    await staff.event({"type": "app_home_opened", "tab": "home", "user": "U-cleo", "channel": "D-U-cleo"})
    await staff.idle()


JOURNEYS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "asks": (once(asks), ("chat.postMessage", "users.info")),
    "mentions": (once(mentions), ("chat.postMessage", "users.info")),
    "chooses": (pressing(offered, "U-alva", "choose"), ("chat.postMessage",)),
    "says that it helped": (pressing(answered, "U-alva", "helpful"), ("chat.postMessage",)),
    "says so where Slack gives a way back": (pressing(answered, "U-alva", "helpful", by="url"), ("response_url",)),
    "says that it did not help": (pressing(answered, "U-alva", "not-helpful"), ("chat.postMessage",)),
    "asks comms": (pressing(answered, "U-alva", "ask-comms"), ("views.open",)),
    "opens the form": (once(types_checkpost), ("views.open",)),
    "checks a post": (once(shortcut("check_message")), ("views.open",)),
    "asks about a post": (once(shortcut("ask_about")), ("views.open",)),
    "answers a case": (pressing(carded, "U-cleo", "answer"), ("views.open",)),
    "looks at a whole case": (pressing(carded, "U-cleo", "more"), ("views.open", "conversations.members")),
    "claims what is not theirs": (
        pressing(carded, "U-bo", "claim"), ("chat.postEphemeral", "conversations.members", "users.info"),
    ),
    "opens Home": (once(opens_home), ("views.publish", "conversations.members")),
}  # fmt: skip
# Home that is refused for good stays as it stood; nobody waits for a word about it.
EXCEPT = {("views.publish", "for good")}


def cases() -> list[Any]:
    return [
        pytest.param(prepared, method, kind, id=f"{name}-{method}-{kind}")
        for name, (prepared, methods) in JOURNEYS.items()
        for method in methods
        for kind in (*FAULTS, "for good")
        if (method, kind) not in EXCEPT
    ]


@pytest.mark.parametrize(("prepared", "method", "kind"), cases())
async def test_whoever_meets_a_fault_is_served_or_told_in_time(
    staff: Staff, waits: Waits, prepared: Any, method: str, kind: str
) -> None:
    journey = await prepared(staff)
    staff.handbok.hub.directory._names.clear()
    staff.connection.members._listed.clear()
    waits.seconds, before = 0.0, shown(staff)
    for_good = Fault(FOR_GOOD.get(method, "refused"), 404 if method == "response_url" else 200)
    staff.slack.faults[method] = [for_good if kind == "for good" else FAULTS[kind]]

    await journey(staff)

    assert not staff.slack.faults[method], "the journey calls it"
    assert shown(staff) > before, "somebody would have seen nothing"
    assert waits.seconds <= (RETRY_AFTER + 5 if kind == "429" else 10)


# ── what is sent in another way ──────────────────────────────────────────────────────────────────────────────────────


async def test_what_slack_does_not_show_as_it_is_drawn_is_sent_as_plain_text(staff: Staff, waits: Waits) -> None:
    staff.slack.faults["chat.postMessage"] = [Fault("invalid_blocks")]
    await asks(staff)

    (answer,) = staff.posted("D-U-alva")
    assert "blocks" not in answer
    assert "#oslomet" in answer["text"]


async def test_an_answer_whose_question_was_deleted_comes_to_its_asker_alone(staff: Staff) -> None:
    thread = staff.slack.post("C-any", "Hvem?")
    reference = json.dumps({"user": "U-alva"})
    staff.slack.deleted.add(thread)
    to = Address("slack", "T1", "C-any", thread, reference)

    post = await staff.connection.messenger.post(to, [Text("Svaret")], key="case-1-message-9")

    assert not staff.posted("C-any")
    (told,) = staff.posted("D-U-alva")
    assert told["ts"] == post
    assert await staff.connection.messenger.find(to, key="case-1-message-9") == post


async def test_a_long_answer_is_divided_and_nothing_of_it_is_cut(staff: Staff) -> None:

    sentences = [f"Setning {number} handler om & og <merker>." for number in range(400)]
    to = Address("slack", "T1", "D-U-alva")
    post = await staff.connection.messenger.post(to, [Text(" ".join(sentences))], key="case-1-message-3")

    stand = staff.posted("D-U-alva")
    whole = json.dumps([each["blocks"] for each in stand], ensure_ascii=False)
    assert all(f"Setning {number} " in whole for number in range(400))
    assert len(stand) > 1
    assert stand[0]["ts"] == post == await staff.connection.messenger.find(to, key="case-1-message-3")


async def test_a_long_answer_that_broke_off_goes_on_where_it_did(staff: Staff) -> None:

    to, text = Address("slack", "T1", "D-U-alva"), [Text("Dette er en setning til. " * 800)]
    messenger = staff.connection.messenger
    posted = staff.slack.faults["chat.postMessage"]
    first = asyncio.create_task(messenger.post(to, text, key="k"))
    await staff.slack.until("chat.postMessage", 1)
    posted.append(Fault("internal_error"))
    with pytest.raises(DeliveryError):
        await first
    assert await messenger.find(to, key="k") is None, "not all of it stands there"
    await messenger.post(to, text, key="k")

    keys = [each["metadata"]["event_payload"]["key"] for each in staff.posted("D-U-alva")]
    assert len(keys) == len(set(keys)) > 2

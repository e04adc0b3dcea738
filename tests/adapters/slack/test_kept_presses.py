"""Presses and forms are kept before they are acknowledged, until what they do is done and said; drafts never are."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

import pytest
from slack_staff import CHANNEL, Staff
from slack_workspace import Fault

from adapters.chat import handling, intake, later, matters, shelf
from adapters.slack import drafts
from adapters.slack.serving import listening
from bot.answering import Clarify, Escalate
from bot.errors import StorageError
from bot.language import Language
from bot.messages import Text
from bot.wording import wording

SAY = wording()
SPOKEN = Language.NN


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds."""
    monkeypatch.setattr(intake, "WITHIN", 0.3)
    monkeypatch.setattr(intake, "TURN", 0.05)
    monkeypatch.setattr(matters, "AGAIN", 0.01)
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0))


def dies(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this process keeps whatever comes, and dies before it works anything off."""
    monkeypatch.setattr(intake, "MANY", 0)
    monkeypatch.setattr(staff.handbok.hub.intake, "calm", asyncio.Event().wait)
    monkeypatch.setattr(staff, "idle", lambda: asyncio.sleep(0))


async def form_of(staff: Staff, text: str = "Spør driften.") -> dict[str, Any]:
    """The answer to a case, filled in and sent."""
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    await staff.press("U-cleo", staff.posted(CHANNEL)[0], "answer")
    await staff.handbok.hub.intake.shelf.noted()
    values = {"text": {"value": {"type": "plain_text_input", "value": text}}}
    view = staff.windows()[-1] | {"id": "V1", "hash": "h", "state": {"values": values}}
    return {"type": "view_submission", "view": view}


def button(message: dict[str, Any], name: str) -> dict[str, Any]:
    """A press of that button."""
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    pressed = next(each for row in rows for each in row["elements"] if each["action_id"].startswith(name))
    inner, place = {"ts": message["ts"], "blocks": message["blocks"]}, {"id": message["channel"]}
    return {"type": "block_actions", "actions": [pressed], "message": inner, "channel": place}


def slowly(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> asyncio.Event:
    """What ``name`` does waits for this event."""
    go_on, act = asyncio.Event(), getattr(room, name)

    async def slow(*given: Any, **more: Any) -> Any:
        await go_on.wait()
        return await act(*given, **more)

    monkeypatch.setattr(room, name, slow)
    return go_on


def answered(staff: Staff) -> int:
    (number,) = staff.store.kept.cases
    return [event.kind for event in staff.store.kept.histories[number]].count("answered")


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("soon")
async def test_a_form_that_takes_longer_than_slack_waits_is_kept_and_its_window_tells_how_it_went(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, go_on = await form_of(staff), slowly(monkeypatch, handling, "sent")
    monkeypatch.setattr(staff, "idle", lambda: asyncio.sleep(0))
    said = await staff.interact("U-cleo", form)
    assert said["response_action"] == "update"
    assert SAY("slack.kept", SPOKEN) in json.dumps(said, ensure_ascii=False)
    assert len(staff.store.kept.arrivals) == 1
    go_on.set()
    (update,) = await staff.slack.until("views.update")
    await staff.handbok.hub.later.idle()
    await staff.handbok.hub.intake.shelf.noted()

    assert update["view_id"] == "V1"
    assert SAY("slack.sent", SPOKEN) in json.dumps(update, ensure_ascii=False)
    assert answered(staff) == 1
    assert not staff.store.kept.arrivals


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.usefixtures("soon")
async def test_what_stands_against_a_form_that_was_kept_is_told_with_all_that_was_written(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    form, go_on = await form_of(staff, "Ring driften."), asyncio.Event()

    async def refused(*_given: object) -> Text:
        await go_on.wait()
        return Text(SAY("refused.not-comms", SPOKEN))

    if closed:
        staff.slack.faults["views.update"] = [Fault("not_found")]
    with monkeypatch.context() as patched:
        patched.setattr(handling, "sent", refused)
        patched.setattr(staff, "idle", lambda: asyncio.sleep(0))
        await staff.interact("U-cleo", form)
        go_on.set()
        (update,) = await staff.slack.until("views.update")
        await staff.handbok.hub.later.idle()

    ways = staff.slack.of("chat.postEphemeral")
    seen = json.dumps(ways[-1] if closed else update["view"], ensure_ascii=False)
    assert SAY("refused.not-comms", SPOKEN) in seen
    assert "Ring driften." in seen
    if not closed:
        assert not ways
        assert await staff.submit("U-cleo", update["view"]) == {"text": ""}, "as it stands there again"
        assert answered(staff) == 1


@pytest.mark.usefixtures("soon")
async def test_a_form_that_can_be_neither_saved_nor_kept_stays_open_and_says_so(staff: Staff) -> None:
    form = await form_of(staff)
    staff.store.broken = True
    said = await staff.interact("U-cleo", form)
    assert said["response_action"] == "errors"
    assert SAY("ask.not-saved", SPOKEN) in said["errors"].values()
    staff.store.broken = False

    assert await staff.interact("U-cleo", form) == {"text": ""}
    assert answered(staff) == 1


async def test_a_form_that_was_kept_and_left_is_worked_off_by_the_next_start(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await form_of(staff)
    dies(staff, monkeypatch)
    said = await staff.interact("U-cleo", form)
    assert SAY("slack.kept", SPOKEN) in json.dumps(said, ensure_ascii=False)
    assert answered(staff) == 0
    async with listening(staff.connection, staff.desk) as next_start:
        await staff.slack.until("views.update")
        await next_start.hub.later.idle()
        await next_start.hub.intake.shelf.noted()

    assert answered(staff) == 1
    assert not staff.store.kept.arrivals


@pytest.mark.usefixtures("soon")
async def test_a_draft_that_is_looked_over_for_long_stays_in_its_window_and_is_kept_nowhere(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "PATIENCE", 0.01)
    await staff.command("U-alva", "/checkpost")
    go_on = slowly(monkeypatch, drafts, "look_over")
    values = {"draft": {"value": {"type": "plain_text_input", "value": "Kom på åpen dag!"}}}
    view = staff.windows()[-1] | {"id": "V1", "hash": "h", "state": {"values": values}}
    monkeypatch.setattr(staff, "idle", lambda: asyncio.sleep(0))
    said = await staff.interact("U-alva", {"type": "view_submission", "view": view})

    assert "Kom på åpen dag!" in json.dumps(said["view"], ensure_ascii=False)
    assert not staff.store.kept.arrivals
    go_on.set()
    await staff.handbok.hub.later.idle()
    assert len(staff.slack.of("views.update")) == 1


# ── presses ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_press_is_kept_until_what_it_says_is_said(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    await staff.write("U-alva", staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0])
    answer = staff.posted("D-U-alva")[-1]
    go_on = slowly(monkeypatch, staff.handbok.hub.clients, "call")
    monkeypatch.setattr(staff, "idle", lambda: asyncio.sleep(0))
    row = next(each for block in answer["blocks"] if block["type"] == "context_actions" for each in block["elements"])
    pressed = {"action_id": row["action_id"], "value": row["positive_button"]["value"]}
    inner, place = {"ts": answer["ts"], "blocks": answer["blocks"]}, {"id": answer["channel"]}
    await staff.interact("U-alva", {"type": "block_actions", "actions": [pressed], "message": inner, "channel": place})

    (kept,) = (each for event, each in staff.store.kept.arrivals.items() if "block_actions" in event)
    assert "blocks" not in json.loads(kept.body)["message"], "which may hold a draft"
    go_on.set()
    await staff.handbok.hub.later.idle()
    await staff.handbok.hub.intake.shelf.noted()
    assert len(staff.posted("D-U-alva")) == 2
    assert not staff.store.kept.arrivals


async def test_a_press_that_was_kept_and_left_is_done_by_the_next_start(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff.write("U-alva", staff.first(Clarify))
    pressed = button(staff.posted("D-U-alva")[-1], "none-of-these")
    dies(staff, monkeypatch)
    await staff.interact("U-alva", pressed)
    assert not staff.store.kept.cases
    async with listening(staff.connection, staff.desk) as next_start:
        await staff.slack.until("chat.postMessage", 2)
        await next_start.hub.later.idle()
        await next_start.hub.intake.shelf.noted()

    assert len(staff.store.kept.cases) == 1
    assert not staff.store.kept.arrivals


async def test_a_window_that_could_not_open_before_the_process_died_is_offered_by_the_next_start(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    pressed = button(staff.posted(CHANNEL)[0] | {"channel": CHANNEL}, "answer")
    dies(staff, monkeypatch)
    await staff.interact("U-cleo", pressed)
    staff.slack.faults["views.open"] = [Fault("expired_trigger_id")]
    async with listening(staff.connection, staff.desk) as next_start:
        (offered,) = await staff.slack.until("chat.postEphemeral")
        await next_start.hub.later.idle()

    assert SAY("slack.window", SPOKEN) in json.dumps(offered, ensure_ascii=False)


@pytest.mark.usefixtures("soon")
async def test_a_button_that_carries_a_draft_is_never_kept(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_arrival: object) -> NoReturn:
        raise AssertionError("kept")

    monkeypatch.setattr(staff.handbok.hub.intake.shelf, "keep", never)
    await staff.write("U-alva", "checkpost Ola på lønn har kreft, så nå må vi andre jobbe mer.")
    checked = staff.posted("D-U-alva")[-1]
    await staff.interact("U-alva", button(checked, "send-draft"))

    assert staff.windows()


@pytest.mark.usefixtures("soon")
async def test_what_a_press_cannot_save_however_often_it_is_tried_is_told(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff.write("U-alva", staff.first(Clarify))
    pressed = button(staff.posted("D-U-alva")[-1], "none-of-these")

    async def away(*_given: object) -> NoReturn:
        raise StorageError("away")

    monkeypatch.setattr("bot.service.asking.choose", away)
    monkeypatch.setattr(shelf, "SWEEP", 0.01)
    monkeypatch.setattr(staff, "idle", lambda: asyncio.sleep(0))
    await staff.interact("U-alva", pressed)
    async with listening(staff.connection, staff.desk) as next_start:
        await staff.slack.until("chat.postMessage", 2)
        await next_start.hub.later.idle()

    assert staff.posted("D-U-alva")[-1]["text"] == SAY("ask.not-saved", Language.NB)

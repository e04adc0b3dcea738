"""What Slack sends is taken in once, and saved before it is acknowledged; nothing is lost in silence."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest
from slack_staff import CHANNEL, Staff, served
from starlette.applications import Starlette

from adapters.chat import heart, intake, later, matters, saying, shelf, verdicts
from adapters.chat.matters import Matter
from adapters.slack.serving import listening
from adapters.slack.taking import LAST_REPEAT, worked_off
from bot.answering import Clarify, Escalate
from bot.errors import StorageError, UnsureError
from bot.language import Language
from bot.wording import wording

SAY = wording()


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


# ── saved before it is acknowledged ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds."""
    monkeypatch.setattr(intake, "WITHIN", 0.1)
    monkeypatch.setattr(intake, "TURN", 0.05)
    monkeypatch.setattr(intake, "INSISTING", 0.15)
    monkeypatch.setattr(matters, "AGAIN", 0.01)
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0))
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)


async def sent(staff: Staff, event: dict[str, Any], repeat: int = 0, **headers: str) -> int:
    """The status that Slack gets. ``repeat``: how often it was sent before."""
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev-one", "event": event}
    again = {"X-Slack-Retry-Num": str(repeat), "X-Slack-Retry-Reason": "http_error"} if repeat else {}
    reply = await staff.raw(json.dumps(body).encode(), "application/json", **again, **headers)
    return reply.status_code


@pytest.mark.usefixtures("soon")
async def test_slack_repeats_what_was_not_saved_and_it_is_answered_once(staff: Staff, hashtag: str) -> None:
    event = message(hashtag, "1.1")
    staff.store.broken = True
    assert [await sent(staff, event, repeat) for repeat in (0, 1)] == [500, 500]
    staff.store.broken = False
    assert [await sent(staff, event, repeat) for repeat in (2, 3)] == [200, 200]
    await staff.idle()

    (answer,) = staff.posted("D-U-alva")
    assert "#oslomet" in json.dumps(answer)


@pytest.mark.usefixtures("soon")
async def test_what_slack_repeats_no_more_is_told_once(staff: Staff, hashtag: str) -> None:
    staff.store.broken = True
    assert [await sent(staff, message(hashtag, "1.1"), repeat) for repeat in (0, 1, 2)] == [500] * 3
    await staff.idle()
    assert not staff.posted("D-U-alva"), "it will come again"
    for _ in range(2):
        await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
        await staff.idle()

    (told,) = staff.posted("D-U-alva")
    assert told["text"] == SAY("ask.not-saved", Language.NN)


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can save a question or keep it as it came, whatever else the database takes."""

    async def fails(*_given: object) -> NoReturn:
        raise StorageError("away")

    monkeypatch.setattr(saying, "ask", fails)
    monkeypatch.setattr(shelf.Shelf, "keep", fails)


@pytest.mark.usefixtures("soon")
async def test_nobody_is_told_so_where_another_saved_it_meanwhile(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(staff, message(hashtag, "1.1"))
    await staff.idle()
    away(monkeypatch)
    await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
    await staff.idle()

    (answer,) = staff.posted("D-U-alva")
    assert "#oslomet" in json.dumps(answer)


@pytest.mark.usefixtures("soon")
async def test_whoever_was_told_that_nothing_is_saved_is_not_answered_as_well_by_any_process(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        away(patched)
        await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
        await staff.idle()
    assert await sent(staff, message(hashtag, "1.1"), LAST_REPEAT) == 200
    async with (
        listening(staff.connection, staff.desk) as another,
        served(Starlette(routes=list(another.routes))) as http,
    ):
        assert await sent(replace(staff, http=http), message(hashtag, "1.1")) == 200
        await another.hub.later.idle()
    await staff.idle()

    (told,) = staff.posted("D-U-alva")
    assert told["text"] == SAY("ask.not-saved", Language.NN)
    assert not staff.store.kept.questions


@pytest.mark.usefixtures("soon")
async def test_what_was_told_while_the_database_was_away_nobody_saves_once_it_is_back(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "AGAIN", 0.01)
    staff.store.broken = True
    await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
    await staff.idle()
    staff.store.broken = False
    assert staff.handbok.hub.intake.verdicts._deciding
    await staff.handbok.hub.intake.verdicts._deciding

    assert "slack:message:T1:D-U-alva:1.1" in staff.store.kept.events
    assert [each["text"] for each in staff.posted("D-U-alva")] == [SAY("ask.not-saved", Language.NN)]


@pytest.mark.usefixtures("soon")
async def test_an_earlier_try_that_still_goes_on_is_ended_before_its_person_is_told(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, begun, go_on = saying.ask, asyncio.Event(), asyncio.Event()

    async def slow(*given: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await ask(*given)

    async def full(_arrival: object) -> NoReturn:
        raise StorageError("the disk is full")

    monkeypatch.setattr(saying, "ask", slow)
    monkeypatch.setattr(staff.handbok.hub.intake.shelf, "keep", full)
    assert await sent(staff, message(hashtag, "1.1")) == 500
    assert begun.is_set()
    await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
    await staff.idle()
    go_on.set()
    await staff.idle()

    assert [each["text"] for each in staff.posted("D-U-alva")] == [SAY("ask.not-saved", Language.NN)]
    assert not staff.store.kept.questions


@pytest.mark.usefixtures("soon")
async def test_where_nobody_knows_whether_it_was_saved_it_is_told_once_the_database_says_so(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = saying.ask

    async def unsure(*given: Any) -> NoReturn:
        await ask(*given)
        staff.store.broken = True
        raise UnsureError("it went in the midst of the commit")

    monkeypatch.setattr(verdicts, "AGAIN", 0.01)
    monkeypatch.setattr(saying, "ask", unsure)
    await sent(staff, message(hashtag, "1.1"), LAST_REPEAT)
    await staff.idle()
    assert not staff.posted("D-U-alva"), "it may be saved"
    staff.store.broken = False
    assert staff.handbok.hub.intake.verdicts._deciding
    await staff.handbok.hub.intake.verdicts._deciding
    await staff.idle()

    assert not staff.posted("D-U-alva"), "it is saved, and its reply is delivery's"


async def test_a_database_that_comes_back_in_a_moment_costs_no_repeat(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "AGAIN", 0.02)
    staff.store.broken = True
    sending = asyncio.create_task(sent(staff, message(hashtag, "1.1")))
    await asyncio.sleep(0.1)
    staff.store.broken = False

    assert await sending == 200
    await staff.idle()
    assert len(staff.posted("D-U-alva")) == 1


@pytest.mark.usefixtures("soon")
@pytest.mark.timing
async def test_a_database_that_hangs_is_not_waited_for_and_what_it_saves_later_is_answered_once(
    staff: Staff, hashtag: str
) -> None:
    async with staff.store._turn:
        began = time.monotonic()
        assert [await sent(staff, message(hashtag, "1.1"), repeat) for repeat in (0, 1)] == [500, 500]
        assert time.monotonic() - began < 1
    await staff.idle()

    assert len(staff.posted("D-U-alva")) == 1


async def interacted(staff: Staff, user: str, payload: dict[str, Any]) -> int:
    """The status that Slack gets, as soon as it gets it."""
    whole = {"user": {"id": user, "team_id": "T1"}, "team": {"id": "T1"}, "trigger_id": "t-1"} | payload
    body = urlencode({"payload": json.dumps(whole)}).encode()
    return (await staff.raw(body, "application/x-www-form-urlencoded")).status_code


def none_of_these(offered: dict[str, Any]) -> dict[str, Any]:
    (row,) = [block for block in offered["blocks"] if block["type"] == "actions"]
    (pressed,) = [each for each in row["elements"] if each["action_id"].startswith("none-of-these")]
    inner = {"ts": offered["ts"]}
    return {"type": "block_actions", "actions": [pressed], "message": inner, "channel": {"id": offered["channel"]}}


async def test_a_press_is_saved_before_it_is_acknowledged(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Clarify))

    assert await interacted(staff, "U-alva", none_of_these(staff.posted("D-U-alva")[-1])) == 200
    assert len(staff.store.kept.cases) == 1
    await staff.idle()


@pytest.mark.usefixtures("soon")
async def test_a_press_that_is_not_saved_is_told_once_where_it_was_pressed(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Clarify))
    pressed = none_of_these(staff.posted("D-U-alva")[-1]) | {"response_url": staff.slack.url + "respond/1"}
    staff.store.broken = True
    assert await interacted(staff, "U-alva", pressed) == 500, "Slack shows a warning beside the button"
    await staff.idle()

    (told,) = staff.slack.responses
    assert told["text"] == SAY("ask.not-saved", Language.NN)


@pytest.mark.usefixtures("soon")
async def test_a_form_that_takes_too_long_stays_open_with_what_was_written(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    await staff.press("U-cleo", staff.posted(CHANNEL)[0], "answer")
    form = staff.windows()[-1]
    values = {"text": {"value": {"type": "plain_text_input", "value": "Spør driften."}}}
    sent = {"type": "view_submission", "view": form | {"id": "V1", "hash": "h", "state": {"values": values}}}
    async with staff.store._turn:
        assert await interacted(staff, "U-cleo", sent) == 500, "Slack says that it had trouble, and keeps the window"
    await staff.idle()

    assert await interacted(staff, "U-cleo", sent) == 200
    (case,) = staff.store.kept.cases.values()
    assert case.answer == "Spør driften."
    assert [event.kind for event in staff.store.kept.histories[case.number]].count("answered") == 1


# ── nothing is silent ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["events.said", "presses.pressed"])
async def test_whoever_meets_a_fault_of_ours_is_told(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    async def at_fault(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"adapters.slack.{who}", at_fault)
    if who == "events.said":
        await staff.write("U-alva", hashtag)
    else:
        await interacted(staff, "U-alva", {"type": "block_actions", "channel": {"id": "D-U-alva"}, "actions": [FORGET]})
        await staff.idle()

    assert [each["text"] for each in staff.posted("D-U-alva")] == [SAY("talk.fault", Language.NN)]


FORGET = {"action_id": "forget:0", "value": ""}


async def test_a_button_that_nobody_knows_any_more_says_that_it_is_old(staff: Staff) -> None:
    old = {"type": "block_actions", "channel": {"id": "D-U-alva"}, "actions": [{"action_id": "no-such:0"}]}
    await staff.interact("U-alva", old)

    assert [each["text"] for each in staff.posted("D-U-alva")] == [SAY("talk.old-card", Language.NN)]


# ── a process that stood still ───────────────────────────────────────────────────────────────────────────────────────


async def test_what_waited_while_the_process_stood_still_is_left_to_slacks_repeats(staff: Staff, hashtag: str) -> None:
    staff.handbok.hub.heart._beat -= heart.FROZEN + 1  # as after a stop
    long_ago = str(int(time.time()) - 30)

    assert await sent(staff, message(hashtag, "1.1"), at=long_ago) == 503
    assert await sent(staff, message(hashtag, "1.2")) == 200, "sent just now"
    assert await sent(staff, message(hashtag, "1.3"), LAST_REPEAT, at=long_ago) == 200, "it does not come again"


async def test_a_process_that_did_not_stand_still_takes_what_another_clock_calls_late(
    staff: Staff, hashtag: str
) -> None:
    assert await sent(staff, message(hashtag, "1.1"), at=str(int(time.time()) - 30)) == 200


async def test_whether_a_process_stood_still_is_known_before_its_next_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    own = heart.Heart()
    monkeypatch.setattr(heart, "BEAT", 0.01)
    async with own.beating():
        await asyncio.sleep(0.02)
        assert not own.stood_still()
        monkeypatch.setattr(heart, "FROZEN", 0.05)
        time.sleep(0.1)  # noqa: ASYNC251  # as a frozen process does
        assert own.stood_still()
        monkeypatch.setattr(heart, "THAWING", 0.05)
        await asyncio.sleep(0.1)
        assert not own.stood_still()


def never(*_given: object) -> NoReturn:
    """What is done in time is neither kept as it came, nor apologised for."""
    raise AssertionError("it was done in time")


async def test_a_burst_is_saved_in_turn_and_replies_wait_for_it() -> None:
    taking, running, most = intake.Intake(None, later.Later()), 0, 0  # type: ignore[arg-type]  # no desk is asked
    full, go_on = asyncio.Event(), asyncio.Event()

    async def act() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == intake.AT_ONCE:
            full.set()
        await go_on.wait()
        running -= 1

    burst = [
        asyncio.create_task(taking.taken(Matter(str(each), act, never), never)) for each in range(2 * intake.AT_ONCE)
    ]
    await full.wait()
    calm = asyncio.create_task(taking.calm())
    await asyncio.sleep(0)
    assert not calm.done(), "others wait for their turn"
    go_on.set()
    await asyncio.gather(*burst)
    await calm
    assert most == intake.AT_ONCE


# ── more at once than can be worked off in time ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def flooded(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """Whatever comes finds too many waiting, and nobody works anything off."""
    monkeypatch.setattr(intake, "MANY", 0)
    monkeypatch.setattr(staff.handbok.hub.intake, "calm", asyncio.Event().wait)
    return staff


async def test_what_cannot_be_worked_off_in_time_is_kept_acknowledged_and_answered_later(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MANY", 0)
    assert [await sent(staff, message(hashtag, f"1.{number}")) for number in range(3)] == [200] * 3
    await staff.idle()

    assert len(staff.posted("D-U-alva")) == 3
    await staff.handbok.hub.intake.shelf.noted()
    assert not staff.store.kept.arrivals, "they are worked off"


async def test_what_was_kept_and_left_is_answered_by_the_next_start(flooded: Staff, hashtag: str) -> None:
    assert await sent(flooded, message(hashtag, "1.1")) == 200
    assert not flooded.store.kept.questions
    async with listening(flooded.connection, flooded.desk) as next_start:
        await flooded.slack.until("chat.postMessage")
        await next_start.hub.later.idle()
        await next_start.hub.intake.shelf.noted()

    assert len(flooded.store.kept.questions) == 1
    assert not flooded.store.kept.arrivals


async def test_slack_repeats_what_is_kept_and_it_is_still_one_question(flooded: Staff, hashtag: str) -> None:
    assert [await sent(flooded, message(hashtag, "1.1"), repeat) for repeat in (0, 1)] == [200, 200]
    assert len(flooded.store.kept.arrivals) == 1


async def test_nobody_is_told_that_it_is_not_saved_where_it_waits_for_its_turn(
    flooded: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(flooded, message(hashtag, "1.1"))

    away(monkeypatch)
    told: list[str] = []

    async def tell() -> None:
        told.append("not saved")

    await flooded.handbok.hub.intake.verdicts.give_up("slack:message:T1:D-U-alva:1.1", tell, sure=True)
    assert not told


@pytest.mark.usefixtures("soon")
async def test_what_can_neither_be_done_nor_kept_is_refused(flooded: Staff, hashtag: str) -> None:
    flooded.store.broken = True
    assert await sent(flooded, message(hashtag, "1.1")) == 500


async def test_what_hangs_is_kept_within_the_time_and_answered_once(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "TURN", 0.01)
    go_on = asyncio.Event()

    async def slow(*given: Any, _ask: Any = saying.ask) -> Any:
        await go_on.wait()
        return await _ask(*given)

    monkeypatch.setattr(saying, "ask", slow)
    assert await sent(staff, message(hashtag, "1.1")) == 200
    assert list(staff.store.kept.arrivals) == ["slack:message:T1:D-U-alva:1.1"]
    go_on.set()
    await staff.idle()

    assert len(staff.posted("D-U-alva")) == 1
    await staff.handbok.hub.intake.shelf.noted()
    assert not staff.store.kept.arrivals


async def test_a_fault_in_what_was_kept_is_said_once_and_not_tried_for_ever(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_given: Any) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(intake, "MANY", 0)
    monkeypatch.setattr(saying, "ask", broken)
    assert await sent(staff, message(hashtag, "1.1")) == 200
    await staff.idle()

    (told,) = staff.posted("D-U-alva")
    assert told["text"] == SAY("talk.fault", Language.NN)
    await staff.handbok.hub.intake.shelf.noted()
    assert not staff.store.kept.arrivals


async def test_what_cannot_be_saved_however_often_it_is_tried_is_told(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_given: Any) -> None:
        raise StorageError("away")

    monkeypatch.setattr(intake, "WITHIN", 0.01)
    monkeypatch.setattr(saying, "ask", away)
    event = {"type": "event_callback", "team_id": "T1", "event_id": "Ev-one", "event": message(hashtag, "1.1")}
    kept = replace(staff.handbok.hub.intake.shelf.arrival("slack:1", json.dumps(event)), tries=shelf.MOST_TRIES - 1)
    with pytest.raises(StorageError):
        await worked_off(staff.handbok.hub, kept)
    await worked_off(staff.handbok.hub, replace(kept, tries=shelf.MOST_TRIES))
    await staff.idle()

    (told,) = staff.posted("D-U-alva")
    assert told["text"] == SAY("ask.not-saved", Language.NN)

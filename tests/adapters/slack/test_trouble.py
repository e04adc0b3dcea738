"""What goes wrong outside: nothing is lost, nothing is done twice, and whoever can mend it is told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_staff import CHANNEL, Staff
from slack_workspace import Fault

from adapters.chat import later
from adapters.chat.carrying import pack, unpack
from adapters.slack import events
from bot.answering import Escalate
from bot.errors import DeliveryError, UndeliverableError
from bot.language import Language
from bot.messages import Text
from bot.ports import Address
from bot.wording import wording

TO = Address("slack", "T1", CHANNEL)
DIRECT = Address("slack", "T1", "D-U-alva")
HELLO = [Text("Hei")]
SAY = wording()


@pytest.fixture
def hashtag(staff: Staff) -> str:
    return staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]


# ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_event_that_slack_repeats_is_answered_once(staff: Staff, hashtag: str) -> None:
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D-U-alva",
        "user": "U-alva",
        "text": hashtag,
        "ts": "1.1",
    }
    for number in range(4):
        await staff.event(event, id="Ev-same", **{"X-Slack-Retry-Num": str(number)})
    await staff.idle()
    assert len(staff.posted("D-U-alva")) == 1


BODY = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "message"}}).encode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Slack-Signature": "v0=" + "0" * 64}, 401),
        ({"X-Slack-Signature": "ø"}, 401),
        ({"X-Slack-Signature": ""}, 401),
        ({"at": "1500000000"}, 401),
        ({"at": "99999999999"}, 401),
        ({"at": "yesterday"}, 401),
        ({"at": "²"}, 401),
        ({"at": "-1"}, 401),
    ],
    ids=["forged", "no hexadecimal", "unsigned", "replayed", "from the future", "no time", "no digit", "negative"],
)
async def test_what_slack_did_not_sign_just_now_is_refused(staff: Staff, headers: dict[str, str], status: int) -> None:
    given = {key: value.encode() if not value.isascii() else value for key, value in headers.items()}
    if not str(headers.get("at", "1")).isascii():
        given = {"X-Slack-Request-Timestamp": headers["at"].encode()}
    reply = await staff.raw(BODY, "application/json", **given)  # type: ignore[arg-type]
    assert reply.status_code == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"command=", "application/x-www-form-urlencoded"),
        (b'{"type": "event_callback", "event": []}', "application/json"),
        (b'{"type": "event_callback", "team_id": 7, "event": {"type": "message", "user": {}}}', "application/json"),
    ],
)  # fmt: skip
async def test_signed_nonsense_is_refused_without_a_fault(staff: Staff, body: bytes, kind: str) -> None:
    reply = await staff.raw(body, kind)
    assert reply.status_code < 500


async def test_a_request_that_is_too_large_is_refused_unread(staff: Staff) -> None:
    reply = await staff.raw(b"x" * (600 * 1024), "application/json")
    assert reply.status_code == 413

    async def endless():  # type: ignore[no-untyped-def]
        for _ in range(80):
            yield b"x" * 10_000

    reply = await staff.http.post("/slack/events", content=endless())
    assert reply.status_code == 413


async def test_the_bots_own_messages_edits_and_strangers_are_not_answered(staff: Staff, hashtag: str) -> None:
    plain = {
        "type": "message",
        "channel_type": "im",
        "channel": "D-U-alva",
        "user": "U-alva",
        "text": hashtag,
        "ts": "1.1",
    }
    for more in ({"bot_id": "B1"}, {"subtype": "message_changed"}, {"user_team": "T-foreign"}):
        await staff.event(plain | more)
    await staff.idle()
    assert not staff.posted("D-U-alva")


async def test_a_form_sent_from_a_connected_workspace_stays_open_with_what_was_written(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    await staff.press("U-cleo", staff.posted(CHANNEL)[0], "answer")
    field = {"text": {"value": {"type": "plain_text_input", "value": "Spør driften."}}}
    view = staff.windows()[-1] | {"id": "V1", "hash": "h", "app_installed_team_id": "T1", "state": {"values": field}}
    outsider = {"id": "U-out", "team_id": "T9OTHER"}
    sent = {"type": "view_submission", "team": {"id": "T9OTHER"}, "user": outsider, "view": view}

    reply = await staff.interact("U-out", sent)
    assert reply["response_action"] == "errors", "the window stays, and so does the text"
    assert list(reply["errors"].values()) == [SAY("slack.elsewhere", Language.NN)]
    (case,) = staff.store.kept.cases.values()
    assert case.answer is None


async def test_an_unknown_workspace_is_told_what_is_missing(staff: Staff) -> None:
    reply = await staff.command("U-x", "/checkpost", "Hei", team="T9")
    assert "T9" in reply["text"]
    assert "HANDBOK_SLACK_ORGANISATIONS" in reply["text"]


async def test_an_unknown_workspace_is_told_so_in_messages_too_and_nothing_is_kept(staff: Staff) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D-U-x", "user": "U-x", "text": "Hei", "ts": "1.1"}
    await staff.event(event, team="T9")
    await staff.idle()
    (told,) = staff.posted("D-U-x")
    assert "T9" in told["text"]
    assert not staff.store.kept.questions


async def test_an_enterprise_may_be_named_instead_of_its_workspaces(staff: Staff) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D-U-eva", "user": "U-eva", "text": "hej", "ts": "1.1"}
    body = {"type": "event_callback", "team_id": "T7", "enterprise_id": "E1", "event_id": "Ev-grid", "event": event}
    await staff.raw(json.dumps(body).encode(), "application/json")
    await staff.idle()
    (asked,) = staff.store.kept.questions.values()
    assert asked.organisation == "malmo"


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault",
    [
        Fault("ratelimited", 429, {"Retry-After": "300"}),
        Fault("internal_error"),
        Fault(status=503, body="upstream"),
        Fault(body="<html>"),
        Fault("token_revoked"),
        Fault("not_in_channel"),
    ],
    ids=["429", "internal error", "503", "broken reply", "revoked token", "not in the channel"],
)
async def test_a_reply_that_could_not_be_posted_is_delivered_later(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, hashtag: str, fault: Fault
) -> None:
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0))
    staff.slack.faults["chat.postMessage"] = [fault] * 3
    await staff.write("U-alva", hashtag)
    assert not staff.posted("D-U-alva")
    staff.slack.faults.clear()
    async with staff.store.work() as work:
        assert await work.hand_over_replies(staff.desk.clock() + timedelta(seconds=11)) == 1
    await staff.deliver()
    (answer,) = staff.posted("D-U-alva")
    assert "#oslomet" in json.dumps(answer)


async def test_what_stands_there_already_is_found_and_not_posted_again(staff: Staff, hashtag: str) -> None:
    await staff.write("U-alva", hashtag)
    (message,) = staff.store.kept.messages.values()
    assert await staff.connection.messenger.find(message.to, key=message.key) == message.post
    assert await staff.connection.messenger.find(message.to, key="case-0-message-999") is None


@pytest.mark.parametrize(
    "error",
    ["not_in_channel", "is_archived", "channel_not_found", "missing_scope", "token_revoked", "token_expired"],
)
async def test_cases_wait_for_what_the_operator_can_mend(staff: Staff, error: str) -> None:
    staff.slack.faults["chat.postMessage"] = [Fault(error)]
    with pytest.raises(DeliveryError, match=error) as raised:
        await staff.connection.messenger.post(TO, HELLO, key="k")
    assert raised.value.retry_after
    assert "; " in str(raised.value), "says the remedy"


@pytest.mark.parametrize("error", ["channel_not_found", "user_disabled", "cannot_dm_bot", "is_archived"])
async def test_nothing_waits_for_a_person_who_has_left(staff: Staff, error: str) -> None:
    staff.slack.faults["chat.postMessage"] = [Fault(error)]
    with pytest.raises(UndeliverableError, match=error):
        await staff.connection.messenger.post(DIRECT, HELLO, key="k")


async def test_how_long_slack_asks_to_be_left_alone_is_kept_to(staff: Staff) -> None:
    staff.slack.faults["chat.postMessage"] = [Fault("ratelimited", 429, {"Retry-After": "17"})]
    with pytest.raises(DeliveryError) as raised:
        await staff.connection.messenger.post(TO, HELLO, key="k")
    assert raised.value.retry_after == 17


async def test_half_a_surrogate_holds_nothing_up(staff: Staff) -> None:
    await staff.connection.messenger.post(DIRECT, [Text("Hei \ud83d 👋")], key="k")
    (message,) = staff.posted("D-U-alva")
    assert "👋" in message["text"]


async def test_a_deleted_card_is_posted_anew(staff: Staff) -> None:
    post = await staff.connection.messenger.post(TO, HELLO, key="k")
    staff.slack.messages[CHANNEL].clear()
    again = await staff.connection.messenger.change(TO, post, HELLO, key="k-1")
    assert again != post


async def test_an_answer_below_a_deleted_question_is_never_posted_where_others_read_it(staff: Staff) -> None:
    asked = staff.slack.post("C-any", "Hvem?")
    staff.slack.deleted.add(asked)
    below = replace(TO, conversation="C-any", thread=asked)
    with pytest.raises(UndeliverableError, match="thread_not_found"):
        await staff.connection.messenger.post(below, HELLO, key="case-1-message-2")
    assert not staff.posted("C-any")


async def test_what_follows_a_deleted_card_is_posted_in_comms_channel(staff: Staff) -> None:
    card = staff.slack.post(CHANNEL, "Sak 1")
    staff.slack.deleted.add(card)
    below = replace(TO, thread=card)
    post = await staff.connection.messenger.post(below, HELLO, key="case-1-message-2")
    (line,) = staff.posted(CHANNEL)
    assert "thread_ts" not in line
    assert await staff.connection.messenger.find(below, key="case-1-message-2") == post


async def test_acting_waits_until_slack_says_who_is_in_comms(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    card = staff.posted(CHANNEL)[0]
    staff.slack.faults["conversations.members"] = [Fault("missing_scope")]
    await staff.press("U-cleo", card, "claim")
    (case,) = staff.store.kept.cases.values()
    assert case.state == "waiting"
    assert "Slack" in json.dumps(staff.slack.of("chat.postEphemeral")[-1])
    await staff.press("U-cleo", card, "claim")
    assert staff.store.kept.cases[case.number].state == "claimed"


NO_ROSTER = [Fault("missing_scope")] * 20


@pytest.fixture
async def english(staff: Staff) -> Staff:
    """Alva and Cleo have said that they want English; their workplace's language is Nynorsk."""
    for user in ("U-alva", "U-cleo"):
        await staff.command(user, "/handbok", "language en")
    return staff


def status(staff: Staff, action: str) -> dict[str, Any]:
    """What the asker sees of their case, with a button for ``action``."""
    return next(each for each in staff.posted("D-U-alva") if f'"{action}' in json.dumps(each))


async def test_what_an_asker_does_with_their_own_case_needs_no_roster_of_comms(english: Staff) -> None:
    staff = english
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    (number,) = staff.store.kept.cases
    staff.slack.faults["conversations.members"] = [*NO_ROSTER]

    await staff.press("U-alva", status(staff, "add"), "add")
    assert await staff.submit("U-alva", staff.windows()[-1], text="Det gjelder heis 3.") == {"text": ""}
    await staff.press("U-alva", status(staff, "withdraw"), "withdraw")
    await staff.deliver()
    await staff.press("U-alva", status(staff, "reopen"), "reopen")
    assert await staff.submit("U-alva", staff.windows()[-1], text="Likevel.") == {"text": ""}

    kinds = [event.kind for event in staff.store.kept.histories[number]]
    assert kinds == ["opened", "added", "withdrawn", "reopened"]


async def test_feedback_and_asking_comms_need_no_roster_of_comms(staff: Staff, hashtag: str) -> None:
    staff.slack.faults["conversations.members"] = [*NO_ROSTER]
    await staff.write("U-alva", hashtag)
    (answer,) = staff.posted("D-U-alva")

    await staff.press("U-alva", answer, "helpful")
    await staff.press("U-alva", answer, "ask-comms")
    reply = await staff.submit("U-alva", staff.windows()[-1], text="Gjelder det alle?")

    assert len(staff.store.kept.feedback) == 1
    assert reply["response_action"] == "update"
    assert [case.text for case in staff.store.kept.cases.values()] == ["Gjelder det alle?"]


async def test_what_goes_wrong_is_said_in_the_language_of_whoever_pressed(english: Staff) -> None:
    staff = english
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    card = staff.posted(CHANNEL)[0]
    await staff.press("U-cleo", card, "answer")
    (form,) = staff.windows()
    staff.connection.members._listed.clear()  # as after a restart, with the form open
    staff.slack.faults["conversations.members"] = [*NO_ROSTER]

    await staff.press("U-cleo", card, "claim")
    await staff.press("U-bo", status(staff, "withdraw"), "withdraw")
    await staff.press("U-cleo", card, "answer")  # the form quotes the case, so it opens for comms alone
    reply = await staff.submit("U-cleo", form, text="Ja.")

    assert staff.windows() == [form]
    told = [(each["user"], each["text"]) for each in staff.slack.of("chat.postEphemeral")]
    assert told == [("U-cleo", SAY("slack.no-access", Language.EN))] * 2, "once for each press"
    assert list(reply["errors"].values()) == [SAY("slack.no-access", Language.EN)], "what was written stays"
    # Bo has said nothing of a language, so it is the workplace's
    assert staff.posted("D-U-alva")[-1]["text"] == SAY("slack.no-access", Language.NN)


async def test_what_is_gone_is_said_in_the_language_of_whoever_pressed(english: Staff) -> None:
    gone = {"type": "block_actions", "channel": {"id": "D-U-alva"}, "actions": [{"action_id": "more:0", "value": "x"}]}
    await english.interact("U-alva", gone)

    assert SAY("talk.not-found", Language.EN) in english.posted("D-U-alva")[-1]["text"]


async def test_a_draft_is_not_sent_where_its_author_cannot_be_written_to_in_private(english: Staff) -> None:
    reply = await english.command("U-alva", "/checkpost", "I hate this bloody workplace!!!")
    await english.press("U-alva", reply | {"response_url": english.slack.url + "respond/1"}, "send-draft")
    english.slack.faults["conversations.open"] = [Fault("missing_scope")]
    form = english.windows()[-1]

    refused = await english.submit("U-alva", form)
    assert refused["errors"]["text"] == SAY("slack.no-chat", Language.EN)
    assert not english.store.kept.cases
    assert (await english.submit("U-alva", form))["response_action"] == "update"


async def test_svar_says_so_where_slack_does_not_show_what_it_stands_below(english: Staff) -> None:
    english.slack.faults["conversations.replies"] = [Fault("missing_scope")]

    await english.mention("U-cleo", CHANNEL, "svar: Spør driften.", thread=english.slack.post(CHANNEL, "Hei"))

    told = english.slack.of("chat.postEphemeral")[-1]
    assert (told["user"], told["text"]) == ("U-cleo", SAY("slack.no-access", Language.EN))


async def test_whoever_only_opens_home_or_a_form_is_not_kept(staff: Staff) -> None:
    await staff.event({"type": "app_home_opened", "tab": "home", "user": "U-alva", "channel": "D-U-alva"})
    await staff.command("U-alva", "/checkpost")
    await staff.interact("U-alva", {"type": "shortcut", "callback_id": "check_draft"})

    assert len(staff.windows()) == 2
    assert len(staff.slack.of("views.publish")) == 1
    assert not staff.store.kept.people


@pytest.mark.parametrize("fault", [Fault("internal_error"), Fault(status=503, body="upstream")], ids=["error", "503"])
async def test_what_somebody_waits_for_is_sent_again_where_slack_does_not_take_it(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, fault: Fault, hashtag: str
) -> None:
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0, 0.0))
    await staff.write("U-alva", hashtag)
    (answer,) = staff.posted("D-U-alva")
    staff.slack.faults["chat.postMessage"] = [fault, fault]

    await staff.press("U-alva", answer, "helpful")

    assert staff.posted("D-U-alva")[-1]["text"] == SAY("ask.thanks-helpful", Language.NB)


async def test_a_name_that_slack_does_not_say_delays_nobody(staff: Staff, hashtag: str) -> None:
    staff.slack.faults["users.info"] = [Fault("missing_scope")]
    await staff.write("U-bo", hashtag)
    assert staff.posted("D-U-bo")


async def test_a_slow_answer_shows_that_somebody_is_at_it(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, hashtag: str
) -> None:
    monkeypatch.setattr(events, "SLOW", 0.0)
    staff.slack.faults["users.info"] = []
    await staff.write("U-alva", hashtag)
    staff.slack.calls.clear()
    gate = asyncio.Lock()
    async with gate, staff.store._turn:
        writing = asyncio.create_task(staff.write("U-alva", hashtag, thread_ts="1.1"))
        (status,) = await staff.slack.until("assistant.threads.setStatus")
    await writing
    assert status["thread_ts"] == "1.1"


# ── drafts in buttons ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "draft", ["Hei på deg", "å" * 1900, "Dette er et langt utkast. " * 200, "<&>" * 300, "👍" * 900]
)
def test_a_draft_comes_back_out_of_its_button(draft: str) -> None:
    assert unpack(pack(draft, Language.SV, 2000)) == (draft, Language.SV)


@pytest.mark.parametrize("value", ["", "nb", "nb|~", "nb|~!!", "xx|=a", "nb|~eJw", "|"])
def test_a_broken_button_is_an_empty_draft(value: str) -> None:
    draft, _ = unpack(value)
    assert draft in ("", "a")


def test_a_draft_beyond_measure_is_not_carried() -> None:
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(4000))
    assert unpack(pack(noise, Language.NB, 2000)) == ("", Language.NB)
    assert len(pack(noise, Language.NB, 2000)) < 2000

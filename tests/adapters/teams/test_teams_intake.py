"""What Teams sends is taken in once, and saved before it is acknowledged; nothing is lost in silence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from teams_says import ALVA, BO, TENANT, channel_message, in_channel, message, personal
from teams_staff import Staff, words
from teams_world import Fault

from adapters.chat import intake, later, matters, saying, verdicts
from adapters.chat.acts import Said
from adapters.teams import connector
from adapters.teams.joining import listening
from bot.answering import Escalate
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.messages import Text
from bot.ports import Address
from bot.wording import wording

SAY = wording()


@pytest.fixture
def hashtag(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["hashtag"].questions.nb[0]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that somebody would have been kept waiting; they pass in no time."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(later, "pause", pause)
    monkeypatch.setattr(connector, "PATIENCE", 0.0)
    monkeypatch.setattr(connector, "CALL_TIMEOUT", connector.aiohttp.ClientTimeout(total=0.3))
    return made


async def test_a_message_that_teams_repeats_is_one_case_with_one_reply(staff: Staff) -> None:
    activity = message(staff.world.url, ALVA, staff.first(Escalate))
    for _ in range(3):
        await staff.send(activity)

    assert len(staff.store.kept.cases) == 1
    assert len(staff.said(ALVA)) == 1


async def test_a_database_that_comes_back_in_a_moment_is_waited_for(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "AGAIN", 0.02)
    staff.store.broken = True
    sending = asyncio.create_task(staff.write(ALVA, hashtag))
    await asyncio.sleep(0.1)
    staff.store.broken = False
    await sending

    assert "#oslomet" in words(staff.said(ALVA))


async def test_what_is_not_saved_is_told_once_though_teams_sends_it_again(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "INSISTING", 0.05)
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)
    staff.store.broken = True
    activity = message(staff.world.url, ALVA, hashtag)
    for _ in range(2):
        await staff.send(activity)

    (told,) = staff.said(ALVA)
    assert words(told) == SAY("ask.not-saved", Language.NN)


# ── more at once than can be worked off in time ──────────────────────────────────────────────────────────────────────


async def test_what_takes_long_is_kept_acknowledged_and_answered_once(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, go_on = saying.ask, asyncio.Event()

    async def slow(*given: Any) -> Any:
        await go_on.wait()
        return await ask(*given)

    monkeypatch.setattr(intake, "TURN", 0.01)
    monkeypatch.setattr(saying, "ask", slow)
    activity = message(staff.world.url, ALVA, hashtag)
    assert [(await staff.teams.send(activity)).status_code for _ in range(2)] == [202, 202]
    (kept,) = staff.store.kept.arrivals.values()
    assert kept.platform == "teams"
    go_on.set()
    await staff.idle()
    await staff.handbok.hub.intake.shelf.noted()

    assert len(staff.said(ALVA)) == 1
    assert not staff.store.kept.arrivals


async def test_what_was_kept_and_left_is_answered_by_the_next_start(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MANY", 0)
    monkeypatch.setattr(staff.handbok.hub.intake, "calm", asyncio.Event().wait)  # it dies before it works anything off
    assert (await staff.teams.send(message(staff.world.url, ALVA, hashtag))).status_code == 202
    assert not staff.store.kept.questions
    async with listening(staff.connection, staff.desk) as next_start, asyncio.timeout(5):
        while not staff.said(ALVA):  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.01)
        await next_start.hub.later.idle()
        await next_start.hub.intake.shelf.noted()

    assert len(staff.said(ALVA)) == len(staff.store.kept.questions) == 1
    assert not staff.store.kept.arrivals


async def test_whoever_was_told_that_nothing_is_saved_is_not_answered_when_teams_sends_it_again(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "INSISTING", 0.05)
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)
    staff.store.broken = True
    activity = message(staff.world.url, ALVA, hashtag)
    await staff.send(activity)
    staff.store.broken = False
    await staff.send(activity)

    (told,) = staff.said(ALVA)
    assert words(told) == SAY("ask.not-saved", Language.NN)
    assert not staff.store.kept.questions


# ── presses ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_button_that_came_as_a_message_is_saved_before_it_is_acknowledged(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, hashtag)
    (number,) = staff.store.kept.questions
    pressed = personal(staff.world.url, ALVA, "message", value={"do": "helpful", "value": str(number)})
    reply = await staff.teams.send(pressed)

    assert reply.status_code == 202
    assert len(staff.store.kept.feedback) == 1
    await staff.idle()


async def test_whoever_meets_a_fault_of_ours_is_told(
    staff: Staff, hashtag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_fault(_hub: object, _act: Said) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("adapters.teams.messages.said", at_fault)
    await staff.write(ALVA, hashtag)

    (told,) = staff.said(ALVA)
    assert words(told) == SAY("talk.fault", Language.NN)


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────────

FAULTS = {
    "429": Fault(429, headers={"Retry-After": "3"}),
    "412": Fault(412, "PreconditionFailed"),
    "500": Fault(500),
    "502": Fault(502),
    "413": Fault(413, "MessageSizeTooBig"),
    "400": Fault(400, "BadSyntax"),
    "no answer": Fault(504, delay=0.4),
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("journey", ["asks", "mentions", "asks for help", "looks at cases in a channel"])
async def test_whoever_meets_a_fault_is_served_or_told_in_time(
    staff: Staff, hashtag: str, waits: list[float], journey: str, kind: str
) -> None:
    staff.world.faults["send"] = [FAULTS[kind]]
    match journey:
        case "asks":
            await staff.write(ALVA, hashtag)
        case "mentions":
            await staff.mention(ALVA, hashtag)
        case "asks for help":
            await staff.write(ALVA, "hjelp")
        case _:
            await staff.mention(ALVA, "mine saker")

    assert not staff.world.faults["send"], "the journey calls it"
    assert any(posts for posts in staff.world.posts.values()), "somebody would have seen nothing"
    assert sum(waits) <= (3 + 5 if kind == "429" else 10)


async def test_an_answer_that_can_be_said_no_longer_where_it_was_asked_comes_to_its_asker_alone(
    staff: Staff, hashtag: str
) -> None:
    staff.world.faults["send"] = [Fault(403, "BotNotInConversationRoster")]
    activity = channel_message(staff.world.url, ALVA, hashtag, channel="19:others@thread.tacv2")
    await staff.send(activity)

    assert not staff.said(activity["conversation"]["id"])
    assert "#oslomet" in words(staff.said(ALVA))


async def test_a_card_that_teams_does_not_take_comes_as_plain_text(staff: Staff, hashtag: str) -> None:
    staff.world.faults["send"] = [Fault(413, "MessageSizeTooBig")]
    await staff.write(ALVA, hashtag)

    (answer,) = staff.said(ALVA)
    assert "attachments" not in answer
    assert "#oslomet" in answer["text"]


async def test_a_long_answer_is_divided_and_nothing_of_it_is_cut(staff: Staff) -> None:
    body = " ".join(f"Setning {number} handler om å være blid 🙂." for number in range(200))
    to = Address("teams", TENANT, ALVA.direct)
    await staff.connection.messenger.post(to, [Text(body)], key="case-1-message-1")

    stand = staff.said(ALVA)
    assert len(stand) > 1
    assert all(f"Setning {number} " in words(stand) for number in range(200))


# ── whatever Teams sends ─────────────────────────────────────────────────────────────────────────────────────────────

KINDS = (
    "message", "messageUpdate", "messageDelete", "messageReaction", "conversationUpdate", "installationUpdate",
    "invoke",
    "event", "typing", "endOfConversation", "contactRelationUpdate", "suggestion", "trace", "handoff", "no-such-kind",
)  # fmt: skip
INVOKES = (
    "message/submitAction", "message/fetchTask", "composeExtension/fetchTask", "composeExtension/queryLink",
    "composeExtension/selectItem", "composeExtension/anonymousQueryLink", "composeExtension/querySettingUrl",
    "signin/verifyState", "signin/tokenExchange", "fileConsent/invoke", "config/fetch", "config/submit", "tab/fetch",
    "actionableMessage/executeAction", "application/vnd.microsoft.meetingStart", "no/such",
)  # fmt: skip


@pytest.mark.parametrize("where", [personal, in_channel])
@pytest.mark.parametrize("kind", KINDS)
async def test_no_kind_of_activity_is_a_fault(staff: Staff, kind: str, where: object) -> None:
    bare = where(staff.world.url, BO, kind)  # type: ignore[operator]
    for activity in (bare, {key: part for key, part in bare.items() if key not in ("channelData", "recipient")}):
        assert (await staff.teams.send(activity)).status_code < 500
    await staff.idle()


@pytest.mark.parametrize("name", INVOKES)
async def test_no_kind_of_invoke_is_a_fault(staff: Staff, name: str) -> None:
    for value in ({}, {"commandId": "no-such"}, {"actionName": "feedback", "actionValue": {"reaction": "like"}}):
        asked = personal(staff.world.url, BO, "invoke", name=name, value=value)
        assert (await staff.teams.send(asked)).status_code < 500
    await staff.idle()

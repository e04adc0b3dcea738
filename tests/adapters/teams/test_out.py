"""What Handbok sends to Teams: where to, with whose token, and what becomes of it when Teams does not take it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msal
import pytest
from teams_says import ALVA, BO, CHANNEL, CLEO, TENANT, Person
from teams_signing import APP_ID
from teams_world import PASSWORD, Fault, World

from adapters.teams import tokens
from adapters.teams.connector import Connector, Place, connector
from adapters.teams.failures import PostGoneError
from bot.errors import DeliveryError, UndeliverableError

HELLO = {"type": "message", "text": "Hei"}


@pytest.fixture
async def out(world: World) -> AsyncIterator[Connector]:
    async with connector(world.settings()) as made:
        yield made


@pytest.fixture
def thread(world: World) -> Place:
    return Place(world.url, f"{CHANNEL};messageid=1700")


@pytest.fixture
def alva(world: World) -> Place:
    return Place(world.url, ALVA.direct)


# ── the calls ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_post_stands_where_it_was_sent_and_changes_in_place(
    world: World, out: Connector, thread: Place
) -> None:
    post = await out.send(thread, HELLO)
    await out.update(thread, post, {"type": "message", "text": "Hei igjen"})
    (found,) = world.said(thread.conversation)
    assert found["id"] == post
    assert found["text"] == "Hei igjen"
    assert world.of("send")[0].activity["from"] == {"id": f"28:{APP_ID}"}


async def test_half_a_surrogate_holds_nothing_up(world: World, out: Connector, alva: Place) -> None:
    await out.send(alva, {"type": "message", "text": "Hei \ud83d 👋"})
    (found,) = world.said(ALVA.direct)
    assert found["text"] == "Hei ? 👋"


async def test_a_reply_names_what_it_replies_to(world: World, out: Connector, alva: Place) -> None:
    await out.send(alva, HELLO, reply_to="1:2/3")
    (call,) = world.of("reply")
    assert call.id == "1:2/3"


async def test_somebody_is_shown_to_be_writing(world: World, out: Connector, alva: Place) -> None:
    await out.typing(alva)
    assert [call.conversation for call in world.of("typing")] == [ALVA.direct]
    assert not world.said(ALVA.direct)


async def test_a_person_is_reached_in_a_conversation_of_their_own(world: World, out: Connector) -> None:
    assert await out.open_direct(world.url, TENANT, ALVA.id) == ALVA.direct
    (call,) = world.of("create")
    assert call.activity["tenantId"] == call.activity["channelData"]["tenant"]["id"] == TENANT
    assert call.activity["isGroup"] is False


async def test_a_roster_is_read_to_its_last_page(world: World, out: Connector, thread: Place) -> None:
    world.rosters[CHANNEL] = [Person(f"Member{number}").member for number in range(250)]
    assert await out.members(thread) == world.rosters[CHANNEL]
    assert len(world.of("members")) == 3


async def test_who_is_not_a_member_is_none(world: World, out: Connector, thread: Place) -> None:
    world.rosters[CHANNEL] = [CLEO.member]
    assert await out.member(thread, CLEO.entra) == CLEO.member
    assert await out.member(thread, BO.entra) is None


async def test_one_connection_carries_many_posts(world: World, out: Connector, alva: Place) -> None:
    for _ in range(5):
        await out.send(alva, HELLO)
    assert len({*out._session.connector._conns}) == 1  # type: ignore[union-attr]
    assert sum(map(len, out._session.connector._conns.values())) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example#@smba.trafficmanager.net/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net/?x=",
        "http://127.0.0.1:1/",
        "ftp://smba.trafficmanager.net/",
        "https://[smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:x/",
        "//smba.trafficmanager.net/",
        "",
    ],
)
async def test_no_other_host_is_sent_anything(world: World, url: str) -> None:
    settings = world.settings(service_hosts=("smba.trafficmanager.net",))
    async with connector(settings) as out:
        with pytest.raises(UndeliverableError, match="HANDBOK_TEAMS_SERVICE_HOSTS"):
            await out.send(Place(url, "a:x"), HELLO)


async def test_a_redirect_is_not_followed(world: World, out: Connector, alva: Place) -> None:
    world.faults["send"] = [Fault(307, headers={"Location": world.url.replace("teams/", "keys")})]
    with pytest.raises(DeliveryError):
        await out.send(alva, HELLO)
    assert world.asked["keys"] == 0


# ── when Teams does not take it ──────────────────────────────────────────────────────────────────────────────────────
async def test_how_long_teams_asks_to_be_left_alone_is_kept_to(world: World, out: Connector, alva: Place) -> None:
    world.faults["send"] = [Fault(429, headers={"Retry-After": "17"})]
    with pytest.raises(DeliveryError) as raised:
        await out.send(alva, HELLO)
    assert raised.value.retry_after == 17
    assert len(world.of("send")) == 1


@pytest.mark.parametrize("status", [429, 412])
async def test_what_teams_refused_for_a_moment_is_sent_again(
    world: World, out: Connector, alva: Place, status: int
) -> None:
    world.faults["send"] = [Fault(status, headers={"Retry-After": "1"})]
    assert await out.send(alva, HELLO)
    first, second = world.of("send")
    assert second.at - first.at >= 1


async def test_after_three_tries_it_is_left_to_durable_delivery(world: World, out: Connector, alva: Place) -> None:
    world.faults["send"] = [Fault(412)] * 5
    with pytest.raises(DeliveryError):
        await out.send(alva, HELLO)
    assert len(world.of("send")) == 3


@pytest.mark.parametrize("fault", [Fault(502), Fault(500), Fault(503), Fault(504), Fault(201, body="<html>")])
async def test_what_teams_may_have_taken_is_not_sent_twice_at_once(
    world: World, out: Connector, alva: Place, fault: Fault
) -> None:
    world.faults["send"] = [fault]
    with pytest.raises(DeliveryError):
        await out.send(alva, HELLO)
    assert len(world.of("send")) == 1


async def test_a_change_may_be_made_twice(world: World, out: Connector, alva: Place) -> None:
    post = await out.send(alva, HELLO)
    world.faults["update"] = [Fault(502)]
    await out.update(alva, post, HELLO)
    assert len(world.of("update")) == 2


async def test_a_change_to_what_is_gone_says_so(world: World, out: Connector, alva: Place) -> None:
    with pytest.raises(PostGoneError):
        await out.update(alva, "post-gone", HELLO)


async def test_teams_that_does_not_answer_is_not_waited_for_long(
    world: World, out: Connector, alva: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.teams.connector.CALL_TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    world.faults["send"] = [Fault(delay=2.0)]
    with pytest.raises(DeliveryError):
        await out.send(alva, HELLO)


async def test_a_server_that_is_not_there_is_tried_later(world: World) -> None:
    settings = world.settings()
    async with connector(settings) as out:
        with pytest.raises(DeliveryError):
            await out.send(Place("http://127.0.0.1:9/", "a:x"), HELLO)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "BotNotInConversationRoster"),
        (403, "MessageWritesBlocked"),
        (403, ""),
        (404, "ConversationNotFound"),
        (404, ""),
    ],
)
async def test_cases_wait_for_what_the_operator_can_mend_and_nothing_waits_for_one_person(
    world: World, out: Connector, alva: Place, thread: Place, status: int, code: str
) -> None:
    world.faults["send"] = [Fault(status, code), Fault(status, code)]
    with pytest.raises(DeliveryError, match="; ") as raised:
        await out.send(thread, HELLO, comms=True)
    assert raised.value.retry_after
    with pytest.raises(UndeliverableError):
        await out.send(alva, HELLO)


@pytest.mark.parametrize("code", ["BotDisabledByAdmin", "InvalidBotApiHost"])
async def test_what_concerns_everybody_is_mended_for_one_person_too(
    world: World, out: Connector, alva: Place, code: str
) -> None:
    world.faults["send"] = [Fault(403, code)]
    with pytest.raises(DeliveryError, match=code):
        await out.send(alva, HELLO)


@pytest.mark.parametrize(("status", "code"), [(400, "BadSyntax"), (413, "MessageSizeTooBig")])
async def test_what_teams_never_takes_is_not_tried_again(
    world: World, out: Connector, thread: Place, status: int, code: str
) -> None:
    world.faults["send"] = [Fault(status, code)]
    with pytest.raises(UndeliverableError, match=code):
        await out.send(thread, HELLO, comms=True)


# ── the token ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_one_token_serves_everybody_and_is_fetched_once(world: World, out: Connector, alva: Place) -> None:
    await asyncio.gather(*(out.send(alva, HELLO) for _ in range(20)))
    assert world.asked["token"] == 1
    assert {call.token for call in world.calls} == world.tokens


@pytest.mark.timing
async def test_a_token_is_renewed_before_it_ends_and_nobody_waits_for_that(
    world: World, alva: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.lasts = 3
    monkeypatch.setattr("adapters.teams.kept.AGAIN", 0.0)
    async with connector(world.settings()) as out:
        await out.send(alva, HELLO)
        world.faults["token"] = [Fault(delay=0.5, done=True)]
        await world.until_asked("token", 2)
        began = time.monotonic()
        await out.send(alva, HELLO)
        assert time.monotonic() - began < 0.3


async def test_a_refused_token_is_replaced_once(world: World, out: Connector, alva: Place) -> None:
    await out.send(alva, HELLO)
    await asyncio.sleep(0)
    world.tokens = {"none"}
    out._token._tried -= 60
    assert await out.send(alva, HELLO)
    assert world.asked["token"] == 2


async def test_a_token_that_is_refused_again_names_what_to_mend(world: World, out: Connector, alva: Place) -> None:
    world.faults["send"] = [Fault(401, "BotNotAuthorized")] * 3
    with pytest.raises(DeliveryError, match="TEAMS_APP_PASSWORD"):
        await out.send(alva, HELLO)
    assert len(world.of("send")) == 2


async def test_a_wrong_password_is_told_without_it(world: World, alva: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connector(world.settings(app_password="wrong-and-secret")) as out:
        with pytest.raises(DeliveryError, match="TEAMS_APP_PASSWORD") as raised:
            await out.token_works()
        with pytest.raises(DeliveryError):
            await out.send(alva, HELLO)
    assert "wrong-and-secret" not in caplog.text + str(raised.value) + repr(world.settings())


async def test_no_token_is_ever_logged(world: World, alva: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connector(world.settings()) as out:
        await out.send(alva, HELLO)
        await out.token_works()
    assert world.tokens
    assert not [token for token in (*world.tokens, PASSWORD) if token in caplog.text]


@pytest.mark.parametrize(
    "fault", [Fault(500, body="<html>"), Fault(200, body="[]"), Fault(200, body="{}"), Fault(200, body="nonsense")]
)
async def test_an_entra_that_fails_is_told_and_tried_again(world: World, alva: Place, fault: Fault) -> None:
    world.faults["token"] = [fault] * 2
    async with connector(world.settings()) as out:
        with pytest.raises(DeliveryError):
            await out.token_works()
        world.faults["token"].clear()
        await out.token_works()
        assert await out.send(alva, HELLO)


@pytest.mark.timing
async def test_a_slow_entra_holds_up_nothing_else(world: World) -> None:
    world.faults["token"] = [Fault(delay=0.6, done=True)]
    async with connector(world.settings()) as out:
        asking = asyncio.create_task(out.token_works())
        slowest = 0.0
        while not asking.done():
            began = time.monotonic()
            await asyncio.sleep(0.01)
            slowest = max(slowest, time.monotonic() - began)
        await asking
    assert slowest < 0.3


async def test_msal_never_runs_on_the_event_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = msal.ConfidentialClientApplication, []

    def made(*given: Any, **more: Any) -> Any:
        seen.append(threading.current_thread() is threading.main_thread())
        return real(*given, **more)

    monkeypatch.setattr(tokens.msal, "ConfidentialClientApplication", made)
    async with connector(world.settings()) as out:
        await out.token_works()
    assert seen
    assert not any(seen)


async def test_a_managed_identity_needs_no_password(world: World, alva: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", world.openid.replace("/openid", "/identity"))
    monkeypatch.setenv("IDENTITY_HEADER", PASSWORD)
    async with connector(world.settings(app_type="UserAssignedMSI", app_password="")) as out:
        assert await out.send(alva, HELLO)
    async with connector(world.settings(app_type="UserAssignedMSI", app_password="", app_id="other")) as out:
        with pytest.raises(DeliveryError, match="managed identity"):
            await out.token_works()


async def test_the_playground_is_sent_no_token_and_nothing_leaves_the_machine(world: World) -> None:
    settings = world.settings(
        playground=True, app_id="", app_password="", service_hosts=("127.0.0.1", "smba.trafficmanager.net")
    )
    async with connector(settings) as out:
        await out.token_works()
        await out.send(Place(world.url, "a:x"), HELLO)
        with pytest.raises(UndeliverableError):
            await out.send(Place("https://smba.trafficmanager.net/teams/", "a:x"), HELLO)
    assert world.asked["token"] == 0
    assert [call.token for call in world.calls] == [""]

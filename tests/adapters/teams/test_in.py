"""What comes in: only Teams gets through, nothing that it sends can break anything, and nobody waits for a server of
keys whose key is known."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from teams_says import ALVA, Activity, channel_message, execute, message, query
from teams_signing import APP_ID, SigningKey, claims, signed, signing_key
from teams_world import Caller, Fault, World

from adapters.chat.bodies import DEEPEST
from adapters.settings.teams import LOOPBACK, TeamsSettings
from adapters.teams.activities import Handler, InvokeReply, understood
from adapters.teams.serving import route
from adapters.teams.trust import Gate, gate

HOUR = 3600


@dataclass
class Bot:
    """Remembers what it was given, and answers invokes with ``reply``."""

    seen: list[Any] = field(default_factory=list)
    reply: InvokeReply | None = None

    async def __call__(self, activity: Any) -> InvokeReply | None:
        self.seen.append(activity)
        return self.reply


@dataclass(frozen=True)
class Served(Caller):
    gate: Gate

    def later(self) -> None:
        """As if a minute had passed since keys were asked for."""
        assert self.gate._keys
        self.gate._keys._tried -= 61


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def teams(world: World, bot: Bot) -> AsyncIterator[Served]:
    async with served(world, bot, world.settings()) as calling:
        yield calling


@asynccontextmanager
async def served(world: World, bot: Handler, chosen: TeamsSettings) -> AsyncIterator[Served]:
    async with gate(chosen) as made, world.calling(Starlette(routes=[route(chosen, made, bot)])) as calling:
        yield Served(world, calling.http, made)


# ── what Teams sends ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("make", [message, channel_message])
async def test_what_teams_sends_comes_in_as_it_is(
    world: World, teams: Served, bot: Bot, make: Callable[..., Activity]
) -> None:
    sent = make(world.url, ALVA, "Hva er #oslomet? 👋")
    reply = await teams.send(sent)
    assert (reply.status_code, reply.content) == (202, b"")
    assert bot.seen == [sent]


async def test_an_invoke_is_answered_in_the_same_response(world: World, teams: Served, bot: Bot) -> None:
    bot.reply = InvokeReply(
        200, {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"ø": [1]}}
    )
    reply = await teams.send(execute(world.url, ALVA, "claim", {"case": 1}, "post-1"))
    assert reply.status_code == 200
    assert reply.json() == bot.reply.body


async def test_an_invoke_that_is_refused_says_so(world: World, teams: Served, bot: Bot) -> None:
    bot.reply = InvokeReply(403)
    reply = await teams.send(query(world.url, ALVA, "hashtag"))
    assert (reply.status_code, reply.content) == (403, b"")


async def test_an_invoke_without_an_answer_is_no_fault(world: World, teams: Served) -> None:
    assert (await teams.send(query(world.url, ALVA, ""))).status_code == 200


async def test_a_slow_answer_holds_up_no_other(world: World) -> None:
    free = asyncio.Event()

    async def slow(activity: Any) -> None:
        if activity["text"] == "first":
            await free.wait()

    async with served(world, slow, world.settings()) as teams:
        first = asyncio.create_task(teams.send(message(world.url, ALVA, "first")))
        assert (await teams.send(message(world.url, ALVA, "second"))).status_code == 202
        assert not first.done()
        free.set()
        assert (await first).status_code == 202


# ── who is let in ────────────────────────────────────────────────────────────────────────────────────────────────────
def _unsigned(url: str) -> str:
    return f"{_part({'alg': 'none', 'kid': 'first'})}.{_part(claims(url))}."


def _by_public_key(url: str) -> str:
    """Signed by HMAC with the public key as if that were a secret, which libraries once fell for."""
    body = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims(url))}"
    mac = hmac.new(signing_key("first").pem, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _part(given: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(given).encode()).rstrip(b"=").decode()


def _deep(_url: str) -> str:
    return base64.urlsafe_b64encode(b"[" * 5000).rstrip(b"=").decode() + ".e30.e30"


def _with(**more: Any) -> Callable[[str], str]:
    return lambda url: signed(claims(url, **more), signing_key("first"))


def _unnamed(url: str) -> str:
    return jwt.encode(claims(url), signing_key("first").private, algorithm="RS256")


REFUSED: dict[str, Callable[[str], str]] = {
    "wrong key": lambda url: signed(claims(url), SigningKey("first", signing_key("another").private)),
    "unknown kid": lambda url: signed(claims(url), SigningKey("unknown", signing_key("another").private)),
    "missing kid": _unnamed,
    "expired": _with(exp=int(time.time()) - HOUR),
    "expired just beyond what clocks may differ": _with(exp=int(time.time()) - 330),
    "not yet valid": _with(nbf=int(time.time()) + HOUR),
    "wrong aud": _with(aud="another-app"),
    "many aud": _with(aud=[APP_ID, "another-app"]),
    "missing aud": _with(aud=None),
    "wrong iss": _with(iss="https://evil.example"),
    "missing iss": _with(iss=None),
    "missing exp": _with(exp=None),
    "endless exp": _with(exp=float("inf")),
    "exp that is no number": _with(exp="tomorrow"),
    "another serviceurl": _with(serviceurl="https://smba.trafficmanager.net/emea/"),
    "serviceurl that is no text": _with(serviceurl=[1]),
    "empty serviceurl": _with(serviceurl=""),
    "missing serviceurl": _with(serviceurl=None),
    "alg none": _unsigned,
    "HS256 with the public key": _by_public_key,
    "garbage": lambda _url: "garbage",
    "garbage in three parts": lambda _url: "a.b.c",
    "no JSON object": lambda _url: f"{_part([1])}.{_part({})}.e30",
    "nested beyond reading": _deep,
    "not ASCII": lambda _url: "å.ä.ö",
    "oversize": _with(more="x" * 9000),
    "no header": lambda _url: "",
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
async def test_who_is_not_teams_is_refused(world: World, teams: Served, bot: Bot, make: Callable[[str], str]) -> None:
    token = make(world.url)
    given = {"Authorization": f"Bearer {token}".encode()} if token else {}
    reply = await teams.raw(json.dumps(message(world.url, ALVA, "Hei")).encode(), **given)  # type: ignore[arg-type]
    assert (reply.status_code, reply.text) == (401, "not sent by Teams")
    assert not bot.seen


@pytest.mark.parametrize("claim", [{"exp": -60}, {"nbf": 60}], ids=["exp", "nbf"])
async def test_clocks_may_differ_by_a_few_minutes(world: World, teams: Served, claim: dict[str, int]) -> None:
    more = {name: int(time.time()) + seconds for name, seconds in claim.items()}
    assert (await teams.send(message(world.url, ALVA, "Hei"), world.token(**more))).status_code == 202


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer", "Bearer  {}", "bearer{}", "Bearer {} x"])
async def test_a_token_comes_in_one_way_only(world: World, teams: Served, bot: Bot, header: str) -> None:
    reply = await teams.raw(
        json.dumps(message(world.url, ALVA, "Hei")).encode(), Authorization=header.format(world.token())
    )
    assert reply.status_code == 401
    assert not bot.seen


async def test_two_authorization_headers_are_refused(world: World, teams: Served, bot: Bot) -> None:
    given = [("Authorization", f"Bearer {world.token()}")] * 2 + [("Content-Type", "application/json")]
    body = json.dumps(message(world.url, ALVA, "Hei")).encode()
    assert (await teams.http.post("/api/messages", content=body, headers=given)).status_code == 401
    assert not bot.seen


@pytest.mark.parametrize("endorsed", [("webchat",), ("",)], ids=["for another channel", "for none"])
async def test_a_key_that_is_not_endorsed_for_teams_is_refused(
    world: World, teams: Served, bot: Bot, endorsed: tuple[str, ...]
) -> None:
    key = signing_key("unendorsed", *endorsed)
    world.keys.append(key)
    assert (await teams.send(message(world.url, ALVA, "Hei"), world.token(key))).status_code == 401
    assert not bot.seen


@pytest.mark.parametrize("channel", ["webchat", "directline", "emulator"])
async def test_other_channels_of_the_bot_are_refused_since_there_anybody_is_whom_they_like(
    world: World, teams: Served, bot: Bot, channel: str
) -> None:
    reply = await teams.send(message(world.url, ALVA, "Hei", channelId=channel))
    assert reply.status_code == 401
    assert not bot.seen


async def test_a_service_url_outside_the_list_is_refused_even_with_a_token_for_it(
    world: World, teams: Served, bot: Bot
) -> None:
    elsewhere = "https://evil.example/"
    reply = await teams.send(message(elsewhere, ALVA, "Hei"), world.token(serviceurl=elsewhere))
    assert reply.status_code == 401
    assert not bot.seen


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_new_key_counts_at_once(world: World, teams: Served) -> None:
    await teams.send(message(world.url, ALVA, "Hei"))
    new = signing_key("second")
    world.keys = [new]
    teams.later()
    assert (await teams.send(message(world.url, ALVA, "Hei"), world.token(new))).status_code == 202


async def test_unknown_keys_make_nobody_ask_for_keys_again_and_again(world: World, teams: Served) -> None:
    await teams.send(message(world.url, ALVA, "Hei"))
    strangers = [signed(claims(world.url), SigningKey(f"k{n}", signing_key("another").private)) for n in range(50)]
    replies = await asyncio.gather(*(teams.send(message(world.url, ALVA, "Hei"), each) for each in strangers))
    assert {reply.status_code for reply in replies} == {401}
    assert world.asked["keys"] <= 2


@pytest.mark.timing
async def test_a_stall_of_the_key_server_delays_nobody_whose_key_is_known(world: World, teams: Served) -> None:
    await teams.send(message(world.url, ALVA, "Hei"))
    teams.later()
    world.faults["openid"] = [Fault(delay=2.0, done=True)]
    stranger = signed(claims(world.url), SigningKey("k", signing_key("another").private))
    waiting = asyncio.create_task(teams.send(message(world.url, ALVA, "Hei"), stranger))
    await world.until_asked("openid", 2)
    slowest = 0.0
    for _ in range(20):
        began = time.monotonic()
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 202
        slowest = max(slowest, time.monotonic() - began)
    assert not waiting.done()
    assert slowest < 1.0
    assert (await waiting).status_code == 401


@pytest.mark.parametrize("what", ["openid", "keys"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(302, headers={"Location": "/keys"}),
        Fault(200, body="<html>"),
        Fault(200, body="[]"),
        Fault(200, body="{}"),
        Fault(200, body='{"issuer": 1, "jwks_uri": 2, "keys": [1, {"kty": "RSA"}, {"kty": "oct", "k": "eA"}]}'),
        Fault(200, body="[" * 100_000),
    ],
    ids=["500", "redirect", "no JSON", "list", "empty", "wrong shape", "deep"],
)
async def test_without_keys_nobody_is_let_in_and_known_keys_go_on_counting(
    world: World, bot: Bot, what: str, fault: Fault
) -> None:
    world.faults[what] = [fault]
    async with served(world, bot, world.settings()) as teams:
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 401
        teams.later()
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 202
        world.faults[what] = [fault]
        teams.later()
        stranger = signed(claims(world.url), SigningKey("k", signing_key("another").private))
        assert (await teams.send(message(world.url, ALVA, "Hei"), stranger)).status_code == 401
        assert not world.faults[what]
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 202


async def test_keys_over_plain_http_from_elsewhere_are_not_asked_for(world: World, bot: Bot) -> None:
    async with served(world, bot, world.settings(openid="http://login.botframework.com/x")) as teams:
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 401


async def test_few_wait_for_keys_at_a_time(world: World, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.teams.trust.WAITING", 1)
    world.faults["openid"] = [Fault(delay=0.5, done=True)]
    async with served(world, bot, world.settings()) as teams:
        waiting = asyncio.create_task(teams.send(message(world.url, ALVA, "Hei")))
        await world.until_asked("openid")
        assert (await teams.send(message(world.url, ALVA, "Hei"))).status_code == 401
        assert not waiting.done()
        assert (await waiting).status_code == 202


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _changed(**more: Any) -> bytes:
    found = message("http://127.0.0.1:1/", ALVA, "Hei") | more
    return json.dumps({name: value for name, value in found.items() if value is not ...}).encode()


NONSENSE = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe",
    "UTF-16": json.dumps({"type": "message"}).encode("utf-16"),
    "list": b"[]",
    "null": b"null",
    "text": b'"message"',
    "NaN": _changed(value={}).replace(b'"value": {}', b'"value": NaN'),
    "huge number": _changed(value={}).replace(b'"value": {}', b'"value": ' + b"9" * 5000),
    "deep": b'{"a":' * 50_000,
    "deeper than anybody writes": _changed(value=1).replace(b'"value": 1', b'"value": ' + b"[" * 100 + b"]" * 100),
    "half a surrogate": _changed(text="\ud800"),
    "no type": _changed(type=...),
    "type is a list": _changed(type=["message"]),
    "no channel": _changed(channelId=...),
    "no service URL": _changed(serviceUrl=...),
    "empty service URL": _changed(serviceUrl=""),
    "no conversation": _changed(conversation=...),
    "conversation without id": _changed(conversation={}),
    "conversation id is a number": _changed(conversation={"id": 7}),
    "conversation is a text": _changed(conversation="a:1"),
    "sender is a list": _changed(**{"from": [ALVA.id]}),
    "sender's id is a part": _changed(**{"from": {"id": {}}}),
    "text is a part": _changed(text={}),
    "mentions are a part": _changed(entities={}),
    "mentions are texts": _changed(entities=["x"]),
    "tenant is a text": _changed(channelData={"tenant": "x"}),
    "an invoke's value is a text": _changed(type="invoke", name="task/fetch", value="x"),
    "channel's data are a text": _changed(channelData="x"),
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_with_a_token_is_refused_without_a_fault(
    world: World, teams: Served, bot: Bot, body: bytes
) -> None:
    reply = await teams.raw(body, Authorization=f"Bearer {world.token()}")
    assert (reply.status_code, reply.text) == (400, "not understood")
    assert not bot.seen


async def test_another_kind_of_body_is_refused(world: World, teams: Served, bot: Bot) -> None:
    """As a page in a browser could send it to the playground without being asked."""
    reply = await teams.send(message(world.url, ALVA, "Hei"), **{"Content-Type": "text/plain"})
    assert reply.status_code == 415
    assert not bot.seen


async def test_a_request_that_is_too_large_is_refused_unread(world: World, teams: Served) -> None:
    authorised = {"Authorization": f"Bearer {world.token()}"}
    assert (await teams.raw(b"x" * (600 * 1024), **authorised)).status_code == 413
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b"x" * 10_000

    headers = {"Content-Type": "application/json", **authorised}
    reply = await teams.http.post("/api/messages", content=endless(), headers=headers)
    assert reply.status_code == 413
    assert sent < 600_000


async def test_nobody_without_a_token_has_their_body_read(teams: Served) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("was read")
        yield b""

    assert (await teams.http.post("/api/messages", content=unread())).status_code == 401


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "tenant", "name", "x"]), inner),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*message("u", ALVA, ""), "entities", "value", "membersAdded"]), values))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_understood_has_the_shape_that_readers_rely_on(changed: dict[str, Any]) -> None:
    found = understood(json.dumps(message("http://127.0.0.1:1/", ALVA, "Hei") | changed).encode())
    if found is None:
        return
    assert found["type"]
    assert found["conversation"]["id"]
    assert isinstance((found.get("from") or {}).get("aadObjectId"), str | None)
    assert isinstance(((found.get("channelData") or {}).get("tenant") or {}).get("id"), str | None)
    assert all(isinstance(each, dict) for each in found.get("entities") or ())


@given(st.binary(max_size=300))
def test_no_body_raises(body: bytes) -> None:
    understood(body)


def test_a_card_may_be_as_deep_as_people_make_them() -> None:
    value: Any = 1
    for _ in range(DEEPEST - 2):
        value = [value]
    assert understood(_changed(value=value))
    assert understood(_changed(value=[[1]] * 1000))


# ── the playground ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_playground_proves_nothing_and_names_this_machine_alone(world: World, bot: Bot) -> None:
    chosen = world.settings(playground=True, app_id="", service_hosts=LOOPBACK)
    async with served(world, bot, chosen) as teams:
        for url in ("http://localhost:56150/_connector", "http://127.0.0.1:1/x", "http://[::1]:1/"):
            assert (await teams.send(message(url, ALVA, "Hei"), "")).status_code == 202
        for url in ("https://smba.trafficmanager.net/teams/", "http://10.0.0.1/", "http://localhost.evil.example/"):
            assert (await teams.send(message(url, ALVA, "Hei"), "")).status_code == 401
    assert len(bot.seen) == 3
    assert not world.asked


# ── what it costs where Teams is not set up ──────────────────────────────────────────────────────────────────────────
LOADED = "print(sorted(name for name in sys.modules if name.startswith(('botbuilder', 'botframework', 'msal'))))"


def _loaded(module: str) -> str:
    asked = f"import sys, {module}; {LOADED}"
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout


def test_without_teams_nothing_of_the_sdk_is_loaded() -> None:
    assert _loaded("adapters.app.serve").strip() == "[]"


def test_the_slow_part_of_the_sdk_is_never_loaded() -> None:
    found = _loaded("adapters.teams.serving, adapters.teams.connector")
    assert "'botbuilder.core'" in found
    assert "botbuilder.core.teams" not in found

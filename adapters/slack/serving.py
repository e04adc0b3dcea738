"""Slack's ways in: HTTP, each request checked before anything reads it, and Socket Mode; and all of it together.

connected(settings, …)   the ways to Slack: messenger and members, which the desk and delivery need
listening(connection, desk)   the ways in, for as long as it is not left
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import getproxies

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.chat.bodies import read, too_deep
from adapters.chat.heart import Heart
from adapters.chat.hub import languages
from adapters.chat.members import ChannelMembers, with_routes
from adapters.chat.replies import Posted
from adapters.settings import SlackSettings
from adapters.slack.app import DONE, App, make_app, repeat_of
from adapters.slack.clients import Clients, Tokens, one_token
from adapters.slack.directory import Directory
from adapters.slack.hub import Hub
from adapters.slack.kit import VALUE
from adapters.slack.members import listing
from adapters.slack.messenger import SlackMessenger
from adapters.slack.taking import LAST_REPEAT, worked_off
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.ports import Address
from bot.service.desk import Desk
from bot.wording import Wording

log = logging.getLogger(__name__)
PATH = "/slack/events"
LARGEST = 512 * 1024  # bytes of a request; Slack's are far smaller
OLDEST = 300  # seconds that a signature counts for
PATIENCE = 3.0  # seconds that Slack waits for an acknowledgement
EMPTY = Response(b"", 200)
PARTS = ("event", "user", "team", "channel", "view", "container", "message", "enterprise")
LISTS = ("actions", "authorizations")
CONNECTING = 20.0  # seconds for Socket Mode to come up, before it is said that it does not

Forget = Callable[[str, str], Awaitable[None]]  # (team, enterprise): the app was removed there


@dataclass(frozen=True, repr=False)
class Connection:
    """The ways to Slack."""

    settings: SlackSettings
    clients: Clients
    messenger: SlackMessenger
    members: ChannelMembers

    @property
    def comms(self) -> Mapping[OrganisationId, Address]:
        """Where comms works, by organisation."""
        return {
            organisation: Address("slack", team, channel)
            for organisation, (team, channel) in self.settings.comms.items()
        }


@dataclass(frozen=True, repr=False)
class Slack:
    """Slack at work. ``healthy``: whether events can come in right now."""

    hub: Hub
    app: App
    routes: tuple[Route, ...]
    healthy: Callable[[], bool]


@asynccontextmanager
async def connected(
    settings: SlackSettings, knowledge: KnowledgeBase, say: Wording, tokens: Tokens | None = None
) -> AsyncIterator[Connection]:
    """``tokens``: of the installations (installing.py); by default the one that is set.

    SettingsError where an organisation is named that the knowledge does not have.
    """
    spoken = languages("HANDBOK_SLACK_ORGANISATIONS", settings.organisations, settings.comms, knowledge)
    # without a proxy aiohttp would look for a .netrc in a thread, for each request
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=bool(getproxies())) as session:
        clients = Clients(session, settings.api, tokens or one_token(settings.bot_token))
        places = with_routes(settings.comms, knowledge, "slack")
        messenger = SlackMessenger(clients, say, spoken, places)
        yield Connection(settings, clients, messenger, ChannelMembers(places, listing(clients)))


@asynccontextmanager
async def listening(connection: Connection, desk: Desk, forget: Forget | None = None) -> AsyncIterator[Slack]:
    """Takes in what Slack sends. ``forget``: what to do where the app is removed."""
    hub = Hub(
        desk=desk,
        carries=VALUE,
        members=connection.members,
        messenger=connection.messenger,
        organisations=connection.settings.organisations,
        posted=Posted(desk),
        clients=connection.clients,
        directory=Directory(connection.clients),
        on_removed=forget,
    )
    app = make_app(hub)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(hub.posted.close)
        stack.push_async_callback(hub.intake.close)
        if connection.settings.app_token:
            healthy = await stack.enter_async_context(socket_mode(connection, app))
        else:
            healthy = lambda: True  # noqa: E731
        await stack.enter_async_context(hub.heart.beating())
        await stack.enter_async_context(hub.intake.shelf.swept(lambda arrival: worked_off(hub, arrival)))
        yield Slack(hub, app, routes(connection.settings, app, hub.heart), healthy)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


# ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def routes(settings: SlackSettings, app: App, heart: Heart) -> tuple[Route, ...]:
    """None where events come by Socket Mode alone."""
    if not settings.signing_secret:
        return ()
    return (Route(PATH, Incoming(settings.signing_secret, app, heart), methods=["POST"]),)


class Incoming:
    """What Slack sends, as an ASGI application: without Starlette's wrapping, which no request of Slack's needs."""

    def __init__(self, secret: str, app: App, heart: Heart) -> None:
        self._secret = secret.encode()
        self._app = app
        self._heart = heart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await (await self._take(request))(scope, receive, send)

    async def _take(self, request: Request) -> Response:
        body = await read(request, LARGEST)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not signed(self._secret, body, request.headers, time.time()):
            return PlainTextResponse("not signed by Slack", 401)
        found = understood(body, request.headers.get("content-type", ""))
        if found is None:
            return PlainTextResponse("not understood", 400)
        repeat = repeat_of(request.headers)
        if self._heart.stood_still() and repeat < LAST_REPEAT and _late(request.headers):
            return PlainTextResponse("too late", 503)
        reply = await self._app.straight(found, repeat)
        if reply is None:
            reply = await self._app.async_dispatch(to_async_bolt_request(request, body))
        return EMPTY if reply is DONE else to_starlette_response(reply)


def _late(headers: Mapping[str, str]) -> bool:
    """Whether Slack has given up on it by now, and sent it again or said so. The signature has been checked."""
    return time.time() - int(headers["x-slack-request-timestamp"]) > PATIENCE


def signed(secret: bytes, body: bytes, headers: Mapping[str, str], now: float) -> bool:
    """Whether Slack signed the request within the last minutes: version v0, HMAC-SHA256 over time and body."""
    at, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (at.isascii() and at.isdigit() and len(at) < 12) or abs(now - int(at)) > OLDEST:
        return False
    expected = "v0=" + hmac.new(secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def understood(body: bytes, kind: str) -> Mapping[str, Any] | None:
    """What a body says; None where it has not the shape of Slack's, which Bolt takes for granted."""
    try:
        if kind.startswith("application/json"):
            found, unquoted = json.loads(body), body
        else:
            given = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
            found = json.loads(given["payload"]) if "payload" in given else given
            unquoted = given.get("payload", "").encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return None
    shaped = (
        isinstance(found, dict)
        and all(isinstance(found.get(part), dict | str | None) for part in PARTS)
        and isinstance(found.get("event", {}), dict)
        and all(isinstance(found.get(part), list | None) for part in LISTS)
    )
    return found if shaped and not too_deep(found, unquoted) else None


# ── Socket Mode ──────────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def socket_mode(connection: Connection, app: App) -> AsyncIterator[Callable[[], bool]]:
    """Connects in the background, again and again where that is needed; gives whether it is connected."""
    settings = connection.settings
    handler = AsyncSocketModeHandler(app, settings.app_token, web_client=connection.clients.unauthorised())
    connecting = asyncio.create_task(_connect(handler), name="slack: connects")
    state = {"up": False}

    def healthy() -> bool:
        return state["up"]

    watching = asyncio.create_task(_watch(handler, state), name="slack: watches its connection")
    try:
        yield healthy
    finally:
        await _end(watching)
        await _end(connecting)
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _connect(handler: AsyncSocketModeHandler) -> None:
    # It never gives up by itself, and never says that it does not succeed.
    connecting = asyncio.ensure_future(handler.connect_async())  # type: ignore[no-untyped-call]
    try:
        done, _ = await asyncio.wait({connecting}, timeout=CONNECTING)
        if not done:
            log.error("Slack's Socket Mode does not come up; check SLACK_APP_TOKEN and the network. Trying on.")
        await connecting
    finally:
        await _end(connecting)


async def _watch(handler: AsyncSocketModeHandler, state: dict[str, bool]) -> None:
    while True:
        state["up"] = await handler.client.is_connected()
        await asyncio.sleep(1.0)

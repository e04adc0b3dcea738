"""What Teams is to a bot, on loopback: the connector that it replies to, the keys of whoever calls it, and Entra ID,
which gives it tokens. Everything that it asks for is remembered, and every part can be told to fail.

    async with teams_world() as world:
        app = Starlette(routes=[route(world.settings(), gate, handler)])
        async with world.calling(app) as teams:
            reply = await teams.send(message(world.url, ALVA, "Hei"))
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import ssl
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from starlette.types import ASGIApp
from teams_says import CHANNEL, OTHER_TENANT, TENANT, Activity
from teams_signing import APP_ID, ISSUER, SigningKey, certificate, claims, signed, signing_key

from adapters.settings.teams import TeamsSettings

PASSWORD = "a-secret-of-the-tests"
AHEAD_OF_ALL = 5  # seconds that anything is waited for


@dataclass(frozen=True)
class Call:
    """What the bot asked the connector for. ``kind``: send, reply, typing, update, delete, create, members, member."""

    kind: str
    conversation: str
    activity: Activity  # or the other body
    token: str
    id: str = ""  # of the post, or of the user
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Fault:
    """What is done instead of the work, once. ``code``: Teams' name for the error; ``body``: instead of JSON."""

    status: int = 500
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0  # seconds before it
    done: bool = False  # the work is done all the same


@dataclass
class World:
    """``faults``: by the kind of call, or ``keys``, ``openid`` and ``token``; the next first."""

    url: str = ""  # of the connector, as activities name it
    openid: str = ""
    login: str = ""
    calls: list[Call] = field(default_factory=list)
    posts: dict[str, dict[str, Activity]] = field(default_factory=lambda: defaultdict(dict))  # by conversation and id
    rosters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by conversation, without a thread
    files: dict[str, bytes] = field(default_factory=dict)  # pictures in messages, by name
    page: int = 100  # members at a time at most
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    keys: list[SigningKey] = field(default_factory=lambda: [signing_key("first")])
    issuer: str = ISSUER
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # how often keys, openid, token
    tokens: set[str] = field(default_factory=set)  # that count
    lasts: int = 3600  # seconds that a new token lasts
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def settings(self, **more: Any) -> TeamsSettings:
        given: dict[str, Any] = {
            "organisations": {TENANT: "oslomet", OTHER_TENANT: "malmo"},
            "comms": {"oslomet": (TENANT, CHANNEL)},
            "app_id": APP_ID, "tenant": TENANT, "app_password": PASSWORD, "service_hosts": ("127.0.0.1",),
            "service_url": self.url, "openid": self.openid, "login": self.login,
        }  # fmt: skip
        return TeamsSettings(**given | more)

    def token(self, key: SigningKey | None = None, **more: Any) -> str:
        """That counts, but for the claims in ``more``; None leaves one out."""
        return signed(claims(self.url, **more), key or self.keys[0])

    @asynccontextmanager
    async def calling(self, app: ASGIApp) -> AsyncIterator[Caller]:
        """Whoever sends activities to the bot."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as http:
            yield Caller(self, http)

    def of(self, kind: str, conversation: str = "") -> list[Call]:
        return [each for each in self.calls if each.kind == kind and conversation in ("", each.conversation)]

    def said(self, conversation: str) -> list[Activity]:
        """What stands in a conversation or thread, without what only shows that somebody writes."""
        return list(self.posts[conversation].values())

    async def until(self, kind: str, count: int = 1) -> list[Call]:
        """Waits for calls of a kind."""
        async with asyncio.timeout(AHEAD_OF_ALL):
            while len(self.of(kind)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.of(kind)

    async def until_asked(self, what: str, count: int = 1) -> None:
        """Waits until keys, openid or token was asked for so often."""
        async with asyncio.timeout(AHEAD_OF_ALL):
            while self.asked[what] < count:
                self.changed.clear()
                await self.changed.wait()

    # ── the connector ────────────────────────────────────────────────────────────────────────────────────────────────
    async def connector(self, request: web.Request) -> web.StreamResponse:
        given = await request.json() if request.can_read_body else {}
        conversation = request.match_info.get("conversation", "")
        post = request.match_info.get("id", "")
        kind = _kind(request.method, request.match_info.get("what", ""), post, given)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(kind, conversation, given, token, post))
        self.changed.set()
        if self.faults[kind]:
            fault = self.faults[kind].pop(0)
            await asyncio.sleep(fault.delay)
            if fault.done:
                self._work(kind, conversation, post, given, request.query)
            return _failed(fault)
        if token not in self.tokens and self.tokens:
            return _failed(Fault(401, "BotNotAuthorized"))
        return self._work(kind, conversation, post, given, request.query)

    def _work(  # noqa: PLR0911  # one for each kind
        self, kind: str, conversation: str, post: str, given: Activity, asked: Mapping[str, str]
    ) -> web.Response:
        match kind:
            case "send" | "reply":
                made = f"post-{next(self._ids)}"
                self.posts[conversation][made] = given | {"id": made}
                return web.json_response({"id": made}, status=201)
            case "update":
                if post not in self.posts[conversation]:
                    return _failed(Fault(404, "ActivityNotFoundInConversation"))
                self.posts[conversation][post] = given
                return web.json_response({"id": post})
            case "delete":
                self.posts[conversation].pop(post, None)
                return web.Response()
            case "create":
                return web.json_response({"id": "a:" + given["members"][0]["id"].removeprefix("29:")}, status=201)
            case "members":
                begin, size = int(asked.get("continuationToken") or 0), min(self.page, int(asked["pageSize"]))
                roster = self.rosters.get(conversation, [])
                following = {"continuationToken": str(begin + size)} if begin + size < len(roster) else {}
                return web.json_response({"members": roster[begin : begin + size]} | following)
            case "member":
                found = [each for each in self.rosters.get(conversation, []) if post in (each["id"], each["objectId"])]
                return web.json_response(found[0]) if found else _failed(Fault(404, "MemberNotFoundInConversation"))
        return web.Response(status=202)

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens and self.tokens:
            return web.Response(status=401)
        found = self.files.get(request.match_info["name"])
        return web.Response(body=found, content_type="image/jpeg") if found else web.Response(status=404)

    # ── keys, and Entra ID ───────────────────────────────────────────────────────────────────────────────────────────
    async def configuration(self, _request: web.Request) -> web.StreamResponse:
        found = {"issuer": self.issuer, "jwks_uri": self.openid.replace("/openid", "/keys")}
        return await self._told("openid", found)

    async def jwks(self, _request: web.Request) -> web.StreamResponse:
        return await self._told("keys", {"keys": [key.jwk for key in self.keys]})

    async def authority(self, request: web.Request) -> web.Response:
        base = f"{self.login}/{request.match_info['tenant']}"
        ends = {
            name: f"{base}/oauth2/v2.0/{name.partition('_')[0]}"
            for name in ("token_endpoint", "authorization_endpoint")
        }
        return web.json_response({"issuer": f"{base}/v2.0", **ends})

    async def entra(self, request: web.Request) -> web.StreamResponse:
        given = await request.post()
        if given.get("client_secret") != PASSWORD:
            return await self._told("token", {"error": "invalid_client", "error_description": "AADSTS7000215"}, 401)
        return await self._told("token", self._issued())

    async def identity(self, request: web.Request) -> web.StreamResponse:
        """As App Service gives tokens to a managed identity."""
        if request.headers.get("X-IDENTITY-HEADER") != PASSWORD or request.query.get("client_id") != APP_ID:
            return await self._told("token", {"statusCode": 400, "message": "no such identity"}, 400)
        found = self._issued()
        ends = {"expires_on": str(int(time.time()) + self.lasts), "resource": request.query["resource"]}
        return await self._told("token", {"access_token": found["access_token"], "token_type": "Bearer", **ends})

    def _issued(self) -> dict[str, Any]:
        token = f"token-{next(self._ids)}"
        self.tokens.add(token)
        return {"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}

    async def _told(self, what: str, found: object, status: int = 200) -> web.StreamResponse:
        self.asked[what] += 1
        self.changed.set()
        if self.faults[what]:
            fault = self.faults[what].pop(0)
            await asyncio.sleep(fault.delay)
            if not fault.done:
                return _failed(fault)
        return web.json_response(found, status=status)


@dataclass(frozen=True)
class Caller:
    """Teams, as it calls the bot."""

    world: World
    http: httpx.AsyncClient

    async def send(self, activity: Activity, token: str | None = None, **headers: str) -> httpx.Response:
        """With a token that counts, unless another is given; an empty one: none."""
        given = self.world.token() if token is None else token
        authorised = {"Authorization": f"Bearer {given}"} if given else {}
        return await self.raw(json.dumps(activity).encode(), **authorised | headers)

    async def raw(self, body: bytes, **headers: str) -> httpx.Response:
        given = {"Content-Type": "application/json; charset=utf-8"} | headers
        return await self.http.post("/api/messages", content=body, headers=given)


def _kind(method: str, what: str, post: str, given: Activity) -> str:
    if what == "activities":
        by_method = {"PUT": "update", "DELETE": "delete"}
        sent = "typing" if given.get("type") == "typing" else "reply" if post else "send"
        return by_method.get(method, sent)
    return {"pagedmembers": "members", "members": "member"}.get(what, "create")


def _failed(fault: Fault) -> web.Response:
    if fault.body is not None:
        return web.Response(text=fault.body, status=fault.status, headers=fault.headers)
    error = {"error": {"code": fault.code, "message": "planned"}} if fault.code else {}
    return web.json_response(error, status=fault.status, headers=fault.headers)


@asynccontextmanager
async def teams_world() -> AsyncIterator[World]:
    """Its Entra ID speaks https, as MSAL wants; requests trusts it by REQUESTS_CA_BUNDLE, as behind a proxy."""
    made = World()
    open_app = web.Application(client_max_size=4 * 1024 * 1024)
    for path in ("", "/{conversation}/{what}", "/{conversation}/{what}/{id}"):
        open_app.router.add_route("*", f"/teams/v3/conversations{path}", made.connector)
    open_app.router.add_get("/teams/v3/attachments/{name}/views/original", made.attachment)
    open_app.router.add_get("/openid", made.configuration)
    open_app.router.add_get("/keys", made.jwks)
    open_app.router.add_get("/identity", made.identity)
    safe_app = web.Application()
    safe_app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", made.authority)
    safe_app.router.add_post("/{tenant}/oauth2/v2.0/token", made.entra)
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "entra.pem"
        pem.write_bytes(certificate())
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem)
        before = os.environ.get("REQUESTS_CA_BUNDLE")
        os.environ["REQUESTS_CA_BUNDLE"] = str(pem)
        try:
            async with AsyncExitStack() as stack:
                base = f"http://127.0.0.1:{await _serve(stack, open_app)}"
                made.url, made.openid = f"{base}/teams/", f"{base}/openid"
                made.login = f"https://127.0.0.1:{await _serve(stack, safe_app, context)}"
                yield made
        finally:
            del os.environ["REQUESTS_CA_BUNDLE"]
            if before is not None:
                os.environ["REQUESTS_CA_BUNDLE"] = before


async def _serve(stack: AsyncExitStack, app: web.Application, context: ssl.SSLContext | None = None) -> int:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    return int(runner.addresses[0][1])

"""A workspace that speaks Slack's Web API and Socket Mode on loopback, and remembers everything that it was asked."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from adapters.slack.installing import SCOPES

TOKEN = "xoxb-test"
BOT = "UBOT"


@dataclass(frozen=True)
class Call:
    method: str
    arguments: dict[str, Any]
    token: str


@dataclass(frozen=True)
class Fault:
    """What a method does instead of its work, once. ``error``: Slack's own; else a broken or slow reply. ``done``: its
    work is done all the same; ``reset``: the connection breaks."""

    error: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0
    done: bool = False
    reset: bool = False


@dataclass
class Workspace:
    """``members``: of comms' channels. ``faults``: by method, the next first. ``weather``: the fault of any call."""

    weather: Callable[[], Fault | None] = lambda: None

    calls: list[Call] = field(default_factory=list)
    done: list[Call] = field(default_factory=list)  # those that were not refused
    responses: list[dict[str, Any]] = field(default_factory=list)  # to response_url
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    members: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)  # what is special about one
    broken: dict[str, str] = field(default_factory=dict)  # channel → the error that posting there gives
    deleted: set[str] = field(default_factory=set)  # messages (ts) that somebody deleted
    scopes: str = ",".join(SCOPES)  # of the token
    files: dict[str, bytes] = field(default_factory=dict)  # by name
    unreadable: bool = False  # the app may not read files
    url: str = ""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: list[dict[str, Any]] = field(default_factory=list)  # over Socket Mode
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def of(self, method: str) -> list[dict[str, Any]]:
        return [call.arguments for call in self.calls if call.method == method]

    async def until(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        """Waits for calls of a method."""
        async with asyncio.timeout(5):
            while len(self.of(method)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.of(method)

    def post(self, channel: str, text: str, **more: Any) -> str:
        """A message that a person wrote; its ts."""
        ts = f"1700000000.{next(self._ts):06}"
        self.messages[channel].append({"type": "message", "ts": ts, "text": text, **more})
        return ts

    async def file(self, request: web.Request) -> web.StreamResponse:
        """As Slack gives files out: whoever has no right to one is led to a page to sign in."""
        self.calls.append(Call("file", dict(request.match_info), request.headers.get("Authorization", "")))
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens or self.unreadable:
            raise web.HTTPFound("/files/sign-in")
        found = self.files.get(request.match_info["name"])
        return web.Response(body=found, content_type="image/jpeg") if found else web.Response(status=404)

    # ── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["name"]] = await request.read()
        return web.Response(text="OK")

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        self.calls.append(Call(method, arguments, token))
        self.changed.set()
        fault = self.faults[method].pop(0) if self.faults[method] else self.weather()
        if fault:
            if fault.done and not self._refuses(method, arguments):
                self._work(method, arguments)
                self.changed.set()
            await asyncio.sleep(fault.delay)
            if fault.reset and request.transport:
                request.transport.abort()
            if fault.body is not None:
                return web.Response(text=fault.body, status=fault.status, headers=fault.headers)
            if fault.error:
                reply = {"ok": False, "error": fault.error}
                return web.json_response(reply, status=fault.status, headers=fault.headers)
        open_to_all = method.startswith("oauth.") or token.startswith("xapp-")
        if not open_to_all and token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        headers = {"X-OAuth-Scopes": self.scopes} if method == "auth.test" else {}
        if error := self._refuses(method, arguments):
            return web.json_response({"ok": False, "error": error})
        self.done.append(Call(method, arguments, token))
        return web.json_response({"ok": True} | self._work(method, arguments), headers=headers)

    def _refuses(self, method: str, given: dict[str, Any]) -> str:
        """The error that is given whatever else is asked for; empty where there is none."""
        if self.deleted & {given.get("thread_ts"), given.get("ts")}:
            return "thread_not_found"
        return self.broken.get(given.get("channel", ""), "") if method.startswith("chat.") else ""

    def _work(self, method: str, given: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911, PLR0912  # one for each method
        match method:
            case "auth.test":
                return {"user_id": BOT, "bot_id": "B1", "team_id": "T1", "url": self.url}
            case "users.info":
                return {"user": {"id": given["user"], "real_name": given["user"].removeprefix("U-").title()}}
            case "conversations.open":
                return {"channel": {"id": "D-" + given["users"]}}
            case "conversations.members":
                return {"members": self.members.get(given["channel"], []), "response_metadata": {"next_cursor": ""}}
            case "chat.postMessage":
                more = {key: given[key] for key in ("metadata", "thread_ts", "blocks") if given.get(key)}
                ts = self.post(given["channel"], given.get("text", ""), bot_id="B1", **more)
                return {"ts": ts, "channel": given["channel"]}
            case "files.getUploadURLExternal":
                return {"upload_url": f"{self.url}upload/F-picture", "file_id": "F-picture"}
            case "files.completeUploadExternal":
                return {"files": [{"id": "F-picture"}]}
            case "chat.update":
                known = [each for each in self.messages[given["channel"]] if each["ts"] == given["ts"]]
                if not known:
                    return {"ok": False, "error": "message_not_found"}
                known[0] |= {"blocks": given["blocks"], "text": given["text"]}
                return {"ts": given["ts"], "channel": given["channel"]}
            case "conversations.history":
                posts = reversed(self.messages[given["channel"]])
                return {"messages": [each for each in posts if "thread_ts" not in each]}
            case "conversations.replies":
                ts = given["ts"]
                found = [each for each in self.messages[given["channel"]] if ts in (each["ts"], each.get("thread_ts"))]
                return {"messages": found}
            case "conversations.info":
                channel = {"id": given["channel"], "name": "comms", "is_member": True, "is_archived": False}
                return {"channel": channel | self.channels.get(given["channel"], {})}
            case "apps.connections.open":
                return {"url": self.url.replace("http", "ws") + "socket"}
            case "oauth.v2.access":
                return _installed(given)
        return {}

    async def response(self, request: web.Request) -> web.Response:
        if self.faults["response_url"]:
            fault = self.faults["response_url"].pop(0)
            await asyncio.sleep(fault.delay)
            return web.Response(text=fault.body or fault.error, status=fault.status, headers=fault.headers)
        self.responses.append(await request.json())
        self.changed.set()
        return web.Response(text="ok")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.changed.set()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
                self.changed.set()
        return socket

    async def send(
        self, kind: str, payload: dict[str, Any], envelope: str, *, within: float = 5, **more: Any
    ) -> dict[str, Any]:
        """Sends over Socket Mode and gives what it is acknowledged with. TimeoutError where it is not."""
        await self.sockets[-1].send_json(
            {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True} | more
        )
        async with asyncio.timeout(within):
            while not (found := [each for each in self.acknowledged if each.get("envelope_id") == envelope]):
                self.changed.clear()
                await self.changed.wait()
        return found[-1]


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    given = {key: str(value) for key, value in (*request.query.items(), *(await request.post()).items())}
    return {key: json.loads(value) if value[:1] in "[{" else value for key, value in given.items()}


def _installed(given: dict[str, Any]) -> dict[str, Any]:
    token = f"xoxb-{given['code']}"
    return {
        "access_token": token, "token_type": "bot", "scope": "chat:write", "bot_user_id": BOT, "app_id": "A1",
        "team": {"id": "T2", "name": "Malmö"}, "enterprise": None, "authed_user": {"id": "U-admin"},
        "is_enterprise_install": False,
    }  # fmt: skip


@asynccontextmanager
async def workspace() -> AsyncIterator[Workspace]:
    made = Workspace()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_route("*", "/api/{method}", made.api)
    app.router.add_post("/respond/{any}", made.response)
    app.router.add_get("/socket", made.socket)
    app.router.add_get("/files/{name}", made.file)
    app.router.add_post("/upload/{name}", made.upload)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"http://127.0.0.1:{port}/"
    try:
        yield made
    finally:
        for socket in made.sockets:
            await socket.close()
        await runner.cleanup()


def now() -> str:
    return str(int(time.time()))

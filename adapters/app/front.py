"""What stands before everything else: an id for each request, the probes, the papers, and who may see the page."""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from adapters.app.health import Health, as_json
from adapters.app.metrics import Metrics
from adapters.app.papers import PAPERS, paper, security_txt
from adapters.settings import Settings
from bot.wording import Wording

REQUEST_ID = re.compile(r"[\w-]{1,64}")
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
NO_STORE = {"cache-control": "no-store"}

Own = Callable[[Request], Awaitable[Response]]


@dataclass
class Front:
    """An ASGI application before ``app``, which has the platforms' ways in (``open_paths``) and the page."""

    app: ASGIApp
    settings: Settings
    say: Wording
    health: Health
    metrics: Metrics
    open_paths: tuple[str, ...] = ("/slack/", "/api/", "/insights")

    def __post_init__(self) -> None:
        self._own: dict[str, Own] = {
            "/livez": self._livez,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
            "/.well-known/security.txt": self._security,
            **{f"/{name}": self._paper for name in PAPERS},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, began, status = scope["path"], time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        own = self._own.get(path)
        with bound_contextvars(request=_id_of(scope)):
            if own:
                request = Request(scope, receive)
                known = scope["method"] in ("GET", "HEAD")
                await (await own(request) if known else PlainTextResponse("GET alone", 405))(scope, receive, send)
                return
            try:
                if path.startswith(self.open_paths) or self.settings.open_web or _near(scope):
                    await self.app(scope, receive, noted)
                else:
                    await PlainTextResponse(CLOSED, 403)(scope, receive, noted)
            finally:
                self.metrics.seen(path, status, time.perf_counter() - began)

    async def _livez(self, _: Request) -> Response:
        return PlainTextResponse("well\n", headers=NO_STORE)

    async def _readyz(self, _: Request) -> Response:
        found = as_json(await self.health.look())
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        return Response(text, 200 if found["ready"] else 503, NO_STORE, "application/json")

    async def _metrics(self, request: Request) -> Response:
        if not self._may_measure(request):
            return PlainTextResponse("ask from this machine, or send HANDBOK_METRICS_TOKEN as a bearer token\n", 403)
        text = await self.metrics.text(await self.health.look())
        return Response(text, headers=NO_STORE, media_type="text/plain; version=0.0.4; charset=utf-8")

    def _may_measure(self, request: Request) -> bool:
        token = self.settings.metrics_token
        if token and hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
            return True
        return not token and _near(request.scope) and not any(name in request.headers for name in FORWARDED)

    async def _paper(self, request: Request) -> Response:
        return paper(self.settings, self.say, request, request.url.path.strip("/"))

    async def _security(self, _: Request) -> Response:
        return security_txt(self.settings)


CLOSED = "This page is for the machine that Handbok runs on. To open it to others, set HANDBOK_WEB=1.\n"


def _near(scope: Scope) -> bool:
    """Whether the request comes from this machine. A proxy here is believed when it says that it does not."""
    client = scope.get("client")
    try:
        return client is None or ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _id_of(scope: Scope) -> str:
    """As the proxy calls the request, else a new one."""
    for name, value in scope["headers"]:
        given: str = value.decode("latin-1") if name == b"x-request-id" else ""
        if REQUEST_ID.fullmatch(given):
            return given
    return secrets.token_hex(4)

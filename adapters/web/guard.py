"""Who may talk to the page at all. It stands before everything else and knows nothing of what comes after.

The page is for this machine: a name in ``Host`` that is not loopback's is another site's DNS pointing here, and a POST
whose origin is not the page's own is another site's form.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 256 * 1024  # bytes
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer browsers send the origin of a form as "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

Refuse = Callable[[Scope, Receive, Send, int], Awaitable[None]]


class Guard:
    """An ASGI application before ``app``. ``refuse`` answers with 403 (foreign) or 413 (too big)."""

    def __init__(self, app: ASGIApp, refuse: Refuse, hosts: frozenset[str] = LOOPBACK) -> None:
        self._app = app
        self._refuse = refuse
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        dressed = _dressed(send)
        if not self._here(headers) or (scope["method"] not in ("GET", "HEAD") and not _from_here(headers)):
            await self._refuse(scope, receive, dressed, 403)
        elif _announced(headers) > MAX_BODY:
            await self._refuse(scope, receive, dressed, 413)
        else:
            await self._app(scope, _counted(receive), dressed)

    def _here(self, headers: Headers) -> bool:
        return urlsplit(f"//{headers.get('host', '')}").hostname in self._hosts


def _from_here(headers: Headers) -> bool:
    """Browsers say where a POST comes from; whoever does not say is none, and has no cookie to misuse either."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    return site is not None


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else MAX_BODY + 1


def _counted(receive: Receive) -> Receive:
    """A body whose length was not announced is counted as it comes; whoever reads too much of it fails with 413."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise HTTPException(413)
        return message

    return counted


def _dressed(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return with_headers

"""The body of a request, as far as it is wanted, and no deeper than it can be meant."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request

DEEPEST = 64  # levels of JSON; what Slack and Teams send has some fifteen


async def read(request: Request, most: int) -> bytes | None:
    """The body; None where it has more than ``most`` bytes, and then no more of it is read."""
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit() and len(length) < 12) or int(length) > most:
        return None
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def too_deep(found: object, body: bytes) -> bool:
    """Whether JSON that was read from ``body`` is nested deeper than anybody means it."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    level = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True

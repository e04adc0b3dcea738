"""The body of a request, as far as it is wanted."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request


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

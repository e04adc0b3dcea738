"""A file from a platform, fetched for one look and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

MOST = 12 * 1024 * 1024  # bytes; of a longer file nothing is read
TIMEOUT = aiohttp.ClientTimeout(total=6)  # seconds
PIECE = 64 * 1024


async def fetched(session: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> bytes | None:
    """What stands there; None where it cannot be had, is too long, or is a page. No redirect is followed: whoever calls
    has made sure of the host, and nobody of where it would lead."""
    try:
        async with session.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False) as reply:
            if reply.status != 200 or reply.content_type == "text/html" or (reply.content_length or 0) > MOST:
                return None
            found = bytearray()
            async for piece in reply.content.iter_chunked(PIECE):
                found += piece
                if len(found) > MOST:
                    return None
            return bytes(found)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None

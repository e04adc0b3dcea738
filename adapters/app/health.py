"""Whether everything that a server needs is well, asked when somebody asks, and not more often than is fair."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from adapters.settings.health import Remark
from bot.errors import DeliveryError, HandbokError

PATIENCE = 4.0  # seconds that one look may take
FRESH = 3.0  # seconds for which what was found is told again
SOON = 0.3  # the same where something was away: a start, or what comes back, is told at once
OUTSIDE = 10.0  # seconds between two looks at what belongs to others

Check = Callable[[], Awaitable[str]]  # says how it is; raises HandbokError where it is not well


@dataclass
class Health:
    """``checks``: by what they look at; more may be added while the server starts."""

    checks: dict[str, Check] = field(default_factory=dict)
    _found: list[Remark] = field(default_factory=list)
    _at: float = float("-inf")
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> list[Remark]:
        """How each thing is, at most ``FRESH`` seconds old."""
        async with self._looking:
            if time.monotonic() - self._at > (FRESH if all(each.well for each in self._found) else SOON):
                self._found = list(await asyncio.gather(*(_asked(*each) for each in self.checks.items())))
                self._at = time.monotonic()
            return self._found


async def _asked(about: str, check: Check) -> Remark:
    try:
        async with asyncio.timeout(PATIENCE):
            return Remark(about, True, await check())
    except HandbokError as error:
        says, _, remedy = str(error).partition("; ")
        return Remark(about, False, says, remedy)
    except TimeoutError:
        return Remark(about, False, f"no answer within {PATIENCE:.0f} s")


def reached(url: str, remedy: str) -> Check:
    """Whether somebody else's server answers at all; asked every ``OUTSIDE`` seconds at most."""

    async def ask() -> str:
        try:
            timeout = aiohttp.ClientTimeout(total=PATIENCE - 0.5)
            async with (
                aiohttp.ClientSession(trust_env=True) as session,
                session.get(url, timeout=timeout, allow_redirects=False) as reply,
            ):
                status = reply.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError(f"does not answer; {remedy}") from error
        if status >= 500:
            raise DeliveryError(f"answers with {status}; {remedy}")
        return "answers"

    return seldom(ask, OUTSIDE)


def seldom(check: Check, pause: float) -> Check:
    """The same, and for ``pause`` seconds what it found before; for a tenth of that where it was not well."""
    last: tuple[float, str | HandbokError] = (float("-inf"), "")

    async def asked() -> str:
        nonlocal last
        if time.monotonic() - last[0] > (pause if isinstance(last[1], str) else pause / 10):
            try:
                last = (time.monotonic(), await check())
            except HandbokError as error:
                last = (time.monotonic(), error)
        found = last[1]
        if isinstance(found, HandbokError):
            raise found
        return found

    return asked


def as_json(found: list[Remark]) -> Mapping[str, object]:
    return {
        "ready": all(remark.well for remark in found),
        "checks": {
            remark.about: {"well": remark.well, "says": remark.says}
            | ({"remedy": remark.remedy} if remark.remedy else {})
            for remark in found
        },
    }

"""Who calls: each request proves by a token of Microsoft's that it comes from Teams, and is for this bot.

The token is checked here by PyJWT rather than by the SDK, which fetches keys on the event loop, and lets tokens without
an end and activities without a service URL pass. What is asked is Microsoft's list:
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

from adapters.settings.teams import TeamsSettings
from adapters.teams.hosts import spoken_to
from adapters.teams.kept import Kept
from adapters.teams.keys import Key, Keys, kept_keys
from bot.errors import DeliveryError

CHANNEL = "msteams"  # other channels of the same bot let anybody write as whom they like
LEEWAY = 300  # seconds that clocks may differ, as Microsoft has it
LARGEST = 8 * 1024  # characters of a token; Microsoft's have some 1,000
UNKNOWN = 60.0  # seconds at least between two fetches because of an unknown key
WAITING = 256  # requests at most that wait for keys at a time
REQUIRED = ("iss", "aud", "exp", "serviceurl")


class RefusedError(Exception):
    """The request is not Teams'. The text is for the log, and tells nothing of the token."""


@dataclass(frozen=True)
class Caller:
    """Whose token counts. ``service_url``: the only one whose activities it may bring; None in the playground."""

    service_url: str | None


class Gate:
    """Whoever is let in has a token of Microsoft's for this bot; in the playground, everybody."""

    def __init__(self, settings: TeamsSettings, keys: Kept[Keys] | None) -> None:
        self._settings = settings
        self._keys = keys
        self._waiting = asyncio.Semaphore(WAITING)

    async def admit(self, authorization: Sequence[str]) -> Caller:
        """``authorization``: the values of all such headers. RefusedError."""
        if self._keys is None:
            return Caller(None)
        token = _token(authorization)
        keys, key = await self._key(_kid(token), self._keys)
        try:
            claims = jwt.decode(
                token, key.public, algorithms=["RS256"], audience=self._settings.app_id, issuer=keys.issuer,
                leeway=LEEWAY, options={"require": [*REQUIRED], "strict_aud": True},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, OverflowError, TypeError, RecursionError) as error:
            raise RefusedError(f"the token does not hold ({type(error).__name__})") from error
        if CHANNEL not in key.endorsements:
            raise RefusedError("the key is not endorsed for Teams")
        service_url = claims["serviceurl"]
        if not isinstance(service_url, str) or not service_url:
            raise RefusedError("the token names no service URL")
        return Caller(service_url)

    def vouch(self, caller: Caller, activity: Mapping[str, Any]) -> None:
        """The activity is one that the caller may bring, and one that can be replied to. RefusedError."""
        service_url = activity["serviceUrl"]
        if activity["channelId"] != CHANNEL:
            raise RefusedError("the activity is of another channel")
        if caller.service_url not in (None, service_url):
            raise RefusedError("the token is for another service URL")
        if not spoken_to(self._settings, service_url):
            raise RefusedError("the service URL is on none of the hosts in HANDBOK_TEAMS_SERVICE_HOSTS")

    async def _key(self, kid: str, kept: Kept[Keys]) -> tuple[Keys, Key]:
        """A known key is there at once, whatever the server of keys does; for an unknown one it is asked, rarely."""
        keys = kept.now
        if keys is None or kid not in keys.by_id:
            if self._waiting.locked():
                raise RefusedError("too many wait for keys")
            async with self._waiting:
                try:
                    keys = await (kept.get() if keys is None else kept.anew(UNKNOWN))
                except DeliveryError as error:
                    raise RefusedError("Microsoft's keys are not there") from error
        if (key := keys.by_id.get(kid)) is None:
            raise RefusedError("the key is unknown")
        return keys, key


def _token(authorization: Sequence[str]) -> str:
    if len(authorization) != 1:
        raise RefusedError(f"there are {len(authorization)} Authorization headers")
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= LARGEST or not token.isascii():
        raise RefusedError("there is no token, or a huge one")
    return token


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise RefusedError("that is no token") from error
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str):
        raise RefusedError("the token is signed in another way, or with no key's name")
    return kid


@asynccontextmanager
async def gate(settings: TeamsSettings) -> AsyncIterator[Gate]:
    """With its keys, kept ahead of need."""
    if settings.playground:
        yield Gate(settings, None)
        return
    async with aiohttp.ClientSession(trust_env=True) as session:
        keys = kept_keys(session, settings.openid)
        async with keys.renewed():
            yield Gate(settings, keys)

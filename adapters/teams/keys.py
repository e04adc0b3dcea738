"""The public keys of whoever may call the bot: fetched without holding anybody up, kept ahead of need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from adapters.settings.checks import LOOPBACK
from adapters.teams.kept import Fetched, Kept
from bot.errors import DeliveryError

RENEWED = 6 * 3600.0  # seconds
TRUSTED = 48 * 3600.0  # seconds that keys count for where their server cannot be reached
CALL_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=5)  # seconds
LARGEST = 2 * 1024 * 1024  # bytes of the keys; Microsoft's are a few dozen KB
WEAKEST = 2048  # bits


@dataclass(frozen=True)
class Key:
    """``endorsements``: the channels that it signs for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


@dataclass(frozen=True)
class Keys:
    """Of one issuer, by their id."""

    issuer: str
    by_id: Mapping[str, Key]


def kept_keys(session: aiohttp.ClientSession, openid: str) -> Kept[Keys]:
    """``openid``: the URL of the issuer's OpenID configuration, which names its keys'."""

    async def fetch() -> Fetched[Keys]:
        configuration = await _get(session, openid)
        issuer, url = configuration.get("issuer"), configuration.get("jwks_uri")
        if not (isinstance(issuer, str) and issuer and isinstance(url, str)):
            raise DeliveryError("HANDBOK_TEAMS_OPENID is no OpenID configuration")
        found = (await _get(session, url)).get("keys")
        keys = dict(filter(None, map(_key, found if isinstance(found, list) else [])))
        if not keys:
            raise DeliveryError("HANDBOK_TEAMS_OPENID leads to no key that can be used")
        return Fetched(Keys(issuer, keys), RENEWED, TRUSTED)

    return Kept("Microsoft's keys", fetch)


async def _get(session: aiohttp.ClientSession, url: str) -> Mapping[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise DeliveryError("keys come by https alone; correct HANDBOK_TEAMS_OPENID")
    try:
        async with session.get(url, timeout=CALL_TIMEOUT, allow_redirects=False) as reply:
            body = await reply.content.read(LARGEST) if reply.status == 200 else b""
            while body and len(body) < LARGEST and (more := await reply.content.read(LARGEST - len(body))):
                body += more
        found = json.loads(body)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
        raise DeliveryError("HANDBOK_TEAMS_OPENID does not answer as it should; check the network") from error
    return found if isinstance(found, dict) else {}


def _key(given: object) -> tuple[str, Key] | None:
    """None for what is no RSA key that signs, or a weak one."""
    if not isinstance(given, dict) or given.get("kty") != "RSA" or given.get("use", "sig") != "sig":
        return None
    name, endorsements = given.get("kid"), given.get("endorsements")
    try:
        public = RSAAlgorithm.from_jwk({part: given.get(part) for part in ("kty", "n", "e")})
    except (InvalidKeyError, ValueError, TypeError):
        return None
    if not (isinstance(name, str) and name and isinstance(public, RSAPublicKey) and public.key_size >= WEAKEST):
        return None
    channels = endorsements if isinstance(endorsements, list) else []
    return name, Key(public, frozenset(each for each in channels if isinstance(each, str)))

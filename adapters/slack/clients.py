"""One HTTP session, one client for each token, and who the bot is in each workspace, remembered for a while."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic_core import PydanticSerializationError, to_json
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.fetching import fetched
from adapters.settings.checks import LOOPBACK
from adapters.slack.failures import DEAD_TOKEN, code, refusal
from bot.errors import DeliveryError

KNOWN_FOR = 3600.0  # seconds that a token is trusted without asking again
UNKNOWN_FOR = 15.0  # seconds before a workspace without a valid token is asked about again
CALL_TIMEOUT = 4  # seconds, so that somebody who waits can be told within ten
FILES = "files.slack.com"  # where Slack gives files out
TIMEOUT = aiohttp.ClientTimeout(total=CALL_TIMEOUT)
JSON = "application/json;charset=utf-8"

Tokens = Callable[[str, str], Awaitable[str | None]]  # (team, enterprise) → the bot's token there


@dataclass(frozen=True)
class Known:
    """Who the bot is in a workspace; None where it has no valid token."""

    result: AuthorizeResult | None
    until: float


class Clients:
    """``asking``: slack_sdk's clients, which repeat what can be repeated. ``call``: without them, in half the time."""

    def __init__(self, session: aiohttp.ClientSession, api: str, tokens: Tokens) -> None:
        self.session = session
        self._api = api
        self._tokens = tokens
        self._known: dict[tuple[str, str], Known] = {}
        self._clients: dict[str, AsyncWebClient] = {}

    async def asking(self, team: str, enterprise: str = "") -> AsyncWebClient:
        """For look-ups. DeliveryError where there is no token."""
        return self._client(await self._token(team, enterprise))

    async def call(
        self,
        team: str,
        method: str,
        arguments: Mapping[str, Any],
        *,
        enterprise: str = "",
        comms: bool = False,
        tries: int = 1,
    ) -> dict[str, Any]:
        """For messages and windows. ``tries``: where the connection breaks; messages are repeated by durable delivery.

        DeliveryError or UndeliverableError where Slack does not do what it should, or there is no token.
        """
        headers = {"Authorization": f"Bearer {await self._token(team, enterprise)}", "Content-Type": JSON}
        body = _body(arguments)
        try:
            async with self.session.post(self._api + method, data=body, headers=headers, timeout=TIMEOUT) as reply:
                found = _read(await reply.read())
        except aiohttp.ClientConnectionError as error:
            if tries > 1:
                again = {"enterprise": enterprise, "comms": comms, "tries": tries - 1}
                return await self.call(team, method, arguments, **again)  # type: ignore[arg-type]
            raise DeliveryError("Slack does not answer") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError("Slack does not answer") from error
        if found.get("ok"):
            return found
        raise refusal(str(found.get("error", "")), reply.status, reply.headers, comms=comms)

    async def file(self, team: str, url: str) -> bytes | None:
        """A file that somebody sent; None where it cannot be had, or stands elsewhere than with Slack: the token is
        nobody else's to see. DeliveryError where there is no token."""
        parts, own = urlsplit(url), urlsplit(self._api)
        slack = parts.scheme == "https" and parts.netloc == FILES
        tried_out = own.hostname in LOOPBACK and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        if not (slack or tried_out):
            return None
        return await fetched(self.session, url, {"Authorization": f"Bearer {await self._token(team, '')}"})

    def unauthorised(self) -> AsyncWebClient:
        """A client on the shared session for Bolt itself."""
        return self._client("")

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Bolt's question for whom a request is. None where the app is not installed, or its token is dead."""
        key = (team_id or "", enterprise_id or "")
        known = self._known.get(key)
        if known is None or known.until < time.monotonic():
            known = await self._who(*key)
            self._known[key] = known
        return known.result

    def forget(self, team: str = "", enterprise: str = "") -> None:
        """The app was removed there, or its token revoked; without either, nothing is known any more."""
        if not team and not enterprise:
            self._known = {}
        self._known = {
            key: known
            for key, known in self._known.items()
            if not ((team and key[0] == team) or (enterprise and key[1] == enterprise))
        }

    async def _who(self, team: str, enterprise: str) -> Known:
        now = time.monotonic()
        token = await self._tokens(team, enterprise)
        if not token:
            return Known(None, now + UNKNOWN_FOR)
        try:
            who = await self._client(token).auth_test()
        except SlackApiError as error:
            dead = code(error) in DEAD_TOKEN
            found = None if dead else AuthorizeResult(enterprise_id=enterprise, team_id=team, bot_token=token)
            return Known(found, now + UNKNOWN_FOR)
        except (aiohttp.ClientError, TimeoutError, OSError):
            # Slack cannot be asked just now: what came in is signed, so it is taken in all the same.
            return Known(AuthorizeResult(enterprise_id=enterprise, team_id=team, bot_token=token), now + UNKNOWN_FOR)
        result = AuthorizeResult(
            enterprise_id=enterprise,
            team_id=team,
            bot_user_id=who.get("user_id"),
            bot_id=who.get("bot_id"),
            bot_token=token,
        )
        return Known(result, now + KNOWN_FOR)

    async def _token(self, team: str, enterprise: str) -> str:
        known = self._known.get((team, enterprise))
        token = known.result.bot_token if known and known.result else await self._tokens(team, enterprise)
        if not token:
            raise DeliveryError(f"Handbok is not installed in {team or enterprise}; install it there", 60.0)
        return token

    def _client(self, token: str) -> AsyncWebClient:
        found = self._clients.get(token)
        if found is None:
            again = [
                AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=1),
                AsyncServerErrorRetryHandler(max_retry_count=2),
            ]  # fmt: skip
            found = AsyncWebClient(
                token=token or None, base_url=self._api, timeout=CALL_TIMEOUT, session=self.session,
                retry_handlers=[*again],
            )  # fmt: skip
            self._clients[token] = found
        return found


def _body(arguments: Mapping[str, Any]) -> bytes:
    try:
        return to_json(arguments)  # in a quarter of the time
    except PydanticSerializationError:  # half a character, which somebody pasted
        return json.dumps(arguments).encode()


def _read(reply: bytes) -> dict[str, Any]:
    """Empty where it is none of Slack's."""
    try:
        found = json.loads(reply)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def one_token(token: str) -> Tokens:
    """The same token everywhere."""

    async def tokens(_team: str, _enterprise: str) -> str | None:
        return token

    return tokens

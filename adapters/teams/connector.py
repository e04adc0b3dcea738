"""The way back to Teams: its connector's REST calls on one HTTP session, with Handbok's token and patience."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from urllib.request import getproxies

import aiohttp
from yarl import URL

from adapters.chat.fetching import fetched
from adapters.settings.teams import TeamsSettings
from adapters.teams.activities import Activity
from adapters.teams.cardtext import card_text
from adapters.teams.failures import REFUSED, UNSURE, PostGoneError, UndrawnError, code, meaning, retry_after
from adapters.teams.hosts import of_sharepoint, spoken_to
from adapters.teams.kept import Kept
from adapters.teams.tokens import kept_token
from bot.errors import DeliveryError, UndeliverableError

log = logging.getLogger(__name__)
CALL_TIMEOUT = aiohttp.ClientTimeout(total=4, connect=3)  # seconds, so that somebody who waits can be told within ten
TRIES = 3  # of a call that can be repeated
PATIENCE = 2.0  # seconds at most between two of them; what needs longer is left to durable delivery
NEW = 2.0  # seconds that a token is too new to be the reason for a refusal
TEXT = 20_000  # characters of a message without cards
PAGE = 500  # members at a time, the most that Teams gives
PAGES = 200  # a team has 25,000 members at most


@dataclass(frozen=True)
class Place:
    """A conversation. ``conversation``: of a channel's thread with its ``;messageid=…``."""

    service_url: str
    conversation: str


class Connector:
    """DeliveryError or UndeliverableError where Teams does not do what it should; ``comms``: in a channel of comms,
    where the operator will mend what is wrong."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, token: Kept[str] | None = None) -> None:
        self._settings = settings
        self._session = session
        self._token = token or kept_token(settings)

    async def send(self, place: Place, activity: Activity, *, reply_to: str = "", comms: bool = False) -> str:
        """The id of the new post: the card that was drawn, or all that it says where Teams does not take the card."""
        given = {"from": {"id": f"28:{self._settings.app_id}"}, "conversation": {"id": place.conversation}, **activity}
        path = f"{_conversation(place)}/activities" + (f"/{quote(reply_to, safe='')}" if reply_to else "")
        try:
            found = await self._call("POST", place.service_url, path, given, comms=comms)
        except UndrawnError as error:
            if not given.get("attachments"):
                raise
            log.error("%s; it is sent as plain text", error)  # noqa: TRY400  # the sentence is for the operator
            found = await self._call("POST", place.service_url, path, as_text(given), comms=comms)
        return _id(found)

    async def update(self, place: Place, post: str, activity: Activity, *, comms: bool = False) -> None:
        """PostGoneError where the post is there no longer."""
        path = f"{_conversation(place)}/activities/{quote(post, safe='')}"
        await self._call("PUT", place.service_url, path, {**activity, "id": post}, comms=comms, post=True)

    async def typing(self, place: Place) -> None:
        """Shows for a few seconds that somebody is at it."""
        await self._call("POST", place.service_url, f"{_conversation(place)}/activities", {"type": "typing"})

    async def open_direct(self, service_url: str, tenant: str, user: str) -> str:
        """The personal conversation with a user, who has Handbok installed: its id."""
        given = {
            "bot": {"id": f"28:{self._settings.app_id}"},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        return _id(await self._call("POST", service_url, "v3/conversations", given))

    async def file(self, url: str) -> bytes | None:
        """A file that somebody sent: from Teams with our token, from their own SharePoint with none, since its address
        holds a key of its own. None where it cannot be had, or stands elsewhere."""
        if spoken_to(self._settings, url):
            token = {} if self._settings.playground else {"Authorization": f"Bearer {await self._token.get()}"}
            return await fetched(self._session, url, token)
        return await fetched(self._session, url, {}) if of_sharepoint(url) else None

    async def members(self, place: Place, *, comms: bool = False) -> list[dict[str, Any]]:
        """Everybody in a conversation; of a channel, everybody in its team."""
        path = f"v3/conversations/{quote(_channel(place), safe='')}/pagedmembers?pageSize={PAGE}"
        found: list[dict[str, Any]] = []
        token = ""
        for _ in range(PAGES):
            more = f"&continuationToken={quote(token, safe='')}" if token else ""
            page = await self._call("GET", place.service_url, path + more, comms=comms)
            members = page.get("members", [])
            found += [each for each in members if isinstance(each, dict)] if isinstance(members, list) else []
            following = page.get("continuationToken")
            if not isinstance(following, str) or not following or following == token:
                return found
            token = following
        return found

    async def member(self, place: Place, user: str, *, comms: bool = False) -> dict[str, Any] | None:
        """None where the user is not in the conversation. ``user``: the id of Teams or of Entra ID."""
        path = f"v3/conversations/{quote(_channel(place), safe='')}/members/{quote(user, safe='')}"
        return await self._call("GET", place.service_url, path, comms=comms, absent=True) or None

    async def token_works(self) -> None:
        """Gets a new token. DeliveryError, with the remedy, where there is none."""
        if not self._settings.playground:
            await self._token.anew()

    async def _call(
        self, method: str, service_url: str, path: str, given: Activity | None = None, **how: bool
    ) -> dict[str, Any]:
        """``how``: comms; post: a post is changed; absent: nothing where what is asked for is not there."""
        if not spoken_to(self._settings, service_url):
            raise UndeliverableError("the service URL is on none of the hosts in HANDBOK_TEAMS_SERVICE_HOSTS")
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        data = json.dumps(given, ensure_ascii=False).encode("utf-8", "replace") if given is not None else None
        fresh = False
        for left in reversed(range(TRIES)):
            status, headers, body = await self._tried(method, url, data, last=not left)
            if 200 <= status < 300:
                if not isinstance(body, dict):
                    raise DeliveryError("Teams' reply cannot be read")
                return body
            if status == 401 and not fresh and not self._settings.playground:
                fresh = True
                await self._token.anew(spacing=NEW)
                continue
            wait = retry_after(headers, None) or (0.3 * 2 ** (TRIES - left) * random.uniform(0.5, 1.0))
            repeatable = status in REFUSED or (method != "POST" and status in UNSURE)
            if left and repeatable and wait <= PATIENCE:
                await asyncio.sleep(wait)
                continue
            break
        return _refused(status, headers, body, **how)

    async def _tried(
        self, method: str, url: URL, data: bytes | None, *, last: bool
    ) -> tuple[int, Mapping[str, str], Any]:
        headers = {"Content-Type": "application/json; charset=utf-8"} if data is not None else {}
        if not self._settings.playground:
            headers["Authorization"] = f"Bearer {await self._token.get()}"
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=CALL_TIMEOUT, allow_redirects=False
            ) as reply:
                return reply.status, reply.headers, _json(await reply.read())
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            if method == "POST" or last:
                raise DeliveryError("Teams does not answer") from error
            return 503, {}, None


def as_text(activity: Activity) -> dict[str, Any]:
    """The same message without its cards: all that they say, as plain text."""
    said = "\n\n".join(filter(None, (card_text(each) for each in activity["attachments"])))
    kept = {name: value for name, value in activity.items() if name != "attachments"}
    return kept | {"text": (said or str(activity.get("summary") or "–"))[:TEXT], "textFormat": "plain"}


def _refused(
    status: int, headers: Mapping[str, str], body: Any, *, comms: bool = False, post: bool = False, absent: bool = False
) -> dict[str, Any]:
    gone = status == 404 and code(body) != "ConversationNotFound"
    if gone and absent:
        return {}
    if gone and post:
        raise PostGoneError("the post is there no longer")
    raise meaning(status, headers, body, comms=comms)


def _conversation(place: Place) -> str:
    return f"v3/conversations/{quote(place.conversation, safe='')}"


def _channel(place: Place) -> str:
    """The conversation without its thread: members are of the whole."""
    return place.conversation.partition(";")[0]


def _id(found: Mapping[str, Any]) -> str:
    if isinstance(given := found.get("id"), str):
        return given
    raise DeliveryError("Teams' reply cannot be read")


def _json(body: bytes) -> Any:
    """An empty body is an empty reply; None where it cannot be read."""
    try:
        return json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return None


@asynccontextmanager
async def connector(settings: TeamsSettings) -> AsyncIterator[Connector]:
    """One for the process, with its token kept ahead of need."""
    token = kept_token(settings)
    # without a proxy aiohttp would look for a .netrc in a thread, for each request
    async with aiohttp.ClientSession(trust_env=bool(getproxies())) as session:
        made = Connector(settings, session, token)
        if settings.playground:
            yield made
            return
        async with token.renewed():
            yield made

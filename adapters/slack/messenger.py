"""The way to people in Slack: posts, changes, and looks whether something stands there already."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from adapters.chat.cutting import parts
from adapters.slack.clients import Clients
from adapters.slack.failures import DELETED, GONE, UNDRAWN, RefusedError, called
from adapters.slack.pictures import upload
from adapters.slack.posts import post_text
from adapters.slack.render import to_message, to_notification
from adapters.slack.text import escape
from adapters.slack.translate import user_of
from bot.errors import DeliveryError, UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Block, Text
from bot.ports import Address
from bot.wording import Wording

log = logging.getLogger(__name__)
UNSHOWN = "Slack does not show what was drawn (%s); it is sent as plain text"
EVENT = "handbok_message"  # of the metadata that a message is found again by
PART = 6000  # characters of a text in one message, whatever has to be escaped
TEXT = 40_000  # characters of a message without blocks
LOOKED_AT = 100  # messages of a conversation, the latest
_CASE = re.compile(r"case-([1-9]\d*)-message-\d+")


class SlackMessenger:
    """A Messenger of bot/ports.py. ``languages``: of the workspaces, for what a message itself does not say."""

    def __init__(
        self,
        clients: Clients,
        say: Wording,
        languages: Mapping[str, Language],
        comms: Mapping[OrganisationId, tuple[str, str]],
    ) -> None:
        self._clients = clients
        self._say = say
        self._languages = languages
        self._comms = frozenset(comms.values())

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        """The id of the first message. A picture follows in its thread; where Slack does not take it, the text has said
        as much."""
        post = await self._post_all(to, blocks, key=key)
        for picture in [block.picture for block in blocks if isinstance(block, Text) and block.picture]:
            try:
                await upload(self._clients, to, post, picture)
            except (DeliveryError, UndeliverableError) as error:
                log.warning("A picture is not shown: %s", error)
        return post

    async def _post_all(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        """The id of the first message. A long text is divided, and its last part carries the key: it stands there only
        when all of it does."""
        *before, last = parts(cast("Sequence[Block]", blocks), PART)
        stand = await self._standing(to) if before else {}
        for number, part in enumerate(before, start=1):
            own = f"{key}-part-{number}"
            if own not in stand:
                stand[own] = await self._post(to, part, {"key": own})
        if not before:
            return await self._post(to, last, {"key": key})
        first = stand[f"{key}-part-1"]
        await self._post(to, last, {"key": key, "first": first})
        return first

    async def _standing(self, to: Address) -> dict[str, str]:
        """The latest messages by their keys: a part that was posted before is not posted again."""
        return {_key(message): str(message["ts"]) for message in await self._latest(to)}

    async def _post(self, to: Address, blocks: Sequence[Block], known_by: Mapping[str, str]) -> str:
        arguments = self._drawn(to, blocks) | {
            "channel": to.conversation,
            "metadata": {"event_type": EVENT, "event_payload": dict(known_by)},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if to.thread:
            # What is new below a card of comms is shown in the channel too, so that somebody sees it.
            arguments |= {"thread_ts": to.thread, "reply_broadcast": self._is_comms(to)}
        return await self._take(to, arguments)

    async def _take(self, to: Address, arguments: dict[str, Any]) -> str:
        """Where Slack refuses for good, the next best: plain text, and for an asker their own messages."""
        try:
            reply = await self._clients.call(to.workspace, "chat.postMessage", arguments, comms=self._is_comms(to))
        except RefusedError as error:
            if error.name in UNDRAWN and "blocks" in arguments:
                log.error(UNSHOWN, error.name)  # noqa: TRY400  # the sentence is for the operator
                return await self._take(to, as_text(arguments))
            moved = await self._moved(to, error)
            if moved is None:
                raise
            kept = {name: value for name, value in arguments.items() if name not in ("thread_ts", "reply_broadcast")}
            return await self._take(moved, kept | {"channel": moved.conversation})
        return str(reply["ts"])

    async def _moved(self, to: Address, error: RefusedError) -> Address | None:
        """Where it is said instead, once what it was to hang on is gone: comms' card in comms' channel; an answer where
        its asker alone reads, since nobody else in a channel knows what it is about. None where there is no such place.
        """
        if self._is_comms(to):
            return replace(to, thread="") if to.thread and error.name in DELETED else None
        asker = user_of(to.reference)
        if not asker or to.conversation.startswith("D") or error.name not in DELETED | GONE:
            return None
        return replace(to, conversation=await direct(self._clients, to.workspace, asker), thread="", reference="")

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        shown = cast("Sequence[Block]", blocks)
        arguments = self._drawn(to, shown) | {"channel": to.conversation, "ts": post}
        try:
            await self._clients.call(to.workspace, "chat.update", arguments, comms=self._is_comms(to))
        except RefusedError as error:
            if error.name in UNDRAWN:
                log.error(UNSHOWN, error.name)  # noqa: TRY400  # the sentence is for the operator
                text = as_text(arguments) | {"blocks": []}  # which takes away those that stand there
                await self._clients.call(to.workspace, "chat.update", text, comms=self._is_comms(to))
                return post
            if error.name not in DELETED:
                raise
            return await self.post(to, blocks, key=key)
        return post

    async def find(self, to: Address, *, key: str) -> str | None:
        """The message posted with ``key``, among the latest; of a divided one, its first part."""
        found = next((each for each in await self._latest(to) if _key(each) == key), None)
        return None if found is None else str(_known_by(found).get("first") or found["ts"])

    async def case_of(self, workspace: str, channel: str, thread: str) -> int | None:
        """The same as ``Work.case_at``, by what Slack itself keeps of its messages; None where it is none.

        DeliveryError or UndeliverableError where Slack does not show it.
        """
        client = await self._clients.asking(workspace)
        asked = client.conversations_replies(channel=channel, ts=thread, limit=1, include_all_metadata=True)
        reply = await called(asked, comms=True)
        root: dict[str, Any] = next(iter(reply.get("messages", [])), {})
        found = _CASE.match(_key(root))
        return int(found[1]) if found and _by_bot(root) else None

    async def text_of(self, workspace: str, channel: str, post: str) -> str:
        """What a person's message says; empty for one of a bot. DeliveryError or UndeliverableError."""
        client = await self._clients.asking(workspace)
        reply = await called(client.conversations_replies(channel=channel, ts=post, limit=1))
        root: dict[str, Any] = next(iter(reply.get("messages", [])), {})
        return "" if _by_bot(root) else post_text(root)

    def _drawn(self, to: Address, blocks: Sequence[Block]) -> dict[str, Any]:
        more = self._say("talk.whole", self._languages.get(to.workspace, Language.EN))
        return {"blocks": to_message(blocks, more), "text": to_notification(blocks)}

    def _is_comms(self, to: Address) -> bool:
        return (to.workspace, to.conversation) in self._comms

    async def _latest(self, to: Address) -> list[dict[str, Any]]:
        """The latest messages, newest first."""
        client = await self._clients.asking(to.workspace)
        if to.thread:
            asked = client.conversations_replies(
                channel=to.conversation, ts=to.thread, limit=LOOKED_AT, include_all_metadata=True
            )
        else:
            asked = client.conversations_history(channel=to.conversation, limit=LOOKED_AT, include_all_metadata=True)
        try:
            reply = await called(asked, comms=self._is_comms(to))
        except RefusedError as error:
            moved = await self._moved(to, error)
            if moved is None:
                raise
            return await self._latest(moved)
        return [message for message in reply.get("messages", []) if _by_bot(message)]


async def direct(clients: Clients, team: str, user: str) -> str:
    """The conversation with a user alone. DeliveryError or UndeliverableError where there can be none."""
    client = await clients.asking(team)
    return str((await called(client.conversations_open(users=user)))["channel"]["id"])


def as_text(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The same message without blocks: all that they say, as plain text."""
    said = escape(post_text({"blocks": arguments["blocks"]})) or str(arguments["text"])
    return {name: value for name, value in arguments.items() if name != "blocks"} | {"text": said[:TEXT]}


def _known_by(message: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = message.get("metadata") or {}
    found = metadata.get("event_payload") if metadata.get("event_type") == EVENT else None
    return found if isinstance(found, Mapping) else {}


def _key(message: Mapping[str, Any]) -> str:
    return str(_known_by(message).get("key", ""))


def _by_bot(message: Mapping[str, Any]) -> bool:
    """Metadata of a person's message says nothing: anybody could write some."""
    return bool(message.get("bot_id"))

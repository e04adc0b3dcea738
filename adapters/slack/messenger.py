"""The way to people in Slack: posts, changes, and looks whether something stands there already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from adapters.slack.clients import Clients
from adapters.slack.failures import called
from adapters.slack.posts import post_text
from adapters.slack.render import to_message, to_notification
from bot.errors import UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Block
from bot.ports import Address
from bot.wording import Wording

EVENT = "handbok_message"  # of the metadata that a message is found again by
DELETED = (
    "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message",
)  # fmt: skip
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
        shown = cast("Sequence[Block]", blocks)
        arguments = self._drawn(to, shown) | {
            "channel": to.conversation,
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if to.thread:
            # What is new below a card of comms is shown in the channel too, so that somebody sees it.
            arguments |= {"thread_ts": to.thread, "reply_broadcast": self._is_comms(to)}
        try:
            reply = await self._clients.call(to.workspace, "chat.postMessage", arguments, comms=self._is_comms(to))
        except UndeliverableError as error:
            if not (to.thread and _deleted(error)):
                raise
            alone = {key: value for key, value in arguments.items() if key not in ("thread_ts", "reply_broadcast")}
            reply = await self._clients.call(to.workspace, "chat.postMessage", alone, comms=self._is_comms(to))
        return str(reply["ts"])

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        shown = cast("Sequence[Block]", blocks)
        arguments = self._drawn(to, shown) | {"channel": to.conversation, "ts": post}
        try:
            await self._clients.call(to.workspace, "chat.update", arguments, comms=self._is_comms(to))
        except UndeliverableError as error:
            if not _deleted(error):
                raise
            return await self.post(to, blocks, key=key)
        return post

    async def find(self, to: Address, *, key: str) -> str | None:
        """The message posted with ``key``, among the latest."""
        return next((str(message["ts"]) for message in await self._latest(to) if _key(message) == key), None)

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
        except UndeliverableError as error:
            if not (to.thread and _deleted(error)):
                raise
            return await self._latest(replace(to, thread=""))
        return [message for message in reply.get("messages", []) if _by_bot(message)]


def _deleted(error: UndeliverableError) -> bool:
    """Whether somebody deleted what was to be changed, or what something was to hang on."""
    return any(gone in str(error) for gone in DELETED)


def _key(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str((metadata.get("event_payload") or {}).get("key", "")) if metadata.get("event_type") == EVENT else ""


def _by_bot(message: Mapping[str, Any]) -> bool:
    """Metadata of a person's message says nothing: anybody could write some."""
    return bool(message.get("bot_id"))

"""Activities and what they carry → plain values. The only place that knows how Teams writes things down.

An activity is the JSON that Teams sends, as a mapping; nothing here needs an SDK.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Literal, cast

from adapters.teams.activities import Activity
from adapters.teams.beside import REPLY, without_quotes
from adapters.teams.cardtext import card_text
from bot.ports import Address

ConversationKind = Literal["personal", "groupChat", "channel"]
_TAG = re.compile(r"</?at\b[^>]*>")
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3"})
_HIDDEN = frozenset({"script", "style", "attachment", "codeblock-language"})


@dataclass(frozen=True)
class Came:
    """Who sent something, and from where. ``event`` is unique; the same comes again with the same."""

    event: str
    tenant: str
    user: str
    name: str
    kind: ConversationKind
    conversation: str  # without the thread
    thread: str  # of a channel: the id of the message that the thread hangs on; else empty
    service_url: str
    bot: str  # the bot's own id in Teams
    text: str = ""
    post: str = ""  # the message whose card was pressed; else the activity's own id
    value: Mapping[str, Any] = field(default_factory=dict)
    locale: str = ""  # of their Teams, such as nb-NO

    @property
    def direct(self) -> bool:
        return self.kind == "personal"

    def address(self) -> Address:
        """With its person, where others read too: what can no longer be said there is said to them alone."""
        whose = "" if self.direct else self.user
        return Address("teams", self.tenant, self.conversation, self.thread, reference(self.service_url, whose))


def reference(service_url: str, user: str = "") -> str:
    """What Teams wants back besides the conversation."""
    return json.dumps({"service_url": service_url} | ({"user": user} if user else {}))


def user_of(text: str) -> str:
    """Of a reference; empty where it does not say."""
    return str(json.loads(text).get("user", "")) if text else ""


def service_url_of(text: str) -> str:
    """Of a reference; empty where there is none."""
    return str(json.loads(text).get("service_url", "")) if text else ""


def conversation_id(conversation: str, thread: str) -> str:
    """As Teams names a place: a thread of a channel is a conversation of its own."""
    return f"{conversation};messageid={thread}" if thread else conversation


def of(activity: Activity) -> Came:
    """Any activity. What it lacks is empty."""
    sender, conversation = _part(activity, "from"), _part(activity, "conversation")
    data, bot = _part(activity, "channelData"), _part(activity, "recipient")
    place, _, thread = str(conversation.get("id", "")).partition(";messageid=")
    tenant = conversation.get("tenantId") or _part(data, "tenant").get("id") or ""
    own, value = str(activity.get("id") or ""), activity.get("value")
    return Came(
        event=_key(activity, f"{tenant}:{place}", own),
        tenant=str(tenant),
        user=str(sender.get("id") or ""),
        name=str(sender.get("name") or ""),
        kind=_kind(conversation),
        conversation=place,
        thread=thread,
        service_url=str(activity.get("serviceUrl", "")),
        bot=str(bot.get("id", "")),
        text=written(activity),
        post=str(activity.get("replyToId") or own),
        value=value if isinstance(value, Mapping) else {},
        locale=str(activity.get("locale") or ""),
    )


def _key(activity: Activity, place: str, own: str) -> str:
    """The same however often Teams sends it. What is done to a message carries the id of that, and none of its own."""
    if activity.get("type") in ("messageUpdate", "messageDelete", "messageReaction"):
        return f"teams:{place}:{_mark(activity)}"
    return f"teams:{place}:{own or _mark(activity)}"


def _mark(activity: Activity) -> str:
    """What tells an activity without an id from every other: all that it says, its time included."""
    return hashlib.blake2b(json.dumps(activity, sort_keys=True).encode(), digest_size=16).hexdigest()


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def _kind(conversation: Mapping[str, Any]) -> ConversationKind:
    kind = str(conversation.get("conversationType") or "")
    if kind in ("personal", "groupChat", "channel"):
        return cast(ConversationKind, kind)
    return "groupChat" if conversation.get("isGroup") else "personal"


def written(activity: Activity) -> str:
    """What a person wrote, as they see it: the bot's own mention is gone, other people are their names."""
    text, bot = str(activity.get("text") or ""), str(_part(activity, "recipient").get("id", ""))
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, Mapping) and entity.get("type") == "mention":
            mention = str(entity.get("text") or "")
            if mention and str(_part(entity, "mentioned").get("id", "")) == bot:
                text = text.replace(mention, " ", 1)
    if REPLY in text.casefold():  # older clients quote in HTML, and then all of it is HTML
        return as_text(text)
    return html.unescape(_TAG.sub("", without_quotes(text))).replace("\xa0", " ").strip()


def pressed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a button carries: Action.Execute keeps it under ``action.data``, Action.Submit at the root, dialogs and
    message extensions under ``data``."""
    action = _part(value, "action")
    found = _part(action, "data") or _part(value, "data")
    return found or {key: each for key, each in value.items() if key != "msteams"}


def message_text(value: Mapping[str, Any]) -> str | None:
    """The text of the message that an action of the message extension was chosen on, or of its cards where it has none
    of its own; None where it was chosen on no message."""
    payload = _part(value, "messagePayload")
    if not payload:
        return None
    body, attachments = _part(payload, "body"), payload.get("attachments")
    content = str(body.get("content") or "")
    own = as_text(content) if body.get("contentType") == "html" else content.strip()
    listed = attachments if isinstance(attachments, list) else ()
    return own or "\n\n".join(filter(None, (card_text(each) for each in listed if isinstance(each, Mapping))))


def as_text(markup: str) -> str:
    """HTML as its reader sees it."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = ("".join(reader.parts)).replace("\xa0", " ").splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._quoting = False  # within what is quoted, which others wrote

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN or (tag == "blockquote" and REPLY in (dict(attrs).get("itemtype") or "").casefold()):
            self._hidden += 1
            self._quoting = self._quoting or tag == "blockquote"
        elif tag == "emoji":
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN or (tag == "blockquote" and self._quoting):
            self._hidden = max(0, self._hidden - 1)
            self._quoting = self._quoting and tag != "blockquote"
        elif tag == "p":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)

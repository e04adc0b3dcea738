"""What stands beside the words of a Teams message: quotes, pictures, files and clips.

A quote comes as an entity with a placeholder in the text, or, from older clients, as a blockquote of HTML. Sources:
Microsoft's quotedReply entity and its attachments of messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from adapters.chat.acts import Attached, AttachmentKind, Quoted
from adapters.teams.activities import Activity

REPLY = "schema.skype.com/reply"
FILE = "application/vnd.microsoft.teams.file.download.info"
_PLACEHOLDER = re.compile(r"<quoted\b[^>]*?/?>(?:\s*</quoted>)?", re.IGNORECASE)
_ID = re.compile(r"messageId\s*=\s*[\"']([^\"'<>]*)", re.IGNORECASE)
_KINDS: Mapping[str, AttachmentKind] = {"image": "picture", "audio": "sound", "video": "video"}


def without_quotes(text: str) -> str:
    """``text`` without what it quotes."""
    return _PLACEHOLDER.sub(" ", text)


def quotes(activity: Activity) -> tuple[Quoted, ...]:
    """What a message quotes, each once."""
    found: dict[str, Quoted] = {}
    for quoted in (*_of_entities(activity), *_of_markup(activity), *_of_references(activity)):
        known = found.get(quoted.post)
        if known is None or not known.text:
            found[quoted.post] = quoted
    for post in _ID.findall(" ".join(_PLACEHOLDER.findall(str(activity.get("text") or "")))):
        found.setdefault(post, Quoted("", post))
    return tuple(found.values())


def attached(activity: Activity) -> tuple[Attached, ...]:
    return tuple(made for each in _listed(activity, "attachments") if (made := _attached(each)))


def _attached(given: Mapping[str, Any]) -> Attached | None:
    kind, name = str(given.get("contentType") or ""), str(given.get("name") or "–")
    content, link = given.get("content"), str(given.get("contentUrl") or "")
    if kind == FILE:
        of_name = _kind_of_name(name)
        source = str((content if isinstance(content, Mapping) else {}).get("downloadUrl") or "")
        return Attached(of_name, name, link or source, source)
    if family := _KINDS.get(kind.partition("/")[0]):
        return Attached(family, name, link if link.startswith("https://") else "", link)
    if kind.startswith("application/vnd.microsoft.card."):
        return Attached("card", name)
    return (
        None
        if kind in ("text/html", "messageReference", "forwardedMessageReference") or not kind
        else Attached("file", name, link)
    )


def _kind_of_name(name: str) -> AttachmentKind:
    ending = name.rpartition(".")[2].casefold()
    if ending in ("jpg", "jpeg", "png", "gif", "webp", "heic", "tif", "tiff", "bmp"):
        return "picture"
    return (
        "video" if ending in ("mp4", "mov", "webm") else "sound" if ending in ("mp3", "m4a", "wav", "ogg") else "file"
    )


def _of_entities(activity: Activity) -> Iterator[Quoted]:
    for entity in _listed(activity, "entities"):
        reply = entity.get("quotedReply")
        if entity.get("type") == "quotedReply" and isinstance(reply, Mapping):
            gone = bool(reply.get("isReplyDeleted"))
            yield Quoted("" if gone else str(reply.get("preview") or "").strip(), str(reply.get("messageId") or ""))


def _of_markup(activity: Activity) -> Iterator[Quoted]:
    html = [each.get("content") for each in _listed(activity, "attachments") if each.get("contentType") == "text/html"]
    for content in (*html, activity.get("text")):
        if isinstance(content, str) and REPLY in content.casefold():
            reader = _Blocks()
            reader.feed(content)
            reader.close()
            yield from reader.found


def _of_references(activity: Activity) -> Iterator[Quoted]:
    """Messages that were forwarded."""
    for each in _listed(activity, "attachments"):
        if each.get("contentType") not in ("messageReference", "forwardedMessageReference"):
            continue
        content = each.get("content")
        try:
            given = json.loads(content) if isinstance(content, str) else content
        except ValueError:
            continue
        if isinstance(given, Mapping):
            text = str(given.get("messagePreview") or given.get("originalMessageContent") or "")
            yield Quoted(re.sub(r"<[^>]+>", " ", text).strip(), str(given.get("messageId") or each.get("id") or ""))


class _Blocks(HTMLParser):
    """Reads the blockquotes of replies: the message's id and a preview of its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Quoted] = []
        self._post: str | None = None
        self._words: list[str] = []
        self._preview = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "blockquote" and REPLY in (given.get("itemtype") or "").casefold():
            self._post, self._words = given.get("itemid") or "", []
        elif self._post is not None and given.get("itemprop") == "preview":
            self._preview = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._post is not None:
            self.found.append(Quoted("".join(self._words).strip(), self._post))
            self._post, self._preview = None, False

    def handle_data(self, data: str) -> None:
        if self._preview:
            self._words.append(data)


def _listed(activity: Activity, name: str) -> Iterator[Mapping[str, Any]]:
    found = activity.get(name)
    return (each for each in (found if isinstance(found, list) else ()) if isinstance(each, Mapping))

"""The text of what stands in Slack, as people see it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

_ANGLE = re.compile(r"<([^<>]*)>")
NO_TEXT = "This content can't be displayed."  # what Slack puts for the text of a post that has blocks alone
WITHIN = ("text", "fields", "elements")  # parts of a block that hold texts, or others
INLINE = frozenset({"rich_text_section", "rich_text_quote", "rich_text_preformatted"})  # what is in them is one line
DEEPEST = 10  # levels; Slack's own rich text has five


def plain_text(text: str) -> str:
    """What a person wrote, as they see it: links as their address, mentions by name, nothing escaped."""
    return html.unescape(_ANGLE.sub(_angle, text)).replace("\xa0", " ").strip()


def _angle(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    match target[:1]:
        case "@" | "#":
            return target[0] + (label or target[1:])
        case "!":
            return label or "@" + target[1:].split("^")[0]
        case _:
            return label if target.startswith(("mailto:", "tel:")) and label else target.removeprefix("mailto:")


def post_text(message: Mapping[str, Any]) -> str:
    """The text of a message; of its blocks, or else of its attachments, where it has none of its own."""
    own = str(message.get("text") or "")
    if own.strip() and own.strip() != NO_TEXT:
        return plain_text(own)
    blocks = _lines(message.get("blocks"))
    return blocks or "\n\n".join(filter(None, map(_attached, _listed(message.get("attachments")))))


def _attached(attachment: object) -> str:
    """An attachment of the older kind has texts of its own."""
    if not isinstance(attachment, Mapping):
        return ""
    own = [plain_text(str(attachment.get(name) or "")) for name in ("pretext", "title", "text")]
    return "\n".join(filter(None, own)) or _lines(attachment.get("blocks"))


def _lines(blocks: object) -> str:
    said = ("".join(_texts(block, DEEPEST)).strip() for block in _listed(blocks))
    return "\n".join(filter(None, said))


def _texts(part: object, levels: int) -> Iterator[str]:
    """In the order in which they are read; those of buttons, menus and fields are not among them."""
    if not levels or not isinstance(part, Mapping):
        return
    match part.get("type"), part.get("text"):
        case "actions" | "input", _:
            return
        case "text" | "plain_text", str(text):
            yield text
        case "mrkdwn" | "markdown", str(text):
            yield plain_text(text)
        case "link", text:
            yield str(text or part.get("url") or "")
        case "emoji", _:
            yield f":{part.get('name', '')}:"
        case kind, _:
            for name in WITHIN:
                for each in _listed(part.get(name)):
                    yield from _texts(each, levels - 1)
                    yield "" if kind in INLINE else "\n"


def _listed(given: object) -> list[object]:
    return given if isinstance(given, list) else [given] if given else []

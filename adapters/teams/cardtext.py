"""What a card that somebody posted says, without its buttons and fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
WITHIN = ("body", "items", "columns", "rows", "cells")  # parts of a card that hold others
DEEPEST = 20  # levels; a card that people write has some five


def card_text(attachment: Mapping[str, Any]) -> str:
    """The texts of an Adaptive Card, a line each; empty for anything else. Its JSON may come as a text."""
    card = attachment.get("content")
    if attachment.get("contentType") != ADAPTIVE:
        return ""
    if isinstance(card, str):
        try:
            card = json.loads(card)
        except (ValueError, RecursionError):
            return ""
    said = "\n".join(text.strip() for text in _texts(card, DEEPEST) if text.strip())
    return said.encode("utf-8", "replace").decode()  # half a pair of surrogates could neither be saved nor sent


def _texts(part: object, levels: int) -> Iterator[str]:
    """In the order in which they are read."""
    if not levels:
        return
    if isinstance(part, list):
        for each in part:
            yield from _texts(each, levels - 1)
    elif isinstance(part, Mapping) and part.get("isVisible") is not False:
        match part.get("type"):
            case "TextBlock":
                yield _text(part)
            case "RichTextBlock":
                inlines = part.get("inlines")
                yield "".join(_text(each) for each in (inlines if isinstance(inlines, list) else ()))
            case _:
                for name in WITHIN:
                    yield from _texts(part.get(name), levels - 1)


def _text(part: object) -> str:
    found = part.get("text") if isinstance(part, Mapping) else part
    return found if isinstance(found, str) else ""

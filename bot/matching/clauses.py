"""The parts of a message that could each be a question: sentences, and what commas and dashes part."""

from __future__ import annotations

import re

from bot.matching.text import tokens

LEAST = 3  # words of a clause: less asks for nothing by itself
MOST = 6  # clauses that are looked at: bounds the time
_PARTS = re.compile(r"(?<=[?!.…])\s+|\n+|[,;:()]\s+|\s[–—-]\s|\s\(")


def clauses(message: str) -> list[str]:
    """The clauses of ``message`` where it has several; those that ask, and the longest, where it has very many."""
    parts = [part.strip() for part in _PARTS.split(message) if part and len(tokens(part)) >= LEAST]
    if len(parts) < 2:
        return []
    if len(parts) > MOST:
        parts = sorted(parts, key=lambda part: ("?" not in part, -len(part)))[:MOST]
    return parts

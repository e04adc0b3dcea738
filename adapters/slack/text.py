"""Text as Slack takes it: escaped, measured, split, and cut at the end of a sentence."""

from __future__ import annotations

from adapters.chat.cutting import good_end

_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """``text`` so that mrkdwn shows it as it is: no mention, no link and no command of Slack's comes alive in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(text: str) -> int:
    """How much of a limit ``text`` takes once it is escaped, in UTF-16 code units: the strictest way to count."""
    units = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return units + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def _cost(char: str) -> int:
    return len(_ESCAPED[char]) if char in _ESCAPED else 2 if ord(char) > 0xFFFF else 1


def _fitting(text: str, limit: int) -> int:
    """How many code points of ``text`` fit into ``limit``."""
    if size(text) <= limit:
        return len(text)
    room = limit
    for place, char in enumerate(text):
        room -= _cost(char)
        if room < 0:
            return place
    return len(text)


def cut(text: str, limit: int) -> str:
    """``text`` as it is where it fits, else as much of it as fits, whole sentences if that is possible, and “…”.

    What is given back is not escaped, and fits once it is.
    """
    text = text.strip()
    if len(text) * 5 <= limit or size(text) <= limit:
        return text
    most = _fitting(text, limit - 2)
    return text[: good_end(text, most)].rstrip() + " …"


def split(text: str, limit: int) -> list[str]:
    """``text`` in parts that each fit; nothing is lost but the space between them."""
    rest, parts = text.strip(), []
    while rest:
        most = _fitting(rest, limit)
        end = len(rest) if most == len(rest) else max(1, good_end(rest, most))
        parts.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [part for part in parts if part]


def label(text: str, limit: int) -> str:
    """One line that fits: for buttons, titles and options."""
    line = " ".join(text.split()) or "–"
    if size(line) <= limit:
        return line
    return line[: _fitting(line, limit - 1)].rstrip() + "…"

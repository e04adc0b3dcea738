"""Text as Teams takes it: nothing in it comes alive, measured as Teams measures, and cut at the end of a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

from adapters.chat.cutting import good_end

_FUNCTION = re.compile(r"\{(?=\{(?:DATE|TIME)\()")  # {{DATE(…)}} becomes a date wherever a card shows text
_MARKED = re.compile(r"[<>&*_`~\[\]{}#|\\\n]|^\s*(?:[-+]|\d+[.)])\s|://|www\.")
JOINER = "\N{WORD JOINER}"


def literal(text: str) -> str:
    """``text`` so that a TextRun, which knows no Markdown and no mention, shows it letter by letter."""
    return _FUNCTION.sub("{" + JOINER, text)


def harmless(text: str) -> bool:
    """Whether ``text`` looks the same as plain text, as Markdown and as XML, so that it needs no card."""
    return not _MARKED.search(text)


def weight(drawn: Any) -> int:
    """Bytes as Teams counts a message: its JSON in UTF-16."""
    return len(json.dumps(drawn, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def cut(text: str, limit: int) -> str:
    """``text`` as it is where it fits, else as much of it as fits, whole sentences if that is possible, and “…”."""
    text = text.strip()
    if len(text) <= limit:
        return text
    return text[: good_end(text, limit - 2)].rstrip() + " …"


def label(text: str, limit: int) -> str:
    """One line that fits: for buttons, titles and choices."""
    line = literal(" ".join(text.split()) or "–")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

"""Replies that comms uses again, with fields that are filled in from the case: “Hei {name}, …”.

{name}        the asker's first name; nothing for a confidential one
{number}      the case's number
{me}          the first name of whoever answers
{department}  comms itself, as the handbook names it
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.cases import MAX_TEXT

FIELDS = ("name", "number", "me", "department")
MOST_NAME = 60  # characters
_FIELD = re.compile(r"\{([^{}]*)\}")
_LOOSE = re.compile(r" +(?=[,.!?:])")  # what an empty field leaves before a comma


def unknown_field(text: str) -> str | None:
    """The first field in ``text`` that there is not."""
    return next((name for name in _FIELD.findall(text) if name.strip() not in FIELDS), None)


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its fields filled in; what there is no value for goes, with the space before it."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1].strip(), "")

    return _LOOSE.sub("", _FIELD.sub(value, text)).strip()[:MAX_TEXT]

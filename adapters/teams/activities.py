"""What comes in is taken for an activity where it has the shape of one; whoever reads it relies on that.

Handler     whoever reads activities, and answers invokes
understood  a body → the activity, or nothing
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.chat.bodies import too_deep

TEXTS = ("id", "text", "name", "locale", "replyToId", "action", "textFormat")
PARTS = ("from", "recipient", "conversation", "channelData")
LISTS = ("entities", "attachments", "membersAdded", "membersRemoved", "reactionsAdded", "reactionsRemoved")

Activity = Mapping[str, Any]  # as Teams' JSON has it, in both directions


@dataclass(frozen=True)
class InvokeReply:
    """What an invoke is answered with, in the same HTTP response; ``body`` as Teams' JSON has it."""

    status: int = 200
    body: Mapping[str, Any] | None = None


Handler = Callable[[Activity], Awaitable[InvokeReply | None]]


def _no_number(name: str) -> float:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_no_number)  # NaN and the like are no JSON


def understood(body: bytes) -> dict[str, Any] | None:
    """The activity; None where it is none.

    ``type``, ``channelId``, ``serviceUrl`` and ``conversation.id`` are there; what else is named here has its type or
    is absent; ``channelData`` and ``from`` hold texts and parts where Teams has them so. An invoke's ``value`` is a
    part, and what is in it is for its reader to check.
    """
    try:
        found = _decoder.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    well = (
        isinstance(found, dict)
        and all(isinstance(found.get(part), str) and found[part] for part in ("type", "channelId", "serviceUrl"))
        and all(isinstance(found.get(part), str | None) for part in TEXTS)
        and all(isinstance(found.get(part), dict | None) for part in PARTS)
        and all(_parts(found.get(part)) for part in LISTS)
        and _identified(found.get("conversation"), "id", "tenantId", "conversationType", needed=True)
        and _identified(found.get("from"), "id", "name", "aadObjectId")
        and _identified(found.get("recipient"), "id", "name")
        and all(_identified(each, "id") for each in _within(found.get("channelData"), "tenant", "team", "channel"))
        and (found["type"] != "invoke" or isinstance(found.get("value"), dict | None))
        and not too_deep(found, body)
        and not (b"\\u" in body and _broken(found))
    )
    return found if well else None


def _parts(given: object) -> bool:
    return given is None or (isinstance(given, list) and all(isinstance(each, dict) for each in given))


def _identified(given: object, *names: str, needed: bool = False) -> bool:
    """Whether these names hold texts, where they are there; the first one must be where it is ``needed``."""
    if given is None:
        return not needed
    return (
        isinstance(given, dict)
        and all(isinstance(given.get(name), str | None) for name in names)
        and bool(given.get(names[0]) or not needed)
    )


def _within(given: Mapping[str, Any] | None, *names: str) -> Iterable[object]:
    return [(given or {}).get(name) for name in names]


def _broken(found: object) -> bool:
    """Half a pair of surrogates is no text: it could neither be saved nor sent."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False

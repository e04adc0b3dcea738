"""What Teams' errors mean for what was to be done: later, once somebody mends it, or never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import DeliveryError, UndeliverableError, UnreachableError

MENDED_WITHIN = 60.0  # seconds after which it is tried again whether the operator has mended it
CROWDED = 30.0  # seconds that Teams counts messages over, where it does not say how long to wait

# The operator can mend these, each in the way that stands beside it; by Teams' name for it, or else by the HTTP status.
MENDABLE = {
    "BotNotInConversationRoster": "add Handbok to the team",
    "InvalidBotApiHost": "set HANDBOK_TEAMS_SERVICE_URL to the address of your cloud",
    "BotDisabledByAdmin": "let an administrator allow the app in the Teams admin center",
    "403": "add Handbok to the team, and let it post in the channel",
    "404": "add Handbok to the team, or correct HANDBOK_TEAMS_COMMS",
}
EVERYWHERE = frozenset({"BotDisabledByAdmin", "InvalidBotApiHost"})  # concerns more than one person
REFUSED = frozenset({412, 429})  # Teams has done nothing, so that the same may be sent again
UNDRAWN = frozenset({400, 413})
UNSURE = frozenset({408, 500, 502, 503, 504})  # Teams may have done it all the same


class PostGoneError(UndeliverableError):
    """The post that was to be changed is there no longer."""


class UndrawnError(UndeliverableError):
    """Teams does not take a message as it is drawn: its card is too large, or is none for Teams."""


def code(body: Any) -> str:
    """Teams' name for the error; empty where the reply was none of Teams'."""
    error = body.get("error", body) if isinstance(body, dict) else None
    return str(error.get("code") or error.get("errorCode") or "")[:60] if isinstance(error, dict) else ""


def meaning(status: int, headers: Mapping[str, str], body: Any, *, comms: bool) -> DeliveryError | UndeliverableError:
    """``comms``: it was for a channel of comms, which somebody will mend."""
    name = code(body) or str(status)
    if status == 429:
        return DeliveryError("Teams asks to be left alone", retry_after(headers, CROWDED))
    if status == 401:
        return DeliveryError(
            f"Teams refuses Handbok's token ({name}); check that TEAMS_APP_ID, TEAMS_APP_PASSWORD and"
            " TEAMS_APP_TENANT_ID belong to this bot",
            MENDED_WITHIN,
        )
    if status in REFUSED or status in UNSURE or status >= 500 or status < 400:
        return DeliveryError(f"Teams did not take it ({name})", retry_after(headers, None))
    if status in (403, 404) and (comms or name in EVERYWHERE):
        kind = UnreachableError if comms else DeliveryError
        return kind(f"Teams refuses ({name}); {MENDABLE.get(name, MENDABLE[str(status)])}", MENDED_WITHIN)
    if status in UNDRAWN:
        return UndrawnError(f"Teams does not take what was drawn ({name})")
    return UndeliverableError(f"Teams refuses for good ({name})")


def retry_after(headers: Mapping[str, str], otherwise: float | None) -> float | None:
    """The seconds that Teams asks to be left alone, between 1 and 3600."""
    try:
        return max(1.0, min(float(headers["Retry-After"]), 3600.0))
    except (KeyError, ValueError):
        return otherwise

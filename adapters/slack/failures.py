"""What Slack's errors mean for what was to be done: later, once somebody mends it, or never."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import DeliveryError, UndeliverableError, UnreachableError

MENDED_WITHIN = 60.0  # seconds after which it is tried again whether the operator has mended it

# The operator can mend these, each in the way that stands beside it.
MENDABLE = {
    "not_in_channel": "invite Handbok into the channel: /invite @Handbok",
    "channel_not_found": "invite Handbok into the channel, or correct HANDBOK_SLACK_COMMS",
    "is_archived": "unarchive the channel, or name another in HANDBOK_SLACK_COMMS",
    "missing_scope": "install the app again, so that it gets the scopes of manifest/slack.yaml",
    "no_permission": "install the app again, so that it gets the scopes of manifest/slack.yaml",
    "not_authed": "set SLACK_BOT_TOKEN",
    "invalid_auth": "SLACK_BOT_TOKEN is not valid; copy it from the app's settings",
    "token_revoked": "install the app again and set the new SLACK_BOT_TOKEN",
    "token_expired": "install the app again and set the new SLACK_BOT_TOKEN",
    "account_inactive": "install the app again and set the new SLACK_BOT_TOKEN",
    "team_access_not_granted": "let an administrator grant the app access to the workspace",
    "ekm_access_denied": "let an administrator grant the app access to the workspace",
    "restricted_action": "let an administrator allow the app to post in the channel",
    "restricted_action_read_only_channel": "let an administrator allow the app to post in the channel",
}
# Nothing of this gets better by itself, and nothing waits for it where only one person is concerned.
GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited"}
)
DEAD_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
# A message that Slack cannot show as it is drawn; the same as plain text it can.
UNDRAWN = frozenset({
    "invalid_blocks", "invalid_blocks_format", "invalid_attachments", "invalid_metadata_format", "msg_blocks_too_long",
    "msg_too_long", "no_text", "too_many_attachments", "metadata_too_large", "invalid_arguments", "block_mismatch",
    "duplicate_block_id",
})  # fmt: skip
# What a message was to hang on, or to change, or the place itself, is there no longer.
DELETED = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message"}
)
LATER = 500  # HTTP status from which on the fault is Slack's


class RefusedError(UndeliverableError):
    """Slack refuses for good. ``name``: its own for the error."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Slack refuses for good ({name})")


def code(error: SlackApiError) -> str:
    """Slack's name for the error; empty where the reply was none of Slack's."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def meaning(error: SlackApiError, *, comms: bool) -> DeliveryError | UndeliverableError:
    """``comms``: it was for a channel of comms, which somebody will mend."""
    headers = getattr(error.response, "headers", None) or {}
    return refusal(code(error), int(getattr(error.response, "status_code", 0) or 0), headers, comms=comms)


def refusal(name: str, status: int, headers: Mapping[str, Any], *, comms: bool) -> DeliveryError | UndeliverableError:
    """What it means that Slack answered with the error ``name`` or the HTTP ``status``."""
    if name in ("ratelimited", "rate_limited") or status == 429:
        return DeliveryError("Slack asks to be left alone", _retry_after(headers))
    if not name or name in PASSING or status >= LATER:
        return DeliveryError(f"Slack did not take it ({name or status or 'no reply of Slack’s'})")
    if comms and name in GONE:
        return UnreachableError(f"Slack refuses ({name}); {MENDABLE[name]}", MENDED_WITHIN)
    if name in MENDABLE and (comms or name not in GONE):
        return DeliveryError(f"Slack refuses ({name}); {MENDABLE[name]}", MENDED_WITHIN)
    return RefusedError(name)


def _retry_after(headers: Mapping[str, Any]) -> float:
    given = next((value for key, value in headers.items() if key.lower() == "retry-after"), "30")
    value = given[0] if isinstance(given, list) else given
    try:
        return max(1.0, min(float(value), 3600.0))
    except ValueError:
        return 30.0


async def called(call: Awaitable[AsyncSlackResponse], *, comms: bool = False) -> Any:
    """What Slack replies, as a dictionary. DeliveryError or UndeliverableError where it does not do what it should."""
    try:
        return (await call).data
    except SlackApiError as error:
        raise meaning(error, comms=comms) from error
    except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError, ValueError) as error:
        raise DeliveryError("Slack does not answer") from error

"""The Bolt app: one listener for each kind of payload, since every listener more slows all of them down.

Events and commands, nearly all that comes, go straight to their handlers, by HTTP and by Socket Mode.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import commands, drafts, presses, taking
from adapters.slack.hub import Hub
from adapters.slack.translate import of_command, of_interaction
from bot.errors import DeliveryError, HandbokError, InputError, StorageError, UndeliverableError
from bot.language import Language

log = logging.getLogger(__name__)
ANY = re.compile("")
DONE = BoltResponse(status=200, body="")


class App(AsyncApp):
    """Bolt, past which events and commands go."""

    def __init__(self, hub: Hub, **given: Any) -> None:
        super().__init__(**given)
        self._hub = hub

    async def straight(self, body: Mapping[str, Any], repeat: int = 0) -> BoltResponse | None:
        """What an event or a command is replied to with; None for anything else. ``repeat``: how often it came."""
        ack = AsyncAck()  # type: ignore[no-untyped-call]
        try:
            if body.get("type") == "event_callback":
                await taking.event(self._hub, body, repeat)
            elif "command" in body:
                await commands.command(self._hub, ack, str(body["command"]), of_command(body))
            else:
                return None
        except HandbokError as error:
            return await _on_error(error)
        return ack.response or DONE

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        return await self.straight(req.body, repeat_of(req.headers)) or await super().async_dispatch(req)


def repeat_of(headers: Mapping[str, Any]) -> int:
    """How often Slack sent it before; the same by HTTP and by Socket Mode."""
    given = headers.get("x-slack-retry-num") or "0"
    text = str(given[0] if isinstance(given, list | tuple) else given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def make_app(hub: Hub) -> App:
    """Signatures are checked before (serving.py): Bolt reads a body before it knows whose it is."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await hub.clients.authorize(enterprise_id, team_id)

    app = App(
        hub,
        client=hub.clients.unauthorised(),
        authorize=authorize,  # None is an answer that Bolt knows
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        user_facing_authorize_error_message=hub.desk.say("slack.unknown-workspace", Language.EN, workspace="?"),
    )
    app.action(ANY)(_on_action(hub))
    app.view(ANY)(_on_view(hub))
    app.shortcut(ANY)(_on_shortcut(hub))
    app.error(_on_error)
    return app


def _on_action(hub: Hub) -> Any:
    async def on_action(body: Mapping[str, Any], ack: AsyncAck) -> None:
        await taking.press(hub, body)
        await ack()

    return on_action


def _on_view(hub: Hub) -> Any:
    async def on_view(body: Mapping[str, Any], ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack(**await taking.form(hub, body, view))

    return on_view


def _on_shortcut(hub: Hub) -> Any:
    async def on_shortcut(body: Mapping[str, Any], ack: AsyncAck) -> None:
        await ack()
        came = of_interaction(body)
        match str(body.get("callback_id", "")):
            case "check_message":
                hub.after(came, drafts.check_message(hub, came))
            case "ask_about":
                hub.after(came, presses.ask_about(hub, came))
            case _:
                hub.after(came, drafts.open_form(hub, came))

    return on_shortcut


async def _on_error(error: Exception) -> BoltResponse:
    """Slack is told 200 where sending the same again would not help, else 500: then it repeats an event, and says so
    beside a button or in a window."""
    match error:
        case InputError() | UndeliverableError() | DeliveryError():
            log.warning("Passed over: %s", error)
            return BoltResponse(status=200, body="")
        case StorageError():
            log.error("Not saved; Slack is told so: %s", error)
        case _:  # its text may carry what people wrote
            log.error("A fault of ours: %s", type(error).__name__, exc_info=error)
    return BoltResponse(status=500, body="")

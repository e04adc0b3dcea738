"""The Bolt app: one listener for each kind of payload, since every listener more slows all of them down.

Events and commands, nearly all that comes, go straight to their handlers, by HTTP and by Socket Mode.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.chat.later import FaultError
from adapters.chat.shelf import MOST_TRIES
from adapters.slack import commands, drafts, events, presses, windows
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Came, of_command, of_event, of_interaction, question
from bot.errors import DeliveryError, HandbokError, InputError, StorageError, UndeliverableError
from bot.language import Language
from bot.ports import Arrival

log = logging.getLogger(__name__)
ANY = re.compile("")
DONE = BoltResponse(status=200, body="")
LAST_REPEAT = 3  # Slack sends an event again at once, after a minute and after five, and then no more


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
                await _taken(self._hub, body, repeat)
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


async def _taken(hub: Hub, body: Mapping[str, Any], repeat: int) -> None:
    """Saved, or, where it does not come again, its person told that it is not. StorageError: Slack is to repeat it.
    Sending it again mends no fault of ours, so that whoever wrote it is told at once."""

    async def act() -> None:
        await events.event(hub, body)

    async def failed(error: BaseException) -> None:
        if asked := question(body):
            await hub.apologise(asked, error)

    async def taken() -> None:
        await hub.intake.taken(came.event, act, lambda: hub.intake.shelf.arrival(came.event, json.dumps(body)), failed)

    came = of_event(body)
    saved = taken if events.is_written(body) else act
    try:
        if repeat >= LAST_REPEAT:
            await hub.intake.saved_or_told(saved, came.event, lambda: hub.own_words(came, "ask.not-saved"))
        elif saved is taken:
            await taken()
        else:
            await hub.intake.saved(act)
    except FaultError as fault:
        hub.later.start(failed(fault))


async def worked_off(hub: Hub, arrival: Arrival) -> None:
    """What was kept as it came, and left. StorageError where it cannot be saved now; what cannot be saved however often
    it is tried, and what meets a fault of ours, its person is told."""
    body = json.loads(arrival.body)
    try:
        await hub.intake.worked_off(arrival.event, lambda: events.event(hub, body))
    except StorageError as error:
        if arrival.tries < MOST_TRIES or not await hub.intake.verdicts.refuse(arrival.event):
            raise
        await _told(hub, body, error)
    except HandbokError as error:
        await _told(hub, body, error)


async def _told(hub: Hub, body: Mapping[str, Any], error: HandbokError) -> None:
    if asked := question(body):
        await hub.apologise(asked, error)


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
        """Acknowledged once it is saved. Slack sends a press once: what is not saved, its presser is told."""
        came = of_interaction(body)
        try:
            await hub.intake.saved_or_told(
                lambda: _pressed(hub, came, body), came.event, lambda: hub.own_words(came, "ask.not-saved")
            )
        except FaultError as fault:
            hub.later.start(hub.apologise(came, fault))
        await ack()

    return on_action


async def _pressed(hub: Hub, came: Came, body: Mapping[str, Any]) -> None:
    try:
        await presses.press(hub, came, body)
    except UnknownWorkspaceError as error:
        await hub.say(came, "slack.unknown-workspace", Language.EN, workspace=error.workspace)


def _on_view(hub: Hub) -> Any:
    async def on_view(body: Mapping[str, Any], ack: AsyncAck, view: dict[str, Any]) -> None:
        """Where it takes too long to save, Slack says so in the window, which keeps what was written."""
        await hub.intake.in_time(windows.submit(hub, ack, of_interaction(body), view))

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

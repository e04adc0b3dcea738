"""A person told something, or shown a window: by the best way there is, and by the next where that fails.

told     response_url, then a message for them alone in the channel, then their own messages
window   a window, else a button that opens it
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

import aiohttp

from adapters.chat.carrying import pack
from adapters.chat.later import insisting
from adapters.slack import forms
from adapters.slack.clients import TIMEOUT
from adapters.slack.kit import VALUE, Block, actions, button, section
from adapters.slack.text import escape
from adapters.slack.translate import Came
from bot.errors import DeliveryError, UndeliverableError
from bot.language import Language

if TYPE_CHECKING:
    from adapters.slack.hub import Hub

log = logging.getLogger(__name__)
Way = Callable[[], Awaitable[None]]


async def told(hub: Hub, came: Came, message: dict[str, Any]) -> None:
    """DeliveryError or UndeliverableError where no way leads to them."""
    *ways, last = _ways(hub, came, message)
    for way in ways:
        try:
            await insisting(way)
        except (DeliveryError, UndeliverableError) as error:
            log.info("The next way is tried: %s", error)
        else:
            return
    await insisting(last)


def _ways(hub: Hub, came: Came, message: dict[str, Any]) -> Iterator[Way]:
    """The best first; the last, the person's own messages, is always there."""
    if came.response_url:
        yield lambda: _respond(hub, came.response_url, message)
    if came.channel and not came.direct:
        below = {"thread_ts": came.thread} if came.thread else {}
        given = {"channel": came.channel, "user": came.user, **below, **message}
        yield lambda: _call(hub, came, "chat.postEphemeral", given)
        if came.thread:  # which may be gone
            yield lambda: _call(hub, came, "chat.postEphemeral", {**given, "thread_ts": None})
    elif came.channel:
        yield lambda: _post(hub, came, came.channel, came.thread, message)
    yield lambda: _directly(hub, came, message)


async def _call(hub: Hub, came: Came, method: str, arguments: dict[str, Any]) -> None:
    given = {name: value for name, value in arguments.items() if value is not None}
    await hub.clients.call(came.team, method, given, enterprise=came.enterprise)


async def _post(hub: Hub, came: Came, channel: str, thread: str, message: dict[str, Any]) -> None:
    below = {"thread_ts": thread} if thread else {}
    plain = {"channel": channel, "unfurl_links": False, "unfurl_media": False, **below, **message}
    await _call(hub, came, "chat.postMessage", plain)


async def _directly(hub: Hub, came: Came, message: dict[str, Any]) -> None:
    await _post(hub, came, await hub.directory.direct(came.team, came.user), "", message)


async def _respond(hub: Hub, url: str, message: dict[str, Any]) -> None:
    given = message | {"response_type": "ephemeral", "replace_original": False}
    try:
        async with hub.clients.session.post(url, json=given, timeout=TIMEOUT) as reply:
            if reply.status == 429 or reply.status >= 500:
                raise DeliveryError(f"Slack did not take the reply ({reply.status})")
            if reply.status >= 400:  # it counts for half an hour, and for five replies
                raise UndeliverableError(f"Slack takes no reply any more ({reply.status})")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise DeliveryError("Slack does not answer") from error


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def window(hub: Hub, came: Came, view: Block, *, above: bool) -> None:
    """A trigger counts for three seconds, so that there is one more try where the connection breaks, and no third."""
    method, arguments = "views.push" if above else "views.open", {"trigger_id": came.trigger, "view": view}
    try:
        await hub.clients.call(came.team, method, arguments, enterprise=came.enterprise, tries=2)
    except (DeliveryError, UndeliverableError) as error:
        log.warning("A window did not open; a button is offered instead: %s", error)
        language = await hub.language_of(came)
        await told(hub, came, offer(hub, view, language))


def offer(hub: Hub, view: Block, language: Language) -> dict[str, Any]:
    """A message with a button that opens the window, with what it held."""
    say = hub.desk.say
    action, value = _again(view, language)
    text = say("slack.window", language)
    seen = [block for block in view["blocks"] if block["type"] != "input"] if view["callback_id"] == forms.DRAFT else []
    opens = actions([button(f"{action}:0", say("slack.window-open", language), value, "primary")]) if action else []
    return {"blocks": [*(seen or [section(text)]), *opens], "text": escape(text)}


def _again(view: Block, language: Language) -> tuple[str, str]:
    """What the button does, and its value; both empty where nothing opens the window again."""
    keep = json.loads(view.get("private_metadata") or "{}")
    match view.get("callback_id"):
        case forms.DRAFT:
            held = _held(view, "draft")
            return "open-draft", pack(held, language, VALUE) if held else ""
        case forms.SAVE:
            return "save?", str(keep.get("value", ""))
        case forms.DECIDE:
            return "decide?", str(keep.get("value", ""))
        case forms.WRITE:
            do = str(keep.get("do", ""))
            held = _held(view, "text") if do in ("send-draft", "share-post", "ask-about") else ""
            return f"{do}?", pack(held, language, VALUE) if held else str(keep.get("value", ""))
        case _:
            return str(keep.get("do", "")), str(keep.get("value", ""))


def _held(view: Block, name: str) -> str:
    """What stands in a field."""
    fields = (block["element"] for block in view["blocks"] if block.get("block_id") == name)
    return next((str(field.get("initial_value", "")) for field in fields), "")

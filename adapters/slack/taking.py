"""What Slack sends, taken in: events, presses and forms, each saved or kept on the shelf before it is acknowledged; and
what was left there, worked off.

A draft is kept nowhere but in Slack: a form that only looks at one, and a button that carries one along, never go on
the shelf.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.chat.later import FaultError
from adapters.chat.matters import KEPT, Matter
from adapters.slack import events, forms, late, presses, windows
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Came, of_event, of_interaction, question
from bot.errors import StorageError
from bot.language import Language
from bot.ports import Arrival

LAST_REPEAT = 3  # Slack sends an event again at once, after a minute and after five, and then no more
CARRIES_A_DRAFT = frozenset({"open-draft", "send-draft?", "share-post?", "ask-about?"})
PARTS = ("type", "user", "team", "enterprise", "channel", "container", "actions", "trigger_id", "response_url")
OF_A_MESSAGE = ("ts", "thread_ts")
OF_A_WINDOW = ("id", "hash", "type", "callback_id", "private_metadata", "app_installed_team_id")


async def event(hub: Hub, body: Mapping[str, Any], repeat: int) -> None:
    """Saved, or, where it does not come again, its person told that it is not. StorageError: Slack is to repeat it.
    Sending it again mends no fault of ours, so that whoever wrote it is told at once."""
    came, matter = of_event(body), _event(hub, body)

    async def taken() -> None:
        await hub.intake.taken(matter, lambda: _arrival(hub, came, body))

    saved = taken if events.is_written(body) else matter.act
    try:
        if repeat >= LAST_REPEAT:
            await hub.intake.saved_or_told(saved, came.event, lambda: hub.own_words(came, "ask.not-saved"))
        elif saved is taken:
            await taken()
        else:
            await hub.intake.saved(saved)
    except FaultError as fault:
        hub.later.start(matter.failed(fault))


async def press(hub: Hub, body: Mapping[str, Any]) -> None:
    """Kept until what it does is done and said. Slack sends a press once: what is not saved, its presser is told."""
    came, matter = of_interaction(body), _press(hub, body)

    async def taken() -> None:
        await hub.intake.taken(matter, lambda: _arrival(hub, came, _pressed_alone(body)))

    saved = matter.act if presses.button(body)[0] in CARRIES_A_DRAFT else taken
    try:
        await hub.intake.saved_or_told(saved, came.event, lambda: hub.own_words(came, "ask.not-saved"))
    except FaultError as fault:
        hub.later.start(matter.failed(fault))


async def form(hub: Hub, body: Mapping[str, Any], view: Mapping[str, Any]) -> windows.Answer:
    """What its window shows next: what became of it, or, where that takes longer than Slack waits, that it is kept.
    Where it can be neither saved nor kept, that stands beside the field, and the window holds all that was written.

    StorageError where nobody knows what became of it: Slack says that it had trouble, and keeps the window, too.
    """
    came = of_interaction(body)
    if view.get("callback_id") == forms.DRAFT:
        return await hub.intake.in_time(windows.submit(hub, came, view))
    matter = _form(hub, body)
    try:
        answer = await hub.intake.taken(matter, lambda: _arrival(hub, came, _sent_alone(body)))
    except StorageError:
        if await hub.intake.stopped(came.event):
            return await windows.wrong(hub, came, view, "ask.not-saved")
        raise
    return await late.waiting(hub, came) if answer is KEPT else answer


async def worked_off(hub: Hub, arrival: Arrival) -> None:
    """What was kept as it came, and left. StorageError where it cannot be saved now."""
    await hub.intake.left(arrival, _matter(hub, json.loads(arrival.body)))


def _matter(hub: Hub, body: Mapping[str, Any]) -> Matter[Any]:
    match body.get("type"):
        case "block_actions":
            return _press(hub, body)
        case "view_submission":
            return _form(hub, body)
        case _:
            return _event(hub, body)


# ── what is done about each ──────────────────────────────────────────────────────────────────────────────────────────


def _event(hub: Hub, body: Mapping[str, Any]) -> Matter[None]:
    async def act() -> None:
        await events.event(hub, body)

    async def failed(error: BaseException) -> None:
        if asked := question(body):
            await hub.apologise(asked, error)

    return Matter(of_event(body).event, act, failed)


def _press(hub: Hub, body: Mapping[str, Any]) -> Matter[None]:
    came = of_interaction(body)

    async def act() -> None:
        try:
            await presses.press(hub, came, body)
        except UnknownWorkspaceError as error:
            await hub.say(came, "slack.unknown-workspace", Language.EN, workspace=error.workspace)

    async def failed(error: BaseException) -> None:
        await hub.apologise(came, error)

    return Matter(came.event, act, failed, whole=True)


def _form(hub: Hub, body: Mapping[str, Any]) -> Matter[windows.Answer]:
    view = body["view"]
    came = of_interaction(body)

    async def act() -> windows.Answer:
        return await windows.submit(hub, came, view)

    async def failed(error: BaseException) -> None:
        key = "ask.not-saved" if isinstance(error, StorageError) else "talk.fault"
        await then(await windows.wrong(hub, came, view, key))

    async def then(answer: windows.Answer) -> None:
        await late.show(hub, came, view, answer)

    return Matter(came.event, act, failed, whole=True, then=then)


# ── as they are kept ─────────────────────────────────────────────────────────────────────────────────────────────────


def _arrival(hub: Hub, came: Came, body: Mapping[str, Any]) -> Arrival:
    return hub.intake.shelf.arrival(came.event, json.dumps({name: body[name] for name in body if name != "token"}))


def _pressed_alone(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without the message or window that the button stands in, which may hold a draft."""
    return _some(body, PARTS) | {
        "message": _some(body.get("message") or {}, OF_A_MESSAGE),
        "view": _some(body.get("view") or {}, OF_A_WINDOW),
    }


def _sent_alone(body: Mapping[str, Any]) -> dict[str, Any]:
    return _some(body, (*PARTS, "view"))


def _some(whole: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: whole[name] for name in names if name in whole}

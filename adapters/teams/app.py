"""Every activity that Teams sends, to whoever handles it; and an answer where Teams waits for one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from adapters.chat.forms import asks_for_text
from adapters.chat.hub import NoChatError
from adapters.chat.later import FaultError, LateError
from adapters.teams import dialogs, extension, kit, messages, presses, taking
from adapters.teams.activities import Activity, InvokeReply
from adapters.teams.hub import Hub, UnknownTenantError
from adapters.teams.replying import CARD, Card, Nothing, Reply, Word, body, card_of
from adapters.teams.taking import HOLD
from adapters.teams.translate import Came, of, pressed
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.language import Language
from bot.messages import Text

log = logging.getLogger(__name__)
INVOKES = frozenset({
    "adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/query", "composeExtension/fetchTask",
    "composeExtension/submitAction", "message/submitAction",
})  # fmt: skip

OF_CASES = frozenset(
    {"more", "save", "decide", "answer", "ask-back", "note", "close", "add", "reopen"}
)  # their value: its number


async def handle(hub: Hub, activity: Activity) -> InvokeReply | None:
    """What an invoke is answered with; None for everything else, and for an invoke that nobody here knows."""
    match activity.get("type"):
        case "message" if _is_press(activity):
            await _pressed_once(hub, activity)
        case "message" | "messageUpdate" | "messageDelete":
            await taking.taken(hub, activity)
        case "invoke" if activity.get("name") in INVOKES:
            name = str(activity["name"])
            return InvokeReply(200, body(await _answered(hub, name, activity), name))
        case "conversationUpdate":
            await _changed(hub, activity)
        case "installationUpdate":
            await _installed(hub, activity)
    return None


async def _pressed_once(hub: Hub, activity: Activity) -> None:
    """Returns when it is saved, or its person is being told that it is not."""
    came = of(activity)
    try:
        await hub.intake.saved_or_told(
            lambda: _pressed_as_message(hub, activity), came.event, lambda: hub.own_words(came, "ask.not-saved"), HOLD
        )
    except FaultError as fault:
        hub.later.start(hub.apologise(came, fault))


# ── invokes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _answered(hub: Hub, name: str, activity: Activity) -> Reply:
    """Within the time that Teams waits; a fault of ours is said, too."""
    try:
        return await hub.later.within(_invoked(hub, name, activity), HOLD)
    except FaultError:
        return Word(hub.desk.say("talk.fault", await hub.language_of(of(activity))))
    except LateError:
        return Word(hub.desk.say("talk.working", await hub.language_of(of(activity))))


async def _invoked(hub: Hub, name: str, activity: Activity) -> Reply:
    """Whatever goes wrong, its person is told."""
    came = of(activity)
    try:
        hub.organisation(came)
    except UnknownTenantError as error:
        return Word(hub.desk.say("teams.unknown-tenant", Language.EN, tenant=error.tenant))
    try:
        return await _reply(hub, came, name)
    except InputError:
        return await _kept(hub, came, name, "talk.not-found")
    except StorageError:
        return await _kept(hub, came, name, "ask.not-saved")
    except NoChatError:
        return await _kept(hub, came, name, "teams.no-chat")
    except (DeliveryError, UndeliverableError):
        return await _kept(hub, came, name, "teams.no-access")


async def _kept(hub: Hub, came: Came, name: str, key: str) -> Reply:
    """What went wrong: in the form that was sent, which still holds what was written, else as a word."""
    if came.value.get("trigger") == "automatic":  # a card that Teams draws anew by itself; nobody asked
        return Nothing()
    language = await hub.language_of(came)
    wrong = hub.desk.say(key, language)
    form = dialogs.kept(hub, pressed(came.value), language, wrong)
    if form is None:
        return Word(wrong)
    return card_of(form) if name == "adaptiveCard/action" else form


async def _reply(hub: Hub, came: Came, name: str) -> Reply:  # noqa: PLR0911  # one for each invoke
    data = pressed(came.value)
    do, value = str(data.get("do", "")), str(data.get("value", ""))
    match name:
        case "adaptiveCard/action":
            return await _pressed(hub, came, data)
        case "task/fetch":
            return await dialogs.fetch(hub, came, do.removesuffix("?"), value)
        case "task/submit":
            return await dialogs.submit(hub, came, data)
        case "composeExtension/query":
            return await extension.query(hub, came, came.value)
        case "composeExtension/fetchTask":
            return await extension.fetch(hub, came, came.value)
        case "composeExtension/submitAction":
            return await extension.submit(hub, came, came.value)
        case "message/submitAction" if came.value.get("actionName") == "feedback":
            return await presses.judged(hub, came)
        case _:
            return Nothing()


async def _pressed(hub: Hub, came: Came, data: Mapping[str, Any]) -> Reply:
    """A button of a card. Where no dialogs are, it brings the words along, or a card stands in for the dialog."""
    do, value = str(data.get("do", "")), str(data.get("value", ""))
    if do.endswith("?") or do == "more":
        reply = await dialogs.fetch(hub, came, do.removesuffix("?"), value)
    elif "form" in data or ("text" in data and asks_for_text(do)):
        language = await hub.language_of(came)
        reply = await dialogs.submit(hub, came, {"language": language.value, **data})
    else:
        return await presses.press(hub, came, do, value)
    if do.removesuffix("?") not in OF_CASES:
        return card_of(reply)
    language = await hub.language_of(came)
    return card_of(reply, kit.execute("look", hub.desk.say("talk.back", language), value))


def _is_press(activity: Activity) -> bool:
    """Whether a button came as a message, as Action.Submit does."""
    value = activity.get("value")
    return isinstance(value, Mapping) and "do" in value and not activity.get("text")


async def _pressed_as_message(hub: Hub, activity: Activity) -> None:
    came, reply = of(activity), await _invoked(hub, "adaptiveCard/action", activity)
    match reply:
        case Word(text=text):
            hub.after(came, hub.tell(came, [Text(text)]))
        case Card(card=card):
            message = {"type": "message", "attachments": [{"contentType": CARD, "content": dict(card)}]}
            hub.after(came, hub.send(hub.place(came), message))


# ── where Handbok is, and who is with it ─────────────────────────────────────────────────────────────────────────────


async def _installed(hub: Hub, activity: Activity) -> None:
    came = of(activity)
    if str(activity.get("action", "")).startswith("remove"):
        await hub.references.drop(came)
    else:
        await _greet(hub, came)


async def _changed(hub: Hub, activity: Activity) -> None:
    """Somebody, or Handbok itself, came or left."""
    came = of(activity)
    joined, left = _ids(activity, "membersAdded"), _ids(activity, "membersRemoved")
    if came.bot in left:
        await hub.references.drop(came)
    elif came.bot in joined:
        await _greet(hub, came)
    if joined or left:
        hub.members.changed_in(came.tenant)


async def _greet(hub: Hub, came: Came) -> None:
    """Says what there is to ask, once for each time that Handbok comes to a conversation: Teams tells of that in two
    ways, and more than once."""
    try:
        hub.organisation(came)
    except UnknownTenantError as error:
        log.warning("Nobody was greeted: %s", error)
        return
    if await hub.references.arrive(came):
        hub.later.start(messages.greet(hub, came))


def _ids(activity: Activity, name: str) -> frozenset[str]:
    people = activity.get(name)
    listed = people if isinstance(people, list) else ()
    return frozenset(str(each.get("id", "")) for each in listed if isinstance(each, Mapping))

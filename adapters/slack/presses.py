"""Buttons, wherever they stand: in messages, windows and Home."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Any

from adapters.chat import asides, commands, handling, learned
from adapters.chat.acts import Pressed
from adapters.chat.carrying import unpack
from adapters.chat.forms import asks_for_text
from adapters.chat.hub import NoChatError, to_number
from adapters.chat.pressing import HERE, pressed
from adapters.chat.replying import Blocks
from adapters.slack import asking, drafts, forms
from adapters.slack.failures import called
from adapters.slack.giving import give
from adapters.slack.hub import Hub
from adapters.slack.render import to_message, whole_case
from adapters.slack.translate import Body, Came
from bot.commands import ForComms, Search, of_value
from bot.errors import DeliveryError, InputError, UndeliverableError
from bot.messages import Button, Text
from bot.ports import Person
from bot.proposing import Proposal
from bot.service import casework, deciding
from bot.service.desk import may_handle

log = logging.getLogger(__name__)


async def press(hub: Hub, came: Came, body: Body) -> None:
    """What the first pressed button asks for; returns when what must not be lost is saved. Whatever goes wrong, its
    person is told.

    UnknownWorkspaceError where nobody said whose workspace it is; StorageError where it was not saved.
    """
    name, value = button(body)
    hub.organisation(came)
    try:
        await _press(hub, came, body, name, value)
    except InputError:
        await hub.own_words(came, "talk.not-found")
    except NoChatError:
        await hub.own_words(came, "slack.no-chat")
    except (DeliveryError, UndeliverableError) as error:
        log.warning("A press came to nothing: %s", error)
        await hub.own_words(came, "slack.no-access")


def button(body: Body) -> tuple[str, str]:
    """What the first pressed button does, and its value."""
    found: dict[str, Any] = next(iter(body.get("actions") or ()), {})
    name = str(found.get("action_id", "")).partition(":")[0]
    value = str(found.get("value") or (found.get("selected_option") or {}).get("value") or "")
    if name == "menu":
        name, _, value = value.partition("|")
    return name, value


async def _press(  # noqa: PLR0912  # one for each button
    hub: Hub, came: Came, body: Body, name: str, value: str
) -> None:
    match name:
        case "choose":
            question, _, entry = value.partition(":")
            await asking.choose(hub, came, to_number(question), entry)
        case "none-of-these":
            await asking.choose(hub, came, to_number(value), None)
        case "feedback":
            await _feedback(hub, came, value)
        case "helpful":
            if told := await asking.feedback(hub, came, to_number(value), helpful=True):
                await hub.tell(came, told.blocks, told.language)
        case "begin":
            await _begin(hub, came, body, value)
        case _ if name in handling.PRESSES:
            await _act(hub, came, name, value)
        case _ if name.removesuffix("?") in handling.FORMS and name.endswith("?"):
            await _form(hub, came, body, name[:-1], value)
        case "set-aside?":
            drawn = forms.drawn(asides.form(hub, value), hub.desk.say, await hub.language_of(came), {})
            await hub.window(came, drawn, above=_in_window(body))
        case "more":
            await _whole(hub, came, to_number(value), above=_in_window(body))
        case "prompt" | "search":
            await asking.ask_alone(hub, came, value)
        case "desk" | "desk-search" if body.get("view"):
            await _desk(hub, came, body, Search(value) if name == "desk-search" else of_value(value))
        case "link":  # the browser opens it by itself
            return
        case "open-draft":
            await drafts.open_form(hub, came, draft=unpack(value)[0])
        case "add-there":  # what stands against it takes a while to find out
            hub.after(came, _add_there(hub, came, value))
        case _ if name in HERE:
            act = Pressed(who=await hub.sender(came), private=came.direct, do=name, value=value)
            hub.after(came, give(hub, came, await pressed(hub, act)))
        case "save?":
            await _save(hub, came, value)
        case "decide?":
            await _decide(hub, came, to_number(value))
        case _ if name.endswith("?") and asks_for_text(name[:-1]):
            await _write(hub, came, body, name[:-1], value)
        case _:
            await hub.own_words(came, "talk.old-card")


async def _desk(hub: Hub, came: Came, body: Body, shown: ForComms | None) -> None:
    """A view of comms' desk, in a window: from Home in a new one, from a window in its place."""
    who = await hub.sender(came)
    if shown is None:
        raise InputError("that is no view of the desk")
    reply = await commands.do(hub, who, shown)
    if not isinstance(reply, Blocks):
        return
    say = hub.desk.say
    drawn = to_message(reply.blocks, say("talk.whole", reply.language))
    view = forms.shown(say("desk.title", reply.language), drawn, say, reply.language)
    if not _in_window(body):
        await hub.window(came, view)
        return
    client = await hub.clients.asking(came.team, came.enterprise)
    hub.after(came, _updated(called(client.views_update(view_id=str(body["view"].get("id", "")), view=view))))


async def _updated(call: Awaitable[object]) -> None:
    await call


async def _add_there(hub: Hub, came: Came, value: str) -> None:
    try:
        reply = await learned.add_there(hub, await hub.sender(came), value)
    except InputError:
        await hub.own_words(came, "talk.not-found")
    else:
        await give(hub, came, reply)


async def _feedback(hub: Hub, came: Came, value: str) -> None:
    """One tap counts; whoever was not helped may say what was missing."""
    which, _, question = value.partition(":")
    told = await asking.feedback(hub, came, to_number(question), helpful=which == "yes")
    if told is None:
        return
    missing = Button("not-helpful", question, hub.desk.say("talk.what-was-missing", told.language), asks=True)
    more = [] if which == "yes" else [Text(hub.desk.say("talk.not-helped", told.language), buttons=(missing,))]
    await hub.tell(came, more or told.blocks, told.language)


async def _act(hub: Hub, came: Came, do: str, value: str) -> None:
    """What changed is seen on the card itself; where that is not all, or nothing changed, it is said."""
    if told := await handling.act(hub, await hub.sender(came), do, value):
        await hub.tell(came, [told], await hub.language_of(came))


async def _form(hub: Hub, came: Came, body: Body, do: str, value: str) -> None:
    """The window of something that comms does with a case."""
    found, language = await handling.form(hub, await hub.sender(came), do, value), await hub.language_of(came)
    if isinstance(found, Text):
        await hub.tell(came, [found], language)
        return
    keep = {"channel": came.channel, "thread": came.thread}
    await hub.window(came, forms.drawn(found, hub.desk.say, language, keep), above=_in_window(body))


async def _begin(hub: Hub, came: Came, body: Body, begin: str) -> None:
    """The same window, filled with something else."""
    view = body.get("view") or {}
    keep = forms.kept(view)
    do, value = keep.get("do", ""), keep.get("value", "")
    found = await handling.form(hub, await hub.sender(came), do, value, begin)
    if isinstance(found, Text):
        await hub.tell(came, [found], await hub.language_of(came))
        return
    places = {name: keep.get(name, "") for name in ("channel", "thread")}
    drawn = forms.drawn(found, hub.desk.say, await hub.language_of(came), places)
    client = await hub.clients.asking(came.team, came.enterprise)
    hub.after(came, _updated(called(client.views_update(view_id=str(view.get("id", "")), view=drawn))))


async def _allowed(hub: Hub, came: Came, asked: Awaitable[Person]) -> Person | None:
    """Whom ``asked`` gives; None, and they are told, where Slack does not say who is in comms."""
    try:
        return await asked
    except (DeliveryError, UndeliverableError):
        await hub.own_words(came, "slack.no-access")
        return None


async def _whole(hub: Hub, came: Came, number: int, *, above: bool) -> None:
    """A case with nothing cut, for comms alone."""
    who = await hub.sender(came)
    person = await _allowed(hub, came, hub.may_act(who))
    if person is None:
        return
    card = await casework.card(hub.desk, number, hub.language(person, who.organisation))
    async with hub.desk.store.look() as work:
        case = await work.case(number)
    language = hub.language(person, who.organisation)
    if case is None or not await may_handle(hub.desk, person.id, case):
        await hub.say(came, "refused.not-comms", language)
        return
    title = hub.desk.say("case.title", language, number=number)
    whole = whole_case(card, await deciding.told_to_comms(hub.desk, number, language))
    keep = {"do": "more", "value": str(number)}
    await hub.window(came, forms.shown(title, whole, hub.desk.say, language, keep=keep), above=above)
    await casework.see(hub.desk, who, number)


async def _save(hub: Hub, came: Came, value: str) -> None:
    """The form for what a case or a gap is to teach."""
    who = await hub.sender(came)
    person = await _allowed(hub, came, hub.may_act(who))
    if person is None:
        return
    proposal = await learned.prepare(hub, who, value)
    language = hub.language(person, who.organisation)
    if not isinstance(proposal, Proposal):
        await hub.tell(came, [proposal], language)
        return
    spoken = next(iter(proposal.answer), language)
    keep = {"value": value, "spoken": spoken, "channel": came.channel, "thread": came.thread}
    view = forms.save_form(
        hub.desk.say,
        language,
        proposal.title.get(spoken, ""),
        proposal.variants.get(spoken, ()),
        proposal.answer.get(spoken, ""),
        keep,
    )
    await hub.window(came, view)


async def _decide(hub: Hub, came: Came, number: int) -> None:
    """The form for how a draft was decided."""
    language = await hub.language_of(came)
    offer = await deciding.offer(hub.desk, number, language)
    if offer is None:
        await hub.say(came, "teach.decide.none", language)
        return
    keep = {"value": str(number), "channel": came.channel, "thread": came.thread}
    await hub.window(came, forms.decide_form(offer, hub.desk.say, language, keep))


async def _write(hub: Hub, came: Came, body: Body, action: str, value: str) -> None:
    """The form of an action that needs words."""
    language = await hub.language_of(came)
    given, keep = "", {"do": action, "value": value, "channel": came.channel, "thread": came.thread}
    if action in ("send-draft", "share-post", "ask-about"):
        given, spoken = unpack(value)
        language = spoken or language
        keep |= {"value": "", "language": language.value}
    view = forms.write_form(action, hub.desk.say, language, given=given, keep=keep)
    await hub.window(came, view, above=_in_window(body))


async def ask_about(hub: Hub, came: Came) -> None:
    """The shortcut *Ask comms about this*."""
    language = await hub.language_of(came)
    say, keep = hub.desk.say, {"do": "ask-about"}
    note = "" if came.text else say("talk.no-text", language)
    await hub.window(came, forms.write_form("ask-about", say, language, given=came.text, keep=keep, note=note))


def _in_window(body: Body) -> bool:
    return (body.get("view") or {}).get("type") == "modal"

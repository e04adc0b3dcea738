"""Buttons of cards: what is done at once, and what its presser sees then."""

from __future__ import annotations

import json
from collections.abc import Mapping

from adapters.chat import handling, learned
from adapters.chat.acts import Pressed
from adapters.chat.hub import to_number
from adapters.chat.pressing import pressed
from adapters.chat.replying import Blocks, Saved
from adapters.teams import asking
from adapters.teams.hub import Hub
from adapters.teams.replying import Card, Nothing, Reply, Word
from adapters.teams.translate import Came
from bot.cases import CaseNumber
from bot.errors import InputError
from bot.knowledge import Entry, Handoff
from bot.messages import Block, Text
from bot.ports import Person
from bot.service import casework, deciding
from bot.service.desk import may_handle, place_of


async def press(hub: Hub, came: Came, do: str, value: str) -> Reply:  # noqa: PLR0911  # one for each button
    """What a pressed button asks for. InputError where there is nothing such, or it belongs to somebody else."""
    match do:
        case "look":
            return await _look(hub, came, to_number(value))
        case "choose":
            question, _, entry = value.partition(":")
            await asking.choose(hub, came, to_number(question), entry)
            return await _chosen(hub, came, entry)
        case "none-of-these":
            await asking.choose(hub, came, to_number(value), None)
            return await _chosen(hub, came, None)
        case "helpful":
            told = await asking.feedback(hub, came, to_number(value), helpful=True)
            return Nothing() if told is None else Word(_words(told.blocks))
        case _ if do in handling.PRESSES:
            return await _act(hub, came, do, value)
        case "forget":
            hub.references.forget(came)
            return await _instead(hub, came, do, value)
        case "language" | "person" | "new-question" | "accept" | "refuse" | "undo" | "renew" | "desk" | "settle-gap":
            return await _instead(hub, came, do, value)
        case "add-there":  # what stands against it takes a while to find out
            hub.after(came, _add_there(hub, came, value))
            return Card(
                hub.messenger.card(came.address(), [Text(hub.desk.say("teams.saving", await hub.language_of(came)))])
            )
        case _:
            return Word(hub.desk.say("talk.old-card", await hub.language_of(came)))


async def judged(hub: Hub, came: Came) -> Reply:
    """Whether an answer helped, as Teams' own buttons below a message ask: kept as what the card's buttons say, and the
    latest counts. Teams thanks by itself; only what matters more is said."""
    given = came.value.get("actionValue")
    said = given if isinstance(given, Mapping) else {}
    async with hub.desk.store.look() as work:
        question = await work.question_at(came.address(), came.post)
    if question is None or said.get("reaction") not in ("like", "dislike"):
        return Nothing()
    why = _reason(said.get("feedback"))
    try:
        told = await asking.feedback(hub, came, question, helpful=said["reaction"] == "like", missing=why)
    except InputError:  # somebody else asked it, in a channel
        return Nothing()
    if told and told.cases:
        hub.after(came, hub.alone_in_chat(came, told.blocks))
    return Nothing()


def _reason(given: object) -> str:
    """What somebody wrote beside it: JSON within the JSON, or empty."""
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError):
        return ""
    text = found.get("feedbackText") if isinstance(found, Mapping) else None
    return text if isinstance(text, str) else ""


async def _act(hub: Hub, came: Came, do: str, value: str) -> Reply:
    """An action on a case; the card then shows what has changed."""
    who = hub.sender(came)
    if told := await handling.act(hub, who, do, value):
        return Word(told.body)
    return await _now(hub, came, await hub.person(who), to_number(value))


async def _look(hub: Hub, came: Came, number: CaseNumber) -> Reply:
    """A card as its viewer sees it. Teams asks for it by itself, so it never speaks."""
    person = await hub.may_act(hub.sender(came))
    return await _now(hub, came, person, number)


async def _now(hub: Hub, came: Came, person: Person, number: CaseNumber) -> Reply:
    """Where a case stands: for comms its card, for its asker the status."""
    language = hub.language(person, hub.organisation(came))
    if await is_for_comms(hub, came, person, number):
        card = await casework.card(hub.desk, number, language, person.id)
        shown: list[Block] = [card, *await deciding.told_to_comms(hub.desk, number, language)]
        hub.later.start(_seen(hub, came, number))
    else:
        mine = await casework.status(hub.desk, hub.sender(came), number)
        if mine is None:
            return Nothing()
        shown = [mine]
    return Card(hub.messenger.card(came.address(), shown, language))


async def in_comms(hub: Hub, person: Person, number: CaseNumber) -> bool:
    """Whether the person is in the comms that the case is for, wherever they read."""
    async with hub.desk.store.look() as work:
        case = await work.case(number)
    return bool(case and await may_handle(hub.desk, person.id, case))


async def is_for_comms(hub: Hub, came: Came, person: Person, number: CaseNumber) -> bool:
    """Whether the person reads the case as a member of comms: in its channel, where its card stands."""
    async with hub.desk.store.look() as work:
        case = await work.case(number)
    works = place_of(hub.desk, case) if case else None
    here = works is not None and (works.workspace, works.conversation) == (came.tenant, came.conversation)
    return bool(case and here and await may_handle(hub.desk, person.id, case))


async def _seen(hub: Hub, came: Came, number: CaseNumber) -> None:
    await casework.see(hub.desk, hub.sender(came), number)


async def _chosen(hub: Hub, came: Came, entry: str | None) -> Reply:
    """The options give way to the one that was chosen; its answer follows as a message."""
    language = await hub.language_of(came)
    knowledge = hub.desk.mind.now.knowledge
    topic = knowledge.topic.get(entry) if entry else None
    label = topic.title[language] if isinstance(topic, Entry | Handoff) else hub.desk.say("ask.none-of-these", language)
    return Card(hub.messenger.card(came.address(), [Text(f"✓ {label}")]))


async def _add_there(hub: Hub, came: Came, value: str) -> None:
    """How it went is said in the person's own chat. InputError is no news there: the case is gone."""
    try:
        reply = await learned.add_there(hub, hub.sender(came), value)
    except InputError:
        return await hub.own_words(came, "talk.not-found")
    if isinstance(reply, Blocks):
        await hub.alone_in_chat(came, reply.blocks)
    return None


async def _instead(hub: Hub, came: Came, do: str, value: str) -> Reply:
    """What was to be pressed gives way to what came of it."""
    reply = await pressed(hub, Pressed(who=hub.sender(came), private=came.direct, do=do, value=value))
    match reply:
        case Blocks(blocks=blocks):
            return Card(hub.messenger.card(came.address(), blocks))
        case Saved(who=who, told=told):
            hub.later.start(hub.answer(who, told))
            label = hub.desk.say("talk.new-question", told.language)
            return Card(hub.messenger.card(came.address(), [Text(f"✓ {label}")]))
        case _:
            return Nothing()


def _words(blocks: tuple[Block, ...]) -> str:
    return "\n\n".join(block.body for block in blocks if isinstance(block, Text))

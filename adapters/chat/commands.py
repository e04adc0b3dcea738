"""Typed commands: what each shows, the same wherever it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import assert_never

from adapters.chat.carrying import look_over
from adapters.chat.forms import NAMES
from adapters.chat.holding import held
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Reply
from bot.cases import State
from bot.commands import CheckDraft, Command, Figures, ForgetMe, Help, MyCases, Queue, SpeakIn, Taught, WhatYouHold
from bot.errors import DeliveryError, UndeliverableError
from bot.insights import figures
from bot.language import Language
from bot.messages import Block, Button, CaseCard, Text
from bot.ports import CaseFilter
from bot.prompts import prompts
from bot.service import casework, curating
from bot.service.curating import Item
from bot.service.desk import Sender, choose_language
from bot.service.figures import weeks

CASES, WAITING, ITEMS = 5, 10, 10  # shown at most
PROMPTS = 4  # questions to begin with
QUOTED = 200  # characters of a case in a list
PATIENCE = 1.0  # seconds that help waits for who is in comms


async def do(hub: Office, who: Sender, command: Command) -> Reply:  # noqa: PLR0911  # one for each command
    """StorageError; DeliveryError or UndeliverableError where the platform does not say who is in comms."""
    language = await hub.spoken(who)
    say = hub.desk.say
    match command:
        case CheckDraft(draft) if draft:
            told = await look_over(hub.desk, who, {"draft": draft}, hub.carries)
            return Blocks(told.blocks, told.language, personal=True)
        case CheckDraft():
            return Blocks((Text(say("check.how", language)),), language)
        case MyCases():
            cases = await casework.my_cases(hub.desk, who, CASES)
            return Blocks(tuple(cases) or (Text(say("talk.no-cases", language)),), language, personal=True)
        case SpeakIn(language=None):
            return Blocks((Text(say("talk.which-language", language), buttons=languages()),), language)
        case SpeakIn():
            return await speak(hub, who, command)
        case ForgetMe():
            sure = Button("forget", "", say("talk.forget-do", language), "danger")
            return Blocks((Text(say("talk.forget-sure", language), buttons=(sure,)),), language, personal=True)
        case WhatYouHold():
            return await held(hub, who, language)
        case Help():
            return await _help(hub, who, language)
        case Queue() | Figures() | Taught():
            return Blocks(tuple(await _for_comms(hub, who, command, language)), language, personal=True)
        case _:
            assert_never(command)


async def speak(hub: Office, who: Sender, command: SpeakIn) -> Blocks:
    """From now on in the language that was chosen."""
    chosen = command.language or await hub.spoken(who)
    await choose_language(hub.desk, who, chosen)
    return Blocks((Text(hub.desk.say("chat.language-set", chosen)),), chosen)


def languages() -> tuple[Button, ...]:
    """A button for each language, in its own name."""
    return tuple(Button("language", each.value, NAMES[each]) for each in Language)


async def _help(hub: Office, who: Sender, language: Language) -> Blocks:
    said = [Text(hub.desk.say("talk.help", language))]
    if await _is_comms(hub, who):
        said.append(Text(hub.desk.say("talk.help-comms", language)))
    offered = prompts(hub.desk.mind.now.knowledge, who.organisation, language, PROMPTS)
    return Blocks(tuple(said), language, prompts=offered)


async def _is_comms(hub: Office, who: Sender) -> bool:
    """No, where the platform does not say so soon: help is for those who wait."""
    try:
        async with asyncio.timeout(PATIENCE):
            person = await hub.may_act(who)
    except (DeliveryError, UndeliverableError, TimeoutError):
        return False
    return await hub.desk.membership.in_comms(person.id, who.organisation)


# ── for comms ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _for_comms(
    hub: Office, who: Sender, command: Queue | Figures | Taught, language: Language
) -> Sequence[Block]:
    person = await hub.may_act(who)
    if not await hub.desk.membership.in_comms(person.id, who.organisation):
        return [Text(hub.desk.say("refused.not-comms", language))]
    match command:
        case Queue():
            return await queue(hub, who, language)
        case Figures():
            return [await week(hub, who, language)]
        case Taught():
            return await taught(hub, who, language)
        case _:
            assert_never(command)


async def queue(hub: Office, who: Sender, language: Language) -> list[Block]:
    """What waits, and what somebody has taken, a line each."""
    say = hub.desk.say
    wanted = CaseFilter(who.organisation, (State.WAITING, State.CLAIMED), most=WAITING)
    cards = await casework.queue(hub.desk, wanted, language)
    if not cards:
        return [Text(say("slack.home-empty", language))]
    whole = say("talk.whole", language)
    lines = [Text(_line(card), bool(card.urgent), (Button("more", str(card.number), whole),)) for card in cards]
    return [Text(say("slack.home-queue", language)), *lines]


def _line(card: CaseCard) -> str:
    text = card.text if len(card.text) <= QUOTED else card.text[:QUOTED].rstrip() + "…"
    return f"{card.title} · {card.state_label} · {card.age}\n{text}"


async def week(hub: Office, who: Sender, language: Language) -> Text:
    say = hub.desk.say
    now, before = await weeks(hub.desk, who.organisation)
    shown = [f"{each.label}: {each.now} ({each.before})" for each in figures(now, before, say, language)]
    return Text("\n".join([say("talk.week", language), *shown, say("talk.week-before", language)]))


async def taught(hub: Office, who: Sender, language: Language) -> list[Block]:
    """What was learned and suggested, with what comms may do about each."""
    items = await curating.listing(hub.desk, who)
    if isinstance(items, Text):
        return [items]
    return [_item(each) for each in items[:ITEMS]] or [Text(hub.desk.say("web.learned-none", language))]


def _item(item: Item) -> Text:
    lines = [f"{item.state_label} · {item.title}", *item.variants[:3], item.answer]
    buttons = tuple(Button(name, item.id, label) for name, label in item.actions)
    return Text("\n".join(filter(None, lines)), buttons=buttons)

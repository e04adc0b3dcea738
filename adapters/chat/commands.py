"""Typed commands: what each shows, the same wherever it is typed."""

from __future__ import annotations

import asyncio
from typing import assert_never

from adapters.chat import desk
from adapters.chat.carrying import look_over
from adapters.chat.forms import NAMES
from adapters.chat.holding import held
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Reply
from bot.commands import (
    CheckDraft,
    Command,
    CommsHelp,
    Entries,
    Figures,
    ForComms,
    ForgetMe,
    Gaps,
    Help,
    MyCases,
    Queue,
    Replies,
    Search,
    SpeakIn,
    Taught,
    WhatYouHold,
)
from bot.errors import DeliveryError, UndeliverableError
from bot.language import Language
from bot.messages import Button, Text
from bot.prompts import prompts
from bot.service import casework
from bot.service.desk import Sender, choose_language

CASES = 5  # shown at most
PROMPTS = 4  # questions to begin with
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
        case Queue() | Figures() | Taught() | CommsHelp() | Search() | Entries() | Gaps() | Replies():
            return await _for_comms(hub, who, command, language)
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


async def _for_comms(hub: Office, who: Sender, command: ForComms, language: Language) -> Blocks:
    """Where comms works, everybody there may read it; elsewhere it is for its reader alone."""
    person = await hub.may_act(who)
    alone = not hub.works_here(who)
    if not await hub.desk.membership.in_comms(person.id, who.organisation):
        return Blocks((Text(hub.desk.say("refused.not-comms", language)),), language, personal=True)
    return Blocks(tuple(await desk.view(hub, who, command, language)), language, personal=alone)

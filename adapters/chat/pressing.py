"""Buttons: what each does, the same wherever it stands."""

from __future__ import annotations

from dataclasses import replace

from adapters.chat import commands, learned
from adapters.chat.acts import Pressed
from adapters.chat.hub import Office, to_number
from adapters.chat.replying import Blocks, Nothing, Reply, Saved
from adapters.chat.talking import to_a_person
from bot.commands import SpeakIn, named_language, of_value
from bot.errors import InputError
from bot.messages import Text
from bot.service import desk, remembering
from bot.service.asking import ask

HERE = frozenset(
    {
        "language",
        "forget",
        "accept",
        "refuse",
        "undo",
        "renew",
        "new-question",
        "person",
        "add-there",
        "desk",
        "settle-gap",
    }
)  # what this room does


async def pressed(hub: Office, act: Pressed) -> Reply:
    """InputError for a button that there is not."""
    match act.do:
        case "language":
            chosen = named_language(act.value)
            if chosen is None:
                raise InputError("that is no language")
            return await commands.speak(hub, act.who, SpeakIn(chosen))
        case "forget":
            return await forgotten(hub, act)
        case "accept" | "refuse" | "undo" | "renew" | "settle-gap":
            return await learned.do(hub, act.who, act.do, act.value)
        case "add-there":
            return await learned.add_there(hub, act.who, act.value)
        case "desk":
            shown = of_value(act.value)
            if shown is None:
                raise InputError("that is no view of the desk")
            return await commands.do(hub, act.who, shown)
        case "person":
            language = await hub.spoken(act.who)
            return await to_a_person(hub, act.who, language)
        case "new-question":
            return await _asked_anew(hub, act)
        case _:
            raise InputError(f"nobody can press “{act.do[:40]}”")


async def _asked_anew(hub: Office, act: Pressed) -> Reply:
    """What went to a case was a question of its own."""
    number, _, event = act.value.partition(":")
    text = await remembering.was_new(hub.desk, act.who, to_number(number), to_number(event))
    if text is None:
        return Nothing("repeated")
    asking = replace(act.who, event=f"{act.who.event}:asked", posts=hub.posts)
    told = await ask(hub.desk, asking, text)
    return Saved(asking, told) if told else Nothing("repeated")


async def forgotten(hub: Office, act: Pressed) -> Blocks:
    """The language is that of whoever is forgotten, and so asked for first."""
    language = await hub.spoken(act.who)
    await desk.forget(hub.desk, act.who)
    return Blocks((Text(hub.desk.say("talk.forgotten", language)),), language, personal=True)

"""Buttons: what each does, the same wherever it stands."""

from __future__ import annotations

from adapters.chat import commands, learned
from adapters.chat.acts import Pressed
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Reply
from bot.commands import SpeakIn, named_language
from bot.errors import InputError
from bot.messages import Text
from bot.service import desk

HERE = frozenset({"language", "forget", "accept", "refuse", "undo", "renew"})  # what this room does


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
        case "accept" | "refuse" | "undo" | "renew":
            return await learned.do(hub, act.who, act.do, act.value)
        case _:
            raise InputError(f"nobody can press “{act.do[:40]}”")


async def forgotten(hub: Office, act: Pressed) -> Blocks:
    """The language is that of whoever is forgotten, and so asked for first."""
    language = await hub.spoken(act.who)
    await desk.forget(hub.desk, act.who)
    return Blocks((Text(hub.desk.say("talk.forgotten", language)),), language, personal=True)

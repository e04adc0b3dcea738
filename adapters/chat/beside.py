"""What stands beside the words of a message: pictures, files, quotes, and the post that it was written below."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.chat import commands
from adapters.chat.acts import Attached, Said
from adapters.chat.hub import Office
from adapters.chat.replying import Awaited, Blocks, Reply
from bot.commands import CheckDraft, Help
from bot.language import Language
from bot.messages import Text
from bot.review import picture_notes
from bot.service.desk import Sender

MOST_LINKS = 5
MOST_PICTURES = 4  # that are looked at
_KEYS = {
    "picture": "talk.with-picture",
    "file": "talk.with-file",
    "sound": "talk.with-sound",
    "video": "talk.with-sound",
}


def links(attached: Sequence[Attached]) -> str:
    """What came along, a line each, for whoever reads a case; empty where nothing did."""
    lines = [f"📎 {each.name} {each.link}".rstrip() for each in attached if each.kind != "card"]
    return "\n\n" + "\n".join(lines[:MOST_LINKS]) if lines else ""


def remarks(hub: Office, act: Said) -> Reply | None:
    """What is said about all that came along and is no text; None where there is no such."""
    if not any(each.kind in _KEYS for each in act.attached):
        return None

    async def found() -> Reply:
        language = await hub.spoken(act.who)
        return Blocks(await _remarks(hub, act, language), language)

    return Awaited(found)


async def _remarks(hub: Office, act: Said, language: Language) -> tuple[Text, ...]:
    """What Handbok could not look at, and what it would ask about it; once for each kind."""
    first = {each.kind: each for each in reversed(act.attached) if each.kind in _KEYS}
    pictures = [each for each in act.attached if each.kind == "picture"][:MOST_PICTURES]
    told = await _pictures(hub, act.who, pictures, language) if pictures else ()
    others = ((_KEYS[kind], each.name) for kind, each in first.items() if kind != "picture")
    return (*told, *(Text(hub.desk.say(key, language, name=name)) for key, name in others))


async def _pictures(hub: Office, who: Sender, pictures: Sequence[Attached], language: Language) -> tuple[Text, ...]:
    """What the pictures' files give away, and what only their sender knows; honest about what could not be fetched."""
    files = [await hub.file(who, picture) for picture in pictures]
    rules = hub.desk.mind.rules
    looks = [await asyncio.to_thread(picture_notes, file, rules, language) for file in files if file is not None]
    if not looks:
        asks, unfetched = hub.desk.say("talk.with-picture", language), hub.desk.say("talk.picture-unfetched", language)
        return (Text(f"{asks} {unfetched}"),)
    told = list(dict.fromkeys(line for lines in looks for line in lines))
    if None in files:
        told.append(hub.desk.say("talk.picture-unfetched", language))
    return (Text("🖼 " + " ".join(told)),)


async def above(hub: Office, act: Said) -> str:
    """The post that a message quotes or was written below; empty where there is none, or it cannot be read."""
    quoted = next((each.text for each in act.quotes if each.text.strip()), "")
    return quoted or (await hub.post_text(act.who, act.below) if act.below else "")


async def without_words(hub: Office, act: Said) -> Reply:
    """A picture, a file, a forwarded message or a bare mention: every message gets some reply."""
    language = await hub.spoken(act.who)
    if noted := remarks(hub, act):
        return noted
    if post := await above(hub, act):
        return await looked_at(hub, act, post)
    if act.attached or act.quotes:
        return Blocks((Text(hub.desk.say("teams.no-text", language)),), language)
    if act.private:
        return Blocks((Text(hub.desk.say("ask.empty", language)),), language)
    return await commands.do(hub, act.who, Help())


async def looked_at(hub: Office, act: Said, post: str) -> Reply:
    """What is seen in a post that somebody points at, for them alone."""
    reply = await commands.do(hub, act.who, CheckDraft(post))
    if not isinstance(reply, Blocks):
        return reply
    first = Text(hub.desk.say("talk.looked-above", reply.language))
    return Blocks((first, *reply.blocks), reply.language, personal=True)

"""`/checkpost` and `/handbok`."""

from __future__ import annotations

from collections.abc import Sequence

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import drafts
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.kit import actions, button
from adapters.slack.translate import Came
from bot.errors import InputError, StorageError
from bot.language import Language
from bot.messages import Block, Text
from bot.service import casework
from bot.service.desk import choose_language

CASES = frozenset({"saker", "saka", "mine", "ärenden", "cases", "my"})
LANGUAGE = frozenset({"språk", "sprak", "language", "lang"})
FORGET = frozenset({"glem", "gløym", "glöm", "forget"})


async def command(hub: Hub, ack: AsyncAck, name: str, came: Came) -> None:
    """Answered in the acknowledgement itself, for whoever typed it alone."""
    try:
        if "checkpost" in name:
            await drafts.command(hub, ack, came)
        else:
            await _handbok(hub, ack, came)
    except UnknownWorkspaceError as error:
        await ack(text=hub.desk.say("slack.unknown-workspace", Language.EN, workspace=error.workspace))
    except InputError:
        await ack(text=hub.desk.say("talk.not-found", hub.language(None, hub.organisation(came))))
    except StorageError:
        await ack(text=hub.desk.say("ask.not-saved", hub.language(None, hub.organisation(came))))


async def _handbok(hub: Hub, ack: AsyncAck, came: Came) -> None:
    first, _, rest = came.text.casefold().strip().partition(" ")
    who = await hub.sender(came)
    language = hub.language(await hub.person(who), who.organisation)
    say = hub.desk.say
    if first in CASES:
        shown: Sequence[Block] = await casework.my_cases(hub.desk, who, 5)
        await _reply(hub, ack, shown or [Text(say("talk.no-cases", language))], language)
    elif first in LANGUAGE:
        wanted = rest.strip()
        if wanted in set(Language):
            language = Language(wanted)
            await choose_language(hub.desk, who, language)
            await _reply(hub, ack, [Text(say("chat.language-set", language))], language)
        else:
            await _reply(hub, ack, [Text(say("talk.which-language", language))], language)
    elif first in FORGET:
        drawn = hub.drawn([Text(say("talk.forget-sure", language))], language)
        drawn["blocks"] += actions([button("forget:0", say("talk.forget-do", language), "", "danger")])
        await ack(response_type="ephemeral", **drawn)
    else:
        await _reply(hub, ack, [Text(say("slack.help", language))], language)


async def _reply(hub: Hub, ack: AsyncAck, blocks: Sequence[Block], language: Language) -> None:
    await ack(response_type="ephemeral", **hub.drawn(blocks, language))

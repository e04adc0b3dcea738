"""`/checkpost` and `/handbok`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import drafts
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Came
from bot.commands import CheckDraft, ForgetMe, Help, MyCases, SpeakIn, typed
from bot.errors import InputError, StorageError
from bot.language import Language
from bot.messages import Block, Button, Text
from bot.service import casework
from bot.service.desk import choose_language


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
        await ack(text=hub.desk.say("talk.not-found", await hub.language_of(came)))
    except StorageError:
        await ack(text=hub.desk.say("ask.not-saved", await hub.language_of(came)))


async def _handbok(hub: Hub, ack: AsyncAck, came: Came) -> None:
    who = await hub.sender(came)
    language = await hub.language_of(came)
    say = hub.desk.say
    match typed(came.text):
        case CheckDraft(draft):
            await drafts.command(hub, ack, replace(came, text=draft))
            return
        case MyCases():
            shown: Sequence[Block] = await casework.my_cases(hub.desk, who, 5) or [Text(say("talk.no-cases", language))]
        case SpeakIn(None):
            shown = [Text(say("talk.which-language", language))]
        case SpeakIn(Language() as language):
            await choose_language(hub.desk, who, language)
            shown = [Text(say("chat.language-set", language))]
        case ForgetMe():
            sure = Button("forget", "", say("talk.forget-do", language), "danger")
            shown = [Text(say("talk.forget-sure", language), buttons=(sure,))]
        case Help() | None:
            shown = [Text(say("slack.help", language))]
    await _reply(hub, ack, shown, language)


async def _reply(hub: Hub, ack: AsyncAck, blocks: Sequence[Block], language: Language) -> None:
    await ack(response_type="ephemeral", **hub.drawn(blocks, language))

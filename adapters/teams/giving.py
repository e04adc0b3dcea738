"""What a person gets in Teams for what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from adapters.chat.replying import Awaited, Blocks, DraftForm, Nothing, Reply, Saved, Several, Word
from adapters.teams.hub import Hub
from adapters.teams.translate import Came
from bot.language import Language
from bot.messages import Block, StatusCard, Text


async def give(hub: Hub, came: Came, reply: Reply) -> None:
    """NoChatError where it is for the person alone, and their chat cannot be written to."""
    match reply:
        case Blocks(blocks=blocks, language=language, personal=True) if not came.direct:
            await _alone(hub, came, blocks, language)
        case Blocks(blocks=blocks, language=language, prompts=prompts):
            for part in _messages(blocks):
                await hub.tell(came, part)
            if prompts and came.direct:  # by themselves: Teams shows none below a card
                await hub.tell(came, [Text(hub.desk.say("talk.prompts", language))], prompts=prompts)
        case Saved(who=who, told=told):
            await hub.answer(who, told)
        case Word(text=text):
            await hub.tell(came, [Text(text)])
        case DraftForm(language=language):  # a dialog opens from a button alone
            await hub.say(came, "check.how", language)
        case Several(replies=replies):
            for each in replies:
                await give(hub, came, each)
        case Awaited(found=found):
            await give(hub, came, await found())
        case Nothing():
            return
        case _:
            assert_never(reply)


async def _alone(hub: Hub, came: Came, blocks: Sequence[Block], language: Language) -> None:
    """In the person's own chat, and a word here that it is there."""
    for part in _messages(blocks):
        await hub.alone_in_chat(came, part)
    await hub.say(came, "teams.told-alone", language)


def _messages(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """A case is a message of its own: it changes in place."""
    if any(isinstance(block, StatusCard) for block in blocks):
        return [[block] for block in blocks]
    return [blocks]

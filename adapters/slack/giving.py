"""What a person gets in Slack for what they did."""

from __future__ import annotations

from typing import assert_never

from adapters.chat.replying import Awaited, Blocks, DraftForm, Nothing, Reply, Saved, Several, Word
from adapters.slack import drafts
from adapters.slack.hub import Hub
from adapters.slack.translate import Came
from bot.messages import Text


async def give(hub: Hub, came: Came, reply: Reply) -> None:
    match reply:
        case Blocks(blocks=blocks, language=language):
            await hub.tell(came, blocks, language)
        case Saved(who=who, told=told):
            await hub.answer(who, told)
        case Word(text=text, language=language):
            await hub.tell(came, [Text(text)], language)
        case DraftForm():
            await drafts.open_form(hub, came)
        case Several(replies=replies):
            for each in replies:
                await give(hub, came, each)
        case Awaited(found=found):
            await give(hub, came, await found())
        case Nothing():
            return
        case _:
            assert_never(reply)

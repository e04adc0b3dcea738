"""`/checkpost` and `/handbok`."""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat import commands
from adapters.chat.replying import Blocks
from adapters.slack import drafts
from adapters.slack.giving import give
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Came
from bot.commands import CheckDraft, CommsHelp, Help, typed, typed_by_comms
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.language import Language


async def command(hub: Hub, ack: AsyncAck, name: str, came: Came) -> None:
    """Answered in the acknowledgement itself, for whoever typed it alone."""
    try:
        if "checkpost" in name:
            await drafts.command(hub, ack, came, came.text)
        else:
            await _handbok(hub, ack, came)
    except UnknownWorkspaceError as error:
        await ack(text=hub.desk.say("slack.unknown-workspace", Language.EN, workspace=error.workspace))
    except InputError:
        await ack(text=hub.desk.say("talk.not-found", await hub.language_of(came)))
    except StorageError:
        await ack(text=hub.desk.say("ask.not-saved", await hub.language_of(came)))
    except (DeliveryError, UndeliverableError):
        await ack(text=hub.desk.say("slack.no-access", await hub.language_of(came)))


async def _handbok(hub: Hub, ack: AsyncAck, came: Came) -> None:
    who = await hub.sender(came)
    here = hub.works_here(who)
    what = (typed_by_comms(came.text) if here else typed(came.text)) or (CommsHelp() if here else Help())
    if isinstance(what, CheckDraft):
        await drafts.command(hub, ack, came, what.draft)
        return
    reply = await commands.do(hub, who, what)
    if isinstance(reply, Blocks):
        await ack(response_type="ephemeral", **hub.drawn(reply.blocks, reply.language))
    else:
        await ack()
        hub.later.start(give(hub, came, reply))

"""A draft before it is published: by command, window and shortcut. It is kept nowhere but in Slack until it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.carrying import look_over
from adapters.slack import forms
from adapters.slack.failures import called
from adapters.slack.hub import Hub
from adapters.slack.kit import VALUE, Block
from adapters.slack.render import to_message
from adapters.slack.translate import Came, written
from bot.cases import Kind
from bot.language import Language
from bot.review.rules import Platform
from bot.service import checking
from bot.service.asking import Told
from bot.wording import Wording

PATIENCE = 2.0  # seconds; Slack gives up after three


async def seen(hub: Hub, came: Came, given: Mapping[str, str]) -> Told:
    """What is seen in a draft. ``given``: what its form holds, the draft at least."""
    return await look_over(hub.desk, hub.nameless(came), given, VALUE)


async def command(hub: Hub, ack: AsyncAck, came: Came, draft: str) -> None:
    """`/checkpost`: with a draft the findings at once, for its author alone; without one the form."""
    if not draft.strip():
        await ack()
        hub.later.start(open_form(hub, came))
        return
    looking = asyncio.create_task(seen(hub, came, {"draft": draft}))
    done, _ = await asyncio.wait({looking}, timeout=PATIENCE)
    if done:
        told = looking.result()
        await ack(response_type="ephemeral", **hub.drawn(told.blocks, told.language))
        return
    language = await hub.language_of(came)
    await ack(response_type="ephemeral", text=hub.desk.say("talk.checking", language))
    hub.later.start(_tell_later(hub, came, looking))


async def _tell_later(hub: Hub, came: Came, looking: asyncio.Task[Told]) -> None:
    told = await looking
    await hub.tell(came, told.blocks, told.language)


async def open_form(hub: Hub, came: Came, *, above: bool = False, draft: str = "") -> None:
    """``draft``: what is looked over at once."""
    if draft:
        await hub.window(came, _result(hub, await seen(hub, came, {"draft": draft}), draft), above=above)
        return
    language = await hub.language_of(came)
    await hub.window(came, _empty_form(_platforms(hub), hub.desk.say, language), above=above)


@lru_cache
def _empty_form(platforms: tuple[Platform, ...], say: Wording, language: Language) -> Block:
    return forms.draft_form(platforms, say, language)


async def check_message(hub: Hub, came: Came) -> None:
    """The shortcut *Check this post*: what is seen in a message, and the form to try again."""
    language = await hub.language_of(came)
    if not came.text.strip():
        note = hub.desk.say("talk.no-text", language)
        await hub.window(came, forms.draft_form(_platforms(hub), hub.desk.say, language, note=note))
        return
    told = await seen(hub, came, {"draft": came.text})
    await hub.window(came, _result(hub, told, came.text))


async def submitted(hub: Hub, came: Came, view: Mapping[str, Any]) -> dict[str, Any]:
    """The form was sent: the same window then shows what was seen, above the draft, which it holds all the time."""
    given = written(view)
    looking = asyncio.create_task(_look(hub, came, given))
    done, _ = await asyncio.wait({looking}, timeout=PATIENCE)
    if done:
        return {"response_action": "update", "view": looking.result()}
    say, language = hub.desk.say, await hub.language_of(came)
    hub.later.start(_show_later(hub, came, str(view.get("id", "")), looking))
    note, draft = say("talk.checking", language), given.get("draft", "")
    held = forms.draft_form(_platforms(hub), say, language, draft=draft, note=note)
    return {"response_action": "update", "view": held}


async def _look(hub: Hub, came: Came, given: dict[str, str]) -> Block:
    return _result(hub, await seen(hub, came, given), given.get("draft", ""))


async def _show_later(hub: Hub, came: Came, view: str, looking: asyncio.Task[Block]) -> None:
    client = await hub.clients.asking(came.team, came.enterprise)
    await called(client.views_update(view_id=view, view=await looking))


def _result(hub: Hub, told: Told, draft: str) -> Block:
    found = to_message(told.blocks, hub.desk.say("talk.whole", told.language))
    return forms.draft_form(_platforms(hub), hub.desk.say, told.language, draft=draft, found=found)


def _platforms(hub: Hub) -> tuple[Platform, ...]:
    return tuple(hub.desk.mind.rules.platforms)


async def send(hub: Hub, came: Came, text: str, language: Language, kind: Kind, *, confidential: bool) -> Told | None:
    """To comms; the answer comes in the author's own messages."""
    who = await hub.privately(came)
    return await checking.send_draft(hub.desk, who, text, language, kind=kind, confidential=confidential)

"""A draft before it is published: typed, in a dialog, or from a message. It is kept nowhere but in its card until it is
sent."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.chat.carrying import look_over
from adapters.teams import forms
from adapters.teams.hub import Hub
from adapters.teams.replying import Dialog
from adapters.teams.translate import Came
from bot.cases import Kind
from bot.language import Language
from bot.service import checking
from bot.service.asking import Told

CARRIED = 1800  # characters of a draft that a button holds: it stands in two of them, and a message has 28 KB


def form(hub: Hub, came: Came, language: Language) -> Dialog:
    """The form for a draft."""
    return Dialog(forms.draft_form(hub.desk.say, language, _owner(hub, came), hub.desk.mind.rules.platforms))


async def submitted(hub: Hub, came: Came, given: Mapping[str, str]) -> Dialog:
    """What is seen in a draft, and the form to try again. ``given``: what was filled in, the draft at least."""
    told = await look_over(hub.desk, hub.sender(came), given, CARRIED)
    platforms, owner = hub.desk.mind.rules.platforms, _owner(hub, came)
    return Dialog(forms.draft_form(hub.desk.say, told.language, owner, platforms, given=given, found=told.blocks))


def _owner(hub: Hub, came: Came) -> str:
    return hub.desk.mind.now.knowledge.organisation[hub.organisation(came)].name


async def send(hub: Hub, came: Came, text: str, language: Language, kind: Kind, *, confidential: bool) -> Told | None:
    """To comms; the answer comes in the author's own chat."""
    who = await hub.privately(came)
    return await checking.send_draft(hub.desk, who, text, language, kind=kind, confidential=confidential)

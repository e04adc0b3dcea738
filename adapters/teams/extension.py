"""The message extension: an answer of the handbook to insert, a post to check, and a message to ask comms about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.teams import dialogs, drafts, forms, kit
from adapters.teams.hub import Hub
from adapters.teams.render import to_card
from adapters.teams.replying import Dialog, Reply, Results
from adapters.teams.text import cut
from adapters.teams.translate import Came, message_text
from bot.errors import InputError
from bot.service.searching import Found, search

FOUND = 8  # answers that a search shows


async def query(hub: Hub, came: Came, value: Mapping[str, Any]) -> Reply:
    """Answers that are near to what is typed, each to be inserted."""
    language = await hub.language_of(came)
    given = value.get("parameters")
    words = " ".join(
        str(each.get("value", ""))
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, Mapping) and each.get("name") == "words"
    )
    found = search(hub.desk, hub.organisation(came), words[:500], language, FOUND)
    return Results([_result(each) for each in found], hub.desk.say("teams.search-none", language))


def _result(found: Found) -> dict[str, Any]:
    """What is inserted, and how it is shown in the list. Where nobody can press it, nothing related is offered."""
    shown = {"title": found.title, "text": cut(found.card.body, 120)}
    preview = {"contentType": "application/vnd.microsoft.card.thumbnail", "content": shown}
    return kit.attachment(to_card([replace(found.card, related=())], "")) | {"preview": preview}


async def fetch(hub: Hub, came: Came, value: Mapping[str, Any]) -> Reply:
    """An action was chosen, in the compose box or on a message."""
    text = message_text(value)
    match value.get("commandId"):
        case "checkPost" if text:
            return await drafts.submitted(hub, came, {"draft": text})
        case "checkPost":
            form = drafts.form(hub, came, await hub.language_of(came))
        case "askAbout":
            form = await dialogs.write(hub, came, "ask-about", "", text or "")
        case _:
            raise InputError("that action is none of ours")
    if text != "":
        return form
    return Dialog(forms.noted(form.reply, hub.desk.say("talk.no-text", await hub.language_of(came))))


async def submit(hub: Hub, came: Came, value: Mapping[str, Any]) -> Reply:
    """What was written into the dialog of an action."""
    data = value.get("data")
    return await dialogs.submit(hub, came, data if isinstance(data, Mapping) else {})

"""A form's answer that comes later than Slack waits for it: in its window as long as that is open, else as a message.

waiting   what the window shows in between
show      the answer itself; where something stands against the form, with all that was written
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack import forms, telling
from adapters.slack.failures import called
from adapters.slack.hub import Hub
from adapters.slack.kit import Block, quote, section
from adapters.slack.text import escape
from adapters.slack.translate import Body, Came, written
from adapters.slack.windows import Answer, placed
from bot.errors import DeliveryError, UndeliverableError

log = logging.getLogger(__name__)
VIEW = ("type", "callback_id", "title", "close", "submit", "private_metadata")  # what a view is opened with again
LONGEST = 2900  # characters of what was written, in a message
GIVEN = {
    "plain_text_input": ("value", "initial_value"), "static_select": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"), "checkboxes": ("selected_options", "initial_options"),
}  # fmt: skip  # what a field holds, and what it is opened with, by its kind


async def waiting(hub: Hub, came: Came) -> Answer:
    language = await hub.language_of(came)
    told = forms.told("Handbok", hub.desk.say("slack.kept", language), hub.desk.say, language)
    return {"response_action": "update", "view": told}


async def show(hub: Hub, came: Came, view: Body, answer: Answer) -> None:
    """Whatever goes wrong, it is logged: there is no further way."""
    errors = dict(answer.get("errors") or {})
    try:
        shown = answer.get("view") or (_again(view, errors) if errors else await _done(hub, came))
        client = await hub.clients.asking(came.team, came.enterprise)
        try:
            await called(client.views_update(view_id=str(view.get("id", "")), view=shown))
        except (DeliveryError, UndeliverableError) as error:
            log.info("A window is closed, or does not change: %s", error)
            if answer:  # that all is well, the case itself shows
                await telling.told(hub, placed(came, view), await _message(hub, came, view, answer))
    except (DeliveryError, UndeliverableError) as error:
        log.warning("Nobody heard what became of a form: %s", error)


async def _done(hub: Hub, came: Came) -> Block:
    language = await hub.language_of(came)
    return forms.told("Handbok", hub.desk.say("slack.sent", language), hub.desk.say, language)


def _again(view: Body, errors: Mapping[str, str]) -> Block:
    """The form with all that was written, and above it what stands against it."""
    again: Block = {name: view[name] for name in VIEW if view.get(name)}
    told = section(escape("\n\n".join(errors.values())))
    return again | {"blocks": [told, *(_filled(block, view) for block in view.get("blocks") or ())]}


def _filled(block: Body, view: Body) -> Block:
    """A field with what stood in it when it was sent."""
    drawn: Block = copy.deepcopy(dict(block))
    element = drawn.get("element")
    if drawn.get("type") != "input" or not isinstance(element, dict):
        return drawn
    held = ((view.get("state") or {}).get("values") or {}).get(block.get("block_id")) or {}
    given: dict[str, Any] = next(iter(held.values()), {})
    holds, opened = GIVEN.get(str(element.get("type")), ("value", "initial_value"))
    element.pop(opened, None)
    if given.get(holds):
        element[opened] = given[holds]
    return drawn


async def _message(hub: Hub, came: Came, view: Body, answer: Answer) -> dict[str, Any]:
    if "view" in answer:
        blocks = answer["view"]["blocks"]
        return {"blocks": blocks, "text": "Handbok"}
    language = await hub.language_of(came)
    wrong = "\n\n".join(answer["errors"].values())
    wrote = "\n\n".join(each for name, each in written(view).items() if each.strip())
    said = [section(escape(wrong)), section(escape(hub.desk.say("slack.you-wrote", language))), *quote(wrote, LONGEST)]
    return {"blocks": said, "text": escape(wrong)}

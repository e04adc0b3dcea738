"""Adaptive Cards 1.5, the few parts of them that Handbok draws with.

Text stands in RichTextBlocks alone: a TextBlock reads Markdown and mentions, a TextRun reads neither.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from adapters.teams.text import cut, label, literal
from bot.messages import Button

Element = dict[str, Any]
Colour = Literal["default", "accent", "good", "warning", "attention"]

CARD = "application/vnd.microsoft.card.adaptive"
ROW = 6  # actions that Teams shows in one set; what is beyond is hidden or refused
BUTTONS = 18  # in a card
LABEL, VALUE, TITLE, CHOICE = 60, 2000, 64, 100
INPUT = 8000  # characters of a field, as many as a case takes
FILLED_IN = (  # their forms are more than one empty field
    "save", "decide", "send-draft", "share-post", "answer", "close", "later", "hand-over", "reply-new", "reply-edit",
    "move",
    "set-aside",
)  # fmt: skip
_STYLES = {"primary": "positive", "danger": "destructive"}
_EMOJI = {"helpful": "👍 ", "not-helpful": "👎 "}


def card(body: Sequence[Element]) -> Element:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def attachment(drawn: Element) -> Element:
    return {"contentType": CARD, "content": drawn}


def run(text: str, **looks: Any) -> Element:
    return {"type": "TextRun", "text": literal(text), **looks}


def rich(*runs: Element, **looks: Any) -> list[Element]:
    """A paragraph of runs; none where they say nothing."""
    said = [each for each in runs if each["text"].strip()]
    return [{"type": "RichTextBlock", "inlines": said, **looks}] if said else []


def paragraph(text: str, most: int) -> list[Element]:
    return rich(run(cut(text, most)))


def image(png: bytes, alt: str) -> Element:
    """A picture within the card itself: Teams fetches nothing, and nobody needs an address of ours."""
    return {"type": "Image", "url": f"data:image/png;base64,{base64.b64encode(png).decode()}", "altText": alt[:1000]}


def heading(text: str, colour: Colour = "default") -> list[Element]:
    looks = {} if colour == "default" else {"color": colour}
    return rich(run(label(text, 200), weight="bolder", size="medium", **looks))


def bold(text: str, most: int = 300) -> list[Element]:
    return rich(run(cut(text, most), weight="bolder"))


def small(*texts: str, most: int = 300) -> list[Element]:
    """Small print, its parts beside each other."""
    said = " · ".join(cut(text, most) for text in texts if text.strip())
    return rich(run(said, size="small", isSubtle=True), spacing="small")


def box(items: Sequence[Element], style: str = "emphasis") -> list[Element]:
    """Set off: what a person wrote, a finding, what hurries."""
    return [{"type": "Container", "style": style, "items": list(items)}] if items else []


def quote(text: str, most: int) -> list[Element]:
    """What a person wrote, letter by letter."""
    return box(paragraph(text, most))


def execute(action: str, text: str, value: str, style: str = "plain", **data: Any) -> Element:
    """A button that acts at once; its card may be drawn anew in answer."""
    drawn: Element = {
        "type": "Action.Execute",
        "title": label(text, LABEL),
        "verb": action,
        "data": {"do": action, "value": value[:VALUE], **data},
    }
    return drawn | {"style": _STYLES[style]} if style in _STYLES else drawn


def link(text: str, url: str) -> Element:
    return {"type": "Action.OpenUrl", "title": label(text, LABEL), "url": url}


def opens(action: str, text: str, value: str, style: str = "plain") -> Element:
    """A button that opens a dialog; what it is for comes as ``do``, with “?” behind."""
    data = {"msteams": {"type": "task/fetch"}, "do": f"{action}?", "value": value[:VALUE]}
    drawn: Element = {"type": "Action.Submit", "title": label(text, LABEL), "data": data}
    return drawn | {"style": _STYLES[style]} if style in _STYLES else drawn


def unfolds(action: str, text: str, value: str) -> Element:
    """A button that shows a field below itself, for clients that open no dialog from a card."""
    field = text_input("text", text, needed=False)
    inner = {"type": "AdaptiveCard", "version": "1.5", "body": [field], "actions": [execute(action, text, value)]}
    return {"type": "Action.ShowCard", "title": label(text, LABEL), "card": inner}


def button(wanted: Button, *, dialogs: bool) -> Element:
    text = _EMOJI.get(wanted.action, "") + wanted.label
    if not wanted.asks:
        return execute(wanted.action, text, wanted.value, wanted.style)
    if dialogs:
        return opens(wanted.action, text, wanted.value, wanted.style)
    if wanted.action in FILLED_IN:  # a card of its own takes the place of this one
        return execute(f"{wanted.action}?", text, wanted.value, wanted.style)
    return unfolds(wanted.action, text, wanted.value)


def folded(drawn: Element) -> Element:
    """The same behind “…”. Source: ``mode`` of Adaptive Cards 1.5; whoever does not know it shows a button."""
    return drawn | {"mode": "secondary"}


def actions(drawn: Sequence[Element]) -> list[Element]:
    """Buttons in rows of as many as Teams shows; what is behind “…” belongs to the first row."""
    hidden = [each for each in drawn if each.get("mode") == "secondary"]
    kept = [each for each in drawn if each.get("mode") != "secondary"][:BUTTONS]
    if hidden:
        return [{"type": "ActionSet", "actions": [*kept[: ROW - 1], *hidden]}]
    return [{"type": "ActionSet", "actions": kept[start : start + ROW]} for start in range(0, len(kept), ROW)]


def in_dialog(body: Sequence[Element]) -> list[Element]:
    """A card's body for a dialog, out of which no other opens: each button sends it, and the reply is the next one."""
    return [_resent(each, _submits) if each["type"] == "ActionSet" else each for each in body]


def in_place(body: Sequence[Element]) -> list[Element]:
    """A dialog's body for a card, where no dialog opens: the reply to each button takes the card's place."""
    return [_resent(each, _executes) if each["type"] == "ActionSet" else each for each in body]


def _resent(row: Element, how: Callable[[Element], Element]) -> Element:
    return row | {"actions": [how(each) for each in row["actions"]]}


def _submits(action: Element) -> Element:
    data = {name: value for name, value in action["data"].items() if name != "msteams"}
    kept = {name: value for name, value in action.items() if name != "verb"}
    return kept | {"type": "Action.Submit", "data": data}


def _executes(action: Element) -> Element:
    return action | {"type": "Action.Execute", "verb": action["data"]["do"]}


def text_input(  # one for each part of a field
    name: str, text: str, *, lines: bool = True, given: str = "", needed: str | Literal[False] = False, hint: str = ""
) -> Element:
    """A field to write in. ``needed``: what is said where it stays empty. ``hint``: shown while it is empty."""
    drawn: Element = {"type": "Input.Text", "id": name, "label": label(text, 200), "maxLength": INPUT}
    if lines:
        drawn["isMultiline"] = True
    if given.strip():
        drawn["value"] = given[:INPUT]  # fields show what they hold as it is, and send it back
    if hint:
        drawn["placeholder"] = label(hint, 200)
    return drawn | ({"isRequired": True, "errorMessage": needed} if needed else {})


def choice(text: str, value: str) -> Element:
    return {"title": label(text, CHOICE), "value": value}


def select(name: str, text: str, choices: Sequence[Element], chosen: str = "") -> Element:
    """One of several; the first where ``chosen`` is none of them."""
    known = [each["value"] for each in choices]
    return {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label(text, 200),
        "style": "compact",
        "choices": list(choices),
        "value": chosen if chosen in known else known[0],
    }


def pick(name: str, text: str, choices: Sequence[Element], *, chosen: str, hint: str, needed: str) -> Element:
    """One of several, none at first. ``needed``: what is said where none is picked; ``hint``: shown until then."""
    drawn = select(name, text, choices, chosen) | {"placeholder": hint, "isRequired": True, "errorMessage": needed}
    return drawn if chosen else {part: value for part, value in drawn.items() if part != "value"}


def day(name: str, text: str, picked: str) -> Element:
    """A day, which is not needed. ``picked``: as “2027-12-31”; empty: none."""
    drawn: Element = {"type": "Input.Date", "id": name, "label": label(text, 200)}
    return drawn | {"value": picked} if picked else drawn


def checks(name: str, text: str, choices: Sequence[Element], chosen: str = "") -> Element:
    """Boxes to tick, none of them needed. ``chosen``: “a,b”."""
    drawn: Element = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label(text, 200),
        "style": "expanded",
        "isMultiSelect": True,
        "choices": list(choices),
    }
    return drawn | {"value": chosen} if chosen else drawn


def toggle(name: str, text: str, *, on: bool = False) -> Element:
    drawn = {"type": "Input.Toggle", "id": name, "title": label(text, 200), "valueOn": "yes", "valueOff": "no"}
    return drawn | {"value": "yes"} if on else drawn


def fills(text: str, data: Mapping[str, Any]) -> list[Element]:
    """A button in a dialog that asks for it anew, whatever is filled in."""
    return [
        {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": label(text, LABEL), "data": dict(data)}]}
    ]


def submit(text: str, data: Mapping[str, Any]) -> list[Element]:
    return [
        {
            "type": "ActionSet",
            "actions": [
                {"type": "Action.Submit", "title": label(text, LABEL), "style": "positive", "data": dict(data)}
            ],
        }
    ]


def dialog(title: str, body: Iterable[Element], *, tall: bool = False) -> Element:
    """The reply to task/fetch and task/submit that opens a dialog, or shows another one in its place."""
    return {
        "task": {
            "type": "continue",
            "value": {
                "title": label(title, TITLE),
                "height": "large" if tall else "medium",
                "width": "large" if tall else "medium",
                "card": attachment(card(list(body))),
            },
        }
    }

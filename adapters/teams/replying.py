"""What Teams is answered with where it waits for an answer: a card, a word, a dialog, results; and nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from adapters.teams import kit

CARD = "application/vnd.microsoft.card.adaptive"
WORD = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True)
class Card:
    """The pressed card as its presser sees it from now on."""

    card: Mapping[str, Any]


@dataclass(frozen=True)
class Word:
    """A sentence for whoever pressed."""

    text: str


@dataclass(frozen=True)
class Dialog:
    """A dialog to open, or to show next in the one that is open, as forms.py makes it."""

    reply: Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """What a search found: attachments with their previews. ``text``: said instead where there is nothing."""

    attachments: Sequence[Mapping[str, Any]]
    text: str = ""


@dataclass(frozen=True)
class Nothing:
    """Done; a dialog closes."""


Reply: TypeAlias = Card | Word | Dialog | Results | Nothing


def card_of(reply: Reply, *further: kit.Element) -> Reply:
    """What a dialog holds, as a card, where no dialog can be opened. ``further``: buttons below it."""
    if not isinstance(reply, Dialog):
        return reply
    shown = reply.reply["task"]["value"]["card"]["content"]
    drawn = kit.card([*kit.in_place(shown["body"]), *kit.actions(further)])
    return Card({name: part for name, part in drawn.items() if name != "msteams"})


def body(reply: Reply, invoke: str) -> dict[str, Any]:  # noqa: PLR0911  # one for each kind
    """As Teams wants it for the invoke of that name. Source: Microsoft's invoke response schemas."""
    match reply:
        case Card(card=card):
            return {"statusCode": 200, "type": CARD, "value": dict(card)}
        case Word(text=text) if invoke == "adaptiveCard/action":
            return {"statusCode": 200, "type": WORD, "value": text}
        case Word(text=text) if invoke == "composeExtension/query":
            return {"composeExtension": {"type": "message", "text": text}}
        case Word() if invoke == "message/submitAction":  # Teams has no place for it
            return {}
        case Word(text=text):
            return {"task": {"type": "message", "value": text}}
        case Dialog(reply=dialog):
            return dict(dialog)
        case Results(attachments=[], text=text):
            return {"composeExtension": {"type": "message", "text": text}}
        case Results(attachments=attachments):
            found = [dict(each) for each in attachments]
            return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": found}}
        case Nothing():
            return {"statusCode": 200, "type": WORD, "value": ""} if invoke == "adaptiveCard/action" else {}
        case _:
            assert_never(reply)

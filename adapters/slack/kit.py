"""Block Kit, the few parts of it that Handbok draws with. Every one keeps Slack's limits by itself.

Sizes as Slack's reference of blocks and composition objects gives them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from adapters.slack.text import cut, escape, label, split
from bot.messages import Button

Block = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
SECTION, HEADER, BUTTON, VALUE, ACTIONS, OPTION, TITLE, INPUT = 3000, 150, 75, 2000, 25, 75, 24, 3000
METADATA = 3000
OVERFLOW = 5  # options behind “…”
LONGEST = 9000  # characters of one text in a message
IN_ALL = 13_000  # characters of a message, buttons included; Slack refuses from about 13,200 on
_ID = re.compile(r"[SUW][A-Z0-9]{2,20}")
LEAST = 60  # characters of a text for which there is no room: enough to see that it is there


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": escape(label(text, limit)), "emoji": False}


def mrkdwn(text: str) -> Block:
    """``text`` is escaped already; ``verbatim``: nothing in it becomes a link or a mention by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """A paragraph of plain text, cut where it is too long."""
    return {"type": "section", "text": mrkdwn(escape(cut(text, SECTION)) or "–")}


def sections(text: str, most: int = LONGEST) -> list[Block]:
    """A text of any length in as many paragraphs as it needs, ``most`` characters in all."""
    return [section(part) for part in split(cut(text, most), SECTION)]


def bold(text: str, rest: str = "", most: int = 1500) -> Block:
    """A paragraph that begins in bold type."""
    marked = f"*{escape(label(text, 500)).replace('*', '∗')}*"
    return {"type": "section", "text": mrkdwn(marked + (f"\n{escape(cut(rest, most))}" if rest else ""))}


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Figures beside each other, ten at most, each in bold type above what it is."""
    shown = [mrkdwn(f"*{escape(cut(figure, 100))}*\n{escape(cut(name, 200))}") for figure, name in pairs]
    return {"type": "section", "fields": shown[:10]}


def called(ids: Sequence[str]) -> list[Block]:
    """Notifies groups (``S…``) and people, by Slack's own ids from the operator's files; anything else calls nobody."""
    marks = [f"<!subteam^{each}>" if each.startswith("S") else f"<@{each}>" for each in ids if _ID.fullmatch(each)]
    return [{"type": "section", "text": mrkdwn(" ".join(marks))}] if marks else []


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def context(*texts: str) -> list[Block]:
    """Small print: up to ten texts beside each other."""
    shown = [mrkdwn(escape(cut(text, 600))) for text in texts if text.strip()][:10]
    return [{"type": "context", "elements": shown}] if shown else []


def quote(text: str, most: int) -> list[Block]:
    """What a person wrote, letter by letter: rich text knows no markup."""
    return _rich("rich_text_quote", text, most)


def copyable(text: str, most: int) -> list[Block]:
    """Text in a box of its own, to be copied letter by letter."""
    return _rich("rich_text_preformatted", text, most)


def _rich(kind: str, text: str, most: int) -> list[Block]:
    shown = cut(text, most)
    if not shown:
        return []
    return [{"type": "rich_text", "elements": [{"type": kind, "elements": [{"type": "text", "text": shown}]}]}]


def divider() -> Block:
    return {"type": "divider"}


def button(action: str, text: str, value: str, style: str = "plain") -> Block:
    """``action``: unique among the buttons of one block."""
    drawn: Block = {"type": "button", "action_id": action, "text": plain(text, BUTTON), "value": value[:VALUE]}
    return drawn if style == "plain" else drawn | {"style": style}


def linked(link: tuple[str, str] | None) -> list[Block]:
    """A button that leads to an address of ours."""
    if link is None:
        return []
    label, url = link
    return actions([{"type": "button", "action_id": "link:0", "text": plain(label, BUTTON), "url": url[:3000]}])


def buttons(wanted: Iterable[Button]) -> list[Block]:
    """Buttons in a row. Their ids say what they do, whether they ask for text (“?”), and where they stand."""
    drawn = [
        button(
            f"{each.action}{'?' if each.asks else ''}:{place}",
            _EMOJI.get(each.action, "") + each.label,
            each.value,
            each.style,
        )
        for place, each in enumerate(wanted)
    ]
    return actions(drawn)


def menu(wanted: Iterable[Button], *further: Block) -> Block:
    """What is rarer, behind “…”; ``further``: options of one's own. Each says what its button would."""
    options = [option(each.label, f"{each.action}{'?' if each.asks else ''}|{each.value}") for each in wanted]
    return {"type": "overflow", "action_id": "menu:0", "options": [*further, *options][:OVERFLOW]}


def feedback(wanted: Iterable[Button]) -> list[Block]:
    """Whether an answer helped, by one tap; the last one counts. Source: Slack's feedback_buttons."""
    found = {each.action: each for each in wanted}
    helpful, not_helpful = found.get("helpful"), found.get("not-helpful")
    if helpful is None or not_helpful is None:
        return []
    element: Block = {"type": "feedback_buttons", "action_id": "feedback:0"}
    for name, each, value in (("positive", helpful, "yes"), ("negative", not_helpful, "no")):
        element[f"{name}_button"] = {"text": plain(each.label, BUTTON), "value": f"{value}:{each.value}"}
    return [{"type": "context_actions", "elements": [element]}]


_EMOJI = {"helpful": "👍 ", "not-helpful": "👎 "}


def actions(elements: Sequence[Block]) -> list[Block]:
    return [{"type": "actions", "elements": list(elements[:ACTIONS])}] if elements else []


def room(drawn: Iterable[Block]) -> int:
    """How many characters a message still takes beside ``drawn``."""
    return max(LEAST, IN_ALL - sum(map(_weight, drawn)))


def _weight(part: Any) -> int:
    if isinstance(part, list):
        return sum(map(_weight, part))
    if not isinstance(part, dict):
        return 0
    counted = (part[name] for name in ("text", "value") if isinstance(part.get(name), str))
    return sum(map(_units, counted)) + sum(map(_weight, part.values()))


def option(text: str, value: str) -> Block:
    return {"text": plain(text, OPTION), "value": value[:OPTION]}


def text_input(  # one for each part of a field
    name: str, text: str, *, lines: bool = True, given: str = "", needed: bool = True, hint: str = ""
) -> Block:
    """A field to write in. ``given``: what stands there at first."""
    element: Block = {
        "type": "plain_text_input", "action_id": "value", "multiline": lines, "max_length": INPUT,
    }  # fmt: skip
    if given.strip():
        element["initial_value"] = given[: INPUT // 2] if _units(given) > INPUT else given
    return _input(name, text, element, needed=needed, hint=hint)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def select(name: str, text: str, options: Sequence[Block], chosen: int | None = 0) -> Block:
    element: Block = {"type": "static_select", "action_id": "value", "options": list(options[:100])}
    if chosen is not None:
        element["initial_option"] = options[chosen]
    return _input(name, text, element)


def day(name: str, text: str, picked: date | None) -> Block:
    """A day, which is not needed. ``picked``: the one that stands there at first."""
    element = {"type": "datepicker", "action_id": "value"}
    if picked:
        element["initial_date"] = picked.isoformat()
    return _input(name, text, element, needed=False)


def begins(text: str, options: Sequence[Block], chosen: int) -> list[Block]:
    """What a window is filled with anew, at once when it is chosen."""
    element = {
        "type": "static_select", "action_id": "begin:0", "options": list(options[:100]),
        "initial_option": options[min(chosen, 99)], "placeholder": plain(text, BUTTON),
    }  # fmt: skip
    return [{"type": "section", "text": mrkdwn(escape(cut(text, 300))), "accessory": element}]


def checks(name: str, text: str, options: Sequence[Block], hint: str = "") -> Block:
    """Boxes to tick, none of them needed."""
    element = {"type": "checkboxes", "action_id": "value", "options": list(options[:10])}
    return _input(name, text, element, needed=False, hint=hint)


def _input(name: str, text: str, element: Block, *, needed: bool = True, hint: str = "") -> Block:
    drawn: Block = {
        "type": "input", "block_id": name, "label": plain(text, 2000), "element": element, "optional": not needed,
    }  # fmt: skip
    return drawn | {"hint": plain(hint, 2000)} if hint else drawn


def modal(  # one for each part of a window
    kind: str, title: str, blocks: Sequence[Block], *, close: str, submit: str = "", keep: Any = None
) -> Block:
    """A window. ``kind`` comes back as callback_id, ``keep`` as private_metadata."""
    drawn: Block = {
        "type": "modal",
        "callback_id": kind,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks[:VIEW_BLOCKS]),
        "private_metadata": json.dumps(keep, ensure_ascii=False, separators=(",", ":")) if keep else "",
    }
    return drawn | {"submit": plain(submit, TITLE)} if submit else drawn

"""Windows, as pure functions: the draft and what was seen in it, and a form for everything that asks for text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from adapters.chat.fields import Field, Form
from adapters.chat.forms import CONFIDENTIAL, FORMS, NAMES, PICTURE
from adapters.slack.kit import (
    Block,
    begins,
    bold,
    checks,
    context,
    day,
    modal,
    option,
    quote,
    section,
    sections,
    select,
    text_input,
)
from adapters.slack.translate import Body
from bot.language import Language
from bot.review.rules import Platform
from bot.service.deciding import Offer
from bot.wording import Wording

ABOUT = 600  # characters shown of what a case is about
DRAFT, WRITE, SAVE, DECIDE = "draft", "write", "save", "decide"  # callback ids


def write_form(
    action: str, say: Wording, language: Language, *, given: str = "", keep: Any = None, note: str = ""
) -> Block:
    """The form of ``action``. KeyError for one that asks for nothing. ``keep`` comes back with what was written.

    ``note``: a word above its fields.
    """
    title, field, needed = FORMS[action]
    hint = say("talk.own-words", language) if action == "ask-comms" else ""
    blocks = [text_input("text", say(field, language), given=given, needed=needed, hint=hint)]
    if action in CONFIDENTIAL:
        blocks.append(_confidential(say, language))
    return modal(
        WRITE,
        say(title, language),
        [*sections(note), *blocks],
        close=say("talk.cancel", language),
        submit=say("web.send", language),
        keep=keep,
    )


def drawn(form: Form, say: Wording, language: Language, keep: Mapping[str, str]) -> Block:
    """A form of adapters/chat/fields.py. ``keep``: where it was opened, besides what it keeps itself."""
    blocks = [bold(form.about[0]), *quote(form.about[1], ABOUT)] if form.about else []
    blocks += [block for note in form.notes for block in context(note)]
    if form.begin:
        values = [value for value, _ in form.begin.choices]
        options = [option(label, value) for value, label in form.begin.choices]
        blocks += begins(form.begin.label, options, values.index(form.begin.given))
    again = f"·{form.begin.given}" if form.begin else ""  # a field keeps what stood in it, as long as it has its name
    blocks += [_field(each, f"{each.name}{again}") for each in form.fields]
    kept = {**keep, **form.keep, "do": form.do, "value": form.value}
    return modal(WRITE, form.title, blocks, close=say("talk.cancel", language), submit=form.send, keep=kept)


def _field(field: Field, name: str) -> Block:
    match field.kind:
        case "choice":
            values = [value for value, _ in field.choices]
            chosen = values.index(field.given) if field.given in values else 0
            return select(name, field.label, [option(label, value) for value, label in field.choices], chosen)
        case "day":
            return day(name, field.label, date.fromisoformat(field.given) if field.given else None)
        case kind:
            return text_input(
                name, field.label, lines=kind == "lines", given=field.given, needed=field.needed, hint=field.hint
            )


def save_form(say: Wording, language: Language, title: str, questions: Sequence[str], answer: str, keep: Any) -> Block:
    """What a case is to teach, for comms to look over."""
    blocks = [
        text_input("title", say("talk.save-title", language), lines=False, given=title),
        text_input("questions", say("talk.save-questions", language), given="\n".join(questions)),
        text_input("text", say("talk.save-answer", language), given=answer),
    ]
    return modal(
        SAVE,
        say("case.do.save", language),
        blocks,
        close=say("talk.cancel", language),
        submit=say("case.do.save", language),
        keep=keep,
    )


def decide_form(offer: Offer, say: Wording, language: Language, keep: Any) -> Block:
    """How a draft was decided, why, and until when that holds."""
    choices = [option(label, name) for name, label in offer.choices]
    blocks = [
        select("decision", say("teach.decide.what", language), choices, None),
        text_input("text", say("teach.decide.why", language)),
        day("until", say("web.save-until", language), offer.until.date()),
    ]
    return modal(
        DECIDE,
        offer.label,
        blocks,
        close=say("talk.cancel", language),
        submit=say("web.save", language),
        keep=keep,
    )


def _confidential(say: Wording, language: Language) -> Block:
    box = option(say("talk.confidentially", language), "yes")
    return checks("confidential", box["text"]["text"], [box], say("talk.confidentially-hint", language))


def draft_form(
    platforms: Sequence[Platform],
    say: Wording,
    language: Language,
    *,
    draft: str = "",
    found: Sequence[Block] = (),
    note: str = "",
) -> Block:
    """The draft with its questions; ``found``: what was seen in it before, above; ``note``: a word above them."""
    places = [option(say("web.any-platform", language), "any"), *(option(each.name, each.id) for each in platforms)]
    replies = [option(say("talk.same-language", language), "same")]
    replies += [option(NAMES[each], each.value) for each in Language]
    boxes = [option(say(f"talk.picture-{each}", language), each) for each in PICTURE]
    fields = [
        text_input("draft", say("web.draft", language), given=draft, hint=say("web.draft-kept", language)),
        select("platform", say("web.platform", language), places),
        select("reply", say("talk.reply-in", language), replies),
        checks("picture", say("talk.picture", language), boxes, say("talk.picture-hint", language)),
    ]
    return modal(
        DRAFT,
        say("web.tab-check", language),
        [*sections(note), *found, *fields],
        close=say("talk.shut", language),
        submit=say("talk.again" if found else "web.check", language),
    )


def kept(view: Body) -> dict[str, str]:
    """What the window was opened with. It comes from Slack, signed, and only Handbok writes it."""
    found = json.loads(view.get("private_metadata") or "{}")
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def told(title: str, body: str, say: Wording, language: Language) -> Block:
    """A window that only says something."""
    return modal("told", title, [section(body)], close=say("talk.shut", language))


def shown(title: str, blocks: Sequence[Block], say: Wording, language: Language, *, keep: Any = None) -> Block:
    """A window that shows blocks."""
    return modal("told", title, blocks, close=say("talk.shut", language), keep=keep)

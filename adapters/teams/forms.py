"""Dialogs, as pure functions: the draft and what was seen in it, and a form for everything that asks for text.

Each gives the whole reply to task/fetch or task/submit. What was filled in comes back beside ``form``, ``do`` and
whatever was to be kept; ``written`` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.chat.fields import Field, Form
from adapters.chat.forms import CONFIDENTIAL, FORMS, NAMES, PICTURE
from adapters.teams import kit
from adapters.teams.kit import Element
from adapters.teams.render import to_card
from bot.language import Language
from bot.messages import Block as Shown
from bot.review.rules import Platform
from bot.service.deciding import Offer
from bot.wording import Wording

ABOUT = 600  # characters shown of what a case is about
DRAFT, WRITE, SAVE, DECIDE = "draft", "write", "save", "decide"  # what a dialog's data say in ``form``
FIELDS = (
    "text", "reason", "confidential", "title", "questions", "draft", "platform", "reply", "picture", "decision",
    "until", "begin", "to", "when", "day", "name", "of", "rule", "verdict",
)  # fmt: skip


def write_form(  # one for each part of a form
    action: str,
    say: Wording,
    language: Language,
    *,
    given: str = "",
    keep: Mapping[str, Any] | None = None,
    stood: Mapping[str, str] | None = None,
) -> Element:
    """The form of ``action``. KeyError for one that asks for nothing. ``keep`` comes back with what was written.

    ``stood``: what was chosen besides the text, as ``written`` gives it.
    """
    chosen = stood or {}
    title, field, needed = FORMS[action]
    hint = say("talk.own-words", language) if action == "ask-comms" else ""
    missing = say("teams.needed", language) if needed else ""
    fields = [kit.text_input("text", say(field, language), given=given, needed=missing or False), *kit.small(hint)]
    if action in CONFIDENTIAL:
        on = chosen.get("confidential") == "yes"
        fields.append(kit.toggle("confidential", say("talk.confidentially", language), on=on))
        fields += kit.small(say("talk.confidentially-hint", language))
    data = {**(keep or {}), "form": WRITE, "do": action}
    return kit.dialog(say(title, language), [*fields, *kit.submit(say("web.send", language), data)])


def drawn(form: Form, say: Wording, language: Language) -> Element:
    """A form of adapters/chat/fields.py."""
    missing = say("teams.needed", language)
    data = {**form.keep, "form": WRITE, "do": form.do, "value": form.value, "language": language.value}
    body = [*kit.bold(form.about[0]), *kit.quote(form.about[1], ABOUT)] if form.about else []
    body += [part for note in form.notes for part in kit.small(note)]
    if form.begin:
        offered = [kit.choice(label, value) for value, label in form.begin.choices]
        body.append(kit.select("begin", form.begin.label, offered, form.begin.given))
        again = {"form": WRITE, "do": f"{form.do}?", "value": form.value, "language": language.value}
        body += kit.fills(say("case.begin.do", language), again)
    # Teams checks what is needed at every button, and so at the one that fills the form anew.
    body += [_field(each, "" if form.begin else missing) for each in form.fields]
    return kit.dialog(form.title, [*body, *kit.submit(form.send, data)], tall=bool(form.begin))


def _field(field: Field, missing: str) -> Element:
    match field.kind:
        case "choice":
            offered = [kit.choice(label, value) for value, label in field.choices]
            return kit.select(field.name, field.label, offered, field.given)
        case "day":
            return kit.day(field.name, field.label, field.given)
        case kind:
            written = kit.text_input(field.name, field.label, lines=kind == "lines", given=field.given, hint=field.hint)
            return written | ({"isRequired": True, "errorMessage": missing} if field.needed and missing else {})


def save_form(  # one for each part of a form
    say: Wording,
    language: Language,
    title: str,
    questions: Sequence[str],
    answer: str,
    keep: Mapping[str, Any],
) -> Element:
    """What a case is to teach, for comms to look over."""
    missing = say("teams.needed", language)
    fields = [
        kit.text_input("title", say("talk.save-title", language), lines=False, given=title, needed=missing),
        kit.text_input("questions", say("talk.save-questions", language), given="\n".join(questions), needed=missing),
        kit.text_input("text", say("talk.save-answer", language), given=answer, needed=missing),
    ]
    name = say("case.do.save", language)
    data = {**keep, "form": SAVE, "do": "save"}
    return kit.dialog(name, [*fields, *kit.submit(name, data)], tall=True)


def decide_form(
    offer: Offer, say: Wording, language: Language, keep: Mapping[str, Any], *, given: Mapping[str, str] | None = None
) -> Element:
    """How a draft was decided, why, and until when that holds. ``given``: as ``written`` gives it."""
    stood = given or {"until": offer.until.date().isoformat()}
    choose, missing = say("teach.decide.choose", language), say("teams.choose", language)
    choices = [kit.choice(label, name) for name, label in offer.choices]
    what, why = say("teach.decide.what", language), say("teach.decide.why", language)
    needed = say("teams.needed", language)
    fields = [
        kit.pick("decision", what, choices, chosen=stood.get("decision", ""), hint=choose, needed=missing),
        kit.text_input("text", why, given=stood.get("text", ""), needed=needed),
        kit.day("until", say("web.save-until", language), stood.get("until", "")),
    ]
    data = {**keep, "form": DECIDE, "do": "decide"}
    return kit.dialog(offer.label, [*fields, *kit.submit(say("web.save", language), data)])


def draft_form(  # one for each part of a form
    say: Wording,
    language: Language,
    organisation: str,
    platforms: Sequence[Platform],
    *,
    given: Mapping[str, str] | None = None,
    found: Sequence[Shown] = (),
) -> Element:
    """The draft with its questions. ``organisation``: its name; ``given``: as ``written`` gives it; ``found``: what was
    seen in the draft before, above."""
    stood = given or {}
    places = [kit.choice(say("web.any-platform", language), "any"), *(kit.choice(p.name, p.id) for p in platforms)]
    replies = [kit.choice(say("talk.same-language", language), "same")]
    replies += [kit.choice(NAMES[each], each.value) for each in Language]
    boxes = [kit.choice(say(f"talk.picture-{each}", language), each) for each in PICTURE]
    missing = say("teams.needed", language)
    fields = [
        kit.text_input("draft", say("web.draft", language), given=stood.get("draft", ""), needed=missing),
        *kit.small(say("web.draft-kept", language)),
        kit.select("platform", say("web.platform", language), places, stood.get("platform", "")),
        kit.select("reply", say("talk.reply-in", language), replies, stood.get("reply", "")),
        kit.checks("picture", say("talk.picture", language), boxes, stood.get("picture", "")),
        *kit.small(say("talk.picture-hint", language)),
    ]
    above = kit.in_dialog(to_card(found, say("talk.whole", language))["body"]) if found else []
    send = kit.submit(say("talk.again" if found else "web.check", language), {"form": DRAFT, "do": "draft"})
    title = f"{say('web.tab-check', language)} · {organisation}"
    return kit.dialog(title, [*above, *fields, *send], tall=True)


def refused(form: Element, why: str) -> Element:
    """``form`` again, with what stands against what was sent above its fields."""
    return _below(kit.box(kit.paragraph(why, 2000), "attention"), form)


def noted(form: Mapping[str, Any], word: str) -> Element:
    """``form`` with a word above its fields on why they are empty."""
    return _below(kit.box(kit.paragraph(word, 2000)), form)


def _below(above: list[Element], form: Mapping[str, Any]) -> Element:
    value = form["task"]["value"]
    content = value["card"]["content"]
    body = [*above, *content["body"]]
    return {"task": {"type": "continue", "value": {**value, "card": kit.attachment(content | {"body": body})}}}


def told(title: str, body: str) -> Element:
    """A dialog that only says something."""
    return kit.dialog(title, kit.paragraph(body, 4000) or kit.paragraph("–", 10))


def shown(title: str, card: Element) -> Element:
    """A dialog that shows a card."""
    return kit.dialog(title, card["body"], tall=True)


def written(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field: ticked boxes as “a,b”, a single one as “yes” or “no”."""
    return {name: str(data[name]).strip() for name in FIELDS if data.get(name) is not None}

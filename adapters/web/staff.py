"""What the left does: each takes a form and gives where the page stands afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from adapters.chat.acts import Pressed, Said
from adapters.chat.hub import Office
from adapters.chat.pressing import pressed
from adapters.chat.replying import Awaited, Blocks, DraftForm, Nothing, Reply, Saved, Several, Word
from adapters.chat.saying import said
from adapters.web.marks import masked, stretches
from adapters.web.panes import NOTHING, Checked, Extra, Here, Kept, Notice, Site
from bot.cases import Kind
from bot.commands import CheckDraft, typed
from bot.errors import InputError
from bot.language import Language
from bot.messages import Findings, Text
from bot.service import asking, casework, checking, setting_aside
from bot.service.desk import choose_language

Form = Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """Where the page stands now. Without anything extra a browser is sent there."""

    here: Here
    extra: Extra = NOTHING
    reload: bool = False  # more than the panes has changed


def number(form: Form, name: str) -> int:
    """InputError for what is no number."""
    text = form.get(name, "")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise InputError(f"“{text[:40]}” is no number of a {name}")
    return int(text)


async def settings(site: Site, here: Here, form: Form) -> Result:
    organisation, language = form.get("organisation", ""), form.get("language", "")
    if organisation not in site.knowledge.organisation or language not in set(Language):
        raise InputError("there is no such organisation or language here")
    visitor = replace(here.visitor, organisation=organisation)
    if language != here.language:
        visitor = replace(visitor, language=Language(language))
        await choose_language(site.staff, visitor.as_staff(here.event), Language(language))
    return Result(replace(here, visitor=visitor, language=Language(language)), reload=True)


async def ask(site: Site, here: Here, form: Form) -> Result:
    text = form.get("text", "")
    match typed(text):
        case CheckDraft(draft=draft):
            return await check(site, here, {"draft": draft})
        case _:
            act = Said(who=here.asker, private=True, text=text)
            return _shown(here, await said(Office(desk=site.staff), act))


async def press(site: Site, here: Here, form: Form) -> Result:
    """A button below what a command showed."""
    act = Pressed(who=here.asker, private=True, do=form.get("do", ""), value=form.get("value", ""))
    return _shown(here, await pressed(Office(desk=site.staff), act))


def _shown(here: Here, reply: Reply) -> Result:
    """Where a command was typed stands what it shows, until the page is drawn anew."""
    here = _at(here, tab="ask")
    match reply:
        case Blocks(blocks=blocks, language=language):
            return Result(here, Extra(shown=blocks, spoken=language))
        case Word(text=text, language=language):
            return Result(here, Extra(notice=Notice("staff", text, status=200, lang=language.value)))
        case DraftForm():
            return Result(_at(here, tab="check"))
        case Several(replies=replies):
            return _shown(here, next((each for each in replies if isinstance(each, Blocks)), replies[0]))
        case Saved() | Awaited() | Nothing():  # it stands in the conversation; and nothing is attached to a form
            return Result(here)
        case _:
            assert_never(reply)


async def choose(site: Site, here: Here, form: Form) -> Result:
    await asking.choose(site.staff, here.asker, number(form, "question"), form.get("entry") or None)
    return Result(_at(here, tab="ask"))


async def feedback(site: Site, here: Here, form: Form) -> Result:
    question, helpful = number(form, "question"), form.get("helpful") == "yes"
    await asking.feedback(site.staff, here.asker, question, helpful=helpful, missing=form.get("text", ""))
    unsaid = "thanks-missing" if form.get("text", "").strip() else "what-was-missing"
    return Result(_at(here, said="thanks-helpful" if helpful else unsaid, about=question))


async def ask_comms(site: Site, here: Here, form: Form) -> Result:
    hidden = form.get("confidential") == "yes"
    told = await asking.ask_comms(
        site.staff, here.asker, number(form, "question"), text=form.get("text", ""), confidential=hidden
    )
    return _sent(here, told, hidden, form, "/ask-comms")


async def check(site: Site, here: Here, form: Form) -> Result:
    draft, platform = form.get("draft", ""), form.get("platform", "")
    here = _at(here, tab="check")
    told = await checking.check(site.staff, here.asker, draft, platform=platform or None, reply=here.language)
    match told.blocks[0]:
        case Findings() as seen:
            marked = stretches(draft, seen.found)
            decided = tuple(block for block in told.blocks[1:] if isinstance(block, Text))
            checked = Checked(draft, platform, seen, told.language, marked, masked(draft, seen.found), decided)
            return Result(here, Extra(checked=checked))
        case Text(body=body):
            return Result(here, Extra(notice=Notice("staff", body, status=200)))
        case _:
            return Result(here)


async def send_draft(site: Site, here: Here, form: Form) -> Result:
    hidden = form.get("confidential") == "yes"
    kind = Kind.SHARE if form.get("kind") == "share-post" else Kind.DRAFT
    told = await checking.send_draft(
        site.staff, here.asker, form.get("text", ""), here.language, kind=kind, confidential=hidden
    )
    return _sent(_at(here, tab="check"), told, hidden, form, "/send-draft")


async def set_aside(site: Site, here: Here, form: Form) -> Result:
    """InputError for a finding that there is not."""
    language, _ = setting_aside.choices(site.staff, form.get("value", ""))
    rule, verdict, reason = (form.get(name, "") for name in ("rule", "verdict", "text"))
    told = await setting_aside.set_aside(site.staff, here.asker, language, rule, verdict, reason)
    said = "".join(block.body for block in told.blocks if isinstance(block, Text)) if told else ""
    here = _at(here, tab="check")
    return Result(here, Extra(notice=Notice("staff", said, status=200, lang=language.value)) if said else Extra())


def _sent(here: Here, told: asking.Told | None, hidden: bool, form: Form, path: str) -> Result:
    """What was sent has a case; what was not is told why, with its text kept."""
    if told is not None and not told.cases:
        said = next((block.body for block in told.blocks if isinstance(block, Text)), "")
        return Result(here, Extra(Notice("staff", said), Kept(f"{path}:{form.get('question', '')}", dict(form))))
    if told is not None and hidden:
        here = replace(here, visitor=here.visitor.remember(told.cases))
    return Result(here)


async def mine(site: Site, here: Here, form: Form, case: int, did: str) -> Result:
    """The asker does something with a case of theirs. InputError for an action that there is not."""
    if did not in ("add", "withdraw", "reopen"):
        raise InputError(f"an asker cannot “{did[:40]}” a case")
    done = await casework.do(site.staff, here.asker, case, casework.named(did, form.get("text", "")))
    if done is not None and done.refused is not None:
        spoken = done.case.language.value if done.case else ""
        notice = Notice("staff", done.refused.body, lang=spoken)
        return Result(here, Extra(notice, Kept(f"/mine/{case}/{did}:", dict(form))))
    return Result(here)


def _at(here: Here, **changes: object) -> Here:
    first: dict[str, object] = {"said": "", "about": 0}
    return replace(here, view=replace(here.view, **(first | changes)))  # type: ignore[arg-type]  # fields of View

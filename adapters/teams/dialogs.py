"""Dialogs: what a button that asks for words opens, and what is done with what was written there.

What cannot be done is said above the fields, which still hold what was written: nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from adapters.chat import asides, handling, learned
from adapters.chat.carrying import unpack
from adapters.chat.forms import as_written, asks_for_text, sent_to_comms, until
from adapters.chat.hub import to_number
from adapters.teams import asking, drafts, forms
from adapters.teams.hub import Hub
from adapters.teams.presses import in_comms
from adapters.teams.render import whole_case
from adapters.teams.replying import Dialog, Nothing, Reply
from adapters.teams.translate import Came
from bot.cases import Kind
from bot.errors import InputError, StorageError
from bot.language import Language
from bot.messages import Text
from bot.proposing import Proposal
from bot.service import casework, deciding, teaching

Given = Mapping[str, str]
KEPT = ("do", "value", "language", "spoken", "entry")  # what a dialog brings back besides what was written
KINDS = {"send-draft": Kind.DRAFT, "share-post": Kind.SHARE, "ask-about": Kind.QUESTION}
PATIENCE = 8.0  # seconds that somebody waits for what stands against an answer; Teams gives up after fifteen


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def fetch(  # noqa: PLR0911  # one for each button
    hub: Hub, came: Came, do: str, value: str, begin: str = ""
) -> Reply:
    """The dialog of a button. ``begin``: what an answer is to begin with. InputError where there is none such."""
    match do:
        case _ if do in handling.FORMS:
            return await _form(hub, came, do, value, begin)
        case asides.DO:
            return Dialog(forms.drawn(asides.form(hub, value), hub.desk.say, await hub.language_of(came)))
        case "more":
            return await _whole(hub, came, to_number(value))
        case "save":
            return await _save_form(hub, came, value)
        case "decide":
            return await _decide_form(hub, came, to_number(value))
        case "draft":
            language = await hub.language_of(came)
            return drafts.form(hub, came, language)
        case "not-helpful":  # the tap itself counts; what was missing may follow
            await asking.feedback(hub, came, to_number(value), helpful=False)
            return await write(hub, came, do, value)
        case _ if asks_for_text(do):
            return await write(hub, came, do, value)
        case _:
            raise InputError("that button opens nothing")


async def _form(hub: Hub, came: Came, do: str, value: str, begin: str = "") -> Dialog:
    """The dialog of something that comms does with a case."""
    found, language = await handling.form(hub, hub.sender(came), do, value, begin), await hub.language_of(came)
    if isinstance(found, Text):
        return Dialog(forms.told("Handbok", found.body))
    return Dialog(forms.drawn(found, hub.desk.say, language))


async def write(hub: Hub, came: Came, do: str, value: str, given: str = "") -> Dialog:
    """The form of an action that needs words."""
    language = await hub.language_of(came)
    keep = {"do": do, "value": value, "language": language.value}
    if do in ("send-draft", "share-post"):
        given, of_draft = unpack(value)
        language = of_draft or language
        keep |= {"value": "", "language": language.value}
    return Dialog(forms.write_form(do, hub.desk.say, language, given=given, keep=keep))


async def _whole(hub: Hub, came: Came, number: int) -> Reply:
    """A case with nothing cut, for comms alone."""
    person = await hub.may_act(hub.sender(came))
    language = hub.language(person, hub.organisation(came))
    title = hub.desk.say("case.title", language, number=number)
    if await in_comms(hub, person, number):
        card = await casework.card(hub.desk, number, language, person.id)
        hub.later.start(_seen(hub, came, number))
        decided = await deciding.told_to_comms(hub.desk, number, language)
        return Dialog(forms.shown(title, whole_case(card, decided)))
    raise InputError("that case is not theirs")


async def _seen(hub: Hub, came: Came, number: int) -> None:
    await casework.see(hub.desk, hub.sender(came), number)


async def _save_form(hub: Hub, came: Came, value: str) -> Reply:
    """The form for what a case or a gap is to teach."""
    who = hub.sender(came)
    person = await hub.may_act(who)
    proposal = await learned.prepare(hub, who, value)
    language = hub.language(person, who.organisation)
    if not isinstance(proposal, Proposal):
        return Dialog(forms.told("Handbok", proposal.body))
    return Dialog(_saving(hub, value, proposal, language))


def _saving(hub: Hub, value: str, proposal: Proposal, language: Language, wrong: str = "") -> dict[str, Any]:
    said_in = next(iter(proposal.answer), language)
    drawn = forms.save_form(
        hub.desk.say,
        language,
        proposal.title.get(said_in, ""),
        proposal.variants.get(said_in, ()),
        proposal.answer.get(said_in, ""),
        keep={"do": "save", "value": value, "spoken": said_in.value},
    )
    return forms.refused(drawn, wrong) if wrong else drawn


async def _decide_form(hub: Hub, came: Came, number: int) -> Reply:
    """The form for how a draft was decided."""
    language = await hub.language_of(came)
    offer = await deciding.offer(hub.desk, number, language)
    if offer is None:
        return Dialog(forms.told("Handbok", hub.desk.say("teach.decide.none", language)))
    return Dialog(forms.decide_form(offer, hub.desk.say, language, {"value": str(number)}))


# ── sent ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def submit(hub: Hub, came: Came, data: Mapping[str, Any]) -> Reply:  # noqa: PLR0911, PLR0912  # one for each dialog
    """Does what the dialog is for. InputError where it is none of ours."""
    given = _given(data)
    do, value = given.get("do", ""), given.get("value", "")
    match do:
        case _ if do.endswith("?"):  # a button in a dialog that asks for words: the next dialog
            return await fetch(hub, came, do.removesuffix("?"), value, given.get("begin", ""))
        case "draft":
            return await drafts.submitted(hub, came, given)
        case "save":
            return await _save(hub, came, value, given)
        case "decide":
            return await _decide(hub, came, to_number(value), given)
        case _ if do in handling.FORMS or do in ("add", "reopen"):
            wrong = await handling.sent(hub, hub.sender(came), do, value, given)
            return await _standing(hub, came, given, wrong.body) if wrong else Nothing()
        case _ if do in handling.PRESSES:  # in the whole case
            done = await handling.act(hub, hub.sender(came), do, value)
            return Dialog(forms.told("Handbok", done.body)) if done else await _whole(hub, came, to_number(value))
        case asides.DO:
            done = await asides.sent(hub, hub.sender(came), value, given)
            return Dialog(forms.told("Handbok", done.body)) if done else Nothing()
        case "not-helpful":
            question, missing = to_number(value), given.get("text", "")
            told = await asking.feedback(hub, came, question, helpful=False, missing=missing)
            return Dialog(forms.told("Handbok", _text(told.blocks))) if told else Nothing()
        case "ask-comms":
            told = await asking.ask_comms(
                hub, came, to_number(value), text=given.get("text", ""), confidential=_confidential(given)
            )
        case "send-draft" | "share-post" | "ask-about":
            told = await drafts.send(
                hub, came, given.get("text", ""), _language(given), KINDS[do], confidential=_confidential(given)
            )
        case _:
            raise InputError("that dialog does nothing")
    if told is None:
        return Nothing()
    if not told.cases:
        return _again(hub, given, _text(told.blocks))
    return Dialog(forms.told("Handbok", sent_to_comms(told, hub.desk.say)))


async def _standing(hub: Hub, came: Came, given: Given, wrong: str) -> Reply:
    """The form with what was written, and what stands against it."""
    if given["do"] not in handling.FORMS:
        return _again(hub, given, wrong)
    form = await handling.form(hub, hub.sender(came), given["do"], given.get("value", ""), given.get("begin", ""))
    if isinstance(form, Text):
        return Dialog(forms.told("Handbok", form.body))
    return Dialog(forms.refused(forms.drawn(form.stood(given), hub.desk.say, _language(given)), wrong))


async def _decide(hub: Hub, came: Came, number: int, given: Given) -> Reply:
    """Keeps how a draft was decided."""
    who = hub.sender(came)
    person = await hub.may_act(who)
    decision, expires = deciding.to_decision(given.get("decision", "")), until(given.get("until", ""))
    done = await deciding.keep(hub.desk, who, number, decision, given.get("text", ""), expires)
    if done is None:
        return Nothing()
    told, kept = done
    if kept is not None:
        return Dialog(forms.told("Handbok", told.body))
    language = hub.language(person, who.organisation)
    offer = deciding.form(hub.desk, language)
    again = forms.decide_form(offer, hub.desk.say, language, {"value": str(number)}, given=given)
    return Dialog(forms.refused(again, told.body))


async def _save(hub: Hub, came: Came, value: str, given: Given) -> Reply:
    """What stands against it is found out in the background where that takes long; the card then tells what became of
    it."""
    who = hub.sender(came)
    person = await hub.may_act(who)
    language = hub.language(person, who.organisation)
    prepared = await learned.prepare(hub, who, value)
    if not isinstance(prepared, Proposal):
        return Dialog(forms.told("Handbok", prepared.body))
    said_in = given.get("spoken", language)
    if said_in not in set(Language):
        raise InputError("a dialog without a language")
    proposal = as_written(prepared, Language(said_in), given)
    saving = asyncio.create_task(learned.save(hub, who, value, proposal))
    done, _ = await asyncio.wait({saving}, timeout=PATIENCE)
    if not done:
        hub.later.start(_save_later(hub, came, saving))
        return Dialog(forms.told("Handbok", hub.desk.say("teams.saving", language)))
    examined = saving.result()
    if examined is None:
        return Nothing()
    if examined.saved is None:
        if offered := learned.instead(value, examined):
            hub.later.start(hub.alone_in_chat(came, [offered]))
        return Dialog(_saving(hub, value, proposal, language, _text(examined.told)))
    return Dialog(forms.told("Handbok", _text(examined.told)))


async def _save_later(hub: Hub, came: Came, saving: asyncio.Task[teaching.Examined | None]) -> None:
    try:
        told = found.told if (found := await saving) else ()
    except StorageError:
        told = (Text(hub.desk.say("ask.not-saved", await hub.language_of(came))),)
    if told:
        await hub.alone_in_chat(came, told)


def kept(hub: Hub, data: Mapping[str, Any], language: Language, wrong: str) -> Dialog | None:
    """The form that was sent with all that was written, and what went wrong; None where it was none to write in."""
    given = _given(data)
    if data.get("form") == forms.WRITE and given.get("do") in handling.FORMS:
        return Dialog(forms.refused(forms.drawn(handling.bare(hub, given, language), hub.desk.say, language), wrong))
    if data.get("form") == forms.WRITE and given.get("do") == asides.DO:
        again = asides.form(hub, given.get("value", "")).stood(given)
        return Dialog(forms.refused(forms.drawn(again, hub.desk.say, language), wrong))
    if data.get("form") == forms.WRITE and asks_for_text(given.get("do", "")):
        drawn_in = {} if given.get("language") in set(Language) else {"language": language.value}
        return _again(hub, given | drawn_in, wrong)
    if data.get("form") == forms.SAVE:
        keep = {name: given[name] for name in KEPT if name in given}
        questions = given.get("questions", "").splitlines()
        title, text = given.get("title", ""), given.get("text", "")
        drawn = forms.save_form(hub.desk.say, language, title, questions, text, keep=keep)
        return Dialog(forms.refused(drawn, wrong))
    if data.get("form") == forms.DECIDE:
        keep = {"value": given.get("value", "")}
        drawn = forms.decide_form(deciding.form(hub.desk, language), hub.desk.say, language, keep, given=given)
        return Dialog(forms.refused(drawn, wrong))
    return None


def _given(data: Mapping[str, Any]) -> dict[str, str]:
    return forms.written(data) | {name: str(data[name]) for name in KEPT if name in data}


def _again(hub: Hub, given: Given, wrong: str) -> Dialog:
    """The same form with what was written, and what is wrong with it."""
    keep = {name: given[name] for name in KEPT if name in given}
    text = given.get("text", "")
    drawn = forms.write_form(given["do"], hub.desk.say, _language(given), given=text, keep=keep, stood=given)
    return Dialog(forms.refused(drawn, wrong))


def _language(given: Given) -> Language:
    """That a dialog was drawn in. InputError where it is none."""
    name = given.get("language", "")
    if name not in set(Language):
        raise InputError("a dialog without a language")
    return Language(name)


def _confidential(given: Given) -> bool:
    return given.get("confidential") == "yes"


def _text(blocks: tuple[object, ...]) -> str:
    return "\n\n".join(block.body for block in blocks if isinstance(block, Text))

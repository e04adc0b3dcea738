"""What people wrote into windows and sent. What cannot be done is said beside the field, and nothing is lost.

An Answer is what the window shows next, as Slack takes it in its acknowledgement: nothing, errors beside fields, or
another view. late.py shows one that comes later than that.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from adapters.chat import asides, handling, learned
from adapters.chat.forms import as_written, sent_to_comms, until
from adapters.chat.hub import NoChatError, to_number
from adapters.slack import asking, drafts, forms
from adapters.slack.failures import called
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.kit import Block
from adapters.slack.translate import Body, Came, written
from bot.cases import Kind
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.language import Language
from bot.messages import Text
from bot.proposing import Proposal
from bot.service import deciding, teaching

Answer = dict[str, Any]
CLOSED: Answer = {}  # nothing more is to be seen


async def submit(hub: Hub, came: Came, view: Body) -> Answer:  # noqa: PLR0911  # one for each kind of form, and trouble
    """What is to be seen next: nothing, an error beside the field, or a word. StorageError where it was not saved."""
    try:
        hub.organisation(came)
    except UnknownWorkspaceError:  # a window that is closed takes what was written along
        return _errors(_beside(view), hub.desk.say("slack.elsewhere", _here(hub, view)))
    if view.get("callback_id") == forms.DRAFT:
        return await drafts.submitted(hub, came, view)
    keep = forms.kept(view)
    came = placed(came, view)
    try:
        if view.get("callback_id") == forms.SAVE:
            return await _save(hub, came, view, keep)
        if view.get("callback_id") == forms.DECIDE:
            return await _decide(hub, came, to_number(keep.get("value", "")), written(view))
        told = await _write(hub, came, keep, written(view))
    except InputError:
        return await wrong(hub, came, view, "talk.not-found")
    except NoChatError:
        return await wrong(hub, came, view, "slack.no-chat")
    except (DeliveryError, UndeliverableError):
        return await wrong(hub, came, view, "slack.no-access")
    if isinstance(told, Text):
        return _errors(_beside(view), told.body)
    return _update(told) if told else CLOSED


def placed(came: Came, view: Body) -> Came:
    """Where its window was opened."""
    keep = forms.kept(view)
    return replace(came, channel=keep.get("channel", ""), thread=keep.get("thread", ""))


async def wrong(hub: Hub, came: Came, view: Body, key: str) -> Answer:
    """What went wrong, beside a field, in the words of whoever sent it."""
    return _errors(_beside(view), hub.desk.say(key, await hub.language_of(came)))


def _errors(field: str, body: str) -> Answer:
    return {"response_action": "errors", "errors": {field: body[:2000]}}


def _update(view: Block) -> Answer:
    return {"response_action": "update", "view": view}


def _here(hub: Hub, view: Body) -> Language:
    """That of the workspace where the app is installed whose window it is."""
    organisation = hub.organisations.get(str(view.get("app_installed_team_id") or ""))
    return hub.language(None, organisation) if organisation else Language.EN


def _beside(view: Body) -> str:
    """The field that what went wrong is said beside: the last one that words are written in, else the last."""
    fields = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    written_in = [each for each in fields if (each.get("element") or {}).get("type") == "plain_text_input"]
    return str((written_in or fields or [{"block_id": "text"}])[-1].get("block_id", "text"))


async def _write(hub: Hub, came: Came, keep: dict[str, str], given: dict[str, str]) -> Text | Block | None:
    """A Text is what stands against it; a window, what is said next; None, nothing."""
    action, value, text = keep.get("do", ""), keep.get("value", ""), given.get("text", "").strip()
    confidential = given.get("confidential") == "yes"
    match action:
        case _ if action in handling.FORMS or action in ("add", "reopen"):
            return await handling.sent(hub, await hub.sender(came), action, value, {**keep, **given})
        case asides.DO:
            done = await asides.sent(hub, await hub.sender(came), value, given)
            spoken = await hub.language_of(came)
            return forms.told("Handbok", done.body, hub.desk.say, spoken) if done else None
        case "not-helpful":
            told = await asking.feedback(hub, came, to_number(value), helpful=False, missing=text)
        case "ask-comms":
            told = await asking.ask_comms(hub, came, to_number(value), text=text, confidential=confidential)
        case "send-draft" | "share-post" | "ask-about":
            kind = {"send-draft": Kind.DRAFT, "share-post": Kind.SHARE}.get(action, Kind.QUESTION)
            language = Language(keep["language"]) if keep.get("language") in set(Language) else None
            language = language or await hub.language_of(came)
            told = await drafts.send(hub, came, text, language, kind, confidential=confidential)
        case _:
            raise InputError("that window does nothing")
    if told is None:
        return None
    say, language = hub.desk.say, told.language
    if action != "not-helpful" and not told.cases:
        return Text("\n\n".join(block.body for block in told.blocks if isinstance(block, Text)))
    body = sent_to_comms(told, say) if told.cases else say("ask.thanks-missing", language)
    return forms.told(
        say("case.title", language, number=told.cases[0]) if told.cases else "Handbok", body, say, language
    )


async def _decide(hub: Hub, came: Came, number: int, given: dict[str, str]) -> Answer:
    """Keeps how a draft was decided; what stands against it is said beside the field that it is about."""
    who = await hub.sender(came)
    person = await hub.may_act(who)
    decision, expires = deciding.to_decision(given.get("decision", "")), until(given.get("until", ""))
    reason = given.get("text", "")
    done = await deciding.keep(hub.desk, who, number, decision, reason, expires)
    if done is None:
        return CLOSED
    told, kept = done
    if kept is None:
        past = bool(reason.strip() and expires and expires <= hub.desk.clock())
        return _errors("until" if past else "text", told.body)
    language, say = hub.language(person, who.organisation), hub.desk.say
    return _update(forms.told(say("teach.decide", language), told.body, say, language))


# ── saving to the handbook: what stands against it takes a while to find out ─────────────────────────────────────────


async def _save(hub: Hub, came: Came, view: Body, keep: dict[str, str]) -> Answer:
    who = await hub.sender(came)
    person = await hub.may_act(who)
    language, value = hub.language(person, who.organisation), keep.get("value", "")
    prepared = await learned.prepare(hub, who, value)
    if not isinstance(prepared, Proposal):
        return _errors("text", prepared.body)
    proposal = as_written(prepared, Language(keep.get("spoken", language)), written(view))
    saving = asyncio.create_task(learned.save(hub, who, value, proposal))
    done, _ = await asyncio.wait({saving}, timeout=drafts.PATIENCE)
    if not done:
        hub.later.start(_save_later(hub, came, str(view.get("id", "")), saving, language))
        return _update(_word(hub, hub.desk.say("talk.working", language), language))
    examined = saving.result()
    if examined is None:
        return CLOSED
    if examined.saved is None:
        if offered := learned.instead(value, examined):
            hub.later.start(hub.tell(came, [offered], language))
        return _errors("text", _told(examined))
    return _update(_word(hub, _told(examined), language))


async def _save_later(
    hub: Hub, came: Came, view: str, saving: asyncio.Task[teaching.Examined | None], language: Language
) -> None:
    try:
        examined = await saving
        said = _told(examined) if examined else ""
    except StorageError:
        said = hub.desk.say("ask.not-saved", language)
    if said:
        client = await hub.clients.asking(came.team, came.enterprise)
        await called(client.views_update(view_id=view, view=_word(hub, said, language)))


def _told(examined: teaching.Examined) -> str:
    return "\n\n".join(text.body for text in examined.told)


def _word(hub: Hub, body: str, language: Language) -> Block:
    return forms.told(hub.desk.say("case.do.save", language), body, hub.desk.say, language)

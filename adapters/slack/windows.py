"""What people wrote into windows and sent. What cannot be done is said beside the field, and nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

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


async def submit(hub: Hub, ack: AsyncAck, came: Came, view: dict[str, Any]) -> None:
    """Acknowledges with what is to be seen next: nothing, an error beside the field, or a word."""
    try:
        hub.organisation(came)
    except UnknownWorkspaceError:  # a window that is closed takes what was written along
        await ack(response_action="errors", errors={_beside(view): hub.desk.say("slack.elsewhere", _here(hub, view))})
        return
    if view.get("callback_id") == forms.DRAFT:
        await drafts.submitted(hub, ack, came, view)
        return
    keep = forms.kept(view)
    came = replace(came, channel=keep.get("channel", ""), thread=keep.get("thread", ""))
    try:
        if view.get("callback_id") == forms.SAVE:
            await _save(hub, ack, came, view, keep)
            return
        if view.get("callback_id") == forms.DECIDE:
            await _decide(hub, ack, came, to_number(keep.get("value", "")), written(view))
            return
        told = await _write(hub, came, keep, written(view))
    except InputError:
        told = await _wrong(hub, came, "talk.not-found")
    except StorageError:
        told = await _wrong(hub, came, "ask.not-saved")
    except NoChatError:
        told = await _wrong(hub, came, "slack.no-chat")
    except (DeliveryError, UndeliverableError):
        told = await _wrong(hub, came, "slack.no-access")
    if isinstance(told, Text):
        await ack(response_action="errors", errors={_beside(view): told.body[:2000]})
    elif told:
        await ack(response_action="update", view=told)
    else:
        await ack()


def _here(hub: Hub, view: Body) -> Language:
    """That of the workspace where the app is installed whose window it is."""
    organisation = hub.organisations.get(str(view.get("app_installed_team_id") or ""))
    return hub.language(None, organisation) if organisation else Language.EN


def _beside(view: Body) -> str:
    """The field that what went wrong is said beside: the last one that words are written in, else the last."""
    fields = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    written_in = [each for each in fields if (each.get("element") or {}).get("type") == "plain_text_input"]
    return str((written_in or fields or [{"block_id": "text"}])[-1].get("block_id", "text"))


async def _wrong(hub: Hub, came: Came, key: str) -> Text:
    return Text(hub.desk.say(key, await hub.language_of(came)))


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


async def _decide(hub: Hub, ack: AsyncAck, came: Came, number: int, given: dict[str, str]) -> None:
    """Keeps how a draft was decided; what stands against it is said beside the field that it is about."""
    who = await hub.sender(came)
    person = await hub.may_act(who)
    decision, expires = deciding.to_decision(given.get("decision", "")), until(given.get("until", ""))
    reason = given.get("text", "")
    done = await deciding.keep(hub.desk, who, number, decision, reason, expires)
    if done is None:
        await ack()
        return
    told, kept = done
    if kept is None:
        past = bool(reason.strip() and expires and expires <= hub.desk.clock())
        await ack(response_action="errors", errors={"until" if past else "text": told.body[:2000]})
        return
    language, say = hub.language(person, who.organisation), hub.desk.say
    await ack(response_action="update", view=forms.told(say("teach.decide", language), told.body, say, language))


# ── saving to the handbook: what stands against it takes a while to find out ─────────────────────────────────────────


async def _save(hub: Hub, ack: AsyncAck, came: Came, view: dict[str, Any], keep: dict[str, str]) -> None:
    who = await hub.sender(came)
    person = await hub.may_act(who)
    language, value = hub.language(person, who.organisation), keep.get("value", "")
    prepared = await learned.prepare(hub, who, value)
    if not isinstance(prepared, Proposal):
        await ack(response_action="errors", errors={"text": prepared.body})
        return
    proposal = as_written(prepared, Language(keep.get("spoken", language)), written(view))
    saving = asyncio.create_task(learned.save(hub, who, value, proposal))
    done, _ = await asyncio.wait({saving}, timeout=drafts.PATIENCE)
    if not done:
        await ack(response_action="update", view=_word(hub, hub.desk.say("talk.working", language), language))
        hub.later.start(_save_later(hub, came, str(view.get("id", "")), saving, language))
        return
    examined = saving.result()
    if examined is None:
        await ack()
    elif examined.saved is None:
        await ack(response_action="errors", errors={"text": _told(examined)[:2000]})
        if offered := learned.instead(value, examined):
            hub.later.start(hub.tell(came, [offered], language))
    else:
        await ack(response_action="update", view=_word(hub, _told(examined), language))


async def _save_later(
    hub: Hub, came: Came, view: str, saving: asyncio.Task[teaching.Examined | None], language: Language
) -> None:
    examined = await saving
    if examined:
        client = await hub.clients.asking(came.team, came.enterprise)
        await called(client.views_update(view_id=view, view=_word(hub, _told(examined), language)))


def _told(examined: teaching.Examined) -> str:
    return "\n\n".join(text.body for text in examined.told)


def _word(hub: Hub, body: str, language: Language) -> Block:
    return forms.told(hub.desk.say("case.do.save", language), body, hub.desk.say, language)

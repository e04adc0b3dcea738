"""Events: questions, the thread below a card, Home, the agent view, and who joins or leaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from adapters.chat.acts import Deleted, Edited, Said
from adapters.chat.changing import deleted, edited
from adapters.chat.later import insisting
from adapters.chat.replying import Reply
from adapters.chat.saying import said
from adapters.chat.welcoming import welcome
from adapters.slack.failures import called
from adapters.slack.giving import give
from adapters.slack.home import Home, Queue, home_view
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Body, Came, as_read, changed, foreign, mentioned, of_event, question
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.insights import figures
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.prompts import prompts
from bot.service import casework
from bot.service.desk import Sender
from bot.service.overview import overview

log = logging.getLogger(__name__)
PROMPTS = 4  # as many as Slack shows
TITLE = 60  # characters of a question that its thread is called by
SLOW = 0.5  # seconds after which people see that somebody is at it


async def event(hub: Hub, body: Body) -> None:
    """Any event; those that mean nothing to Handbok are passed over. StorageError where it was not saved."""
    kind = str((body.get("event") or {}).get("type", ""))
    came = of_event(body)
    match kind:
        case "message" | "app_mention":
            asked = question(body)
            if asked and not foreign(body):
                await _asked(hub, asked)
            elif (later := changed(body)) and not foreign(body):
                await _changed(hub, later)
        case "app_home_opened":
            hub.later.start(_opened(hub, came, str(body["event"].get("tab", ""))))
        case "member_joined_channel" | "member_left_channel":
            hub.members.changed(came.channel)
        case "app_uninstalled" | "tokens_revoked" if kind == "app_uninstalled" or _of_the_bot(body):
            hub.clients.forget(came.team, came.enterprise)
            if hub.on_removed:
                await hub.on_removed(came.team, came.enterprise)


def is_written(body: Body) -> bool:
    """Whether it is something that a person wrote, edited or deleted, and Handbok has to do with."""
    return bool(question(body) or changed(body)) and not foreign(body)


def _of_the_bot(body: Body) -> bool:
    """Whether the bot's own token was revoked, and not one of a person's."""
    return bool((body["event"].get("tokens") or {}).get("bot"))


async def _asked(hub: Hub, came: Came) -> None:
    try:
        hub.organisation(came)
    except UnknownWorkspaceError as error:
        log.warning("Nobody was answered: %s", error)
        hub.later.start(hub.say(came, "slack.unknown-workspace", Language.EN, workspace=error.workspace))
        return
    working = _soon(hub, came) if came.direct else None
    try:
        reply = await said(hub, await said_by(hub, came))
    except (DeliveryError, UndeliverableError):
        hub.later.start(hub.own_words(came, "slack.no-access"))
    else:
        hub.after(came, _given(hub, came, reply))
    finally:
        if working:
            working.cancel()


async def _given(hub: Hub, came: Came, reply: Reply) -> None:
    await hub.intake.calm()
    await give(hub, came, reply)
    if came.direct and not came.in_thread and came.text and not hub.intake.busy:
        await _entitle(hub, came)


async def said_by(hub: Hub, came: Came) -> Said:
    """What somebody wrote, as an act."""
    who = await hub.sender(came, posts=True)
    return Said(
        who=who,
        private=came.direct,
        text=await _read(hub, came),
        post=came.post,
        below=came.thread if came.in_thread else "",
        quotes=came.quotes,
        attached=came.attached,
    )


async def _read(hub: Hub, came: Came) -> str:
    """The words as people see them: nobody's id goes any further."""
    if not ("<@" in came.text or "<#" in came.text):
        return as_read(came.text, {}, "")
    say, language = hub.desk.say, await hub.language_of(came)
    somebody = say("talk.somebody", language)
    names = {user: await hub.directory.name(came.team, user, somebody) for user in sorted(mentioned(came.text))}
    return as_read(came.text, names, say("talk.a-channel", language))


async def _changed(hub: Hub, came: Came) -> None:
    """What somebody edited or deleted. In a channel most of it has nothing to do with Handbok: nothing is asked or kept
    about whoever wrote that."""
    try:
        who = replace(hub.nameless(came), post=came.post, posts=True)
        if came.text:
            text = await _read(hub, came)
            reply = await edited(hub, Edited(who=who, private=came.direct, post=came.post, text=text))
        else:
            reply = await deleted(hub, Deleted(who=who, private=came.direct, post=came.post))
    except InputError as error:
        log.warning("What somebody changed was passed over: %s", error)
        return
    hub.after(came, give(hub, came, reply))


def _soon(hub: Hub, came: Came) -> asyncio.TimerHandle:
    """Shows that somebody is at it, unless the answer is there first; Slack takes it away with the answer."""
    return asyncio.get_running_loop().call_later(SLOW, lambda: hub.later.start(_working(hub, came)))


async def _working(hub: Hub, came: Came) -> None:
    status = hub.desk.say("talk.working", await hub.language_of(came))
    await _of_the_thread(hub, came, "setStatus", {"status": status})


async def _entitle(hub: Hub, came: Came) -> None:
    """The thread is found again by its question."""
    title = " ".join((await _read(hub, came)).split())[:TITLE]
    await _of_the_thread(hub, came, "setTitle", {"title": title})


async def _of_the_thread(hub: Hub, came: Came, what: str, given: Mapping[str, str]) -> None:
    there = {"channel_id": came.channel, "thread_ts": came.thread, **given}
    try:
        await hub.clients.call(came.team, f"assistant.threads.{what}", there, enterprise=came.enterprise)
    except (DeliveryError, UndeliverableError) as error:
        log.info("Slack does not take %s: %s", what, error)


# ── Home and the agent view ──────────────────────────────────────────────────────────────────────────────────────────


async def _opened(hub: Hub, came: Came, tab: str) -> None:
    if tab == "messages":
        await _greet(hub, came)
        await suggest(hub, came)
    elif tab == "home":
        await publish(hub, came)


async def _greet(hub: Hub, came: Came) -> None:
    """Once, whoever opens the conversation first."""
    who = hub.nameless(came)
    try:
        async with hub.desk.store.work() as work:
            if not await work.first_time(f"slack:welcome:{came.team}:{came.user}"):
                return
    except StorageError as error:
        log.warning("Nobody was greeted: %s", error)
        return
    await give(hub, replace(came, thread=""), await welcome(hub, who, private=True))


async def suggest(hub: Hub, came: Came) -> None:
    """Questions to begin with, in the agent view."""
    organisation = hub.organisation(came)
    language = await hub.language_of(came)
    offered = [{"title": prompt[:75], "message": prompt} for prompt in _prompts(hub, organisation, language)]
    client = await hub.clients.asking(came.team, came.enterprise)
    # Without the thread: with it, Slack says well and shows nothing in an agent view.
    arguments = {"channel_id": came.channel, "title": hub.desk.say("talk.prompts", language), "prompts": offered}
    await called(client.api_call("assistant.threads.setSuggestedPrompts", json=arguments))


async def publish(hub: Hub, came: Came) -> None:
    """Draws Home anew."""
    who = hub.nameless(came)
    language = await hub.language_of(came)
    organisation = hub.desk.mind.now.knowledge.organisation[who.organisation]
    queue = None
    try:
        if await hub.members.ready(who.organisation, who.user):
            queue = await _queue(hub, who, language)
    except (DeliveryError, UndeliverableError) as error:
        log.warning("Home is shown without the queue: %s", error)
    cases = await casework.my_cases(hub.desk, who, 5)
    home = Home(organisation.name, language, _prompts(hub, who.organisation, language), cases, queue)
    view = {"user_id": came.user, "view": home_view(home, hub.desk.say)}
    await insisting(lambda: hub.clients.call(came.team, "views.publish", view, enterprise=came.enterprise))


async def _queue(hub: Hub, who: Sender, language: Language) -> Queue:
    seen = await overview(hub.desk, who, language)
    return Queue(seen.cards, seen.piles, figures(*seen.week, hub.desk.say, language))


def _prompts(hub: Hub, organisation: OrganisationId, language: Language) -> tuple[str, ...]:
    return prompts(hub.desk.mind.now.knowledge, organisation, language, PROMPTS)

"""Events: questions, the thread below a card, Home, the agent view, and who joins or leaves."""

from __future__ import annotations

import logging

from adapters.slack import asking
from adapters.slack.failures import called
from adapters.slack.home import QUEUE, Home, Queue, home_view
from adapters.slack.hub import Hub, UnknownWorkspaceError
from adapters.slack.translate import Body, Came, foreign, of_event, question
from bot.cases import Answer, CaseNumber, State
from bot.commands import for_the_asker
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.insights import figures
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.ports import CaseFilter
from bot.prompts import prompts
from bot.service import casework
from bot.service.figures import weeks

log = logging.getLogger(__name__)
PROMPTS = 4  # as many as Slack shows
COUNTED = 200  # cases of a state, beyond which nobody needs the number


async def event(hub: Hub, body: Body) -> None:
    """Any event; those that mean nothing to Handbok are passed over."""
    kind = str((body.get("event") or {}).get("type", ""))
    came = of_event(body)
    match kind:
        case "message" | "app_mention":
            asked = question(body)
            if asked and asked.text and not foreign(body):
                await _asked(hub, asked)
        case "app_home_opened":
            hub.later.start(_opened(hub, came, str(body["event"].get("tab", ""))))
        case "member_joined_channel" | "member_left_channel":
            hub.members.changed(came.channel)
        case "app_uninstalled" | "tokens_revoked" if kind == "app_uninstalled" or _of_the_bot(body):
            hub.clients.forget(came.team, came.enterprise)
            if hub.on_removed:
                await hub.on_removed(came.team, came.enterprise)


def _of_the_bot(body: Body) -> bool:
    """Whether the bot's own token was revoked, and not one of a person's."""
    return bool((body["event"].get("tokens") or {}).get("bot"))


async def _asked(hub: Hub, came: Came) -> None:
    try:
        organisation = hub.organisation(came)
    except UnknownWorkspaceError as error:
        log.warning("Nobody was answered: %s", error)
        hub.later.start(hub.say(came, "slack.unknown-workspace", Language.EN, workspace=error.workspace))
        return
    works_here = hub.desk.comms.get(organisation)
    in_comms = works_here and (works_here.workspace, works_here.conversation) == (came.team, came.channel)
    answer = for_the_asker(came.text)
    if in_comms and (came.in_thread or answer is not None):
        await _internal(hub, came, answer)
    else:
        await asking.ask(hub, came)


async def _internal(hub: Hub, came: Came, answer: str | None) -> None:
    """Comms mentions the bot below a card: only “svar:” leaves the thread."""
    try:
        number = await hub.case_at(came.address(), came.thread)
        if number is None:  # a card that was posted a moment ago is noted a moment later
            number = await hub.messenger.case_of(came.team, came.channel, came.thread)
        if number is None and answer is None:
            await asking.ask(hub, came)
        elif number is None or answer is None:
            key = "talk.no-case-here" if number is None else "talk.answer-how"
            hub.later.start(hub.own_words(came, key))
        else:
            await _answered(hub, came, number, answer)
    except InputError:
        hub.later.start(hub.own_words(came, "talk.no-case-here"))
    except StorageError:
        hub.later.start(hub.own_words(came, "ask.not-saved"))
    except (DeliveryError, UndeliverableError):
        hub.later.start(hub.own_words(came, "slack.no-access"))


async def _answered(hub: Hub, came: Came, number: CaseNumber, answer: str) -> None:
    who = await hub.sender(came)
    person = await hub.may_act(who)
    done = await casework.do(hub.desk, who, number, Answer(answer))
    spoken = hub.language(person, who.organisation)
    if done and done.refused:
        hub.later.start(hub.tell(came, [done.refused], spoken))
    elif done:
        hub.later.start(hub.say(came, "talk.answer-sent", spoken, number=number))


# ── Home and the agent view ──────────────────────────────────────────────────────────────────────────────────────────


async def _opened(hub: Hub, came: Came, tab: str) -> None:
    if tab == "messages":
        await suggest(hub, came)
    elif tab == "home":
        await publish(hub, came)


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
            queue = await _queue(hub, who.organisation, language)
    except (DeliveryError, UndeliverableError) as error:
        log.warning("Home is shown without the queue: %s", error)
    cases = await casework.my_cases(hub.desk, who, 5)
    home = Home(organisation.name, language, _prompts(hub, who.organisation, language), cases, queue)
    client = await hub.clients.asking(came.team, came.enterprise)
    await called(client.views_publish(user_id=came.user, view=home_view(home, hub.desk.say)))


async def _queue(hub: Hub, organisation: OrganisationId, language: Language) -> Queue:
    open_ones = CaseFilter(organisation, (State.WAITING, State.CLAIMED), most=QUEUE)
    cards = await casework.queue(hub.desk, open_ones, language)
    async with hub.desk.store.look() as work:
        counts = [
            await work.count_cases(CaseFilter(organisation, (state,), most=COUNTED))
            for state in (State.WAITING, State.CLAIMED, State.ANSWERED)
        ]
    now, before = await weeks(hub.desk, organisation)
    return Queue(cards, (counts[0], counts[1], counts[2]), figures(now, before, hub.desk.say, language))


def _prompts(hub: Hub, organisation: OrganisationId, language: Language) -> tuple[str, ...]:
    return prompts(hub.desk.mind.now.knowledge, organisation, language, PROMPTS)

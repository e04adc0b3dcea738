"""What people write: questions, commands, and what comms writes below a card."""

from __future__ import annotations

import logging

from adapters.teams import asking, drafts
from adapters.teams.activities import Activity
from adapters.teams.hub import Hub, UnknownTenantError
from adapters.teams.translate import Came, has_attachment, of
from bot.cases import Answer
from bot.commands import CheckDraft, Command, ForgetMe, Help, MyCases, SpeakIn, for_the_asker, typed
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Block, Button, Text
from bot.prompts import prompts
from bot.service import casework
from bot.service.desk import choose_language

log = logging.getLogger(__name__)
PROMPTS = 4  # questions that are offered


async def written(hub: Hub, activity: Activity) -> None:
    """A message. Returns when what must not be lost is saved; whoever wrote it is told the rest after that."""
    came = of(activity)
    try:
        organisation = hub.organisation(came)
    except UnknownTenantError as error:
        log.warning("Nobody was answered: %s", error)
        hub.later.start(hub.say(came, "teams.unknown-tenant", Language.EN, tenant=error.tenant))
        return
    if not came.text:
        key = "teams.no-text" if has_attachment(activity) else "ask.empty"
        hub.later.start(hub.own_words(came, key))
        return
    try:
        await hub.references.keep(came)
        await _written(hub, came, organisation)
    except StorageError as error:
        log.error("What somebody wrote was not saved: %s", error)  # noqa: TRY400  # the sentence is for the operator
        hub.later.start(hub.own_words(came, "ask.not-saved"))


async def _written(hub: Hub, came: Came, organisation: OrganisationId) -> None:
    works_here = hub.desk.comms.get(organisation)
    in_comms = works_here and (works_here.workspace, works_here.conversation) == (came.tenant, came.conversation)
    answer = for_the_asker(came.text)
    if in_comms and (came.thread or answer is not None) and await _internal(hub, came, answer):
        return
    command = typed(came.text)
    if command and not await _first_time(hub, came):
        return
    if isinstance(command, CheckDraft) and command.draft:
        hub.later.start(hub.told(came, drafts.typed(hub, came, command.draft)))
    elif command:
        hub.later.start(hub.told(came, _command(hub, came, command)))
    else:
        await asking.ask(hub, came)


async def _first_time(hub: Hub, came: Came) -> bool:
    async with hub.desk.store.work() as work:
        return await work.first_time(came.event)


async def _internal(hub: Hub, came: Came, answer: str | None) -> bool:
    """Comms mentions the bot below a card: only “svar:” leaves the thread. False where it is no such thread."""
    number = await hub.case_at(came.address(), came.thread)
    if number is None and answer is None:
        return False
    if number is None or answer is None:
        hub.later.start(hub.own_words(came, "talk.no-case-here" if number is None else "talk.answer-how"))
        return True
    who = hub.sender(came)
    try:
        person = await hub.may_act(who)
        done = await casework.do(hub.desk, who, number, Answer(answer))
    except InputError:
        hub.later.start(hub.own_words(came, "talk.no-case-here"))
    except (DeliveryError, UndeliverableError):
        hub.later.start(hub.own_words(came, "teams.no-access"))
    else:
        language = hub.language(person, who.organisation)
        if done and done.refused:
            hub.later.start(hub.tell(came, [done.refused]))
        elif done:
            hub.later.start(hub.say(came, "talk.answer-sent", language, number=number))
    return True


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _command(hub: Hub, came: Came, command: Command) -> None:
    """What concerns the person alone is said in their own chat."""
    who = hub.sender(came)
    language = await hub.language_of(came)
    say = hub.desk.say
    match command:
        case CheckDraft():
            await hub.tell(came, [Text(say("check.how", language))])
        case MyCases():
            shown: list[Block] = [*await casework.my_cases(hub.desk, who, 5)]
            await _alone(hub, came, shown or [Text(say("talk.no-cases", language))], language)
        case SpeakIn(None):
            await hub.say(came, "talk.which-language", language)
        case SpeakIn(Language() as chosen):
            await choose_language(hub.desk, who, chosen)
            await hub.say(came, "chat.language-set", chosen)
        case ForgetMe():
            sure = Button("forget", "", say("talk.forget-do", language), "danger")
            await _alone(hub, came, [Text(say("talk.forget-sure", language), buttons=(sure,))], language)
        case Help():
            await welcome(hub, came, "teams.help", language)


async def _alone(hub: Hub, came: Came, blocks: list[Block], language: Language) -> None:
    if came.direct:
        for block in blocks:
            await hub.tell(came, [block])
        return
    for block in blocks:
        await hub.alone(came, [block])
    await hub.say(came, "teams.told-alone", language)


async def welcome(hub: Hub, came: Came, key: str, language: Language) -> None:
    """What there is to say, and, in a chat of one's own, questions to begin with."""
    organisation = hub.organisation(came)
    offered = prompts(hub.desk.mind.now.knowledge, organisation, language, PROMPTS) if came.direct else ()
    name = hub.desk.mind.now.knowledge.organisation[organisation].name
    await hub.tell(came, [Text(hub.desk.say(key, language, organisation=name))], prompts=offered)

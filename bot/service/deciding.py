"""Precedents: a decided draft is kept with its reason, and shown to whoever writes a similar one, and to comms."""

from __future__ import annotations

from datetime import datetime

from bot.cases import MAX_TEXT, CaseNumber, Kind
from bot.cleaning import masked_text
from bot.errors import InputError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Text
from bot.ports import Precedent
from bot.precedents import Decision, alike, for_asker, for_comms
from bot.service.desk import Desk, Sender, find_case, sender
from bot.service.teaching import not_comms, spoken


async def keep(
    desk: Desk, who: Sender, number: CaseNumber, decision: Decision, reason: str, expires: datetime | None = None
) -> tuple[Text, Precedent | None] | None:
    """Keeps how a draft was decided, people taken out of its text. None for a repeated event.

    InputError where there is no such case, or it is about no draft.
    """
    async with desk.store.work() as work:
        case = await find_case(work, number)
        if case.kind is Kind.QUESTION:
            raise InputError(f"case {number} is about no draft")
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        language = spoken(desk, person, case.organisation)
        if refusal := await not_comms(desk, person, case.organisation):
            return refusal, None
        if not reason.strip() or len(reason) > MAX_TEXT:
            return Text(desk.say("refused.too-long" if reason.strip() else "refused.empty", language)), None
        if expires is not None and expires <= desk.clock():
            return Text(desk.say("teach.past", language)), None
        organisation = desk.mind.now.knowledge.organisation[case.organisation]
        kept = Precedent(
            organisation=case.organisation,
            language=case.language,
            text=masked_text(case.text, organisation, desk.mind.rules),
            decision=decision,
            reason=masked_text(reason.strip(), organisation, desk.mind.rules),
            decided_by=person.id,
            at=desk.clock(),
            expires=expires,
            from_case=number,
        )
        return Text(desk.say("teach.precedent.kept", language)), await work.add_precedent(kept)


async def told_to_author(desk: Desk, organisation: OrganisationId, draft: str, language: Language) -> tuple[Text, ...]:
    """What was decided on drafts like this one; empty where there are none."""
    now = desk.clock()
    async with desk.store.work() as work:
        found = alike(draft, await work.precedents(organisation, now), now)
    return for_asker(found, desk.say, language)


async def told_to_comms(desk: Desk, number: CaseNumber) -> tuple[Text, ...]:
    """Decisions on drafts like a case's, with those drafts and who decided; empty where there are none."""
    now = desk.clock()
    async with desk.store.work() as work:
        case = await find_case(work, number)
        if case.kind is Kind.QUESTION:
            return ()
        others = [each for each in await work.precedents(case.organisation, now) if each.from_case != number]
        found = alike(case.text, others, now)
        people = {each.decided_by: await work.find_person(each.decided_by) for each, _ in found}
    language = desk.mind.now.knowledge.organisation[case.organisation].language
    return for_comms(found, {key: person.name for key, person in people.items() if person}, desk.say, language)

"""Precedents: a decided draft is kept with its reason, and shown to whoever writes a similar one, and to comms."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from bot.cases import MAX_TEXT, Case, CaseNumber, Kind, Note, PersonId
from bot.cleaning import masked_text
from bot.errors import InputError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Text
from bot.ports import Precedent
from bot.precedents import Decision, alike, decidable, for_asker, for_comms
from bot.service.desk import Desk, Sender, change_case, find_case, sender
from bot.service.teaching import not_comms, spoken

HOLDS = timedelta(days=365)  # suggested until comms says otherwise
Alike = list[tuple[Precedent, float]]


@dataclass(frozen=True)
class Offer:
    """What a form to keep a decision shows, in words."""

    label: str
    choices: tuple[tuple[Decision, str], ...]
    until: datetime


async def offer(desk: Desk, number: CaseNumber, language: Language) -> Offer | None:
    """The form for a case on a draft that comms is through with; None for any other. InputError where there is none."""
    async with desk.store.look() as work:
        case = await find_case(work, number)
    return form(desk, language) if decidable(case) else None


def form(desk: Desk, language: Language) -> Offer:
    """The same, whatever has become of the case since: what was written is shown again where it cannot be kept."""
    choices: tuple[Decision, ...] = get_args(Decision)
    return Offer(
        desk.say("teach.decide", language),
        tuple((choice, desk.say(f"teach.decide.{choice}", language)) for choice in choices),
        desk.clock() + HOLDS,
    )


def to_decision(name: str) -> Decision:
    """InputError for one that there is not."""
    match name:
        case "publish" | "change" | "do-not-publish":
            return name
        case _:
            raise InputError(f"“{name[:40]}” is no decision on a draft")


async def keep(
    desk: Desk, who: Sender, number: CaseNumber, decision: Decision, reason: str, expires: datetime | None = None
) -> tuple[Text, Precedent | None] | None:
    """Keeps how a draft was decided, people taken out of its text; a later one on the same case takes its place.

    It stands in the case's history, too. None for a repeated event. InputError where there is no such case, or it is
    about no draft.
    """
    async with desk.store.look() as work:
        case = await find_case(work, number)
    if case.kind is Kind.QUESTION:
        raise InputError(f"case {number} is about no draft")
    made = await asyncio.to_thread(_precedent, desk, case, decision, reason.strip()[: MAX_TEXT + 1])
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        language = spoken(desk, person, case.organisation)
        if refusal := await not_comms(desk, person, case.organisation):
            return refusal, None
        kept, note = replace(made, decided_by=person.id, expires=expires), _note(desk, made)
        if against := _against(case, kept, note):
            return Text(desk.say(against, language, number=number)), None
        await change_case(desk, work, case, Note(note), person.id)
        kept = await work.add_precedent(kept)
    return Text(desk.say("teach.precedent.kept", language)), kept


def _against(case: Case, kept: Precedent, note: str) -> str | None:
    """The key of what stands against keeping it."""
    if case.closed_as == "withdrawn":
        return "refused.withdrawn"
    if not kept.reason:
        return "refused.empty"
    if len(note) > MAX_TEXT:
        return "refused.too-long"
    return "teach.past" if kept.expires is not None and kept.expires <= kept.at else None


def _precedent(desk: Desk, case: Case, decision: Decision, reason: str) -> Precedent:
    """Whoever decides, and for how long, is still to be filled in."""
    organisation = desk.mind.now.knowledge.organisation[case.organisation]
    return Precedent(
        organisation=case.organisation,
        language=case.language,
        text=masked_text(case.text, organisation, desk.mind.rules),
        decision=decision,
        reason=masked_text(reason, organisation, desk.mind.rules),
        decided_by="",
        at=desk.clock(),
        expires=None,
        from_case=case.number,
    )


def _note(desk: Desk, kept: Precedent) -> str:
    language = desk.mind.now.knowledge.organisation[kept.organisation].language
    decision = desk.say(f"teach.decide.{kept.decision}", language)
    return desk.say("teach.decided", language, decision=decision, reason=kept.reason)


# ── shown ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def told_to_author(desk: Desk, organisation: OrganisationId, draft: str, language: Language) -> tuple[Text, ...]:
    """What was decided on drafts like this one; empty where there are none."""
    now = desk.clock()
    async with desk.store.look() as work:
        kept = await work.precedents(organisation, now)
    return for_asker(await _alike(draft, kept, now), desk.say, language)


async def told_to_comms(desk: Desk, number: CaseNumber, language: Language | None = None) -> tuple[Text, ...]:
    """Decisions on drafts like a case's, with those drafts and who decided; empty where there are none.

    In comms' own language, or ``language``. InputError where there is no such case.
    """
    now = desk.clock()
    async with desk.store.look() as work:
        case = await find_case(work, number)
        kept = [] if case.kind is Kind.QUESTION else await work.precedents(case.organisation, now)
    found = await _alike(case.text, [each for each in kept if each.from_case != number], now)
    if not found:
        return ()
    spoken_there = language or desk.mind.now.knowledge.organisation[case.organisation].language
    return for_comms(found, await _names(desk, found), desk.say, spoken_there)


async def _alike(draft: str, kept: Sequence[Precedent], now: datetime) -> Alike:
    """Off the event loop: it grows with the number of those that are kept."""
    return await asyncio.to_thread(alike, draft, kept, now) if kept else []


async def _names(desk: Desk, found: Alike) -> dict[PersonId, str]:
    async with desk.store.look() as work:
        people = [await work.find_person(each.decided_by) for each, _ in found]
    return {person.id: person.name for person in people if person}

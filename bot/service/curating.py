"""Looking after what was learned: suggestions accepted or set aside, undoing, renewing, and what is about to expire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.knowledge import EntryId, OrganisationId
from bot.language import Language
from bot.lessons import has_expired, holding, read_lessons
from bot.messages import Text
from bot.ports import Learned, Message, Person, Work
from bot.proposing import Proposal
from bot.service.desk import Desk, Sender, find_case, sender
from bot.service.revising import proposal_of
from bot.service.teaching import Examined, against, not_comms, renewed, spoken, title_of

EXPIRES = "expires"  # the kind of message that reminds an owner
SOON = timedelta(days=14)

_Change = Callable[[Work, Person, Sequence[Learned], Language], Awaitable[Text | None]]  # None: nothing to change
Doing = Literal["accept", "refuse", "undo", "renew"]
ItemState = Literal["proposed", "live", "withdrawn", "expired"]


OFFERED: dict[ItemState, tuple[Doing, ...]] = {
    "proposed": ("accept", "refuse"), "live": ("undo", "renew"), "expired": ("renew",), "withdrawn": (),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """Something learned or suggested, as a list shows it. ``actions``: what comms may do, with its label."""

    id: EntryId
    state: ItemState
    state_label: str
    title: str
    variants: tuple[str, ...]
    answer: str  # empty where only ways of asking are added
    base: EntryId | None
    owner: str  # the name; empty where a choice suggested it
    case: int | None
    expires: datetime | None
    actions: tuple[tuple[Doing, str], ...]
    text: Proposal | None = None  # as it may be changed (bot/service/revising.py)


async def listing(desk: Desk, who: Sender) -> list[Item] | Text:
    """Suggestions first, then what is in use, newest first; then what was taken out. A Text says why not."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        if refusal := await not_comms(desk, person, who.organisation):
            return refusal
        learned = await work.learned()
        owners = {each.owner: await work.find_person(each.owner) for each in learned}
    desk.mind.soon()
    language = spoken(desk, person, who.organisation)
    names = {owner: found.name for owner, found in owners.items() if found}
    order = ("proposed", "live", "expired", "withdrawn")
    newest = sorted(learned, key=lambda each: each.at, reverse=True)
    items = [_item(desk, each, names.get(each.owner, ""), language, who.organisation) for each in newest]
    return sorted(items, key=lambda item: order.index(item.state))


def _item(desk: Desk, learned: Learned, owner: str, language: Language, organisation: OrganisationId) -> Item:
    state = _state(learned, desk.clock())
    (lesson,) = read_lessons(learned.yaml)
    return Item(
        id=learned.id,
        state=state,
        state_label=desk.say(f"teach.state.{state}", language),
        title=title_of(desk, lesson, language),
        variants=tuple(text for _, text in lesson.variants()),
        answer="\n\n".join(answer[language] for answer in lesson.answers.values()),
        base=learned.base,
        owner=owner,
        case=learned.from_case,
        expires=learned.expires,
        actions=tuple((name, desk.say(f"teach.do.{name}", language)) for name in OFFERED[state]),
        text=None if learned.withdrawn else proposal_of(learned, organisation),
    )


def _state(learned: Learned, now: datetime) -> ItemState:
    if learned.version == 0:
        return "proposed"
    if learned.withdrawn:
        return "withdrawn"
    return "expired" if has_expired(learned, now) else "live"


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def accept(desk: Desk, who: Sender, name: EntryId) -> Examined | Text | None:
    """Makes a suggestion known, where nothing stands against it. None for a repeated event."""
    while True:
        async with desk.store.work() as work:
            person = await sender(desk, work, who)
            refusal = await not_comms(desk, person, who.organisation)
            learned = await work.learned(all_versions=True)
            version = await work.knowledge_version()
        language = spoken(desk, person, who.organisation)
        latest = _latest(learned, name)
        if refusal or latest is None or latest.version > 0:
            return refusal or Text(desk.say("teach.gone", language))
        (lesson,) = read_lessons(latest.yaml)
        variants = {tongue: texts for tongue in Language if (texts := lesson.questions[tongue])}
        proposal = Proposal(who.organisation, variants, base=lesson.id)
        verdict = await against(desk, proposal, learned)
        if not verdict.passes:
            return Examined(proposal, verdict, tuple(map(Text, verdict.told(desk.say, language))))
        async with desk.store.work() as work:
            if await work.hold_knowledge() != version:
                continue
            if not await work.first_time(who.event):
                return None
            accepted = replace(renewed(latest, person.id, desk.clock(), 1), withdrawn=False, owner=person.id)
            await work.add_learned(accepted)
        desk.mind.changed()
        said = desk.say("teach.accepted", language, variant=next(text for _, text in lesson.variants()))
        return Examined(proposal, verdict, (Text(said),), saved=accepted)


async def refuse(desk: Desk, who: Sender, name: EntryId) -> Text | None:
    """Sets a suggestion aside; the same words are not suggested again. None for a repeated event."""

    async def change(work: Work, person: Person, versions: Sequence[Learned], language: Language) -> Text | None:
        latest = versions[-1]
        if latest.version > 0:
            return None
        await work.add_learned(renewed(latest, person.id, desk.clock(), 1))
        return Text(desk.say("teach.refused", language))

    return await _change(desk, who, name, change)


# ── what is in use ───────────────────────────────────────────────────────────────────────────────────────────────────
async def undo(desk: Desk, who: Sender, name: EntryId) -> Text | None:
    """Back to the version before the present one, or out where there is none. None for a repeated event."""

    async def change(work: Work, person: Person, versions: Sequence[Learned], language: Language) -> Text | None:
        latest = versions[-1]
        if latest.withdrawn:
            return None
        (lesson,) = read_lessons(latest.yaml)
        before = version_before(versions)
        back = replace(before or latest, withdrawn=before is None)
        await work.add_learned(renewed(back, person.id, desk.clock(), latest.version + 1))
        title = title_of(desk, lesson, language)
        return Text(desk.say("teach.restored" if before else "teach.undone", language, title=title))

    return await _change(desk, who, name, change)


async def renew(desk: Desk, who: Sender, name: EntryId, until: datetime) -> Text | None:
    """What was learned holds ``until`` then, also where it had expired. None for a repeated event."""

    async def change(work: Work, person: Person, versions: Sequence[Learned], language: Language) -> Text | None:
        latest = versions[-1]
        if latest.withdrawn:
            return None
        if until <= desk.clock():
            return Text(desk.say("teach.past", language))
        again = renewed(latest, person.id, desk.clock(), latest.version + 1)
        await work.add_learned(replace(again, expires=until))
        (lesson,) = read_lessons(latest.yaml)
        title = title_of(desk, lesson, language)
        return Text(desk.say("teach.renewed", language, title=title, date=until.date().isoformat()))

    return await _change(desk, who, name, change)


def version_before(versions: Sequence[Learned]) -> Learned | None:
    """The version that an undoing of the latest leads back to. ``versions``: of one id, in order.

    Going back and forth is followed: a version with the text of the one before it was an undoing itself.
    """
    trail: list[Learned] = []
    for each in versions:
        if each.withdrawn:
            trail = []
        elif trail and each.yaml == trail[-1].yaml:  # renewed only
            trail[-1] = each
        elif len(trail) > 1 and each.yaml == trail[-2].yaml:
            trail = [*trail[:-2], each]
        else:
            trail.append(each)
    return trail[-2] if len(trail) > 1 else None


# ── reminders ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def expiring(desk: Desk, now: datetime) -> int:
    """Reminds of what expires within SOON, once a version; to be called daily. How many reminders were sent."""
    sent = 0
    async with desk.store.work() as work:
        for each in holding(await work.learned(), now):
            if each.expires is None or each.expires - now > SOON or each.from_case is None:
                continue
            case = await find_case(work, each.from_case)
            comms = desk.comms.get(case.organisation)
            if comms and await work.first_time(f"{EXPIRES}:{each.id}:{each.version}"):
                event = len(await work.history(case.number))
                await work.add_message(Message(EXPIRES, "comms", case.number, event, comms))
                sent += 1
    return sent


async def reminder(desk: Desk, work: Work, message: Message) -> Text:
    """What a message of the kind EXPIRES says as things stand now."""
    case = await find_case(work, message.case)
    language = desk.mind.now.knowledge.organisation[case.organisation].language
    of_case = [each for each in await work.learned() if each.from_case == case.number and each.version > 0]
    soon = [each for each in of_case if each.expires and not each.withdrawn and each.expires - desk.clock() <= SOON]
    each = (soon or of_case)[0]
    (lesson,) = read_lessons(each.yaml)
    title = title_of(desk, lesson, language)
    if not soon or each.expires is None:
        return Text(desk.say("teach.settled", language, title=title, number=case.number))
    owner = await work.find_person(each.owner)
    name, date = owner.name if owner else "–", each.expires.date().isoformat()
    return Text(desk.say("teach.expires", language, who=name, title=title, number=case.number, date=date))


# ── what all of them do ──────────────────────────────────────────────────────────────────────────────────────────────
async def _change(desk: Desk, who: Sender, name: EntryId, change: _Change) -> Text | None:
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        if refusal := await not_comms(desk, person, who.organisation):
            return refusal
        language = spoken(desk, person, who.organisation)
        await work.hold_knowledge()
        versions = _versions(await work.learned(all_versions=True), name)
        said = await change(work, person, versions, language) if versions else None
    desk.mind.changed()
    return said or Text(desk.say("teach.gone", language))


def _versions(learned: Iterable[Learned], name: EntryId) -> list[Learned]:
    return sorted((each for each in learned if each.id == name), key=lambda each: each.version)


def _latest(learned: Iterable[Learned], name: EntryId) -> Learned | None:
    versions = _versions(learned, name)
    return versions[-1] if versions else None

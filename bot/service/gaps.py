"""The gap queue: what the handbook lacks, for comms to answer or to set aside; and an answer taught from it.

What was found is remembered for a while: thousands of questions take seconds to put together, beside the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering import Answered, Asker, respond
from bot.cleaning import clean
from bot.gaps import Gap, gaps
from bot.knowledge import Entry, OrganisationId
from bot.language import Language
from bot.messages import Text
from bot.ports import Unmet
from bot.proposing import Proposal, cleaned, short
from bot.reviewing import owner_of
from bot.service.desk import Desk, Sender, sender
from bot.service.mind import Found
from bot.service.teaching import HOLDS, Examined, keep, not_comms, spoken, topic_title

BACK = timedelta(days=56)  # how far is looked back
FRESH = timedelta(minutes=10)  # that what was found is shown again
SHOWN = 20  # gaps
EXAMPLES, REASONS, WAYS = 3, 2, 8  # of each: questions shown, what was missing, and ways of asking taught
LOOKED_AT = 60  # gaps, the first, that may have been answered since


@dataclass(frozen=True)
class Shown:
    """A gap as comms sees it: nobody's name or number in it. ``owner``: who looks after an answer that did not help."""

    key: int
    title: str
    examples: tuple[str, ...]
    missing: tuple[str, ...]
    times: int
    people: int
    recent: int
    before: int
    whys: str
    answer: str  # the title of an answer that did not help
    owner: str


async def listing(desk: Desk, organisation: OrganisationId, language: Language, most: int = SHOWN) -> list[Shown]:
    """The most pressing first."""
    found = await find(desk, organisation)
    return [shown for gap in found[: 2 * most] if (shown := _shown(desk, organisation, gap, language))][:most]


async def find(desk: Desk, organisation: OrganisationId) -> Sequence[Gap]:
    """Of the last eight weeks; what the bot knows by now is left out."""
    now, brain = desk.clock(), desk.mind.now
    known = desk.mind.gaps.get(organisation)
    if known and known.version == brain.version and now - known.at < FRESH:
        return known.gaps
    async with desk.store.look() as work:
        unmet = await work.unmet(organisation, now - BACK, now + timedelta(seconds=1))
    found = await asyncio.to_thread(_find, desk, organisation, unmet, now)
    desk.mind.gaps[organisation] = Found(tuple(found), now, brain.version)
    return found


def _find(desk: Desk, organisation: OrganisationId, unmet: Sequence[Unmet], now: datetime) -> list[Gap]:
    found = gaps(unmet, desk.mind.now.matcher.model, now)
    kept = [gap for gap in found[:LOOKED_AT] if not _answered_by_now(desk, organisation, gap)]
    return [*kept, *found[LOOKED_AT:]]


def _answered_by_now(desk: Desk, organisation: OrganisationId, gap: Gap) -> bool:
    if "not-helpful" in gap.whys:
        return False
    brain = desk.mind.now
    (*_, last) = respond(gap.members[0].text, brain.knowledge, brain.matcher, Asker(organisation))
    return isinstance(last.outcome, Answered)


def _shown(desk: Desk, organisation: OrganisationId, gap: Gap, language: Language) -> Shown | None:
    """None where nothing is left of its questions once people are taken out."""
    texts = _masked(desk, organisation, [each.text for each in gap.members], EXAMPLES)
    if not texts:
        return None
    entry = next((name for name in gap.entries if isinstance(desk.mind.now.knowledge.topic.get(name), Entry)), "")
    whose = desk.mind.now.knowledge.organisation[organisation]
    whys = ", ".join(desk.say(f"gap.why-{why}", language, count=count) for why, count in gap.whys.items())
    return Shown(
        key=gap.key,
        title=short(texts[0]),
        examples=texts,
        missing=_masked(desk, organisation, gap.missing, REASONS),
        times=len(gap.members),
        people=gap.people,
        recent=gap.recent,
        before=gap.before,
        whys=whys,
        answer=topic_title(desk, entry, language) if entry else "",
        owner=owner_of(whose, entry, language) if entry else "",
    )


def _masked(desk: Desk, organisation: OrganisationId, texts: Sequence[str], most: int) -> tuple[str, ...]:
    """Without people and their data, different ones, as many as are wanted."""
    whose = desk.mind.now.knowledge.organisation[organisation]
    found: dict[str, None] = {}
    for text in texts[: 4 * most]:
        if said := clean(text, whose, desk.mind.rules):
            found[said] = None
        if len(found) == most:
            break
    return tuple(found)


# ── an answer ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def prepare(desk: Desk, who: Sender, key: int) -> Proposal | Text:
    """What would be taught: the ways of asking, in the language that most of them are in. A Text says why not."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        if refusal := await not_comms(desk, person, who.organisation):
            return refusal
    desk.mind.soon()
    gap = await _of(desk, who.organisation, key)
    if gap is None:
        return Text(desk.say("gap.gone", spoken(desk, person, who.organisation)))
    language = gap.language
    ways = _masked(desk, who.organisation, [each.text for each in gap.members if each.language == language], WAYS)
    title = {language: short(ways[0])} if ways else {}
    return Proposal(who.organisation, {language: ways}, {language: ""}, title, expires=desk.clock() + HOLDS)


async def _of(desk: Desk, organisation: OrganisationId, key: int) -> Gap | None:
    """The gap that a question stands for, or that it has come to belong to meanwhile."""
    found = await find(desk, organisation)
    return next((gap for gap in found if any(each.question == key for each in gap.members)), None)


async def save(desk: Desk, who: Sender, key: int, proposal: Proposal) -> Examined | None:
    """Keeps an answer that nothing stands against; its questions are no gap any more. None for a repeated event."""
    gap = await _of(desk, who.organisation, key)
    made = cleaned(proposal, desk.mind.now.knowledge, desk.mind.rules)
    done = await keep(desk, who, made)
    if done and done.saved and gap:
        await _settle(desk, who, gap)
    return done


async def settle(desk: Desk, who: Sender, key: int) -> Text | None:
    """These questions need no answer in the handbook: whoever asks the same again makes it a gap again. None for a
    repeated event."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        if refusal := await not_comms(desk, person, who.organisation):
            return refusal
        if not await work.first_time(who.event):
            return None
    language = spoken(desk, person, who.organisation)
    gap = await _of(desk, who.organisation, key)
    if gap is None:
        return Text(desk.say("gap.gone", language))
    await _settle(desk, who, gap)
    return Text(desk.say("gap.settled", language))


async def _settle(desk: Desk, who: Sender, gap: Gap) -> None:
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        await work.settle_gap([each.question for each in gap.members], person.id, desk.clock())
    if known := desk.mind.gaps.get(who.organisation):
        left = tuple(each for each in known.gaps if each.key != gap.key)
        desk.mind.gaps[who.organisation] = replace(known, gaps=left)

"""The digest on Monday morning: promised once for each organisation and week, and drawn when it is sent."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases import State
from bot.charts import Bars, png, weeks
from bot.digest import Facts, counted, due, last_weeks, number, of_number, sentences
from bot.insights import week
from bot.knowledge import Organisation
from bot.language import Language
from bot.lessons import holding
from bot.messages import Button, Picture, Text
from bot.ports import CaseFilter, Message
from bot.reviewing import kept
from bot.service import gaps
from bot.service.curating import SOON
from bot.service.desk import Desk, overdue

DIGEST = "digest:"  # before the organisation, in the kind of message
WEEKS, BIGGEST = 8, 3


async def send(desk: Desk) -> int:
    """Promises the digests that are due; to be called every quarter of an hour, by however many replicas. How many."""
    sent = 0
    for organisation in desk.mind.now.knowledge.organisations:
        monday, comms = due(organisation, desk.clock()), desk.comms.get(organisation.id)
        if monday is None or comms is None:
            continue
        async with desk.store.work() as work:
            if await work.first_time(f"{DIGEST}{organisation.id}:{number(monday)}"):
                await work.add_message(Message(f"{DIGEST}{organisation.id}", "comms", 0, number(monday), comms))
                sent += 1
    return sent


async def drawn(desk: Desk, message: Message) -> list[Text]:
    """What such a message says."""
    organisation = desk.mind.now.knowledge.organisation[message.kind.removeprefix(DIGEST)]
    return await digest(desk, organisation, of_number(organisation, message.event), organisation.language)


async def digest(desk: Desk, organisation: Organisation, monday: datetime, language: Language) -> list[Text]:
    """Of the week before ``monday``."""
    facts, bars = await _facts(desk, organisation, monday, language)
    said = " ".join(sentences(facts, desk.say, language))
    if said == desk.say("digest.quiet", language):
        return [Text(said)]
    picture = Picture(await asyncio.to_thread(png, bars), bars.described) if any(bars.rows[0][1]) else None
    found = await gaps.listing(desk, organisation.id, language, BIGGEST)
    lines = [
        f"{place}. {gap.title} ({counted('questions', gap.times, desk.say, language)})"
        for place, gap in enumerate(found, start=1)
    ]
    head = desk.say("digest.gaps" if lines else "digest.gaps-none", language)
    buttons = tuple(Button("desk", name, desk.say(f"desk.to-{name}", language)) for name in ("open", "gaps", "figures"))
    return [
        Text(f"{desk.say('digest.head', language)} {said}", picture=picture),
        Text("\n".join([head, *lines]), buttons=buttons),
    ]


async def _facts(desk: Desk, organisation: Organisation, monday: datetime, language: Language) -> tuple[Facts, Bars]:
    whose, now = organisation.id, desk.clock()
    spans = last_weeks(monday, WEEKS)
    async with desk.store.look() as work:
        passed = [week(await work.happened(whose, *span), organisation) for span in spans]
        piles = await work.piles(whose, "", overdue(desk, whose))
        open_ones = await work.count_cases(CaseFilter(whose, (State.WAITING, State.CLAIMED)))
        learned = holding(await work.learned(), now)
    fading = sum(bool(each.expires and each.expires - now <= SOON) for each in learned)
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    review = sum(each.late for each in kept(desk.mind.now.knowledge, organisation, language, today))
    facts = Facts(passed[-1], passed[-2], piles, open_ones, review, fading)
    say = desk.say
    labels = [say("digest.week", language, number=since.isocalendar().week) for since, _ in spans]
    asked = (say("talk.week-asked", language), [each.asked for each in passed])
    answered = (say("talk.week-answered", language), [each.answered for each in passed])
    return facts, weeks(say("digest.picture", language), labels, asked, answered)

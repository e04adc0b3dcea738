"""The Monday digest: what a week came to, in five sentences that are true, also of a week in which nothing happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.insights import Between, Week, length
from bot.knowledge import Organisation
from bot.language import Language
from bot.ports import Piles
from bot.wording import Wording
from bot.workhours import next_working_moment

LATE = timedelta(hours=30)  # after it was due, a digest of last week is no news any more


@dataclass(frozen=True)
class Facts:
    """What a digest tells. ``now``: the week that is over; ``review``: answers that should be looked over by now;
    ``fading``: taught answers that end within two weeks."""

    now: Week
    before: Week
    piles: Piles
    open: int
    review: int
    fading: int


def number(day: datetime) -> int:
    """The week that begins on that Monday, as 202709."""
    year, week, _ = day.isocalendar()
    return year * 100 + week


def due(organisation: Organisation, now: datetime) -> datetime | None:
    """The Monday (as it began there) whose digest is to be sent now: from when somebody is at work in that week, which
    on holidays is later. None where none is, or it is too late to be news."""
    monday = monday_of(organisation, now)
    first = next_working_moment(organisation, monday)
    return monday if first <= now < first + LATE and first < monday + timedelta(days=7) else None


def monday_of(organisation: Organisation, now: datetime) -> datetime:
    here = now.astimezone(ZoneInfo(organisation.time_zone))
    return datetime.combine(here.date() - timedelta(days=here.weekday()), time(), here.tzinfo)


def of_number(organisation: Organisation, week: int) -> datetime:
    """The Monday of a week's number."""
    day = datetime.fromisocalendar(week // 100, week % 100, 1)
    return day.replace(tzinfo=ZoneInfo(organisation.time_zone))


def last_weeks(monday: datetime, count: int) -> list[Between]:
    """The ``count`` weeks before, the oldest first."""
    week = timedelta(days=7)
    return [(monday - week * back, monday - week * (back - 1)) for back in range(count, 0, -1)]


def sentences(facts: Facts, say: Wording, language: Language) -> list[str]:
    """Five; where nothing was asked and nothing waits, one short kind word."""
    now = facts.now
    if not (now.asked or now.handed or facts.open):
        return [say("digest.quiet", language)]
    return [
        _asked(facts, say, language),
        _handed(now, say, language),
        _votes(now, say, language),
        _waiting(facts, say, language),
        _looked_over(facts, say, language),
    ]


def _asked(facts: Facts, say: Wording, language: Language) -> str:
    now, more = facts.now, facts.now.asked - facts.before.asked
    if not now.asked:
        return say("digest.asked-none", language)
    trend = say(f"digest.{'more' if more > 0 else 'fewer' if more else 'same'}", language, count=abs(more))
    share = round(100 * now.answered / now.asked)
    questions = counted("questions", now.asked, say, language)
    return say("digest.asked", language, questions=questions, trend=trend, answered=now.answered, share=share)


def _handed(now: Week, say: Wording, language: Language) -> str:
    if not now.handed and now.wait is None:
        return say("digest.handed-none", language)
    cases = counted("cases", now.handed, say, language)
    if now.wait is None:
        return say("digest.handed-unanswered", language, cases=cases)
    return say("digest.handed", language, cases=cases, wait=length(now.wait, say, language))


def _votes(now: Week, say: Wording, language: Language) -> str:
    if not (now.helped or now.not_helped):
        return say("digest.votes-none", language)
    return say("digest.votes", language, helped=now.helped, missed=now.not_helped)


def _waiting(facts: Facts, say: Wording, language: Language) -> str:
    if not facts.open:
        return say("digest.waiting-none", language)
    cases = counted("cases", facts.open, say, language)
    return say("digest.waiting", language, cases=cases, urgent=facts.piles.urgent, overdue=facts.piles.overdue)


def _looked_over(facts: Facts, say: Wording, language: Language) -> str:
    if not (facts.review or facts.fading):
        return say("digest.review-none", language)
    return say("digest.review", language, review=facts.review, fading=facts.fading)


def counted(what: str, count: int, say: Wording, language: Language) -> str:
    return say(f"digest.{what}-{'one' if count == 1 else 'many'}", language, count=count)

"""What became of a week's questions, as figures for those who answer, beside the week before.

A week begins on Monday, in the organisation's time zone. The week before is looked at up to the same weekday and time,
so that a Tuesday is compared with a Tuesday.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.knowledge import Organisation
from bot.language import Language
from bot.ports import Happened
from bot.wording import Wording
from bot.workhours import working_time

Between = tuple[datetime, datetime]  # from when, until when


@dataclass(frozen=True)
class Week:
    """Of one organisation. ``wait``: working time from a case's opening to comms' first answer, the median of those
    first answered then; None where there were none."""

    asked: int
    answered: int  # by the bot
    handed: int  # cases opened
    wait: timedelta | None
    helped: int
    not_helped: int


@dataclass(frozen=True)
class Figure:
    """One figure as it is shown; ``before``: the same of the week before."""

    label: str
    now: str
    before: str


def this_week(now: datetime, time_zone: str) -> tuple[Between, Between]:
    """This week so far, and as much of the one before."""
    here = now.astimezone(ZoneInfo(time_zone))
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time(), here.tzinfo)
    week = timedelta(days=7)  # on the clock: where it was changed, that week had an hour more or less
    return (monday, here), (monday - week, here - week)


def week(happened: Happened, organisation: Organisation) -> Week:
    waits = [
        working_time(organisation, opened, answered).total_seconds() for opened, answered in happened.first_answers
    ]
    wait = timedelta(seconds=median(waits)) if waits else None
    return Week(
        happened.asked, happened.answered, happened.handed, wait, happened.helped, happened.not_helped
    )  # fmt: skip


def figures(now: Week, before: Week, say: Wording, language: Language) -> Sequence[Figure]:
    def counted(key: str, one: int, other: int) -> Figure:
        return Figure(say(f"talk.week-{key}", language), str(one), str(other))

    return (
        counted("asked", now.asked, before.asked),
        counted("answered", now.answered, before.answered),
        counted("handed", now.handed, before.handed),
        Figure(say("talk.week-wait", language), length(now.wait, say, language), length(before.wait, say, language)),
        counted("helped", now.helped, before.helped),
        counted("not-helped", now.not_helped, before.not_helped),
    )


def length(wait: timedelta | None, say: Wording, language: Language) -> str:
    if wait is None:
        return "–"
    hours, minutes = divmod(round(wait.total_seconds() / 60), 60)
    return say("talk.hours" if hours else "talk.minutes", language, hours=hours, minutes=minutes)

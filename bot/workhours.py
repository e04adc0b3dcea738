"""When people are at work: opening hours, weekends and public holidays of an organisation, in its own time zone.

Working time is counted on the clock of real time, so that a day on which the clocks change has the hours that it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import holidays

from bot.errors import SettingsError
from bot.knowledge import Organisation, Weekday

LONGEST_REST = 60  # days; nobody is closed for longer
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)  # by date.weekday()


@dataclass(frozen=True)
class Span:
    """Working time of one day, from when to when."""

    opens: datetime  # in UTC
    closes: datetime


def next_working_moment(organisation: Organisation, after: datetime) -> datetime:
    """``after`` itself where somebody is at work then, else when they open next. In UTC."""
    span = next(_spans(organisation, after))
    return max(span.opens, after.astimezone(UTC))


def after_working_hours(organisation: Organisation, since: datetime, hours: float) -> datetime:
    """When ``hours`` working hours have passed since. In UTC.

    What ends at closing time ends then, and not when they open next.
    """
    left = timedelta(hours=hours)
    for span in _spans(organisation, since):
        start = max(span.opens, since.astimezone(UTC))
        if left <= span.closes - start:
            return start + left
        left -= span.closes - start
    raise AssertionError("working time never ends")


def working_hours_before(organisation: Organisation, until: datetime, hours: float) -> datetime:
    """The latest moment since which more than ``hours`` working hours have passed by ``until``, to the minute. In UTC.

    What began later is not over yet: by halving, as working time only ever grows.
    """
    late, early = until.astimezone(UTC), until.astimezone(UTC) - timedelta(days=LONGEST_REST)
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) / 2
        if after_working_hours(organisation, middle, hours) < until:
            early = middle
        else:
            late = middle
    return early


def working_time(organisation: Organisation, since: datetime, until: datetime) -> timedelta:
    """How long somebody was at work between the two."""
    worked = timedelta()
    for span in _spans(organisation, since):
        if span.opens >= until:
            break
        worked += max(timedelta(), min(span.closes, until) - max(span.opens, since))
    return worked


def is_holiday(organisation: Organisation, day: date) -> bool:
    """Whether it is a public holiday there. Sundays are no more of one than Saturdays."""
    return day in _holidays(organisation.country, day.year)


def _spans(organisation: Organisation, since: datetime) -> Iterator[Span]:
    """Working time that has not ended by ``since``, day after day. SettingsError where there is none for two months."""
    zone = ZoneInfo(organisation.time_zone)
    day, rest = since.astimezone(zone).date(), 0
    while rest < LONGEST_REST:
        span = _span(organisation, day, zone)
        if span is not None and span.closes > since.astimezone(UTC):
            yield span
            rest = 0
        day, rest = day + timedelta(days=1), rest + 1
    raise SettingsError(f"{organisation.name} is never open; give it hours in handbooks.yaml")


def _span(organisation: Organisation, day: date, zone: ZoneInfo) -> Span | None:
    hours = organisation.hours.get(WEEKDAYS[day.weekday()])
    return _open(day, hours.opens, hours.closes, organisation.country, zone) if hours else None


@lru_cache(maxsize=4096)
def _open(day: date, opens: str, closes: str, country: str, zone: ZoneInfo) -> Span | None:
    if day in _holidays(country, day.year):
        return None
    return Span(_at(day, opens, zone), _at(day, closes, zone))


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


@lru_cache
def _country(name: str) -> Any:
    """A country's module by itself: to import it as usual loads those of all 250 countries, 7 MB."""
    path = Path(holidays.__file__).parent / "countries" / f"{name}.py"
    spec = spec_from_file_location(f"holidays.countries.{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"holidays has no {name}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=32)
def _holidays(country: str, year: int) -> frozenset[date]:
    if country == "NO":
        return frozenset(_country("norway").Norway(years=year))
    # By Swedish law every Sunday is a holiday; the eves of Midsummer, Christmas and New Year are none, yet closed.
    return frozenset(_country("sweden").Sweden(years=year, include_sundays=False, categories=("public", "de_facto")))

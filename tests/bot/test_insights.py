"""A week's figures beside the week before: where a week begins, what is counted, and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.insights import Week, figures, this_week, week
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.ports import Happened
from bot.wording import wording

say = wording()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins", "before", "until"),
    [
        ("2027-03-03 10:00", "2027-02-28 23:00", "2027-02-21 23:00", "2027-02-24 10:00"),
        ("2027-02-28 23:00", "2027-02-28 23:00", "2027-02-21 23:00", "2027-02-21 23:00"),
        ("2027-02-28 22:59", "2027-02-21 23:00", "2027-02-14 23:00", "2027-02-21 22:59"),
        ("2027-03-30 08:00", "2027-03-28 22:00", "2027-03-21 23:00", "2027-03-23 09:00"),
    ],
    ids=["a Wednesday", "as Monday begins in Oslo", "just before", "after the clocks went forward"],
)
def test_a_week_begins_on_monday_where_the_organisation_is(now: str, begins: str, before: str, until: str) -> None:
    week_now, week_before = this_week(utc(now), "Europe/Oslo")
    assert week_now == (utc(begins), utc(now))
    assert week_before == (utc(before), utc(until))


def test_nights_and_weekends_are_no_wait(knowledge: KnowledgeBase) -> None:
    friday, monday = utc("2027-03-05 14:20"), utc("2027-03-08 07:10")  # open until 14:30 and from 07:00, in UTC
    quick = (utc("2027-03-03 10:00"), utc("2027-03-03 10:05"))
    slow = (utc("2027-03-03 10:00"), utc("2027-03-03 12:00"))
    happened = Happened(5, 4, 3, ((friday, monday), quick, slow), 2, 1)
    assert week(happened, knowledge.organisation["oslomet"]) == Week(5, 4, 3, timedelta(minutes=20), 2, 1)


def test_where_nothing_was_answered_there_is_no_median(knowledge: KnowledgeBase) -> None:
    assert week(Happened(0, 0, 0, (), 0, 0), knowledge.organisation["malmo"]).wait is None


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (None, "–"),
        (timedelta(seconds=10), "0 min"),
        (timedelta(minutes=59, seconds=40), "1 h 0 min"),
        (timedelta(hours=30, minutes=5), "30 h 5 min"),
    ],
)
def test_a_wait_is_said_in_hours_and_minutes(wait: timedelta | None, said: str) -> None:
    shown = figures(Week(7, 5, 2, wait, 1, 0), Week(1, 1, 0, None, 0, 0), say, Language.EN)
    assert [(figure.now, figure.before) for figure in shown] == [
        ("7", "1"), ("5", "1"), ("2", "0"), (said, "–"), ("1", "0"), ("0", "0"),
    ]  # fmt: skip

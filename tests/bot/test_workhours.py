"""When somebody is at work, around everything that makes calendars hard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.knowledge import Hours, KnowledgeBase, Organisation
from bot.workhours import after_working_hours, is_holiday, next_working_moment, working_time

OSLO, STOCKHOLM = ZoneInfo("Europe/Oslo"), ZoneInfo("Europe/Stockholm")


@pytest.fixture(scope="module")
def oslomet(knowledge: KnowledgeBase) -> Organisation:
    """Open 08:00–15:30, Monday to Friday."""
    return knowledge.organisation["oslomet"]


@pytest.fixture(scope="module")
def malmo(knowledge: KnowledgeBase) -> Organisation:
    """Open 08:00–16:30, Monday to Friday."""
    return knowledge.organisation["malmo"]


def at(text: str, zone: ZoneInfo = OSLO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        pytest.param("2027-03-03 10:00", "2027-03-03 12:00", id="within a day"),
        pytest.param("2027-03-03 06:10", "2027-03-03 10:00", id="before they open"),
        pytest.param("2027-03-03 13:30", "2027-03-03 15:30", id="ends as they close"),
        pytest.param("2027-03-03 14:30", "2027-03-04 09:00", id="over a night"),
        pytest.param("2027-03-03 15:30", "2027-03-04 10:00", id="asked as they close"),
        pytest.param("2027-03-05 15:00", "2027-03-08 09:30", id="over a weekend"),
        pytest.param("2027-03-06 11:00", "2027-03-08 10:00", id="on a Saturday"),
        pytest.param("2027-03-24 15:00", "2027-03-30 09:30", id="over Easter, from Wednesday to Tuesday"),
        pytest.param("2027-04-30 15:00", "2027-05-03 09:30", id="1 May on a Saturday moves nothing"),
        pytest.param("2027-05-05 15:00", "2027-05-07 09:30", id="over Ascension Day, and back for the Friday"),
        pytest.param("2027-05-14 15:00", "2027-05-18 09:30", id="17 May and Whit Monday on one Monday"),
        pytest.param("2028-05-16 15:00", "2028-05-18 09:30", id="17 May on a Wednesday"),
        pytest.param("2026-12-31 15:00", "2027-01-04 09:30", id="over New Year"),
        pytest.param("2026-12-23 15:00", "2026-12-24 09:30", id="Christmas Eve is a working day in Norway"),
        pytest.param("2027-03-26 15:00", "2027-03-30 10:00", id="asked on Good Friday"),
    ],
)
def test_two_working_hours_at_oslomet(oslomet: Organisation, asked: str, answered: str) -> None:
    assert after_working_hours(oslomet, at(asked), 2) == at(answered)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        pytest.param("2027-06-24 16:00", "2027-06-28 09:30", id="over Midsummer, whose eve is closed"),
        pytest.param("2027-01-05 16:00", "2027-01-07 09:30", id="over Epiphany"),
        pytest.param("2028-06-05 16:00", "2028-06-07 09:30", id="over the national day"),
        pytest.param("2026-12-23 16:00", "2026-12-28 09:30", id="over Christmas, whose eve is closed"),
        pytest.param("2026-12-30 16:00", "2027-01-04 09:30", id="over New Year, whose eve is closed"),
        pytest.param("2027-05-14 16:00", "2027-05-17 09:30", id="17 May is a Monday like any other"),
        pytest.param("2027-05-16 12:00", "2027-05-17 10:00", id="on a Sunday"),
    ],
)
def test_two_working_hours_in_malmo(malmo: Organisation, asked: str, answered: str) -> None:
    assert after_working_hours(malmo, at(asked, STOCKHOLM), 2) == at(answered, STOCKHOLM)


def test_a_sunday_is_no_holiday_of_its_own_in_sweden(malmo: Organisation) -> None:
    assert not is_holiday(malmo, date(2027, 3, 7))
    assert is_holiday(malmo, date(2027, 3, 28))


@pytest.mark.parametrize(
    ("friday", "monday"),
    [("2027-03-26", "2027-03-30"), ("2027-10-29", "2027-11-01")],
    ids=["to summer time, over Easter", "to winter time"],
)
def test_the_local_clock_counts_where_the_clocks_change(oslomet: Organisation, friday: str, monday: str) -> None:
    assert next_working_moment(oslomet, at(f"{friday} 16:00")) == at(f"{monday} 08:00")


def test_a_working_night_lasts_as_long_as_it_does(oslomet: Organisation) -> None:
    night = Hours(opens="00:00", closes="06:00")
    always = oslomet.model_copy(update={"hours": dict.fromkeys(oslomet.hours, night) | {"sunday": night}})
    assert after_working_hours(always, at("2027-10-31 00:00"), 6.5) == at("2027-10-31 05:30")  # it has seven hours
    assert after_working_hours(always, at("2028-03-26 00:00"), 4.5) == at("2028-03-26 05:30")  # it has five


def test_the_organisations_own_zone_counts_whoever_asks_from_where(malmo: Organisation) -> None:
    asked = at("2027-03-02 23:30", ZoneInfo("Asia/Tokyo"))  # 15:30 in Malmö, with an hour of the day left
    assert after_working_hours(malmo, asked, 2) == at("2027-03-03 09:00", STOCKHOLM)


def test_whoever_is_never_open_is_told_to_say_when(oslomet: Organisation) -> None:
    with pytest.raises(SettingsError, match="never open"):
        after_working_hours(oslomet.model_copy(update={"hours": {}}), at("2027-03-03 10:00"), 1)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # given a zone


@given(since=MOMENTS, first=st.floats(0.1, 30), second=st.floats(0.1, 30))
def test_working_hours_add_up(knowledge: KnowledgeBase, since: datetime, first: float, second: float) -> None:
    for organisation in knowledge.organisation.values():
        in_two = after_working_hours(organisation, after_working_hours(organisation, since, first), second)
        at_once = after_working_hours(organisation, since, first + second)
        assert abs(in_two - at_once) < timedelta(milliseconds=1)


@given(since=MOMENTS, hours=st.floats(0.1, 30))
def test_it_always_ends_in_opening_hours(knowledge: KnowledgeBase, since: datetime, hours: float) -> None:
    for organisation in knowledge.organisation.values():
        end = after_working_hours(organisation, since, hours).astimezone(ZoneInfo(organisation.time_zone))
        assert end - since >= timedelta(hours=hours) - timedelta(milliseconds=1)
        assert end.weekday() < 5
        assert not is_holiday(organisation, end.date())
        assert "08:00" <= f"{end:%H:%M}" <= organisation.hours["monday"].closes
        moment = next_working_moment(organisation, since)
        assert since <= moment <= end


@given(st.integers(0, 2 * 365 * 24 * 60), st.floats(0, 60))
def test_the_working_time_until_hours_have_passed_is_those_hours(
    knowledge: KnowledgeBase, minute: int, hours: float
) -> None:
    organisation = knowledge.organisation["malmo"]
    asked = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    worked = working_time(organisation, asked, after_working_hours(organisation, asked, hours))
    assert abs(worked - timedelta(hours=hours)) < timedelta(seconds=1)


def test_nobody_works_backwards_or_at_night(oslomet: Organisation) -> None:
    assert working_time(oslomet, at("2027-03-03 10:00"), at("2027-03-03 09:00")) == timedelta()
    assert working_time(oslomet, at("2027-03-03 18:00"), at("2027-03-04 06:00")) == timedelta()

"""Reminders: in working hours, sooner where minutes count, and none where nothing is waited for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases import Case, Kind, State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.reminding import URGENT, reminders

FRIDAY = datetime(2027, 3, 5, 14, 0, tzinfo=UTC)  # 15:00 in Oslo


@pytest.fixture
def case() -> Case:
    return Case(1, Kind.QUESTION, "oslomet", "p-1", False, Language.NB, "?", None, False, (), FRIDAY)


def due(case: Case, knowledge: KnowledgeBase, now: datetime = FRIDAY) -> dict[str, datetime]:
    return {each.kind: each.due for each in reminders(case, knowledge.organisation[case.organisation], now)}


def test_a_case_that_waits_on_friday_afternoon_is_remembered_on_monday(case: Case, knowledge: KnowledgeBase) -> None:
    found = due(case, knowledge)
    assert set(found) == {"claim", "late"}
    assert FRIDAY < found["claim"] < found["late"]
    assert {each.strftime("%A") for each in found.values()} <= {"Monday", "Tuesday"}


def test_where_minutes_count_the_clock_counts(case: Case, knowledge: KnowledgeBase) -> None:
    assert due(replace(case, urgent=True), knowledge)["claim"] == FRIDAY + URGENT


def test_a_claimed_case_reminds_of_its_answer(case: Case, knowledge: KnowledgeBase) -> None:
    assert set(due(replace(case, state=State.CLAIMED), knowledge)) == {"answer", "late"}


def test_the_asker_is_told_once_that_it_takes_longer(case: Case, knowledge: KnowledgeBase) -> None:
    assert set(due(case, knowledge, FRIDAY + timedelta(days=7))) == {"claim"}


@pytest.mark.parametrize(
    "resting",
    [{"state": State.ANSWERED}, {"state": State.CLOSED}, {"state": State.CLAIMED, "asked_back": True}],
    ids=["answered", "closed", "waits-for-the-asker"],
)
def test_a_case_that_rests_reminds_nobody(case: Case, knowledge: KnowledgeBase, resting: dict[str, object]) -> None:
    assert due(replace(case, **resting), knowledge) == {}

"""The Monday digest in comms' channel: once, with its picture, in Slack and in Teams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import slack_staff
import teams_staff
from fakes import NOON
from slack_staff import CHANNEL, rules, slack, staff
from slack_workspace import Fault
from store_contract import DIRECT, a_case
from teams_says import CHANNEL as TEAMS_CHANNEL
from teams_world import teams_world

from bot.cases import opened
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import Asked
from bot.review import Rulebook
from bot.service import digesting
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY, NN = wording(), Language.NN
NAMES = ("Hvem velger fargen på heisen for Kari Nordmann?", "fargen på heisen, <!channel> hvem bestemmer?")


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


async def last_week(store: Any, at: datetime) -> None:
    async with store.work() as work:
        for place, text in enumerate(NAMES):
            await work.add_question(Asked(f"p-{place}", "oslomet", NN, text, "escalate", None, (), 0.1, at))
        case = a_case(opened_at=at)
        await work.add_case(case, opened(case), DIRECT)


async def test_in_slack_it_comes_once_with_its_picture_and_nobody_in_it(staff: slack_staff.Staff) -> None:
    await last_week(staff.store, NOON - timedelta(days=3))
    await asyncio.gather(*(digesting.send(staff.desk) for _ in range(3)))  # however many replicas look
    assert await digesting.send(staff.desk) == 0
    await staff.deliver()
    (message,) = [
        each
        for each in staff.posted(CHANNEL)
        if SAY("digest.head", NN) in json.dumps(each["blocks"], ensure_ascii=False)
    ]
    said = json.dumps(message["blocks"], ensure_ascii=False)
    assert SAY("digest.gaps", NN) in said
    assert "heisen" in said
    assert "Nordmann" not in said
    assert "<!channel>" not in said
    assert staff.slack.files["F-picture"].startswith(b"\x89PNG")
    (taken,) = staff.slack.of("files.completeUploadExternal")
    assert taken["thread_ts"] == message["ts"]
    (asked,) = staff.slack.of("files.getUploadURLExternal")
    assert SAY("digest.picture", NN) in asked["alt_txt"]


async def test_where_slack_takes_no_picture_the_text_says_it(staff: slack_staff.Staff) -> None:
    await last_week(staff.store, NOON - timedelta(days=3))
    staff.slack.faults["files.getUploadURLExternal"].append(Fault(error="missing_scope"))
    await digesting.send(staff.desk)
    await staff.deliver()
    assert SAY("digest.head", NN) in json.dumps(staff.posted(CHANNEL), ensure_ascii=False)
    assert not staff.slack.files


async def test_in_teams_the_picture_is_within_the_card(teams: teams_staff.Staff) -> None:
    await last_week(teams.store, NOON - timedelta(days=3))
    await digesting.send(teams.desk)
    await teams.deliver()
    said = json.dumps(teams.said(TEAMS_CHANNEL), ensure_ascii=False)
    assert "data:image/png;base64," in said
    assert SAY("digest.picture", NN) in said
    assert "Nordmann" not in said


async def test_a_quiet_week_gets_a_kind_word_and_no_picture(staff: slack_staff.Staff) -> None:
    await digesting.send(staff.desk)
    await staff.deliver()
    assert SAY("digest.quiet", NN) in json.dumps(staff.posted(CHANNEL), ensure_ascii=False)
    assert not staff.slack.files

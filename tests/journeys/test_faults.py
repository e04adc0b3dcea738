"""Every question has one outcome, whatever dies, freezes or breaks off. `make faults` asks more, and more often."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from faults import A_CASE, FORM, People, account, at, bad_weather, replicas, replied, settled
from slack_staff import CHANNEL
from slack_workspace import Fault, Workspace, workspace
from store_contract import Postgres
from test_database import sync_engine

from bot.knowledge import KnowledgeBase

RUNS, QUESTIONS = int(os.environ.get("FAULT_RUNS", "1")), int(os.environ.get("FAULT_QUESTIONS", "40"))
OVER = float(os.environ.get("FAULT_SECONDS", "8"))  # seconds over which they are asked
EVERY = 5  # of the questions are for comms
UNDER_WAY = 30  # questions whose replies are on their way when the server is told to stop
GRACE = 10  # seconds that it may take to stop then


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        made.members[CHANNEL] = ["U-cleo", "U-dag"]
        yield made


@pytest.mark.parametrize("seed", range(RUNS))
async def test_every_question_has_one_outcome_over_kill_freeze_wrong_clock_and_bad_slack(  # its parts, each injected
    slack: Workspace, postgres: Postgres, model_cache: Path, tmp_path: Path, knowledge: KnowledgeBase, seed: int
) -> None:
    chance = random.Random(seed)
    texts = knowledge.topic["hashtag"].questions.nb[0], knowledge.topic["handoff/press"].questions.nb[0]
    async with (
        replicas(slack, postgres.emptied(), model_cache, tmp_path, 2) as running,
        aiohttp.ClientSession() as session,
    ):
        people = People(slack, running, session, chance)
        comms = asyncio.create_task(people.answer_cases())

        async def bad_slack() -> None:
            slack.weather = bad_weather(chance)
            await asyncio.sleep(4)
            slack.weather = lambda: None

        faults = [
            at(OVER * 0.2, running[0].killed), at(OVER * 0.5, bad_slack), at(OVER * 0.7, lambda: running[1].frozen(9)),
            at(OVER * 0.1, lambda: running[1].clock_off(600)), at(OVER * 0.4, lambda: running[1].clock_off(-600)),
            at(OVER * 0.6, lambda: running[1].clock_off(0)),
        ]  # fmt: skip
        breaking = asyncio.gather(*faults)
        asking = []
        for number in range(QUESTIONS):
            for_comms = number % EVERY == 0
            asking.append(asyncio.create_task(people.ask(number, texts[for_comms], for_comms=for_comms)))
            await asyncio.sleep(chance.expovariate(QUESTIONS / OVER))
        await asyncio.gather(*asking)
        await breaking
        cases = sum(people.asked.values())
        await settled(people, cases, 45 + cases * A_CASE)
        await asyncio.sleep(2)  # a second one of anything would come now
        comms.cancel()
        await asyncio.gather(comms, return_exceptions=True)

    found = account(people)
    assert found.sent == QUESTIONS
    assert not found.wrong
    assert len(people.answered) == sum(people.asked.values()), "each became one case, which comms answered"


async def test_told_to_stop_it_answers_all_that_is_under_way_once_and_killed_it_loses_no_press(
    slack: Workspace, model_cache: Path, tmp_path: Path, knowledge: KnowledgeBase, ambiguous: str
) -> None:
    url = f"sqlite:///{tmp_path / 'handbok.sqlite'}"
    async with (
        replicas(slack, url, model_cache, tmp_path, 1) as running,
        aiohttp.ClientSession() as session,
    ):
        people = People(slack, running, session, random.Random(1))
        await _stopped_with_replies_under_way(people, knowledge)
        await running[0].start()
        await settled(people, 0, 5)  # a second one of anything comes by the end of what follows
        before = people

        people = People(slack, running, session, random.Random(1))
        await asyncio.gather(*(people.ask(100 + number, ambiguous, for_comms=True) for number in range(10)))
        await settled(people, 0, 20)
        pressed = await asyncio.gather(*(people.send(0, _none_of_these(slack, user), FORM) for user in people.asked))
        running[0].tell(signal.SIGKILL)

    assert not account(before).wrong
    acknowledged = [status for status, _ in pressed].count(200)
    assert acknowledged > 0
    assert await asyncio.to_thread(_cases, url) >= UNDER_WAY // EVERY + acknowledged


async def _stopped_with_replies_under_way(people: People, knowledge: KnowledgeBase) -> None:
    texts = knowledge.topic["hashtag"].questions.nb[0], knowledge.topic["handoff/press"].questions.nb[0]
    people.slack.faults["chat.postMessage"] = [Fault(delay=3.0)] * UNDER_WAY  # Slack is slow
    asked = (people.ask(each, texts[each % EVERY == 0], for_comms=each % EVERY == 0) for each in range(UNDER_WAY))
    await asyncio.gather(*asked)
    assert len(people.acknowledged) == UNDER_WAY
    assert sum(replied(people).values()) < UNDER_WAY, "they are under way"
    people.replicas[0].tell(signal.SIGTERM)
    began, process = time.monotonic(), people.replicas[0].process
    assert process
    await process.wait()
    assert time.monotonic() - began < GRACE
    assert set(replied(people).values()) == {1}, "before it ended"


def _none_of_these(slack: Workspace, user: str) -> bytes:
    (offered,) = [each for each in slack.messages[f"D-{user}"] if each.get("bot_id")]
    buttons = [each for block in offered["blocks"] if block["type"] == "actions" for each in block["elements"]]
    (button,) = [each for each in buttons if each["action_id"].startswith("none-of-these")]
    given = {
        "type": "block_actions", "actions": [button], "message": {"ts": offered["ts"]}, "trigger_id": f"t-{user}",
        "channel": {"id": f"D-{user}"}, "user": {"id": user, "team_id": "T1"}, "team": {"id": "T1"},
    }  # fmt: skip
    return urlencode({"payload": json.dumps(given)}).encode()


def _cases(url: str) -> int:
    engine = sync_engine(url)
    with engine.connect() as connection:
        found = int(connection.exec_driver_sql("SELECT count(*) FROM handbok_cases").scalar_one())
    engine.dispose()
    return found

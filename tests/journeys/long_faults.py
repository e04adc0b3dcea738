"""A database that goes away under load: everybody is answered once, or told so once. For `make faults` alone: nobody
waits for it in `make test`, whose tests of the intake try the same without seconds.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from faults import A_CASE, People, account, key_of, replicas, replied, settled
from slack_staff import CHANNEL
from slack_workspace import Workspace, workspace
from store_contract import Postgres

from bot.knowledge import KnowledgeBase

AWAY = float(os.environ.get("FAULT_AWAY", "30"))  # seconds for which the database is gone
A_SECOND = float(os.environ.get("FAULT_RATE", "10"))  # questions
WELL_AGAIN = 10  # seconds after which the next question is answered


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        made.members[CHANNEL] = ["U-cleo", "U-dag"]
        yield made


@pytest.fixture
def texts(knowledge: KnowledgeBase) -> tuple[str, str]:
    """One that the handbook answers, and one for comms."""
    return knowledge.topic["hashtag"].questions.nb[0], knowledge.topic["handoff/press"].questions.nb[0]


async def test_while_the_database_is_away_everybody_is_told_or_answered_later_and_none_of_them_both(
    slack: Workspace, postgres: Postgres, model_cache: Path, tmp_path: Path, texts: tuple[str, str]
) -> None:
    chance = random.Random(2)
    async with (
        replicas(slack, postgres.emptied(), model_cache, tmp_path, 2) as running,
        aiohttp.ClientSession() as session,
    ):
        people = People(slack, running, session, chance)
        comms = asyncio.create_task(people.answer_cases())
        back = asyncio.create_task(_away(postgres, people))
        asking = []
        while not back.done():
            number = len(asking)
            for_comms = number % 5 == 0
            asking.append(asyncio.create_task(people.ask(number, texts[for_comms], for_comms=for_comms)))
            await asyncio.sleep(chance.expovariate(A_SECOND))
        began = time.monotonic()
        await people.ask(len(asking), texts[0], for_comms=False)
        while not any(map(key_of, slack.messages[f"D-U-{len(asking):04}"])):  # nobody tells of it
            assert time.monotonic() - began < WELL_AGAIN
            await asyncio.sleep(0.1)
        await asyncio.gather(*asking)
        cases = sum(people.asked[user] for user in people.acknowledged)
        await settled(people, cases, 45 + cases * A_CASE)
        await asyncio.sleep(2)  # a second one of anything would come now
        comms.cancel()
        await asyncio.gather(comms, return_exceptions=True)

    found = account(people)
    told = [user for user, count in replied(people).items() if not count]
    print(f"{found.sent} asked, {len(told)} told that nothing was saved; {time.monotonic() - began:.1f} s since")
    assert not found.wrong


async def _away(postgres: Postgres, people: People) -> None:
    """Returns when the database is there again."""
    while len(people.acknowledged) < 3:  # noqa: ASYNC110  # nobody tells of it
        await asyncio.sleep(0.1)
    await asyncio.to_thread(postgres.stop)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(postgres.start)

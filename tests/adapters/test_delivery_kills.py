"""Nothing that was saved is lost, whatever happens to the processes: killed anywhere, frozen, stopped, cut off."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from delivery_office import eventually
from delivery_parts import Platform, Zygote, platform, zygote
from store_contract import Postgres
from test_database import sync_engine

KILLS = 20  # points at which a process is killed
CASES = 2  # opened by each
WAITING = "SELECT id FROM handbok_messages WHERE post = ''"


@pytest.fixture
async def there() -> AsyncIterator[Platform]:
    async with platform() as here:
        yield here


@pytest.fixture
async def mother() -> AsyncIterator[Zygote]:
    async with zygote() as started:
        yield started


async def events_of_one_life(mother: Zygote, there: Platform, url: str) -> int:
    """How many events a process lives through that opens the cases, delivers them and stops."""
    process = await mother.start(url=url, platform=there.url, cases=CASES)
    await there.until(lambda: len(there.posts) == CASES)
    os.kill(process, signal.SIGTERM)
    assert await mother.ended(process) == 0
    return int(next(call["events"] for call in there.calls if call["what"] == "stopped"))


def numbers(url: str, what: str) -> list[int]:
    engine = sync_engine(url)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(what)
        found = [int(row[0]) for row in cursor.fetchall()]
    engine.dispose()
    return found


@pytest.mark.parametrize("looks", [False, True], ids=["blind", "looking"])
async def test_killed_anywhere_nothing_is_lost(url: str, mother: Zygote, there: Platform, looks: bool) -> None:
    life = await events_of_one_life(mother, there, url)
    killed = []
    for point in range(KILLS // 2):
        # Odd and even points on the two platforms, so that both together cover the whole life.
        kill = 5 + (2 * point + looks) * (life - 6) // KILLS
        process = await mother.start(url=url, platform=there.url, cases=CASES, kill=kill, looks=looks)
        assert await mother.ended(process) == -signal.SIGKILL
        killed.append(process)
    last = await mother.start(url=url, platform=there.url, looks=looks)
    cases = numbers(url, "SELECT number FROM handbok_cases")
    assert set(there.saved) <= set(cases)
    await there.until(lambda: len(there.posts) == len(cases))

    async def noted() -> bool:
        """What was posted just before the last kill is noted a moment later than everything is posted."""
        left = "SELECT count(*) FROM handbok_messages WHERE state <> 'delivered' OR post = ''"
        return await asyncio.to_thread(numbers, url, left) == [0]

    assert await eventually(noted)
    os.kill(last, signal.SIGTERM)
    assert await mother.ended(last) == 0
    assert len(numbers(url, "SELECT number FROM handbok_case_events")) == len(cases)
    # One for each kill between the post and its note, at most; none where the platform can be asked.
    last_calls = {call["pid"]: call["what"] for call in there.calls}
    unnoted = sum(last_calls.get(process) == "post" for process in killed)
    assert there.posts.total() - len(there.posts) <= (0 if looks else unnoted)


@pytest.mark.parametrize(("looks", "times"), [(False, 2), (True, 1)], ids=["blind", "looking"])
async def test_killed_between_post_and_note_a_message_is_found_again_where_one_can_look(
    url: str, mother: Zygote, there: Platform, looks: bool, times: int
) -> None:
    process = await mother.start(url=url, platform=there.url, looks=looks, cases=1, kill="posted")
    assert await mother.ended(process) == -signal.SIGKILL
    assert there.posts.total() == 1
    last = await mother.start(url=url, platform=there.url, looks=looks)
    await there.until(
        lambda: there.calls[-1]["what"] == ("find" if looks else "post") and there.calls[-1]["pid"] == last
    )
    os.kill(last, signal.SIGTERM)
    assert await mother.ended(last) == 0
    assert list(there.posts.values()) == [times]
    assert numbers(url, "SELECT count(*) FROM handbok_messages WHERE state = 'delivered'") == [1]


@pytest.mark.parametrize("on", ["web", "slack"], ids=["plain", "paced"])
async def test_of_three_replicas_one_is_killed_and_one_frozen_and_all_is_delivered_once(
    postgres: Postgres, mother: Zygote, there: Platform, on: str
) -> None:
    url, cases = postgres.emptied(), 10
    replicas = [await mother.start(url=url, platform=there.url, cases=cases, channels=6, on=on) for _ in range(3)]
    killed, frozen, living = replicas
    await there.until(lambda: len(there.posts) > 3)
    os.kill(killed, signal.SIGKILL)
    os.kill(frozen, signal.SIGSTOP)
    in_the_act = {f"case-{number}-message-{number}" for number in numbers(url, WAITING)}

    async def nothing_waits() -> bool:
        return not numbers(url, WAITING)

    # The last one delivers what all three had saved by then, the frozen one's part too, while that is frozen.
    await there.until(lambda: saved_by(there, living) == cases)
    await eventually(nothing_waits, 45)
    asleep = posted_by(there, killed) | posted_by(there, living)
    os.kill(frozen, signal.SIGCONT)
    await there.until(lambda: saved_by(there, frozen) == cases, 45)  # it opens the rest of its own
    await eventually(nothing_waits, 45)
    for replica in (frozen, living):
        os.kill(replica, signal.SIGTERM)
        assert await mother.ended(replica) == 0
    assert set(there.saved) <= set(numbers(url, "SELECT number FROM handbok_cases"))
    assert len(there.posts) == len(numbers(url, "SELECT id FROM handbok_messages"))
    twice = {key for key, count in there.posts.items() if count > 1}
    assert max(there.posts.values()) <= 2
    assert twice <= in_the_act & (posted_by(there, killed) | posted_by(there, frozen))  # posted, and not noted yet
    assert not (posted_by(there, frozen) - twice) & asleep  # once awake it posts nothing that others did


def posted_by(there: Platform, process: int) -> set[str]:
    return {call["key"] for call in there.calls if (call["what"], call["pid"]) == ("post", process)}


def saved_by(there: Platform, process: int) -> int:
    return sum((call["what"], call["pid"]) == ("saved", process) for call in there.calls)


async def test_a_stop_takes_three_seconds_at_most_and_loses_nothing(url: str, mother: Zygote, there: Platform) -> None:
    process = await mother.start(url=url, platform=there.url, cases=20)
    await there.until(lambda: len(there.saved) >= 10)
    began = asyncio.get_running_loop().time()
    os.kill(process, signal.SIGTERM)
    await there.until(lambda: len(there.saved) == 20)
    assert await mother.ended(process) == 0
    assert asyncio.get_running_loop().time() - began < 3
    last = await mother.start(url=url, platform=there.url)
    await there.until(lambda: len(there.posts) == 20)
    assert set(there.posts.values()) == {1}
    os.kill(last, signal.SIGTERM)
    assert await mother.ended(last) == 0

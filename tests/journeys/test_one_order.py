"""Whatever locks several rows of PostgreSQL locks them in one order: many cases, three replicas, no deadlock.

`make faults` goes through 2,000 cases (ORDER_CASES).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import psycopg
from fakes import Members, make_desk
from sqlalchemy.ext.asyncio import AsyncConnection
from store_contract import KEY, Postgres

from adapters.database import SqlStore, opened
from bot.cases import Add, Answer, AskBack, Claim, Close, Note, Reopen
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.ports import Address, Message, Reminder
from bot.review import Rulebook
from bot.service import asking, casework
from bot.service.desk import Desk, Sender

CASES = int(os.environ.get("ORDER_CASES", "60"))
AT_ONCE = 12  # cases that live at the same time, over REPLICAS
REPLICAS = 3
ACTS = (Claim(), AskBack("Hvor?"), Note("…"), Answer("Ja."), Reopen("Mer?"), Answer("Nei."), Close("done"))


@dataclass
class Lines:
    """An outbox that puts what is to be delivered where any replica takes it."""

    queue: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def deliver(self, _connection: AsyncConnection, message: Message, **_: object) -> None:
        self.queue.put_nowait(message.id)

    async def change(self, _connection: AsyncConnection, message: Message, _number: int, **_: object) -> None:
        self.queue.put_nowait(message.id)

    async def remind(self, _connection: AsyncConnection, reminder: Reminder) -> None: ...


@dataclass
class Replica:
    desk: Desk
    store: SqlStore


@asynccontextmanager
async def replicas(
    url: str, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, lines: Lines
) -> AsyncIterator[list[Replica]]:
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(REPLICAS):
            database = await stack.enter_async_context(opened(url, KEY))
            store = database.store(cast("Any", lines))
            found.append(Replica(make_desk(knowledge, matcher, rules, store=store), store))
        yield found


def sender(user: str, event: str, name: str = "") -> Sender:
    return Sender(event, Address("slack", "T1", f"D-{user}"), user, name or user.title(), "oslomet", posts=True)


async def a_life(number: int, all_of: list[Replica], text: str, chance: random.Random) -> None:
    """A case from its question to its end, each step through any replica, the next ones at the same time."""
    asker, events = f"U{number % 20}", iter(range(1000))

    def anywhere() -> Desk:
        return chance.choice(all_of).desk

    def who(user: str) -> Sender:
        return sender(user, f"{number}-{next(events)}", f"{user} {chance.randint(0, 3)}")  # names change meanwhile

    told = await asking.ask(anywhere(), who(asker), text)
    assert told
    (case,) = told.cases
    for act in ACTS:
        await asyncio.gather(
            casework.do(anywhere(), who("cleo"), case, act),
            casework.do(anywhere(), who(asker), case, Add("Og en ting til")),
            casework.see(anywhere(), who("dag"), case),
            casework.do(anywhere(), who("dag"), case, Claim()),
        )
    async with chance.choice(all_of).store.look() as work:
        done = await work.case(case)
    assert done
    assert done.version > len(ACTS)  # whatever came too late was refused; the rest was done


async def delivering(replica: Replica, lines: Lines) -> None:
    """As adapters/delivery does it, without waiting for anybody outside."""
    while True:
        number = await lines.queue.get()
        async with replica.store.work() as work:
            taken = await work.take_message(number)
        if taken and await casework.draw_message(replica.desk, number):
            async with replica.store.work() as work:
                await work.posted(number, f"post-{number}", taken.drawing, datetime.now(UTC))
        lines.queue.task_done()


async def test_many_cases_over_three_replicas_know_no_deadlock(
    postgres: Postgres, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> None:
    url, lines, chance = postgres.emptied(), Lines(), random.Random(7)
    text = knowledge.topic["handoff/press"].questions.nb[0]
    before = deadlocks(url)
    async with replicas(url, knowledge, matcher, rules, lines) as all_of:
        for name in ("cleo", "dag"):
            async with all_of[0].store.work() as work:
                found = await work.person(Address("slack", "T1", f"D-{name}"), name, name, "oslomet")
            for each in all_of:
                cast("Members", each.desk.membership).ids.add(found.id)
        posting = [asyncio.create_task(delivering(replica, lines)) for replica in all_of for _ in range(3)]
        numbers = iter(range(CASES))

        async def living() -> None:
            for number in numbers:
                await a_life(number, all_of, text, chance)

        await asyncio.gather(*(living() for _ in range(AT_ONCE)))
        await lines.queue.join()
        for task in posting:
            task.cancel()
        ended = await asyncio.gather(*posting, return_exceptions=True)
    assert [each for each in ended if not isinstance(each, asyncio.CancelledError)] == []
    assert deadlocks(url) == before


def deadlocks(url: str) -> int:
    """That the server has counted, of this database."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row
    return int(row[1])

"""What a monitor wants to know of the database: how much waits, how long, and what became of the questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import case_events, cases, messages, questions


@dataclass(frozen=True)
class Figures:
    """``oldest``: when the message that has waited longest was saved; None where none waits."""

    messages: Mapping[str, int]  # by state
    tries: int  # posts begun for messages that wait
    oldest: datetime | None
    cases: Mapping[tuple[str, str], int]  # by organisation and state
    asked: Mapping[tuple[str, str, str], int]  # questions after the number asked for: organisation, language, outcome
    last: int  # the highest number of a question


async def alive(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT 1"))


async def figures(connection: AsyncConnection, after: int) -> Figures:
    """``after``: questions up to that number are counted already."""
    states = await connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    waiting = messages.c.state == "queued"
    event = and_(case_events.c.case == messages.c.case, case_events.c.number == messages.c.event)
    queued = select(
        func.min(func.coalesce(messages.c.at, case_events.c.at)), func.coalesce(func.sum(messages.c.tries), 0)
    )
    queued = queued.select_from(messages).outerjoin(case_events, event).where(waiting)
    oldest, tries = (await connection.execute(queued)).one()
    open_ones = select(cases.c.organisation, cases.c.state, func.count()).group_by(cases.c.organisation, cases.c.state)
    by = (questions.c.organisation, questions.c.language, questions.c.outcome)
    last = await connection.scalar(select(func.coalesce(func.max(questions.c.id), 0))) or 0
    new = select(*by, func.count()).where(questions.c.id > after, questions.c.id <= last).group_by(*by)
    return Figures(
        messages={row[0]: row[1] for row in states},
        tries=tries,
        oldest=oldest,
        cases={(whose, state): count for whose, state, count in await connection.execute(open_ones)},
        asked={(whose, language, outcome): count for whose, language, outcome, count in await connection.execute(new)},
        last=last,
    )

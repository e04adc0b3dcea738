"""What is kept no longer than needed, and what is sealed anew under a new key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, or_, select, update

from adapters.database.basis import Basis
from adapters.database.people import FORGOTTEN
from adapters.database.rules import RULES
from adapters.database.tables import (
    arrivals,
    cases,
    deletions,
    expectations,
    feedback,
    holds,
    links,
    messages,
    metadata,
    people,
    places,
    precedents,
    processed_events,
    pseudonyms,
    questions,
    set_aside,
)
from adapters.settings.keeping import Keep

OVER = ("answered", "closed")
PART = 500  # cases that go at a time
LONGEST_NUMBER = 20  # digits; what is longer is sealed


class Retention(Basis):
    async def purge(self, keep: Keep, now: datetime) -> dict[str, int]:
        """Deletes what nobody needs any more, and notes how much of what; by kind."""
        purging: dict[str, Callable[[datetime], Awaitable[int]]] = {
            "event": self._events,
            "question": self._questions,
            "feedback": self._feedback,
            "case": lambda before: self._cases(before, drafts=False),
            "draft": lambda before: self._cases(before, drafts=True),
            "precedent": self._precedents,
            "person": self._people,
            "deletion": self._deletions,
        }
        done = {}
        for kind, purge in purging.items():
            days = getattr(keep, kind)
            count = await purge(now - timedelta(days=days)) if days else 0
            if count:
                done[kind] = count
                values = {"at": now, "kind": kind, "rows": count, "why": f"older than {days} days"}
                await self._run(insert(deletions).values(values))
        await self._run(delete(expectations).where(expectations.c.until < now))
        await self._run(delete(links).where(links.c.until < now))
        return done

    async def _events(self, before: datetime) -> int:
        return await self._count(delete(processed_events).where(processed_events.c.at < before))

    async def _deletions(self, before: datetime) -> int:
        return await self._count(delete(deletions).where(deletions.c.at < before))

    async def _precedents(self, before: datetime) -> int:
        return await self._count(delete(precedents).where(precedents.c.at < before))

    async def _questions(self, before: datetime) -> int:
        """Wording, person and replies go; figures stay. How many questions lost their wording."""
        old = select(questions.c.id).where(questions.c.at < before)
        await self._feedback(before)
        await self._run(delete(messages).where(messages.c.question.in_(old), messages.c.case.is_(None)))
        known = (questions.c.at < before, questions.c.person != FORGOTTEN)
        return await self._count(update(questions).where(*known).values(text="", person=FORGOTTEN, post=""))

    async def _feedback(self, before: datetime) -> int:
        """Yes or no stays, without who said it."""
        asked = select(questions.c.id).where(questions.c.at < before)
        old = or_(feedback.c.at < before, feedback.c.question.in_(asked))
        known = (old, feedback.c.person != FORGOTTEN)
        other = feedback.alias()
        twice = select(other.c.question).where(
            other.c.question == feedback.c.question, other.c.person < feedback.c.person
        )
        await self._run(delete(feedback).where(*known, twice.exists()))
        aside = (set_aside.c.at < before, set_aside.c.person != FORGOTTEN)
        count = await self._count(update(set_aside).where(*aside).values(reason="", person=FORGOTTEN))
        return count + await self._count(update(feedback).where(*known).values(missing="", person=FORGOTTEN))

    async def _cases(self, before: datetime, *, drafts: bool) -> int:
        """Cases that are over, with all that belongs to them; not those that are held."""
        over = (cases.c.state.in_(OVER), cases.c.changed_at < before, cases.c.number.not_in(select(holds.c.case)))
        kind = cases.c.kind != "question" if drafts else cases.c.kind == "question"
        rows = await self._rows(select(cases.c.number, cases.c.asker).where(*over, kind))
        for start in range(0, len(rows), PART):
            numbers = [row.number for row in rows[start : start + PART]]
            for table in reversed(metadata.sorted_tables):
                for key in table.foreign_keys:
                    if key.column is cases.c.number:
                        await self._run(delete(table).where(key.parent.in_(numbers)))
            await self._run(update(questions).where(questions.c.case.in_(numbers)).values(case=None))
            await self._run(delete(pseudonyms).where(pseudonyms.c.id.in_([row.asker for row in rows])))
            await self._run(delete(cases).where(cases.c.number.in_(numbers)))
        return len(rows)

    async def _people(self, before: datetime) -> int:
        """Whoever has been known for as long, and is named by nothing else that is kept."""
        sealed = {self._seal.open(row.sealed) for row in await self._rows(select(pseudonyms))}
        named = [
            people.c.id.not_in(select(table.c[column]).where(table.c[column].is_not(None)))
            for table in metadata.sorted_tables
            for column in RULES[table.name].people
            if table is not people
        ]
        unnamed = await self._rows(select(people).where(people.c.since < before, *named))
        gone = [row for row in unnamed if row.id not in sealed]
        for row in gone:
            account = (places.c[name] == getattr(row, name) for name in ("platform", "workspace", "account"))
            await self._run(delete(places).where(*account))
            await self._run(delete(people).where(people.c.id == row.id))
        return len(gone)

    async def reseal(self) -> int:
        """Seals everything under the first key, so that the others can go; how many.

        What was asked back about a confidential case is no longer waited for: its thread and quotes still lead there.
        """
        sealed: tuple[tuple[Table, ColumnElement[Any], ColumnElement[str]], ...] = (
            (pseudonyms, pseudonyms.c.id, pseudonyms.c.sealed),
            (cases, cases.c.number, cases.c.asked_at),
            (messages, messages.c.id, messages.c.address),
            (arrivals, arrivals.c.event, arrivals.c.body),
        )
        count = await self._count(delete(expectations).where(func.length(expectations.c.about) > LONGEST_NUMBER))
        for table, key, column in sealed:
            found = select(key.label("key"), column.label("text")).where(~column.startswith("{"))
            for row in await self._rows(found):
                renewed = {column.key: self._seal.renew(row.text)}
                count += await self._count(update(table).where(key == row.key).values(renewed))
        return count

"""Everything about one person: shown, and taken away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, false, insert, or_, select, update

from adapters.database.basis import Basis
from adapters.database.people import FORGOTTEN, People
from adapters.database.rows import AnyRow
from adapters.database.rules import RULES
from adapters.database.tables import (
    PREFIX,
    case_events,
    cases,
    deletions,
    holds,
    messages,
    metadata,
    people,
    places,
    pseudonyms,
    questions,
)
from bot.cases import PersonId
from bot.erasing import erased
from bot.errors import InputError

NUMBERED = {cases.name: "number", case_events.name: "case"}  # where the number of the case stands
SEALED = {PREFIX + "cases": "asked_at", PREFIX + "messages": "address"}


@dataclass(frozen=True)
class Erased:
    """``held``: cases that stay as they are, because somebody said that they must."""

    rows: int
    held: Sequence[int]


class Personal(People, Basis):
    """One transaction."""

    async def found(self, wanted: str) -> PersonId:
        """The person called ``wanted``: our own id, the platform's, or the name. InputError for nobody, or several."""
        for column in (people.c.id, people.c.account, people.c.name):
            rows = await self._rows(select(people).where(column == wanted))
            if len(rows) == 1:
                return PersonId(rows[0].id)
            if rows:
                those = ", ".join(f"{row.id} ({row.platform} {row.account}, {row.organisation})" for row in rows)
                raise InputError(f"several are called that; say which: {those}")
        raise InputError(f"nobody here is called “{wanted[:60]}”; give the id or name as Slack or Teams has it")

    async def everything(self, person: PersonId) -> Mapping[str, list[dict[str, Any]]]:
        """Every row about the person, by table, with what was sealed opened."""
        ids = [person, *await self._pseudonyms_of(person)]
        asked = select(cases.c.number).where(cases.c.asker.in_(ids))
        theirs = select(questions.c.id).where(questions.c.person.in_(ids))
        account = await self._row(select(people).where(people.c.id == person))
        found: dict[str, list[dict[str, Any]]] = {}
        for table in metadata.sorted_tables:
            where: list[ColumnElement[bool]] = [table.c[name].in_(ids) for name in RULES[table.name].people]
            if table is messages:
                where = [messages.c.case.in_(asked) & (messages.c.audience == "asker"), messages.c.question.in_(theirs)]
            if table is case_events:
                where.append(case_events.c.case.in_(asked))
            if table is places and account is not None:
                where = [_places_of(account)]
            if table is pseudonyms:
                where = [pseudonyms.c.id.in_(ids)]
            if where and (rows := await self._rows(select(table).where(or_(*where)))):
                found[table.name.removeprefix(PREFIX)] = [self._shown(table, row) for row in rows]
        return found

    def _shown(self, table: Table, row: AnyRow) -> dict[str, Any]:
        values = dict(row._mapping)  # SQLAlchemy's own name for it
        if (name := SEALED.get(table.name)) and not values[name].startswith("{"):
            values[name] = self._seal.open(values[name])
        if table is pseudonyms:
            values["sealed"] = "(this person)"
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}

    async def forget(self, person: PersonId) -> int:
        """All of it, as somebody asks for in the chat."""
        return (await self.erase(person, "asked for in the chat")).rows

    async def erase(self, person: PersonId, why: str) -> Erased:
        """Takes away who the person is, everywhere: accounts, ids, what they asked, and their name in every text."""
        ids = [person, *await self._pseudonyms_of(person)]
        known = await self.find_person(person)
        held = await self._held(ids)
        rows = await self._mask(ids, known.name if known else "", held)
        if held:
            theirs = update(questions).where(questions.c.person.in_(ids)).values(person=FORGOTTEN, text="", post="")
            rows += await self._count(theirs)
        else:
            rows += await super().forget(person)
        for table in metadata.sorted_tables:
            for name in RULES[table.name].people:
                if table is people:
                    continue
                theirs_here = [table.c[name].in_(ids)]
                if held and table in (cases, case_events):
                    theirs_here.append((cases.c.number if table is cases else case_events.c.case).not_in(held))
                if table.c[name].primary_key:
                    rows += await self._count(delete(table).where(*theirs_here))
                else:
                    rows += await self._count(update(table).where(*theirs_here).values({name: FORGOTTEN}))
        log = {"at": datetime.now(UTC), "kind": "person", "rows": rows, "why": why}
        await self._run(insert(deletions).values(log))
        return Erased(rows, held)

    async def _held(self, ids: Sequence[PersonId]) -> list[int]:
        theirs = select(case_events.c.case).where(case_events.c.who.in_(ids))
        asked = select(cases.c.number).where(cases.c.asker.in_(ids) | cases.c.number.in_(theirs))
        rows = await self._rows(select(holds.c.case).where(holds.c.case.in_(asked)).order_by(holds.c.case))
        return [row.case for row in rows]

    async def _mask(self, ids: Sequence[PersonId], name: str, held: Sequence[int]) -> int:
        """The name in every text; in what they wrote themselves, addresses and numbers too."""
        rows = 0
        own = select(cases.c.number).where(cases.c.asker.in_(ids))
        mine = {row.number for row in await self._rows(own)}
        for table in metadata.sorted_tables:
            texts = RULES[table.name].texts
            keys = list(table.primary_key.columns)
            if not texts or table is holds:
                continue
            found = select(*keys, *(table.c[each] for each in texts)).where(_may_hold(table, name, mine))
            for row in await self._rows(found):
                values = row._mapping
                number = (
                    values.get("number") if table is cases else values.get("case") if table is case_events else None
                )
                if number in held:
                    continue
                changed = {
                    each: after
                    for each in texts
                    if (before := values[each]) and (after := erased(before, name, own=number in mine)) != before
                }
                if changed:
                    this = [key == values[key.name] for key in keys]
                    rows += await self._count(update(table).where(*this).values(changed))
        return rows

    async def hold(self, case: int, why: str) -> None:
        """Keeps a case whatever its age, and whoever asks for its erasure. InputError where there is none such."""
        if await self._row(select(cases).where(cases.c.number == case)) is None:
            raise InputError(f"there is no case {case}")
        await self.release(case)
        await self._run(insert(holds).values({"case": case, "why": why, "at": datetime.now(UTC)}))

    async def is_held(self, case: int) -> bool:
        return await self._row(select(holds).where(holds.c.case == case)) is not None

    async def release(self, case: int) -> bool:
        """Whether it was held."""
        return bool(await self._count(delete(holds).where(holds.c.case == case)))


def _may_hold(table: Table, name: str, mine: Collection[int]) -> ColumnElement[bool]:
    """Rows that are worth a look: about their own cases, or with the last part of the name in it, in any letters."""
    likely = [table.c[NUMBERED[table.name]].in_(mine)] if table.name in NUMBERED else []
    if part := next(iter(name.split()[-1:]), ""):
        # SQLite knows capitals of ASCII alone; any letter may stand for another.
        pattern = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in part)
        likely += [table.c[each].ilike(f"%{pattern}%") for each in RULES[table.name].texts]
    return or_(false(), *likely)


def _places_of(account: AnyRow) -> ColumnElement[bool]:
    return and_(*(places.c[name] == getattr(account, name) for name in ("platform", "workspace", "account")))

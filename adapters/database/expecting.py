"""The part of a work about what was asked in a conversation, and which case a message there is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Select, and_, bindparam, delete, or_, select

from adapters.database.basis import Basis
from adapters.database.quick import Quick
from adapters.database.rows import Values, address_text
from adapters.database.tables import cases, expectations, messages, questions
from bot.cases import CaseNumber, PersonId
from bot.ports import Address, Expectation

_PLACE = ("platform", "workspace", "conversation", "thread")


def _there(statement: Select[Any] | Delete, names: tuple[str, ...]) -> Any:
    return statement.where(*(expectations.c[name] == bindparam(name) for name in (*names, "person")))


def _open(names: tuple[str, ...]) -> Quick:
    """What is waited for there, the longest first."""
    until = expectations.c.until
    there = _there(select(expectations), names).where(until > bindparam("now", type_=until.type))
    return Quick(there.order_by(until.desc()), *expectations.c)


# Every message asks for these: by whether it counts in every thread of the conversation
EXPECTED = {False: _open(_PLACE), True: _open(_PLACE[:3])}
MET = {False: Quick(_there(delete(expectations), _PLACE)), True: Quick(_there(delete(expectations), _PLACE[:3]))}
BEGUN = Quick(
    select(cases.c.number).where(cases.c.asked_at == bindparam("asked_at")).order_by(cases.c.number.desc()),
    cases.c.number,
)


class Expecting(Basis):
    async def expect(self, place: Address, person: PersonId, expected: Expectation, *, sealed: bool = False) -> None:
        about = str(expected.about)
        there = _named(place, person)
        await self._quick(MET[False], there)
        values = {
            **there, "kind": expected.kind, "until": expected.until,
            "about": self._seal.close(about) if sealed else about,
        }  # fmt: skip
        await self._add_new(expectations, values)

    async def expected(
        self, place: Address, person: PersonId, now: datetime, *, anywhere: bool = False
    ) -> Expectation | None:
        row = await self._quick_row(EXPECTED[anywhere], {**_named(place, person), "now": now})
        if row is None:
            return None
        about = row.about if row.about.isdecimal() else self._seal.open(row.about)
        return Expectation(row.kind, row.until, int(about))

    async def met(self, place: Address, person: PersonId, *, anywhere: bool = False) -> None:
        await self._quick(MET[anywhere], _named(place, person))

    async def told_of(self, place: Address, posts: Collection[str]) -> CaseNumber | None:
        found = [await self._told_by(place, posts)] if posts else []
        if place.thread:
            row = await self._quick_row(BEGUN, {"asked_at": address_text(place)})
            found.append(row.number if row else None)
        return max((number for number in found if number), default=None)

    async def _told_by(self, place: Address, posts: Collection[str]) -> CaseNumber | None:
        """By a message about a case, or by the reply to the question that became one."""
        of_case = or_(messages.c.case.is_not(None), questions.c.case.is_not(None))
        asked = (
            select(messages.c.address, messages.c.case, questions.c.case.label("became"))
            .join(questions, and_(questions.c.id == messages.c.question), isouter=True)
            .where(messages.c.post.in_(posts), messages.c.audience == "asker", of_case)
        )
        for row in await self._rows(asked):
            to = self._open_address(row.address)
            if (to.platform, to.workspace, to.conversation) == (place.platform, place.workspace, place.conversation):
                return int(row.case or row.became)
        return None


def _named(place: Address, person: PersonId) -> Values:
    return {**{name: getattr(place, name) for name in _PLACE}, "person": person}

"""The part of a work about what was asked in a conversation, and which case a message there is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select

from adapters.database.basis import Basis
from adapters.database.rows import address_text
from adapters.database.tables import cases, expectations, messages, questions
from bot.cases import CaseNumber, PersonId
from bot.ports import Address, Expectation


class Expecting(Basis):
    async def expect(self, place: Address, person: PersonId, expected: Expectation, *, sealed: bool = False) -> None:
        about = str(expected.about)
        await self._run(delete(expectations).where(*_there(place, person, anywhere=False)))
        values = {
            "platform": place.platform, "workspace": place.workspace, "conversation": place.conversation,
            "thread": place.thread, "person": person, "kind": expected.kind, "until": expected.until,
            "about": self._seal.close(about) if sealed else about,
        }  # fmt: skip
        await self._add_new(expectations, values)

    async def expected(
        self, place: Address, person: PersonId, now: datetime, *, anywhere: bool = False
    ) -> Expectation | None:
        open_ones = select(expectations).where(*_there(place, person, anywhere=anywhere), expectations.c.until > now)
        row = await self._row(open_ones.order_by(expectations.c.until.desc()))
        if row is None:
            return None
        about = row.about if row.about.isdecimal() else self._seal.open(row.about)
        return Expectation(row.kind, row.until, int(about))

    async def met(self, place: Address, person: PersonId, *, anywhere: bool = False) -> None:
        await self._run(delete(expectations).where(*_there(place, person, anywhere=anywhere)))

    async def told_of(self, place: Address, posts: Collection[str]) -> CaseNumber | None:
        found = [await self._told_by(place, posts)] if posts else []
        if place.thread:
            begun = select(cases.c.number).where(cases.c.asked_at == address_text(place))
            row = await self._row(begun.order_by(cases.c.number.desc()))
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


def _there(place: Address, person: PersonId, *, anywhere: bool) -> tuple[ColumnElement[bool], ...]:
    where = (
        expectations.c.platform == place.platform,
        expectations.c.workspace == place.workspace,
        expectations.c.conversation == place.conversation,
        expectations.c.person == person,
    )
    return where if anywhere else (*where, expectations.c.thread == place.thread)

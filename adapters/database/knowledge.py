"""The part of a work about what was learned."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update

from adapters.database.basis import Basis
from adapters.database.columns import Moment, Words
from adapters.database.quick import Quick
from adapters.database.rows import to_learned, to_precedent, to_set_aside
from adapters.database.tables import learned, precedents, set_aside
from bot.knowledge import OrganisationId
from bot.ports import Learned, Precedent, SetAside

LOCK = 0x4C4541524E  # "LEARN": PostgreSQL's advisory lock of those who change what was learned


class Knowledge(Basis):
    async def add_learned(self, entry: Learned) -> None:
        await self._run(insert(learned), dict(vars(entry)))

    async def learned(self, *, all_versions: bool = False) -> list[Learned]:
        wanted = select(learned)
        if not all_versions:
            newest = (
                select(learned.c.id, func.max(learned.c.version).label("version")).group_by(learned.c.id).subquery()
            )
            wanted = wanted.join(newest, (newest.c.id == learned.c.id) & (newest.c.version == learned.c.version))
        return [to_learned(row) for row in await self._rows(wanted.order_by(learned.c.id, learned.c.version))]

    async def knowledge_version(self) -> int:
        # Versions are only ever added, so their number grows with every change.
        return await self._number(select(func.count()).select_from(learned))

    async def hold_knowledge(self) -> int:
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            await self._run(select(func.pg_advisory_xact_lock(LOCK)))
        return await self.knowledge_version()

    async def add_precedent(self, precedent: Precedent) -> Precedent:
        return replace(precedent, id=await self._add(precedents, vars(precedent)))

    async def precedents(self, organisation: OrganisationId, now: datetime) -> list[Precedent]:
        rows = await self._quick(PRECEDENTS, {"organisation": organisation, "now": now})
        return [to_precedent(row) for row in rows]

    async def add_set_aside(self, made: SetAside) -> None:
        await self._add(set_aside, vars(made))

    async def set_aside(self, organisation: OrganisationId | None = None) -> list[SetAside]:
        wanted = select(set_aside).order_by(set_aside.c.id)
        if organisation is not None:
            wanted = wanted.where(set_aside.c.organisation == organisation)
        return [to_set_aside(row) for row in await self._rows(wanted)]

    async def settle_set_aside(self, organisation: OrganisationId, rule: str, at: datetime) -> None:
        theirs = (set_aside.c.organisation == organisation, set_aside.c.rule == rule, set_aside.c.settled.is_(None))
        await self._run(update(set_aside).where(*theirs).values(settled=at))


def _precedents() -> Select[Any]:
    """The latest of each case that has not expired, oldest first."""
    alive = or_(precedents.c.expires.is_(None), precedents.c.expires > bindparam("now", type_=Moment))
    of_one = func.coalesce(precedents.c.from_case, -precedents.c.id)
    own = precedents.c.organisation == bindparam("organisation", type_=Words)
    latest = select(func.max(precedents.c.id)).where(own).group_by(of_one)
    return select(precedents).where(precedents.c.id.in_(latest), alive).order_by(precedents.c.id)


PRECEDENTS = Quick(_precedents(), *precedents.c)

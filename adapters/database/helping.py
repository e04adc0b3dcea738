"""The part of a work about what helps comms: who follows a case, and replies that are used again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, select, update

from adapters.database.basis import Basis
from adapters.database.rows import address_text, to_address, to_saved_reply
from adapters.database.tables import follows, saved_replies
from bot.cases import CaseNumber, PersonId
from bot.knowledge import OrganisationId
from bot.ports import Address, SavedReply


class Helping(Basis):
    async def follow(self, case: CaseNumber, person: PersonId, own: Address) -> bool:
        return await self._add_new(follows, {"case": case, "person": person, "address": address_text(own)})

    async def unfollow(self, case: CaseNumber, person: PersonId) -> bool:
        return bool(await self._count(delete(follows).where(follows.c.case == case, follows.c.person == person)))

    async def followers(self, case: CaseNumber) -> list[tuple[PersonId, Address]]:
        rows = await self._rows(select(follows).where(follows.c.case == case).order_by(follows.c.person))
        return [(row.person, to_address(row.address)) for row in rows]

    async def saved_replies(self, organisation: OrganisationId) -> list[SavedReply]:
        theirs = select(saved_replies).where(saved_replies.c.organisation == organisation)
        return [to_saved_reply(row) for row in await self._rows(theirs.order_by(saved_replies.c.name))]

    async def keep_reply(self, reply: SavedReply) -> SavedReply:
        values = {name: value for name, value in vars(reply).items() if name != "id"}
        if reply.id:
            await self._run(update(saved_replies).where(saved_replies.c.id == reply.id).values(values))
            return reply
        return replace(reply, id=await self._add(saved_replies, vars(reply)))

    async def drop_reply(self, reply: int) -> None:
        await self._run(delete(saved_replies).where(saved_replies.c.id == reply))

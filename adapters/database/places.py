"""Conversations that a platform must be told how to reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update

from adapters.database.basis import Basis
from adapters.database.outbox import NoOutbox
from adapters.database.rows import AnyRow
from adapters.database.sealing import Seal
from adapters.database.tables import places
from adapters.database.turns import Transactions
from bot.ports import PlatformName


@dataclass(frozen=True)
class Known:
    """A conversation. ``reference``: what else the platform wants back."""

    conversation: str
    reference: str


class PlaceWork(Basis):
    """One transaction about the places of ``platform``. Every method raises StorageError."""

    platform: PlatformName

    async def put(self, workspace: str, conversation: str, account: str, reference: str) -> bool:
        """Keeps a conversation; the latest counts. Whether it is new. ``account``: the platform's id of whose own it
        is, or empty."""
        values = {"platform": self.platform, "workspace": workspace, "conversation": conversation} | {
            "account": account, "reference": reference,
        }  # fmt: skip
        new = await self._add_new(places, values)
        if not new:
            await self._run(update(places).where(*self._at(workspace, conversation)).values(values))
        return new

    async def find(self, workspace: str, conversation: str) -> Known | None:
        return _known(await self._row(select(places).where(*self._at(workspace, conversation))))

    async def own(self, workspace: str, account: str) -> Known | None:
        """The conversation that is the person's own."""
        theirs = (places.c.platform == self.platform, places.c.workspace == workspace, places.c.account == account)
        return _known(await self._row(select(places).where(*theirs)))

    async def drop(self, workspace: str, conversation: str) -> None:
        """Handbok was removed from it."""
        await self._run(delete(places).where(*self._at(workspace, conversation)))

    def _at(self, workspace: str, conversation: str) -> tuple[ColumnElement[bool], ...]:
        return (
            places.c.platform == self.platform,
            places.c.workspace == workspace,
            places.c.conversation == conversation,
        )


def _known(row: AnyRow | None) -> Known | None:
    return None if row is None else Known(row.conversation, row.reference)


class Places:
    """What one platform's conversations are reached by."""

    def __init__(self, platform: PlatformName, transactions: Transactions, seal: Seal) -> None:
        self._platform = platform
        self._transactions = transactions
        self._seal = seal

    @asynccontextmanager
    async def work(self) -> AsyncIterator[PlaceWork]:
        async with self._transactions() as connection:
            work = PlaceWork(connection, self._seal, NoOutbox())
            work.platform = self._platform
            yield work

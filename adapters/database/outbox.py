"""What the database needs of whoever delivers: to enqueue in the transaction that saves."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Message, Reminder


class Outbox(Protocol):
    """Enqueues on ``connection``, so that the work is there exactly when the transaction is committed."""

    async def deliver(
        self, connection: AsyncConnection, message: Message, *, private: bool, urgent: bool = False
    ) -> None:
        """``private``: nothing outside the sealed address may say where the message goes; ``urgent``: it overtakes."""

    async def change(
        self, connection: AsyncConnection, message: Message, number: int, *, private: bool, urgent: bool = False
    ) -> None:
        """Draws a delivered message anew, in place; ``number`` counts the changes of one message, from 1."""

    async def remind(self, connection: AsyncConnection, reminder: Reminder) -> None: ...


class NoOutbox:
    """Enqueues nothing: for commands that read, and for whoever delivers in some other way."""

    async def deliver(
        self, connection: AsyncConnection, message: Message, *, private: bool, urgent: bool = False
    ) -> None:
        pass

    async def change(
        self, connection: AsyncConnection, message: Message, number: int, *, private: bool, urgent: bool = False
    ) -> None:
        pass

    async def remind(self, connection: AsyncConnection, reminder: Reminder) -> None:
        pass

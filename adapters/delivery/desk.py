"""What delivery needs of the store; adapters/database has it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.cases import CaseNumber
from bot.ports import Message


class Taken(Protocol):
    """A message as it is to be sent now. Changes in place are counted from 1; 0 is the first drawing."""

    @property
    def message(self) -> Message: ...

    @property
    def tries(self) -> int:
        """How often posting has been begun, this time included."""

    @property
    def drawing(self) -> int:
        """The last change asked for so far: what is drawn now shows it."""

    @property
    def drawn(self) -> int:
        """The last change that can be seen."""


class DeskWork(Protocol):
    """One transaction. Every method raises StorageError where the database does not answer."""

    async def take_message(self, number: int) -> Taken | None: ...

    async def posted(self, number: int, post: str, drawn: int, at: datetime) -> None: ...

    async def undeliverable(self, number: int, at: datetime) -> None: ...

    async def reminder_stands(self, case: CaseNumber, kind: str, version: int) -> bool: ...

    async def reminded(self, case: CaseNumber, kind: str, version: int) -> None: ...


class Desk(Protocol):
    def work(self) -> AbstractAsyncContextManager[DeskWork]: ...

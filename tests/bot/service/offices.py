"""An office over fakes: a desk, people who ask and people in comms, and questions with a known outcome."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import cast

from fakes import Clock, Members, MemoryStore, Recorder, deliver

from bot.cases import Case
from bot.messages import Block
from bot.ports import Address
from bot.service import asking
from bot.service.desk import Desk, Sender


@dataclass(frozen=True)
class Questions:
    """One of each outcome, for someone at OsloMet."""

    answered: str
    clarify: str
    unsure: str
    handoff: str  # urgent
    greeting: str


@dataclass
class Office:
    """A desk with the fakes that it stands on, and what its people do most."""

    desk: Desk
    store: MemoryStore
    recorder: Recorder = field(default_factory=Recorder)
    _events: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def clock(self) -> Clock:
        return cast("Clock", self.desk.clock)

    def sender(self, user: str, organisation: str = "oslomet", event: str = "") -> Sender:
        where = Address("slack", "T1", f"D-{user}", "1700.1")
        return Sender(event or f"Ev{next(self._events)}", where, user, user.title(), organisation)

    async def join_comms(self, user: str) -> None:
        who = self.sender(user)
        async with self.store.work() as work:
            person = await work.person(who.address, user, who.name, who.organisation)
        cast("Members", self.desk.membership).ids.add(person.id)

    async def deliver(self) -> None:
        await deliver(self.desk, self.store, self.recorder)

    def told(self, conversation: str) -> list[Block]:
        """What was sent to a conversation, oldest first."""
        return [sent.block for sent in self.recorder.sent if sent.to.conversation == conversation]

    def case(self, number: int) -> Case:
        return self.store.kept.cases[number]

    async def a_case(self, question: str, user: str = "alva", *, confidential: bool = False) -> int:
        """The number of a case that ``user`` opened with ``question``."""
        told = await asking.ask(self.desk, self.sender(user), question)
        assert told is not None
        if confidential:
            told = await asking.ask_comms(self.desk, self.sender(user), told.questions[0], confidential=True)
            assert told is not None
        return told.cases[0]

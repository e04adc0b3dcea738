"""The part of a work about messages and reminders: what is to be sent, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from adapters.database.basis import Basis
from adapters.database.quick import Quick, changing
from adapters.database.rows import AnyRow, address_text, message_values, to_message
from adapters.database.tables import cases, messages, reminders
from bot.cases import CaseNumber
from bot.errors import StorageError
from bot.notices import IN_PLACE
from bot.ports import Address, Message, Reminder

SAVE = Quick(changing(messages, messages.c.id, ("state", "post", "at")))


@dataclass(frozen=True)
class Taken:
    """A message in the hands of whoever delivers it. Changes in place are counted from 1; 0 is the first drawing."""

    message: Message
    tries: int  # how often posting has been begun, this time included
    drawing: int  # the last change asked for so far: what is drawn now shows it
    drawn: int  # the last change that can be seen


class Sending(Basis):
    async def add_message(self, message: Message) -> Message:
        """A card or status that was sent before is changed in place; anything else is sent once for each event."""
        earlier = None if message.question else await self._earlier(message)
        if earlier is None:
            return await self._add_message(message)
        if message.kind in IN_PLACE:
            await self._run(update(messages).where(messages.c.id == earlier.id).values(event=message.event))
            await self.change_message(earlier.id)
            return replace(earlier, event=message.event)
        return earlier

    async def _add_message(self, message: Message) -> Message:
        private, urgent = await self._marked(message)
        place = address_text(message.to)
        values = message_values(message, self._seal.close(place) if private else place)
        saved = replace(message, id=await self._add(messages, values))
        if not saved.question:
            await self._enqueue(self._outbox.deliver(self._connection, saved, private=private, urgent=urgent))
        return saved

    async def hand_over_replies(self, before: datetime) -> int:
        late = (messages.c.question.is_not(None), messages.c.state == "queued", messages.c.tries == 1)
        found = update(messages).where(*late, messages.c.at < before).values(tries=2).returning(messages)
        rows = await self._rows(found)
        for row in rows:
            await self._enqueue(self._outbox.deliver(self._connection, self._message(row), private=False))
        return len(rows)

    async def send_again(self) -> None:
        """Enqueues all that waits: messages, changes that nobody saw, and reminders."""
        waiting = (messages.c.state == "queued") | (messages.c.wanted > messages.c.drawn)
        for row in await self._rows(select(messages).where(waiting).order_by(messages.c.id)):
            message = self._message(row)
            marks = await self._marked(message)
            if message.state == "queued":
                await self._enqueue(self._outbox.deliver(self._connection, message, private=marks[0], urgent=marks[1]))
            elif message.post:
                await self._enqueue(
                    self._outbox.change(self._connection, message, row.wanted, private=marks[0], urgent=marks[1])
                )
        for row in await self._rows(select(reminders)):
            reminder = Reminder(row.case, row.kind, row.due, row.version)
            await self._enqueue(self._outbox.remind(self._connection, reminder))

    async def _earlier(self, message: Message) -> Message | None:
        """The message that this one repeats or changes."""
        same = (
            messages.c.case == message.case,
            messages.c.kind == message.kind,
            messages.c.audience == message.audience,
            *([] if message.kind in IN_PLACE else [messages.c.event == message.event]),
        )
        rows = await self._rows(select(messages).where(*same).order_by(messages.c.id.desc()))
        return next((found for found in map(self._message, rows) if found.to == message.to), None)

    async def change_message(self, number: int) -> None:
        """Several asked for before the first is drawn are one."""
        waiting = update(messages).where(messages.c.id == number, messages.c.wanted == messages.c.taken)
        row = await self._row(waiting.values(wanted=messages.c.wanted + 1).returning(messages))
        if row is not None and not (row.question and not row.post and row.tries == 1):  # else see ``catch_up``
            await self._change(row)

    async def catch_up(self, number: int) -> None:
        behind = (messages.c.id == number, messages.c.wanted > messages.c.taken)
        row = await self._row(select(messages).where(*behind))
        if row is not None:
            await self._change(row)

    async def _change(self, row: AnyRow) -> None:
        message = self._message(row)
        private, urgent = await self._marked(message)
        await self._enqueue(self._outbox.change(self._connection, message, row.wanted, private=private, urgent=urgent))

    async def _marked(self, message: Message) -> tuple[bool, bool]:
        """Whether the address would tell who a confidential asker is; and whether the message is urgent."""
        if message.question and not message.case:
            return False, False
        row = await self._row(select(cases.c.confidential, cases.c.urgent).where(cases.c.number == message.case))
        if row is None and message.audience == "asker":
            raise StorageError(f"there is no case {message.case}")
        if row is None:
            return False, False
        return bool(row.confidential) and message.audience == "asker", bool(row.urgent)

    async def message(self, number: int) -> Message | None:
        row = await self._row(select(messages).where(messages.c.id == number))
        return None if row is None else self._message(row)

    async def messages(self, case: CaseNumber) -> list[Message]:
        rows = await self._rows(select(messages).where(messages.c.case == case).order_by(messages.c.id))
        return [self._message(row) for row in rows]

    async def case_at(self, place: Address, post: str) -> CaseNumber | None:
        wanted = (messages.c.post == post, messages.c.case.is_not(None), messages.c.audience == "comms")
        rows = map(self._message, await self._rows(select(messages).where(*wanted)))
        return next((found.case for found in rows if _is_at(found.to, place)), None)

    async def question_at(self, place: Address, post: str) -> int | None:
        wanted = (messages.c.post == post, messages.c.question.is_not(None))
        rows = map(self._message, await self._rows(select(messages).where(*wanted)))
        return next((found.question for found in rows if _is_at(found.to, place)), None)

    def _message(self, row: AnyRow) -> Message:
        return to_message(row, self._open_address(row.address))

    async def save_message(self, message: Message) -> None:
        await self._quick(SAVE, {"this": message.id, "state": message.state, "post": message.post, "at": message.at})

    # ── for whoever delivers ────────────────────────────────────────────────────────────────────────────────────────

    async def take_message(self, number: int) -> Taken | None:
        """The message as it is to be sent now; marks it as begun."""
        marked = update(messages).where(messages.c.id == number)
        row = await self._row(marked.values(tries=messages.c.tries + 1, taken=messages.c.wanted).returning(messages))
        if row is None:
            return None
        message = self._message(row)
        self._concerns(message.case)
        if message.audience == "comms" and message.kind not in IN_PLACE and not message.to.thread:
            message = replace(message, to=replace(message.to, thread=await self._card(message)))
        return Taken(message, row.tries, row.taken, row.drawn)

    async def _card(self, message: Message) -> str:
        """The post of the case's card, that what follows hangs on; empty where there is none."""
        card = (messages.c.case == message.case, messages.c.kind == "card", messages.c.audience == "comms")
        rows = await self._rows(select(messages).where(*card).order_by(messages.c.id.desc()))
        place = message.to.conversation
        return next((found.post for found in map(self._message, rows) if found.to.conversation == place), "")

    async def posted(self, number: int, post: str, drawn: int, at: datetime) -> None:
        """Delivered as ``drawn``. What the reader has seen already stays seen. That its card stands before comms, the
        asker's status says."""
        await self._case_first(number)
        this = messages.c.id == number
        row = await self._row(select(messages.c.kind, messages.c.case, messages.c.state).where(this))
        await self._run(update(messages).where(this).values(post=post, drawn=drawn))
        await self._run(update(messages).where(this, messages.c.state != "seen").values(state="delivered", at=at))
        if row is not None and row.kind == "card" and row.state not in ("delivered", "seen"):
            status = (messages.c.case == row.case, messages.c.kind == "status", messages.c.tries > 0)
            for found in await self._rows(select(messages.c.id).where(*status)):
                await self.change_message(found.id)

    async def undeliverable(self, number: int, at: datetime) -> None:
        """Failed for good, unless it stands there already and only a change of it failed. The case's card says so."""
        await self._case_first(number)
        this = (messages.c.id == number, messages.c.post == "")
        row = await self._row(update(messages).where(*this).values(state="failed", at=at).returning(messages))
        if row is not None and row.audience == "asker" and row.case:
            card = (messages.c.case == row.case, messages.c.kind == "card", messages.c.post != "")
            for found in await self._rows(select(messages.c.id).where(*card)):
                await self.change_message(found.id)

    async def _case_first(self, number: int) -> None:
        """Locks the case of a message before the message itself, as every work does that changes a case: else two of
        them would each wait for what the other has."""
        of = select(messages.c.case).where(messages.c.id == number).scalar_subquery()
        await self._run(select(cases.c.number).where(cases.c.number == of).with_for_update())

    # ── reminders ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def remind(self, reminder: Reminder) -> None:
        values = {"case": reminder.case, "kind": reminder.name, "version": reminder.version, "due": reminder.due}
        if await self._add_new(reminders, values):
            await self._enqueue(self._outbox.remind(self._connection, reminder))

    async def cancel_reminders(self, case: CaseNumber) -> None:
        await self._run(delete(reminders).where(reminders.c.case == case))

    async def without_reminder(self) -> list[CaseNumber]:
        promised = select(reminders.c.case).where(reminders.c.kind != "late")
        open_ones = (cases.c.state != "closed", cases.c.number.not_in(promised))
        return [row.number for row in await self._rows(select(cases.c.number).where(*open_ones))]

    async def reminder_stands(self, case: CaseNumber, kind: str, version: int) -> bool:
        """Whether it was neither cancelled nor done."""
        return (await self._row(select(reminders).where(*_this(case, kind, version)))) is not None

    async def reminded(self, case: CaseNumber, kind: str, version: int) -> None:
        await self._run(delete(reminders).where(*_this(case, kind, version)))


def _this(case: CaseNumber, kind: str, version: int) -> tuple[ColumnElement[bool], ...]:
    return (reminders.c.case == case, reminders.c.kind == kind, reminders.c.version == version)


def _is_at(one: Address, other: Address) -> bool:
    """Whether both are in the same conversation, whatever the thread."""
    return (one.platform, one.workspace, one.conversation) == (other.platform, other.workspace, other.conversation)

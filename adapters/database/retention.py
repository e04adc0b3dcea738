"""What is kept no longer than needed, and what is sealed anew under a new key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from adapters.database.basis import Basis
from adapters.database.tables import cases, expectations, feedback, messages, processed_events, pseudonyms, questions

LONGEST_NUMBER = 20  # digits; what is longer is sealed


class Retention(Basis):
    async def purge_events(self, before: datetime) -> int:
        """Removes the ids of events that came in before; how many."""
        return await self._count(delete(processed_events).where(processed_events.c.at < before))

    async def purge_expectations(self, now: datetime) -> int:
        """Removes what nobody waits for any more; how many."""
        return await self._count(delete(expectations).where(expectations.c.until < now))

    async def purge_questions(self, before: datetime) -> int:
        """Removes the wording and the person of questions asked before, what was said to be missing, and the replies.

        Figures stay. How many questions lost their wording.
        """
        old = select(questions.c.id).where(questions.c.at < before)
        await self._run(
            update(feedback).where(feedback.c.question.in_(old), feedback.c.missing != "").values(missing="")
        )
        await self._run(delete(messages).where(messages.c.question.in_(old)))
        worded = (questions.c.at < before, questions.c.text != "")
        return await self._count(update(questions).where(*worded).values(text="", person="forgotten", post=""))

    async def reseal(self) -> int:
        """Seals everything under the first key, so that the others can go; how many.

        What was asked back about a confidential case is no longer waited for: its thread and quotes still lead there.
        """
        sealed: tuple[tuple[Table, ColumnElement[Any], ColumnElement[str]], ...] = (
            (pseudonyms, pseudonyms.c.id, pseudonyms.c.sealed),
            (cases, cases.c.number, cases.c.asked_at),
            (messages, messages.c.id, messages.c.address),
        )
        count = await self._count(delete(expectations).where(func.length(expectations.c.about) > LONGEST_NUMBER))
        for table, key, column in sealed:
            found = select(key.label("key"), column.label("text")).where(~column.startswith("{"))
            for row in await self._rows(found):
                renewed = {column.key: self._seal.renew(row.text)}
                count += await self._count(update(table).where(key == row.key).values(renewed))
        return count

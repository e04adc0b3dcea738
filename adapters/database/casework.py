"""The part of a work about questions and cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, literal_column, select, update

from adapters.database.basis import Basis
from adapters.database.overview import is_overdue
from adapters.database.quick import Quick
from adapters.database.rows import address_text, case_values, question_values, to_asked, to_case, to_event
from adapters.database.tables import case_events, cases, feedback, learned, messages, pseudonyms, questions
from bot.cases import Case, CaseNumber, Event, PersonId
from bot.errors import StorageError
from bot.ports import Address, Asked, CaseFilter

NEWEST = Quick(
    select(questions)
    .where(questions.c.person == bindparam("person"))
    .order_by(questions.c.id.desc())
    .limit(bindparam("most", type_=questions.c.id.type))
    .offset(literal_column("0")),  # SQLite would get it as a value without a name
    *questions.c,
)


class Casework(Basis):
    async def add_question(self, asked: Asked) -> Asked:
        return replace(asked, id=await self._add(questions, question_values(asked)))

    async def question(self, number: int) -> Asked | None:
        row = await self._row(select(questions).where(questions.c.id == number))
        return None if row is None else to_asked(row)

    async def questions_of(self, person: PersonId, most: int) -> list[Asked]:
        return [to_asked(row) for row in await self._quick(NEWEST, {"person": person, "most": most})]

    async def asked_by(self, post: str, person: PersonId) -> list[Asked]:
        theirs = select(questions).where(questions.c.post == post, questions.c.person == person)
        return [to_asked(row) for row in await self._rows(theirs.order_by(questions.c.id))] if post else []

    async def questions_of_case(self, case: CaseNumber) -> list[Asked]:
        theirs = select(questions).where(questions.c.case == case).order_by(questions.c.id)
        return [to_asked(row) for row in await self._rows(theirs)]

    async def wipe_question(self, number: int) -> None:
        await self._run(update(questions).where(questions.c.id == number).values(text="", post=""))

    async def wipe_case(self, number: CaseNumber, instead: str) -> None:
        row = await self._row(select(cases.c.answer, cases.c.asker).where(cases.c.number == number))
        if row is None:
            return
        searched = f"{instead}\n{row.answer or ''}".casefold()
        await self._run(update(cases).where(cases.c.number == number).values(text=instead, searched=searched))
        theirs = (case_events.c.case == number, case_events.c.who == row.asker, case_events.c.text != "")
        await self._run(update(case_events).where(*theirs).values(text=instead))

    async def link_question(self, number: int, case: CaseNumber) -> None:
        """A confidential case's question, and what was said about it, belong to the pseudonym from then on."""
        await self._run(update(questions).where(questions.c.id == number).values(case=case))
        row = await self._row(select(cases.c.asker, cases.c.confidential).where(cases.c.number == case))
        if row is not None and row.confidential:
            await self._run(update(questions).where(questions.c.id == number).values(person=row.asker, post=""))
            await self._run(update(feedback).where(feedback.c.question == number).values(person=row.asker))
            replies = messages.c.question == number
            await self._run(delete(messages).where(replies, messages.c.case.is_(None)))
            await self._run(update(messages).where(replies).values(question=None))

    async def add_feedback(self, question: int, person: PersonId, helpful: bool, missing: str, at: datetime) -> None:
        who = await self._under_which_name(question, person)
        await self._run(delete(feedback).where(feedback.c.question == question, feedback.c.person == who))
        values = {"question": question, "person": who, "helpful": helpful, "missing": missing, "at": at}
        await self._run(insert(feedback), values)

    async def _under_which_name(self, question: int, person: PersonId) -> PersonId:
        """A confidential question's feedback must not tell what the question keeps to itself."""
        hidden = select(questions.c.person).where(
            questions.c.id == question, questions.c.person.in_(select(pseudonyms.c.id))
        )
        row = await self._row(hidden)
        return person if row is None else str(row.person)

    async def add_case(self, case: Case, event: Event, asked_at: Address) -> Case:
        place = address_text(asked_at)
        values = case_values(case) | {
            "asked_at": self._seal.close(place) if case.confidential else place,
            "changed_at": event.at,
        }
        saved = replace(case, number=await self._add(cases, values))
        await self._add_event(saved, event)
        self._concerns(saved.number)
        return saved

    async def case(self, number: CaseNumber) -> Case | None:
        self._concerns(number)
        this = select(cases).where(cases.c.number == number)
        row = await self._row(this.with_for_update() if self.locks else this)
        return None if row is None else to_case(row)

    async def save_case(self, case: Case, event: Event) -> int:
        before = (cases.c.number == case.number, cases.c.version == case.version - 1)
        values = case_values(case) | {"changed_at": event.at}
        if await self._count(update(cases).where(*before).values(values)) != 1:
            self.failed = True
            raise StorageError(f"nothing was saved: somebody else changed case {case.number} meanwhile")
        await self._add_event(case, event)
        return case.version

    async def _add_event(self, case: Case, event: Event) -> None:
        await self._run(insert(case_events), vars(event) | {"case": case.number, "number": case.version})

    async def cases(self, wanted: CaseFilter) -> list[Case]:
        first = [cases.c.urgent.desc()] if wanted.urgent_first else []
        order = (*first, cases.c.changed_at.desc(), cases.c.number.desc())
        rows = await self._rows(select(cases).where(*_conditions(wanted)).order_by(*order).limit(wanted.most))
        return [to_case(row) for row in rows]

    async def joined_to(self, case: CaseNumber) -> list[Case]:
        theirs = select(cases).where(cases.c.joined == case, cases.c.state != "closed").order_by(cases.c.number)
        return [to_case(row) for row in await self._rows(theirs)]

    async def count_cases(self, wanted: CaseFilter) -> int:
        return await self._number(select(func.count()).select_from(cases).where(*_conditions(wanted)))

    async def pulse(self) -> str:
        counts = [select(func.count()).select_from(table).scalar_subquery() for table in (case_events, learned)]
        states = select(messages.c.state, func.count()).group_by(messages.c.state).order_by(messages.c.state)
        kept = [*(await self._rows(select(*counts))), *(await self._rows(states))]
        return "-".join(str(value) for row in kept for value in row)

    async def history(self, number: CaseNumber) -> list[Event]:
        rows = await self._rows(select(case_events).where(case_events.c.case == number).order_by(case_events.c.number))
        return [to_event(row) for row in rows]

    async def asked_at(self, number: CaseNumber) -> Address:
        row = await self._row(select(cases.c.asked_at).where(cases.c.number == number))
        if row is None:
            raise StorageError(f"there is no case {number}")
        return self._open_address(row.asked_at)


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Every word must be in the text or the answer, in whichever case."""
    equal = {
        cases.c.organisation: wanted.organisation, cases.c.asker: wanted.asker, cases.c.claimed_by: wanted.claimed_by,
    }  # fmt: skip
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.states:
        found.append(cases.c.state.in_(wanted.states))
    if wanted.kinds:
        found.append(cases.c.kind.in_(wanted.kinds))
    if wanted.urgent:
        found.append(cases.c.urgent)
    if wanted.overdue:
        found.append(is_overdue(wanted.overdue))
    found += [cases.c.searched.contains(word, autoescape=True) for word in wanted.words.casefold().split()]
    return found

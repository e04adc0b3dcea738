"""The part of a work about people: who they are, and who nobody is to know."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, insert, select, update

from adapters.database.basis import Basis
from adapters.database.columns import storable
from adapters.database.quick import Quick, changing
from adapters.database.rows import to_person
from adapters.database.sealing import new_pseudonym
from adapters.database.tables import (
    answers_judged,
    cases,
    expectations,
    feedback,
    messages,
    people,
    places,
    processed_events,
    pseudonyms,
    questions,
)
from bot.cases import PersonId
from bot.errors import StorageError
from bot.knowledge import OrganisationId
from bot.ports import Address, Person

NOWHERE = '{"platform":"console","workspace":"","conversation":""}'  # an address that has been removed
FORGOTTEN = "forgotten"
_OF = ("platform", "workspace", "account")
ACCOUNT = Quick(select(people).where(*(people.c[name] == bindparam(name) for name in _OF)), *people.c)

_KEPT = ("organisation", "language", "fixed", "name")
SAVE = Quick(changing(people, people.c.id, _KEPT))


class People(Basis):
    async def first_time(self, event: str) -> bool:
        return await self._add_new(processed_events, {"id": _key(event), "at": datetime.now(UTC)})

    async def seen(self, event: str) -> bool:
        found = select(processed_events.c.id).where(processed_events.c.id == _key(event))
        return await self._row(found) is not None

    async def person(self, address: Address, user: str, name: str, organisation: OrganisationId) -> Person:
        found = await self.find_account(address, user)
        if found is None:
            # Somebody else may make the same person in this moment; then theirs counts.
            new = {
                "id": "p-" + secrets.token_hex(12), "platform": address.platform, "workspace": address.workspace,
                "account": user, "organisation": organisation, "language": None, "fixed": False, "name": name,
            }  # fmt: skip
            await self._add_new(people, new)
            found = await self.find_account(address, user)
        if found is None:
            raise StorageError("nothing was saved: a new person is gone again")
        if name and found.name != storable(name):
            found = replace(found, name=storable(name))
            await self.save_person(found)
        return found

    async def find_account(self, address: Address, user: str) -> Person | None:
        account = {"platform": address.platform, "workspace": address.workspace, "account": user}
        row = await self._quick_row(ACCOUNT, account)
        return None if row is None else to_person(row)

    async def save_person(self, person: Person) -> None:
        await self._quick(SAVE, {"this": person.id, **{name: getattr(person, name) for name in _KEPT}})

    async def find_person(self, person: PersonId) -> Person | None:
        row = await self._row(select(people).where(people.c.id == person))
        return None if row is None else to_person(row)

    async def conceal(self, person: PersonId) -> PersonId:
        pseudonym = new_pseudonym()
        await self._run(insert(pseudonyms).values(id=pseudonym, sealed=self._seal.close(person)))
        return pseudonym

    async def reveal(self, person: PersonId) -> PersonId:
        row = await self._row(select(pseudonyms).where(pseudonyms.c.id == person))
        return person if row is None else self._seal.open(row.sealed)

    async def forget(self, person: PersonId) -> int:
        """Name, account, the places where they asked, and the wording of their questions go. What they wrote into a
        case stays, since it is comms' record of what was answered; it no longer leads to anybody."""
        ids = [person, *await self._pseudonyms_of(person)]
        asked = select(cases.c.number).where(cases.c.asker.in_(ids))
        theirs = (messages.c.case.in_(asked), messages.c.audience == "asker")
        replies = select(questions.c.id).where(questions.c.person.in_(ids))
        changes = (
            update(messages).where(*theirs, messages.c.state == "queued").values(state="failed"),
            update(messages).where(*theirs, messages.c.address != NOWHERE).values(address=NOWHERE),
            delete(messages).where(messages.c.question.in_(replies), messages.c.case.is_(None)),
            update(cases).where(cases.c.asker.in_(ids), cases.c.asked_at != NOWHERE).values(asked_at=NOWHERE),
            update(feedback).where(feedback.c.person.in_(ids), feedback.c.missing != "").values(missing=""),
            update(answers_judged)
            .where(answers_judged.c.person.in_(ids), answers_judged.c.missing != "")
            .values(missing=""),
            update(questions).where(questions.c.person.in_(ids)).values(person=FORGOTTEN, text="", post=""),
            delete(pseudonyms).where(pseudonyms.c.id.in_(ids)),
            delete(expectations).where(expectations.c.person == person),
            delete(places).where(
                *(
                    places.c[name].in_(select(people.c[name]).where(people.c.id == person))
                    for name in ("platform", "workspace", "account")
                )
            ),
            delete(people).where(people.c.id == person),
        )
        return sum([await self._count(change) for change in changes])

    async def _pseudonyms_of(self, person: PersonId) -> list[PersonId]:
        rows = await self._rows(select(pseudonyms))
        return [row.id for row in rows if self._seal.open(row.sealed) == person]


def _key(event: str) -> str:
    return hashlib.blake2b(event.encode(errors="replace"), digest_size=20).hexdigest()

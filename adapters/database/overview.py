"""The part of a work that counts: what happened, what waits, and what was not answered.

Every look reads what it needs by an index, and never all that is kept. A question counts once for its asker, however
often it was put; one whose words are kept no longer counts for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, or_, select, update

from adapters.database.basis import Basis
from adapters.database.rows import AnyRow
from adapters.database.tables import answers_judged, case_events, cases, feedback, gaps_settled, links, questions
from bot.cases import CaseNumber, PersonId
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language
from bot.ports import Happened, Piles, Tally, Unmet

PART = 500  # rows that are looked for at a time
OPEN = ("waiting", "claimed")
BEST = ("answer", "clarify", "escalate")  # of several outcomes of one question the first counts


class Overview(Basis):
    async def happened(self, organisation: OrganisationId, since: datetime, until: datetime) -> Happened:
        counted = await self.tallies(organisation, since, until)
        opened = select(func.count()).where(
            cases.c.organisation == organisation, *within(cases.c.opened_at, since, until)
        )
        helped = await self._votes(organisation, since, until)
        return Happened(
            sum(each.times for each in counted),
            sum(each.times for each in counted if each.outcome == "answer"),
            await self._number(opened),
            await self._first_answers(organisation, since, until),
            helped[True],
            helped[False],
        )

    async def tallies(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Tally]:
        best = case(*((questions.c.outcome == name, place) for place, name in enumerate(BEST)), else_=len(BEST) - 1)
        itself = case((questions.c.text == "", questions.c.id), else_=0)
        each = (
            select(
                func.min(questions.c.language).label("language"),
                func.max(questions.c.platform).label("platform"),
                func.min(best).label("best"),
            )
            .where(questions.c.organisation == organisation, *within(questions.c.at, since, until))
            .where(questions.c.outcome != "greeting")
            .group_by(questions.c.person, questions.c.text, itself)
            .subquery()
        )
        by = (each.c.language, each.c.platform, each.c.best)
        rows = await self._rows(select(*by, func.count().label("times")).group_by(*by).order_by(*by))
        return [Tally(Language(row.language), row.platform, BEST[row.best], int(row.times)) for row in rows]

    async def _first_answers(
        self, organisation: OrganisationId, since: datetime, until: datetime
    ) -> tuple[tuple[datetime, datetime], ...]:
        before = case_events.alias()
        earlier = exists().where(
            before.c.case == case_events.c.case, by_no_index(before.c.kind) == "answered", before.c.at < since
        )
        first = (
            select(cases.c.opened_at, func.min(case_events.c.at).label("answered_at"))
            .join(cases, cases.c.number == case_events.c.case)
            .where(case_events.c.kind == "answered", *within(case_events.c.at, since, until))
            .where(cases.c.organisation == organisation, ~earlier)
            .group_by(cases.c.number, cases.c.opened_at)
        )
        return tuple((row.opened_at, row.answered_at) for row in await self._rows(first))

    async def _votes(self, organisation: OrganisationId, since: datetime, until: datetime) -> dict[bool, int]:
        """On the bot's answers and on people's: helpful or not, how often."""
        found = {True: 0, False: 0}
        for table, judged, key in (
            (feedback, questions, questions.c.id == feedback.c.question),
            (answers_judged, cases, cases.c.number == answers_judged.c.case),
        ):
            votes = select(table.c.helpful, func.count().label("times")).join(judged, key)
            there = (by_no_index(judged.c.organisation) == organisation, *within(table.c.at, since, until))
            for row in await self._rows(votes.where(*there).group_by(table.c.helpful)):
                found[bool(row.helpful)] += int(row.times)
        return found

    async def piles(self, organisation: OrganisationId, person: PersonId, overdue: datetime) -> Piles:
        counts = (
            cases.c.urgent,
            cases.c.claimed_by == person,
            cases.c.state == "waiting",
            is_overdue(overdue),
        )
        looked = [func.coalesce(func.sum(case((is_so, 1), else_=0)), 0) for is_so in counts]
        wanted = select(*looked).where(cases.c.organisation == organisation, cases.c.state.in_(OPEN))
        (row,) = await self._rows(wanted)
        return Piles(*(int(value) for value in row))

    # ── what was not answered ───────────────────────────────────────────────────────────────────────────────────────

    async def judge_answer(
        self, number: CaseNumber, person: PersonId, helpful: bool, missing: str, at: datetime
    ) -> None:
        values = {"person": person, "helpful": helpful, "missing": missing, "at": at, "settled": False}
        changed = update(answers_judged).where(answers_judged.c.case == number).values(values)
        if not await self._count(changed):
            await self._run(insert(answers_judged), values | {"case": number})

    async def reasons(self, number: CaseNumber, entries: Collection[EntryId], most: int) -> list[str]:
        of_person = select(answers_judged.c.missing, answers_judged.c.at).where(
            answers_judged.c.case == number, ~answers_judged.c.helpful, answers_judged.c.missing != ""
        )
        of_bot = (
            select(feedback.c.missing, feedback.c.at)
            .join(questions, questions.c.id == feedback.c.question)
            .where(questions.c.entry.in_(entries), ~feedback.c.helpful, feedback.c.missing != "")
            .order_by(feedback.c.at.desc())
            .limit(most)
        )
        found = [*(await self._rows(of_person)), *(await self._rows(of_bot))]
        return [row.missing for row in sorted(found, key=lambda row: row.at, reverse=True)[:most]]

    async def unmet(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Unmet]:
        found = [_unmet(row) for row in await self._rows(_of_questions(organisation, since, until))]
        return found + [_unmet(row) for row in await self._rows(_of_people(organisation, since, until))]

    async def settle_gap(self, numbers: Sequence[int], person: PersonId, at: datetime) -> None:
        for start in range(0, len(numbers), PART):
            part = numbers[start : start + PART]
            there = select(questions.c.id).where(questions.c.id.in_([each for each in part if each > 0]))
            for row in await self._rows(there):
                await self._add_new(gaps_settled, {"question": row.id, "person": person, "at": at})
            theirs = answers_judged.c.case.in_([-each for each in part if each < 0])
            await self._run(update(answers_judged).where(theirs).values(settled=True))

    # ── ways into the figures ───────────────────────────────────────────────────────────────────────────────────────

    async def add_link(self, secret: str, organisation: OrganisationId, person: PersonId, until: datetime) -> None:
        values = {"secret": _hash(secret), "organisation": organisation, "person": person, "until": until}
        await self._run(insert(links), values | {"used": False})

    async def use_link(self, secret: str, now: datetime) -> tuple[OrganisationId, PersonId] | None:
        this = links.c.secret == _hash(secret)
        if not await self._count(update(links).where(this, ~links.c.used, links.c.until > now).values(used=True)):
            return None
        (row,) = await self._rows(select(links.c.organisation, links.c.person).where(this))
        return row.organisation, row.person


def _hash(secret: str) -> str:
    return hashlib.blake2b(secret.encode(errors="replace"), digest_size=32).hexdigest()


def _of_questions(organisation: OrganisationId, since: datetime, until: datetime) -> Select[Any]:
    """Questions that the bot did not answer well. Hand-off topics are no gap; nor is what was answered in the end."""
    later = questions.alias()
    answered = exists().where(
        later.c.person == questions.c.person, later.c.text == questions.c.text, later.c.outcome == "answer",
        later.c.id > questions.c.id,
    )  # fmt: skip
    asked_back = exists().where(case_events.c.case == questions.c.case, by_no_index(case_events.c.kind) == "asked-back")
    hidden = exists().where(cases.c.number == questions.c.case, cases.c.confidential)
    settled = exists().where(gaps_settled.c.question == questions.c.id)
    unhelpful = and_(feedback.c.question == questions.c.id, ~feedback.c.helpful)
    handed = and_(questions.c.outcome == "escalate", questions.c.entry.is_(None))
    why = case(
        (feedback.c.question.is_not(None), "not-helpful"),
        (asked_back, "asked-back"),
        (questions.c.outcome == "clarify", "clarified"),
        else_="unanswered",
    )
    wanted = select(
        questions.c.id, questions.c.text, questions.c.language, why.label("why"), questions.c.at, questions.c.person,
        questions.c.entry, func.coalesce(feedback.c.missing, "").label("missing"),
    )  # fmt: skip
    return (
        wanted.select_from(questions.outerjoin(feedback, unhelpful))
        .where(questions.c.organisation == organisation, *within(questions.c.at, since, until))
        .where(questions.c.text != "", ~settled, ~hidden)
        .where(
            or_(
                feedback.c.question.is_not(None),
                and_(or_(handed, questions.c.outcome == "clarify"), ~answered),
            )
        )
        .order_by(questions.c.id)
    )


def _of_people(organisation: OrganisationId, since: datetime, until: datetime) -> Select[Any]:
    """Cases whose answer by a person did not help; numbered below zero."""
    return (
        select(
            (-cases.c.number).label("id"), cases.c.text, cases.c.language, literal("not-helpful").label("why"),
            answers_judged.c.at, cases.c.asker.label("person"), literal(None).label("entry"), answers_judged.c.missing,
        )
        .join(cases, cases.c.number == answers_judged.c.case)
        .where(cases.c.organisation == organisation, *within(answers_judged.c.at, since, until))
        .where(~answers_judged.c.helpful, ~answers_judged.c.settled, ~cases.c.confidential, cases.c.kind == "question")
        .order_by(cases.c.number)
    )  # fmt: skip


def _unmet(row: AnyRow) -> Unmet:
    language = Language(row.language)
    return Unmet(row.id, row.text, language, row.why, row.at, row.person, row.entry or "", row.missing)


def by_no_index(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same value; SQLite, which counts nothing beforehand, would take its index for the shortest way."""
    return func.coalesce(column, "")


def is_overdue(before: datetime) -> ColumnElement[bool]:
    """Opened before, and waiting for comms rather than for its asker."""
    return and_(~cases.c.asked_back, cases.c.opened_at < before)


def within(moment: ColumnElement[Any], since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (moment >= since, moment < until)

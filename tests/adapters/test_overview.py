"""What comms' desk reads at one look: the same in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from fakes import MemoryStore
from store_contract import BACKENDS, DIRECT, NOW, a_case, a_question, an_event, new_url, opened_store

from adapters.database import SqlStore
from bot.cases import AskBack, Case, Claim, act
from bot.cases import opened as opening
from bot.language import Language
from bot.ports import CaseFilter, Piles, Tally, Unmet

Kept: TypeAlias = SqlStore | MemoryStore
DAY = timedelta(days=1)


@pytest.fixture(params=["memory", *BACKENDS])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with opened_store(new_url(request.param, request, tmp_path)) as opened:
        yield opened.store


async def add(store: Kept, case: Case, *actions: object) -> Case:
    async with store.work() as work:
        saved = await work.add_case(case, opening(case), DIRECT)
        for action in actions:
            saved, event = act(saved, action, "p-comms", NOW)  # type: ignore[arg-type]  # any of them
            await work.save_case(saved, event)
    return saved


async def test_the_piles_are_counted_and_listed_alike(store: Kept) -> None:
    urgent = await add(store, a_case(urgent=True))
    mine = await add(store, a_case(), Claim())
    late = await add(store, a_case(opened_at=NOW - 3 * DAY))
    await add(store, a_case(opened_at=NOW - 3 * DAY), Claim(), AskBack("Hvilken konto?"))
    await add(store, a_case(opened_at=NOW - 3 * DAY, organisation="malmo"))
    async with store.look() as work:
        assert await work.piles("oslomet", "p-comms", NOW - DAY) == Piles(urgent=1, mine=2, waiting=2, overdue=1)
        first = await work.cases(CaseFilter("oslomet", urgent_first=True))
        assert first[0].number == urgent.number
        assert [each.number for each in await work.cases(CaseFilter("oslomet", urgent=True))] == [urgent.number]
        assert [each.number for each in await work.cases(CaseFilter("oslomet", overdue=NOW - DAY))] == [late.number]
        assert mine.number in {each.number for each in await work.cases(CaseFilter("oslomet", claimed_by="p-comms"))}


async def test_a_question_counts_once_by_the_best_that_came_of_it(store: Kept) -> None:
    async with store.work() as work:
        for outcome in ("clarify", "answer", "answer", "greeting"):
            await work.add_question(replace(a_question(platform="teams"), outcome=outcome))
        await work.add_question(replace(a_question(text="Noe annet", platform="slack"), outcome="escalate", entry=None))
        for _ in range(2):  # their words are kept no longer
            await work.add_question(replace(a_question("forgotten", "", platform="slack"), outcome="escalate"))
        await work.add_question(a_question(at=NOW - DAY))
    async with store.look() as work:
        assert await work.tallies("oslomet", NOW, NOW + DAY) == [
            Tally(Language.NB, "slack", "escalate", 3), Tally(Language.NB, "teams", "answer", 1),
        ]  # fmt: skip


async def unmet(store: Kept) -> Sequence[Unmet]:
    async with store.look() as work:
        return await work.unmet("oslomet", NOW, NOW + DAY)


async def test_what_was_not_answered_is_found_with_why(store: Kept) -> None:
    back = await add(store, a_case(), Claim(), AskBack("Hvilken konto?"))
    hidden = await add(store, a_case("anon-1", confidential=True))
    judged = await add(store, a_case(text="Hvem svarer om natta?"))
    gone = replace(a_question(), outcome="escalate", entry=None)
    async with store.work() as work:
        kept = [
            await work.add_question(each)
            for each in (
                replace(gone, text="ingen svar"),
                replace(gone, text="hva mente du", case=back.number),
                replace(gone, text="dette eller hint", outcome="clarify"),
                a_question(text="et svar som ikke hjalp"),
                replace(gone, text="hemmelig", case=hidden.number),
                replace(gone, text="pressen ringer", entry="handoff/press"),
                replace(gone, text="funnet til slutt", outcome="clarify"),
                a_question(text="funnet til slutt"),
                a_question(text="et svar som hjalp"),
                replace(gone, text=""),
                replace(gone, text="før", at=NOW - DAY),
            )
        ]
        await work.add_feedback(kept[3].id, "p-asker", False, "den nye malen", NOW)
        await work.add_feedback(kept[8].id, "p-asker", True, "", NOW)
        await work.judge_answer(judged.number, "p-asker", True, "", NOW)
        await work.judge_answer(judged.number, "p-asker", False, "hvem har vakt", NOW)  # the last counts
    found = {each.text: each for each in await unmet(store)}
    assert {text: each.why for text, each in found.items()} == {
        "ingen svar": "unanswered", "hva mente du": "asked-back", "dette eller hint": "clarified",
        "et svar som ikke hjalp": "not-helpful", "Hvem svarer om natta?": "not-helpful",
    }  # fmt: skip
    assert found["et svar som ikke hjalp"].missing == "den nye malen"
    assert found["et svar som ikke hjalp"].entry == "own-pictures"
    assert found["Hvem svarer om natta?"].question == -judged.number
    async with store.work() as work:
        await work.settle_gap([each.question for each in found.values()], "p-comms", NOW)
    assert await unmet(store) == []


async def test_votes_on_answers_by_people_count_with_the_others(store: Kept) -> None:
    case = await add(store, a_case())
    async with store.work() as work:
        await work.judge_answer(case.number, "p-asker", True, "", NOW)
    async with store.look() as work:
        found = await work.happened("oslomet", NOW, NOW + DAY)
    assert (found.helped, found.not_helped) == (1, 0)


async def test_what_somebody_missed_goes_with_them(store: Kept) -> None:
    async with store.work() as work:
        alva = await work.person(DIRECT, "U1", "Alva", "oslomet")
    case = await add(store, a_case(alva.id))
    async with store.work() as work:
        await work.judge_answer(case.number, alva.id, False, "Jeg vil vite når", NOW)
        assert await work.reasons(case.number, [], 3) == ["Jeg vil vite når"]
    async with store.work() as work:
        await work.forget(alva.id)
    async with store.look() as work:
        assert await work.reasons(case.number, [], 3) == []
        assert [(each.person, each.missing) for each in await work.unmet("oslomet", NOW, NOW + DAY)] in (
            [("forgotten", "")], [(case.asker, "")],
        )  # fmt: skip


async def test_a_first_answer_counts_in_the_week_that_it_was_given_in(store: Kept) -> None:
    case = a_case(opened_at=NOW - 9 * DAY)
    async with store.work() as work:
        saved = await work.add_case(case, opening(case), DIRECT)
        for days in (8, 0):
            saved = replace(saved, version=saved.version + 1)
            await work.save_case(saved, replace(an_event("answered"), at=NOW - days * DAY))
    async with store.look() as work:
        assert (await work.happened("oslomet", NOW, NOW + DAY)).first_answers == ()
        before = await work.happened("oslomet", NOW - 8 * DAY, NOW)
    assert before.first_answers == ((NOW - 9 * DAY, NOW - 8 * DAY),)


async def test_a_way_in_opens_once_and_in_time(store: Kept) -> None:
    async with store.work() as work:
        await work.add_link("one", "oslomet", "p-1", NOW + DAY)
        await work.add_link("late", "oslomet", "p-1", NOW)
        assert await work.use_link("one", NOW) == ("oslomet", "p-1")
        assert await work.use_link("one", NOW) is None
        assert await work.use_link("late", NOW) is None
        assert await work.use_link("guessed", NOW) is None

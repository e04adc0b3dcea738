"""The promises of a store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fakes import MemoryStore
from store_contract import (
    CHANNEL,
    DIRECT,
    NOW,
    Opened,
    a_case,
    a_message,
    a_question,
    add_case,
    opened_store,
)
from test_database import sync_engine

from bot.cases import Answer, Claim, Close, Guess, Kind, Note, Reopen, State, act
from bot.cases import opened as opening
from bot.errors import StorageError
from bot.language import Language
from bot.ports import (
    Address,
    Arrival,
    CaseFilter,
    Expectation,
    Happened,
    Learned,
    Message,
    Precedent,
    Reminder,
    SetAside,
    Store,
)

HOSTILE = [
    "plain", "", "Ærlig, ål, öl 🙂", "<img src=x onerror=alert(1)> <!channel>", "a\x00b", "\ud800 alone", "x" * 100_000,
    "Robert'); DROP TABLE handbok_cases;--", "%_\\", "\u202eright to left\u202c",
]  # fmt: skip


async def test_an_incoming_event_is_new_once(kept: Opened) -> None:
    async with kept.store.work() as work:
        assert await work.first_time("Ev1")
        assert not await work.first_time("Ev1")
    async with kept.store.work() as work:
        assert not await work.first_time("Ev1")
        assert await work.first_time("Ev2" * 10_000)
    async with kept.store.look() as work:
        assert await work.seen("Ev1")
        assert not await work.seen("Ev3")


async def test_of_the_same_event_taken_in_twice_at_once_one_is_first(kept: Opened) -> None:
    async def take(number: int) -> bool:
        async with kept.store.work() as work:
            return await work.first_time("same")

    assert sorted(await asyncio.gather(*map(take, range(8)))) == [False] * 7 + [True]


async def test_a_look_sees_what_was_saved_last_however_many_look_and_fail(kept: Opened) -> None:
    async def look() -> int:
        async with kept.store.look() as work:
            known = await work.count_cases(CaseFilter())
            await asyncio.sleep(0)
            await work.precedents("oslomet", NOW)
        return known

    for number in range(1, 4):
        await add_case(kept.store)
        assert await asyncio.gather(*(look() for _ in range(20))) == [number] * 20
        with pytest.raises(LookupError):  # noqa: PT012  # the look is one
            async with kept.store.look() as work:
                await work.precedents("oslomet", NOW)
                raise LookupError


async def test_a_look_sees_what_was_saved_since_the_one_before(kept: Opened) -> None:
    """By key alone, too, where nothing but the look itself ends its transaction."""
    one = Precedent("oslomet", Language.NB, "tekst", "change", "for lang", "p-1", NOW, None)
    for number in range(3):
        async with kept.store.work() as work:
            await work.add_precedent(one)
        async with kept.store.look() as work:
            assert len(await work.precedents("oslomet", NOW)) == number + 1


async def test_leaving_by_an_exception_saves_nothing(kept: Opened) -> None:
    with pytest.raises(LookupError):  # noqa: PT012  # the work is one
        async with kept.store.work() as work:
            case = await work.add_case(a_case(), opening(a_case()), DIRECT)
            await work.add_message(a_message(case))
            await work.first_time("Ev1")
            raise LookupError
    async with kept.store.work() as work:
        assert await work.cases(CaseFilter()) == []
        assert await work.first_time("Ev1")
        assert await work.messages(case.number) == []


async def test_works_at_once_neither_mix_nor_take_each_other_down(kept: Opened) -> None:
    async def one(number: int) -> None:
        async with kept.store.work() as work:
            await work.add_question(a_question(text=f"nr {number}"))
            await asyncio.sleep(0)
            if number % 3 == 0:
                raise LookupError

    outcomes = await asyncio.gather(*map(one, range(30)), return_exceptions=True)
    assert [isinstance(outcome, LookupError) for outcome in outcomes] == [number % 3 == 0 for number in range(30)]
    async with kept.store.work() as work:
        questions = [await work.question(number) for number in range(1, 60)]
    assert sorted(q.text for q in questions if q) == sorted(f"nr {n}" for n in range(30) if n % 3)


async def test_a_work_that_is_cancelled_saves_nothing_and_lets_others_go_on(kept: Opened) -> None:
    inside, never = asyncio.Event(), asyncio.Event()

    async def stuck() -> None:
        async with kept.store.work() as work:
            await work.add_question(a_question(text="stuck"))
            inside.set()
            await never.wait()

    task = asyncio.create_task(stuck())
    await inside.wait()
    waiting = [asyncio.create_task(add_case(kept.store)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    task.cancel()
    done = await asyncio.wait_for(asyncio.gather(task, *waiting, return_exceptions=True), 10)
    assert [isinstance(each, asyncio.CancelledError) for each in done] == [True, False, True, False]
    async with kept.store.work() as work:
        assert await work.question(1) is None
        assert await work.count_cases(CaseFilter()) == 2


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def a_week(store: Store) -> Happened:
    """Of questions, cases and feedback in a week, with as much just outside of it, and elsewhere."""
    until = NOW + timedelta(days=7)
    async with store.work() as work:
        for text, outcome, at in (
            ("Hva?", "clarify", NOW), ("Hva?", "answer", NOW + timedelta(minutes=1)), ("Hei", "greeting", NOW),
            ("Hvem?", "escalate", NOW), ("Når?", "answer", until), ("Før?", "answer", NOW - timedelta(seconds=1)),
        ):  # fmt: skip
            asked = await work.add_question(replace(a_question("p-1", text, at), outcome=outcome))  # type: ignore[arg-type]
            await work.add_feedback(asked.id, "p-1", outcome == "answer", "", at)
        await work.add_question(replace(a_question("p-2", "Hva?"), organisation="malmo"))
        await work.add_question(a_question("p-2", "Hva?"))
        for hours in (1, 5, 24 * 8):
            case = await work.add_case(a_case(), opening(a_case()), DIRECT)
            for minutes, action in enumerate((Claim(), Answer("Ja."), Reopen(""), Answer("Nei."))):
                at = NOW + timedelta(hours=hours, minutes=minutes)
                case, event = act(case, action, "p-comms", at)
                await work.save_case(case, event)
        old = a_case(opened_at=NOW - timedelta(days=1))
        await work.add_case(old, opening(old), DIRECT)
    async with store.work() as work:
        return await work.happened("oslomet", NOW, until)


async def test_a_week_is_counted_alike_everywhere(kept: Opened) -> None:
    found = await a_week(kept.store)
    assert found == Happened(
        asked=3, answered=2, handed=3,
        first_answers=tuple((NOW, NOW + timedelta(hours=hours, minutes=1)) for hours in (1, 5)),
        helped=1, not_helped=3,
    )  # fmt: skip
    assert await a_week(MemoryStore()) == found
    async with kept.store.work() as work:
        assert await work.happened("nobody", NOW, NOW) == Happened(0, 0, 0, (), 0, 0)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_came_is_kept_once_taken_up_when_it_was_left_and_dropped_when_it_is_done(kept: Opened) -> None:
    first, later = (
        Arrival("slack", "one", '{"text": "ø"}', NOW),
        Arrival("slack", "two", "{}", NOW + timedelta(seconds=90)),
    )
    async with kept.store.work(first=True) as work:
        for each in (first, first, later, Arrival("teams", "three", "{}", NOW)):
            await work.keep_arrival(each)
    now = NOW + timedelta(minutes=1)
    async with kept.store.work() as work:
        assert await work.take_arrivals("slack", now, now) == [replace(first, at=now, tries=1)]
        assert await work.take_arrivals("slack", NOW, now) == [], "somebody has it in hand"
        assert await work.is_kept("one")
        await work.renew_arrivals(["one", "never"], now + timedelta(seconds=1))
        assert await work.take_arrivals("slack", now, now) == [], "whoever has it is still at it"
    async with kept.store.work() as work:
        await work.drop_arrivals(["one", "three", "never"])
    async with kept.store.work() as work:
        assert [each.event for each in await work.take_arrivals("slack", later.at, now)] == ["two"]
        assert await work.take_arrivals("teams", later.at, now) == []
        assert not await work.is_kept("one")


async def test_what_came_before_a_clock_was_put_back_is_taken_up_all_the_same(kept: Opened) -> None:
    async with kept.store.work() as work:
        await work.keep_arrival(Arrival("slack", "one", "{}", NOW + timedelta(hours=1)))
        (left,) = await work.take_arrivals("slack", NOW - timedelta(seconds=12), NOW)
        assert (left.event, left.at) == ("one", NOW)
        assert not await work.take_arrivals("slack", NOW - timedelta(seconds=12), NOW)


async def test_what_came_is_sealed_while_it_waits(kept: Opened, url: str) -> None:
    async with kept.store.work() as work:
        await work.keep_arrival(Arrival("slack", "one", '{"text": "hemmelig"}', NOW))
        (left,) = await work.take_arrivals("slack", NOW, NOW)
        assert left.body == '{"text": "hemmelig"}'
    engine = sync_engine(url)
    with engine.connect() as connection:
        assert "hemmelig" not in connection.exec_driver_sql("SELECT body FROM handbok_arrivals").scalar_one()
    engine.dispose()


async def test_a_user_is_one_person_wherever_they_write(kept: Opened) -> None:
    async with kept.store.work() as work:
        alva = await work.person(DIRECT, "U1", "Alva", "oslomet")
        again = await work.person(CHANNEL, "U1", "", "malmo")
        other = await work.person(replace(CHANNEL, workspace="T2"), "U1", "Bo", "malmo")
        teams = await work.person(replace(CHANNEL, platform="teams"), "U1", "Cleo", "malmo")
    assert again == alva
    assert len({alva.id, other.id, teams.id}) == 3
    assert "U1" not in alva.id


async def test_a_new_person_seen_twice_at_once_is_one(kept: Opened) -> None:
    async def see(number: int) -> str:
        async with kept.store.work() as work:
            return (await work.person(DIRECT, "U1", f"name {number}", "oslomet")).id

    assert len(set(await asyncio.gather(*map(see, range(8))))) == 1


async def test_what_a_person_chose_is_kept(kept: Opened) -> None:
    async with kept.store.work() as work:
        alva = await work.person(DIRECT, "U1", "Alva", "oslomet")
        chosen = replace(alva, language=Language.SV, fixed=True, organisation="malmo")
        await work.save_person(chosen)
    async with kept.store.work() as work:
        assert await work.find_person(alva.id) == chosen
        assert await work.person(DIRECT, "U1", "Alva", "oslomet") == chosen
        assert await work.find_person("p-nobody") is None


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
async def test_any_text_can_be_kept(kept: Opened, text: str) -> None:
    as_kept = text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    async with kept.store.work() as work:
        asked = await work.add_question(a_question(text=text))
        case = await work.add_case(a_case(text=text), opening(a_case(text=text)), replace(DIRECT, conversation=text))
        await work.person(DIRECT, text, text, "oslomet")
    async with kept.store.work() as work:
        assert await work.question(asked.id) == replace(asked, text=as_kept)
        assert await work.case(case.number) == replace(case, text=as_kept)
        assert (await work.person(DIRECT, text, "", "oslomet")).name == as_kept
        assert [event.text for event in await work.history(case.number)] == [as_kept]
        assert (await work.asked_at(case.number)).conversation == text  # JSON keeps it whole


async def test_moments_come_back_as_the_same_moment_whatever_their_zone(kept: Opened) -> None:
    there = datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=timezone(timedelta(hours=1)))
    async with kept.store.work() as work:
        asked = await work.add_question(a_question(at=there))
        found = await work.question(asked.id)
    assert found is not None
    assert found.at == there
    assert found.at.tzinfo is UTC


async def test_the_latest_feedback_counts(kept: Opened) -> None:
    async with kept.store.work() as work:
        asked = await work.add_question(a_question())
        await work.add_feedback(asked.id, "p-asker", True, "", NOW)
        await work.add_feedback(asked.id, "p-asker", False, "prisen", NOW)
        await work.add_feedback(asked.id, "p-other", True, "", NOW)
    assert await kept.database.count("feedback") == 2


async def test_feedback_on_a_question_that_is_not_there_is_refused(kept: Opened) -> None:
    with pytest.raises(StorageError):
        async with kept.store.work() as work:
            await work.add_feedback(99, "p-asker", True, "", NOW)


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_case_comes_back_as_it_was_saved_through_its_life(kept: Opened) -> None:
    first = a_case(guesses=(Guess("a", 0.5), Guess("b", 0.1)), topic="press", urgent=True, kind=Kind.DRAFT)
    case = await add_case(kept.store, first)
    assert case == replace(first, number=case.number)
    events = [opening(case)]
    for action, who in [(Claim(), "p-c"), (Note("hm"), "p-c"), (Answer("Ja.", "a"), "p-c"), (Close("done"), "p-d")]:
        async with kept.store.work() as work:
            found = await work.case(case.number)
            assert found == case
            case, event = act(found, action, who, NOW)
            events.append(event)
            assert await work.save_case(case, event) == case.version == len(events)
    async with kept.store.work() as work:
        assert await work.case(case.number) == case
        assert await work.history(case.number) == events
        assert await work.asked_at(case.number) == DIRECT
        assert await work.case(case.number + 1) is None


async def test_of_two_who_claim_at_once_one_gets_it(kept: Opened) -> None:
    case = await add_case(kept.store)

    async def claim(who: str) -> str:
        async with kept.store.work() as work:
            found = await work.case(case.number)
            assert found is not None
            if found.claimed_by:
                return "late"
            await work.save_case(*act(found, Claim(), who, NOW))
            return who

    outcomes = await asyncio.gather(*(claim(f"p-{number}") for number in range(6)))
    assert sorted(outcomes)[:5] == ["late"] * 5
    async with kept.store.work() as work:
        found = await work.case(case.number)
        assert found is not None
        assert (found.version, found.claimed_by) == (2, next(who for who in outcomes if who != "late"))


async def test_a_stale_case_is_not_saved_over_a_newer_one(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        await work.save_case(*act(case, Claim(), "p-1", NOW))
    with pytest.raises(StorageError, match="somebody else changed case"):
        async with kept.store.work() as work:
            await work.save_case(*act(case, Claim(), "p-2", NOW))
    async with kept.store.work() as work:
        assert len(await work.history(case.number)) == 2


async def test_cases_are_listed_by_newest_change_and_filtered(kept: Opened) -> None:
    numbers = [
        (await add_case(kept.store, case)).number
        for case in (
            a_case("p-1", text="Får vi dele BLÅBÆR?", opened_at=NOW),
            a_case("p-2", text="100% sikker_nå", organisation="malmo", kind=Kind.SHARE),
            a_case("p-1", text="Hei"),
        )
    ]
    async with kept.store.work() as work:
        found = await work.case(numbers[0])
        assert found is not None
        await work.save_case(*act(found, Answer("Ja, med kilde"), "p-c", NOW + timedelta(hours=1)))

    async def listed(**wanted: object) -> list[int]:
        async with kept.store.work() as work:
            cases = await work.cases(CaseFilter(**wanted))  # type: ignore[arg-type]
            assert await work.count_cases(CaseFilter(**wanted)) == len(cases)  # type: ignore[arg-type]
            return [numbers.index(case.number) for case in cases]

    assert await listed() == [0, 2, 1]
    assert await listed(organisation="malmo") == [1]
    assert await listed(states=(State.ANSWERED, State.CLOSED)) == [0]
    assert await listed(asker="p-1", states=(State.WAITING,)) == [2]
    assert await listed(claimed_by="p-c") == [0]
    assert await listed(kinds=("share", "draft")) == [1]
    assert await listed(words="blåbær KILDE") == [0]
    assert await listed(words="%") == [1]
    assert await listed(words="r_n") == [1]
    assert await listed(words="_x") == []
    async with kept.store.work() as work:
        assert len(await work.cases(CaseFilter(most=2))) == 2


# ── messages and reminders ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_saved_enqueued_and_followed(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        message = await work.add_message(a_message(case))
    assert kept.outbox.sent == [("deliver", message, False)]
    async with kept.store.work() as work:
        taken = await work.take_message(message.id)
        assert taken is not None
        assert (taken.message, taken.tries) == (message, 1)
        await work.posted(message.id, "1700.5", 0, NOW)
        await work.save_message(replace(message, post="1700.5", state="seen", at=NOW))
        await work.posted(message.id, "1700.6", 0, NOW)
        await work.undeliverable(message.id, NOW)
        assert await work.message(message.id) == replace(message, post="1700.6", state="seen", at=NOW)
        assert await work.messages(case.number) == [replace(message, post="1700.6", state="seen", at=NOW)]
        assert await work.message(999) is None
        assert await work.take_message(999) is None


async def test_a_post_in_the_channel_of_comms_leads_to_its_case(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        card = await work.add_message(a_message(case))
        await work.posted(card.id, "1700.5", 0, NOW)
        answer = await work.add_message(Message("answer", "asker", case.number, 1, CHANNEL))
        await work.posted(answer.id, "1700.6", 0, NOW)
    async with kept.store.look() as work:
        assert await work.case_at(replace(CHANNEL, thread="1700.5"), "1700.5") == case.number
        assert await work.case_at(replace(CHANNEL, conversation="C-other"), "1700.5") is None
        assert await work.case_at(replace(CHANNEL, workspace="T2"), "1700.5") is None
        assert await work.case_at(CHANNEL, "1700.7") is None
        assert await work.case_at(CHANNEL, "1700.6") is None, "what was said to the asker is none of comms' posts"


async def test_what_cannot_be_delivered_is_marked_as_failed(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        message = await work.add_message(a_message(case))
        await work.undeliverable(message.id, NOW)
        found = await work.message(message.id)
    assert found is not None
    assert (found.state, found.at) == ("failed", NOW)


async def test_what_cannot_reach_the_asker_is_shown_on_the_card(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        card = await work.add_message(a_message(case))
        await work.posted(card.id, "1700.5", 0, NOW)
        answer = await work.add_message(Message("answer", "asker", case.number, 1, DIRECT))
        kept.outbox.sent.clear()
        await work.undeliverable(answer.id, NOW)
    assert [(what, number) for what, number, *_ in kept.outbox.sent] == [("change", card.id)]


async def test_the_askers_status_is_drawn_anew_once_the_card_stands_before_comms(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        card = await work.add_message(a_message(case))
        status = await work.add_message(Message("status", "asker", case.number, 1, DIRECT))
        await work.take_message(status.id)
        await work.posted(status.id, "1700.2", 0, NOW)
        kept.outbox.sent.clear()
        for _ in range(2):  # a change of the card tells the asker nothing
            await work.posted(card.id, "1700.1", 0, NOW)
    assert [(what, number) for what, number, *_ in kept.outbox.sent] == [("change", status.id)]


async def test_changes_asked_for_before_the_first_is_drawn_are_one(kept: Opened) -> None:
    case = await add_case(kept.store)
    async with kept.store.work() as work:
        message = await work.add_message(a_message(case))
        kept.outbox.sent.clear()
        for _ in range(3):
            await work.change_message(message.id)
        taken = await work.take_message(message.id)
        assert taken is not None
        assert (taken.drawing, taken.drawn) == (1, 0)
        await work.posted(message.id, "1700.5", taken.drawing, NOW)
        await work.change_message(message.id)
        await work.change_message(message.id)
        await work.change_message(999)
        taken = await work.take_message(message.id)
        assert taken is not None
        assert (taken.drawing, taken.drawn) == (2, 1)
    assert kept.outbox.sent == [("change", message.id, 1, False), ("change", message.id, 2, False)]


async def test_a_reminder_is_set_once_and_cancelled_with_its_case(kept: Opened) -> None:
    one, two = await add_case(kept.store), await add_case(kept.store)
    reminder = Reminder(one.number, "claim", NOW, 1)
    async with kept.store.work() as work:
        for each in (reminder, reminder, replace(reminder, case=two.number), replace(reminder, version=2)):
            await work.remind(each)
        assert len(kept.outbox.sent) == 3
        await work.reminded(one.number, "claim", 2)
        assert not await work.reminder_stands(one.number, "claim", 2)
        assert await work.reminder_stands(one.number, "claim", 1)
        await work.cancel_reminders(one.number)
        assert not await work.reminder_stands(one.number, "claim", 1)
        assert await work.reminder_stands(two.number, "claim", 1)


async def test_open_cases_without_a_promise_are_found(kept: Opened) -> None:
    one, two = await add_case(kept.store), await add_case(kept.store)
    async with kept.store.work() as work:
        await work.remind(Reminder(one.number, "claim", NOW, 1, 2))
        await work.remind(Reminder(two.number, "late", NOW, 1))
        assert await work.reminder_stands(one.number, "claim:2", 1)
        assert await work.without_reminder() == [two.number]
        await work.save_case(*act(two, Close("done"), "p-comms", NOW))
        assert await work.without_reminder() == []


# ── what was learned ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_highest_version_of_what_was_learned_counts(kept: Opened) -> None:
    first = Learned("pets", 1, "id: pets\n", None, "p-1", 3, "p-2", NOW, NOW + timedelta(days=9))
    other = Learned("cars", 1, "id: cars\n", "vehicles", "p-1", None, "p-2", NOW, None, withdrawn=True)
    seen = []
    for learned in (first, other, replace(first, version=2, yaml="id: pets # better\n")):
        async with kept.store.work() as work:
            seen.append(await work.knowledge_version())
            await work.add_learned(learned)
    async with kept.store.work() as work:
        assert seen < [*seen[1:], await work.knowledge_version()]
        assert await work.learned() == [other, replace(first, version=2, yaml="id: pets # better\n")]
        assert [each.version for each in await work.learned(all_versions=True)] == [1, 1, 2]


async def test_the_same_version_twice_is_refused_and_the_first_stays(kept: Opened) -> None:
    first = Learned("pets", 1, "mine", None, "p-1", None, "p-1", NOW)
    async with kept.store.work() as work:
        await work.add_learned(first)
    with pytest.raises(StorageError):
        async with kept.store.work() as work:
            await work.add_learned(replace(first, yaml="yours"))
    async with kept.store.work() as work:
        assert await work.learned() == [first]


async def test_precedents_are_known_until_they_expire(kept: Opened) -> None:
    one = Precedent("oslomet", Language.NB, "tekst", "change", "for lang", "p-1", NOW, NOW + timedelta(days=1))
    async with kept.store.work() as work:
        lasting = await work.add_precedent(replace(one, expires=None, from_case=4))
        short = await work.add_precedent(one)
        await work.add_precedent(replace(one, organisation="malmo"))
        assert await work.precedents("oslomet", NOW) == [lasting, short]
        assert await work.precedents("oslomet", NOW + timedelta(days=1)) == [lasting]
        changed = await work.add_precedent(replace(one, decision="publish", from_case=4))
        assert await work.precedents("oslomet", NOW) == [short, changed]
        assert await work.precedents("oslomet", NOW + timedelta(days=1)) == []  # the case's latest has expired


async def test_findings_set_aside_are_known_by_organisation(kept: Opened) -> None:
    one = SetAside("oslomet", "disrespect", "wrong", "En hund.", Language.NB, by_comms=False, person="p-1", at=NOW)
    async with kept.store.work() as work:
        await work.add_set_aside(one)
        await work.add_set_aside(replace(one, organisation="malmo", verdict="accepted", by_comms=True))
    async with kept.store.look() as work:
        (own,) = await work.set_aside("oslomet")
        assert replace(own, id=0) == one
        assert [each.organisation for each in await work.set_aside()] == ["oslomet", "malmo"]
    async with kept.store.work() as work:
        await work.settle_set_aside("oslomet", one.rule, NOW)
        assert [each.settled for each in await work.set_aside()] == [NOW, None]


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_failure_that_was_swallowed_saves_nothing_all_the_same(kept: Opened) -> None:
    learned = Learned("pets", 1, "mine", None, "p-1", None, "p-1", NOW)
    with pytest.raises(StorageError):  # noqa: PT012  # the work is one
        async with kept.store.work() as work:
            await work.add_learned(learned)
            with pytest.raises(StorageError):
                await work.add_learned(learned)
            with pytest.raises(StorageError, match="earlier part"):
                await work.add_question(a_question())
    async with kept.store.work() as work:
        assert await work.learned() == []


async def test_errors_never_carry_what_people_wrote(kept: Opened) -> None:
    secret = Learned("pets", 1, "very-secret-text", None, "p-1", None, "p-1", NOW)
    with pytest.raises(StorageError) as caught:  # noqa: PT012  # the work is one
        async with kept.store.work() as work:
            await work.add_learned(secret)
            await work.add_learned(secret)
    told = f"{caught.value} {caught.value.__cause__}"
    assert "very-secret-text" not in told


async def test_a_message_for_no_case_is_refused(kept: Opened) -> None:
    with pytest.raises(StorageError):
        async with kept.store.work() as work:
            await work.add_message(Message("card", "comms", 77, 1, CHANNEL))
    with pytest.raises(StorageError):
        async with kept.store.work() as work:
            await work.asked_at(77)


async def test_everything_is_there_after_opening_again(url: str) -> None:
    async with opened_store(url) as first:
        case = await add_case(first.store)
    async with opened_store(url) as second, second.store.work() as work:
        assert await work.case(case.number) == case
        assert await work.asked_at(case.number) == DIRECT


async def test_a_place_is_kept_whole(kept: Opened) -> None:
    place = Address("teams", "tenant", "19:abc@thread.tacv2", "", '{"serviceUrl": "https://smba"}')
    case = await add_case(kept.store, asked_at=place)
    async with kept.store.work() as work:
        assert await work.asked_at(case.number) == place


async def test_what_was_asked_last_in_a_conversation_is_waited_for_until_then(kept: Opened) -> None:
    direct, channel = replace(DIRECT, thread=""), Address("slack", "T1", "C-any", "1.1")
    back = Expectation("ask-back", NOW + timedelta(days=1), 7)
    async with kept.store.work() as work:
        await work.expect(direct, "p-alva", Expectation("language", NOW + timedelta(minutes=1)))
        await work.expect(direct, "p-alva", back)
        await work.expect(channel, "p-alva", Expectation("choice", NOW + timedelta(hours=1), 3))
        await work.expect(direct, "p-bo", Expectation("ask-back", NOW + timedelta(days=1), 8), sealed=True)
    async with kept.store.look() as look:
        assert await look.expected(direct, "p-alva", NOW) == back
        assert await look.expected(replace(direct, thread="9.9"), "p-alva", NOW) is None
        assert await look.expected(replace(direct, thread="9.9"), "p-alva", NOW, anywhere=True) == back
        assert await look.expected(direct, "p-alva", NOW + timedelta(days=2)) is None
        assert await look.expected(replace(channel, thread="2.2"), "p-alva", NOW) is None
        sealed = await look.expected(direct, "p-bo", NOW)
        assert sealed is not None
        assert sealed.about == 8
    async with kept.store.work() as work:
        await work.met(replace(direct, thread="9.9"), "p-alva", anywhere=True)
        assert await work.expected(direct, "p-alva", NOW) is None
        assert await work.expected(channel, "p-alva", NOW) is not None


async def test_a_message_to_the_asker_leads_to_its_case_and_so_does_the_thread(kept: Opened) -> None:
    case = await add_case(kept.store, asked_at=DIRECT)
    async with kept.store.work() as work:
        sent = await work.add_message(Message("status", "asker", case.number, 1, DIRECT))
        await work.save_message(replace(sent, state="delivered", post="5.5"))
    async with kept.store.look() as look:
        assert await look.told_of(replace(DIRECT, thread=""), ["5.5"]) == case.number
        assert await look.told_of(DIRECT, []) == case.number
        assert await look.told_of(replace(DIRECT, thread=""), []) is None
        assert await look.told_of(replace(DIRECT, thread="", conversation="D-other"), ["5.5"]) is None


async def test_a_persons_latest_questions_are_found_as_they_were_saved(kept: Opened) -> None:
    async with kept.store.work() as work:
        saved = [await work.add_question(a_question(text=text)) for text in ("den første", "den andre", "den tredje")]
    async with kept.store.work() as work:
        assert await work.questions_of("p-asker", 2) == saved[:0:-1]

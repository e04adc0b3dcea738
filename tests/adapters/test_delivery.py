"""What delivery promises while it runs: once, in order, at the channel's pace, again later, in place, in time."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from delivery_office import WEB, Recorder, eventually, office
from delivery_parts import QUICK
from store_contract import CHANNEL, DIRECT, KEY, Postgres, a_case, a_message, add_case
from test_database import confidential, dump

from adapters.database import opened
from adapters.delivery import Handlers, Job, outbox, running
from adapters.delivery.outbox import partition
from adapters.delivery.takeover import clear
from bot.cases import opened as opening
from bot.errors import DeliveryError, StorageError, UndeliverableError
from bot.ports import Message, PlatformName, Reminder


async def test_what_is_saved_is_delivered_once_and_noted(url: str) -> None:
    async with office(url) as here:
        case = await here.case()
        (message,) = await here.settled(case.number)
        assert here.recorder.keys == [message.key]
        assert (message.post, message.state) == (f"post-{message.key}", "delivered")
    async with office(url) as again:
        later = await again.case()
        await again.settled(later.number)
        assert len(again.recorder.keys) == 1


async def test_what_is_not_saved_is_not_delivered(url: str) -> None:
    async with office(url) as here:
        with pytest.raises(LookupError):  # noqa: PT012  # the work is one
            async with here.store.work() as work:
                case = await work.add_case(a_case(), opening(a_case()), DIRECT)
                await work.add_message(a_message(case, to=WEB))
                raise LookupError
        await here.settled((await here.case()).number)
        assert len(here.recorder.sent) == 1
        assert len(await here.workflows()) == 1


@pytest.mark.parametrize("platform", ["web", "slack"])
async def test_a_burst_arrives_in_order(url: str, platform: PlatformName) -> None:
    async with office(url, pace=replace(QUICK, channel=0.01)) as here:
        to = replace(WEB, platform=platform)
        count = 40 if platform == "web" else 4
        async with here.store.work() as work:
            for _ in range(count):
                case = await work.add_case(a_case(), opening(a_case()), DIRECT)
                await work.add_message(a_message(case, to=to))
        await here.recorder.until(lambda: len(here.recorder.sent) == count)
        numbers = [int(key.rsplit("-", 1)[1]) for key in here.recorder.keys]
        assert numbers == sorted(numbers)


async def test_a_channel_that_asks_for_it_gets_one_post_every_so_often_and_others_do_not_wait(url: str) -> None:
    async with office(url, pace=replace(QUICK, channel=1.2)) as here:
        for _ in range(3):
            await here.case(CHANNEL)
        await here.case(replace(CHANNEL, conversation="C-other"))
        await here.recorder.until(lambda: len(here.recorder.sent) == 4)
        times: dict[str, list[float]] = {}
        for (_, when, _), to in zip(here.recorder.sent, here.recorder.places, strict=True):
            times.setdefault(to.conversation, []).append(when)
        gaps = [later - earlier for earlier, later in zip(times["C-comms"], times["C-comms"][1:], strict=False)]
        assert min(gaps) > 1.0  # starts are 1.2 apart; the platforms allow one a second
        assert times["C-other"][0] < times["C-comms"][1]


async def test_what_is_urgent_overtakes_a_flood_in_its_channel(url: str) -> None:
    """A post every 1.2 s: behind nine others it would come after eleven seconds."""
    async with office(url, pace=replace(QUICK, channel=1.2)) as here:
        async with here.store.work() as work:
            for _ in range(9):
                case = await work.add_case(a_case(), opening(a_case()), DIRECT)
                await work.add_message(a_message(case, to=CHANNEL))
        async with here.store.work() as work:
            urgent = await work.add_case(replace(a_case(), urgent=True), opening(a_case()), DIRECT)
            message = await work.add_message(a_message(urgent, to=CHANNEL))
        saved = asyncio.get_running_loop().time()
        await here.recorder.until(lambda: message.key in here.recorder.keys)
        assert asyncio.get_running_loop().time() - saved < 5.0
        assert here.recorder.keys.index(message.key) <= 2


async def test_a_platform_that_says_when_to_come_back_is_left_alone_until_then(url: str) -> None:
    recorder = Recorder(fails=[DeliveryError("429", retry_after=0.8)])
    async with office(url, recorder) as here:
        began = asyncio.get_running_loop().time()
        await here.settled((await here.case()).number)
        assert recorder.sent[0][1] - began >= 0.8


async def test_an_outage_delays_and_loses_nothing_and_order_stays(url: str) -> None:
    recorder = Recorder(fails=[DeliveryError("down")] * 5)
    async with office(url, recorder) as here:
        cases = [await here.case() for _ in range(3)]
        await recorder.until(lambda: len(recorder.sent) == 3)
        assert recorder.keys == [(await here.messages(case.number))[0].key for case in cases]
        for case in cases:
            await here.settled(case.number)


async def test_a_channel_that_is_gone_fails_its_message_and_leaves_the_case_and_the_others(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder(fails=[UndeliverableError("channel_not_found; invite the bot")])
    async with office(url, recorder) as here:
        lost, fine = await here.case(), await here.case()
        await here.settled(lost.number, "failed")
        await here.settled(fine.number)
        async with here.store.work() as work:
            assert await work.case(lost.number) == lost
    assert "Message 1 cannot be delivered: channel_not_found; invite the bot" in caplog.text


async def test_a_fault_in_drawing_fails_that_message_alone_and_its_words_stay_out_of_the_log(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    def render(message: Message) -> list[object]:
        if message.case == 1:
            raise KeyError("what Alva wrote")
        return [message.kind]

    async with office(url, render=render) as here:
        lost, fine = await here.case(), await here.case()
        await here.settled(lost.number, "failed")
        await here.settled(fine.number)
    assert "KeyError at" in caplog.text
    assert "Alva" not in caplog.text + dump(url)


async def test_a_renderer_may_take_its_time(url: str) -> None:
    async def render(message: Message) -> list[object]:
        await asyncio.sleep(0)
        return [f"drawn {message.kind}"]

    async with office(url, render=render) as here:
        await here.settled((await here.case()).number)
        assert here.recorder.sent[0][2] == ("drawn card",)


# ── in place ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_card_changes_in_place_and_many_changes_are_few(url: str) -> None:
    version = {"now": 1}
    recorder = Recorder()
    async with office(url, recorder, render=lambda _: [version["now"]]) as here:
        case = await here.case()
        await here.settled(case.number)
        recorder.holds = asyncio.Event()
        for number in range(2, 12):
            async with here.store.work() as work:
                version["now"] = number
                await work.add_message(replace(a_message(case, to=WEB), event=number))
        recorder.holds.set()
        await recorder.until(lambda: recorder.sent[-1][2] == (11,))
        assert len(recorder.sent) <= 4
        (message,) = await here.messages(case.number)
        assert (message.event, message.post) == (11, f"post-{message.key}")


async def test_a_change_before_the_first_post_is_drawn_with_it(url: str) -> None:
    recorder = Recorder(fails=[DeliveryError("later", retry_after=0.3)])
    async with office(url, recorder) as here:
        case = await here.case()
        async with here.store.work() as work:
            await work.add_message(replace(a_message(case, to=WEB), event=2))
        await here.settled(case.number)
        await here.settled((await here.case()).number)  # whatever was to follow has followed
        (message, *_) = await here.messages(case.number)
        assert recorder.keys[:1] == [message.key]
        assert len(recorder.sent) == 2


async def test_what_follows_a_card_hangs_on_it(url: str) -> None:
    async with office(url) as here:
        case = await here.case()
        async with here.store.work() as work:
            await work.add_message(replace(a_message(case, to=WEB), kind="thread"))
            await work.add_message(replace(a_message(case, to=WEB), kind="thread"))  # the same again is none
        card, _ = await here.settled(case.number)
        assert [to.thread for to in here.recorder.places] == ["", card.post]


# ── reminders and jobs ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reminder_comes_when_it_is_due_unless_it_was_cancelled(url: str) -> None:
    async with office(url) as here:
        due = datetime.now(UTC) + timedelta(seconds=1)
        one, two = await add_case(here.store), await add_case(here.store)
        async with here.store.work() as work:
            for case in (one, two):
                await work.remind(Reminder(case.number, "claim", due, 1))
            await work.cancel_reminders(one.number)
        await here.recorder.until(lambda: here.recorder.sent)
        assert datetime.now(UTC) >= due
        assert [what for _, _, what in here.recorder.sent] == [(two.number, "claim", 1)]

        async def none_left() -> bool:
            return await here.database.count("reminders") == 0

        await eventually(none_left)


async def test_a_reminder_that_is_overdue_comes_at_once_and_again_where_it_failed(url: str) -> None:
    recorder = Recorder(fails=[StorageError("gone")])
    async with office(url, recorder) as here:
        case = await add_case(here.store)
        async with here.store.work() as work:
            await work.remind(Reminder(case.number, "late", datetime.now(UTC) - timedelta(hours=1), 1))
        await recorder.until(lambda: recorder.sent)
        assert [what for _, _, what in recorder.sent] == [(case.number, "late", 1)]


async def test_a_job_runs_at_its_time(url: str) -> None:
    ran = Recorder()
    async with office(url, jobs=[Job("digest", "* * * * * *", "Europe/Oslo", ran)]):
        await ran.until(lambda: len(ran.sent) >= 2)


async def test_records_of_what_is_done_are_cleared_away(url: str) -> None:
    async with opened(url, KEY) as database, outbox(database.url) as enqueuing:
        store, recorder = database.store(enqueuing), Recorder()
        handlers = Handlers(lambda message: [message.kind], {"web": recorder}, recorder)
        async with running(enqueuing, store, handlers, pace=QUICK):
            async with store.work() as work:
                case = await work.add_case(a_case(), opening(a_case()), DIRECT)
                await work.add_message(a_message(case, to=WEB))
            await recorder.until(lambda: recorder.sent)
        assert await clear(enqueuing.client, datetime.now(UTC) - timedelta(days=1)) == 0
        assert await clear(enqueuing.client, datetime.now(UTC) + timedelta(days=1)) <= 1


# ── stopping, and losing the right to deliver ────────────────────────────────────────────────────────────────────────


@pytest.mark.timing
async def test_a_stop_ends_a_post_that_hangs_and_the_next_start_takes_it_up(url: str) -> None:
    hanging = Recorder(holds=asyncio.Event())
    loop = asyncio.get_running_loop()
    async with office(url, hanging) as here:
        case = await here.case()
        await here.under_way()
        began = loop.time()
    assert loop.time() - began < 3
    async with office(url) as here:
        (message,) = await here.settled(case.number)
        assert here.recorder.keys == [message.key]


async def test_a_post_under_way_may_end_before_the_stop(url: str) -> None:
    recorder = Recorder(holds=asyncio.Event())
    async with office(url, recorder) as here:
        case = await here.case()
        await here.under_way()
        asyncio.get_running_loop().call_later(0.1, recorder.holds.set)
    async with opened(url, KEY) as database, database.store().work() as work:
        (message,) = await work.messages(case.number)
        assert message.state == "delivered"


async def test_a_replica_that_loses_its_lock_stops_and_takes_a_new_one(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(postgres.emptied()) as here:
        with psycopg.connect(postgres.uri, autocommit=True) as admin:
            holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            for (holder,) in admin.execute(holders).fetchall():
                admin.execute("SELECT pg_terminate_backend(%s)", (holder,))

        async def lost() -> bool:
            return "the lease was lost" in caplog.text

        await eventually(lost)
        await asyncio.wait_for(here.deliveries.ready.wait(), 20)
        await here.settled((await here.case()).number)


async def test_deliveries_go_on_when_the_database_is_back(postgres: Postgres) -> None:
    recorder = Recorder(holds=asyncio.Event())
    async with office(postgres.emptied(), recorder) as here:
        first = await here.case()
        with psycopg.connect(postgres.uri, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        recorder.holds.set()
        with suppress(StorageError):  # whoever first meets a connection that has just gone is told so, nobody after
            await here.messages(first.number)
        await here.settled(first.number)
        async with asyncio.timeout(20):
            await here.deliveries.ready.wait()
        await here.settled((await here.case()).number)


# ── what others may see ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_neither_logs_nor_the_records_of_deliveries_lead_to_a_confidential_asker(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder = Recorder(fails=[DeliveryError("down"), UndeliverableError("gone")])
    async with opened(url, KEY) as database, outbox(database.url) as enqueuing:
        store = database.store(enqueuing)
        handlers = Handlers(lambda message: [message.kind], {"web": recorder, "slack": recorder}, recorder)
        async with running(enqueuing, store, handlers, pace=QUICK):
            here: Any = type("Kept", (), {"store": store})
            person, _ = await confidential(here)
            await recorder.until(lambda: recorder.sent and not recorder.fails)
    records = [record for record in caplog.records if not record.name.startswith("asyncio")]
    said = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in records)
    assert said
    kept = "\n".join(line for line in dump(url).splitlines() if "handbok_people" not in line)
    for secret in (person, "U-alva", "D-alva", "Alva"):
        assert secret not in said
        assert secret not in kept


def test_a_partition_names_nobody_and_joins_no_two_confidential_cases() -> None:
    direct = replace(a_message(replace(a_case(), number=1), "asker"), to=DIRECT)
    other = replace(direct, case=2)
    assert partition(direct, private=False) == partition(other, private=False)
    assert partition(direct, private=True) != partition(other, private=True)
    assert "alva" not in partition(direct, private=False) + partition(direct, private=True)

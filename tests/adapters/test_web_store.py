"""What open pages need of a store: whether anything changed, and what someone asked."""

from __future__ import annotations

from dataclasses import replace

from store_contract import CHANNEL, NOW, Opened, a_case, a_message, a_question, add_case

from bot.cases import Claim, act
from bot.ports import Learned


async def pulse(kept: Opened) -> str:
    async with kept.store.work() as work:
        return await work.pulse()


async def test_the_pulse_changes_with_every_case_message_state_and_learned_entry_and_not_by_itself(
    kept: Opened,
) -> None:
    seen = [await pulse(kept)]
    case = await add_case(kept.store)
    seen.append(await pulse(kept))
    async with kept.store.work() as work:
        message = await work.add_message(a_message(case))
    seen.append(await pulse(kept))
    for state in ("delivered", "seen"):
        async with kept.store.work() as work:
            await work.save_message(replace(message, state=state))
        seen.append(await pulse(kept))
    async with kept.store.work() as work:
        await work.save_case(*act(case, Claim(), "p-comms", NOW))
    seen.append(await pulse(kept))
    async with kept.store.work() as work:
        await work.add_learned(Learned("mascot", 1, "-", None, "p", case.number, "p", NOW))
    seen.append(await pulse(kept))
    assert len(set(seen)) == len(seen)
    assert await pulse(kept) == seen[-1]


async def test_a_persons_questions_come_newest_first_and_nobody_elses(kept: Opened) -> None:
    async with kept.store.work() as work:
        for text in ("en", "to", "tre"):
            await work.add_question(a_question(text=text))
        await work.add_question(a_question("p-other"))
        found = await work.questions_of("p-asker", 2)
    assert [asked.text for asked in found] == ["tre", "to"]


async def test_a_question_that_became_a_confidential_case_is_nobodys(kept: Opened) -> None:
    async with kept.store.work() as work:
        asked = await work.add_question(a_question())
    hidden = await add_case(kept.store, a_case("n-1", confidential=True), CHANNEL)
    async with kept.store.work() as work:
        await work.link_question(asked.id, hidden.number)
        assert await work.questions_of("p-asker", 9) == []

"""Comms that nobody can reach: refused at the start, told at once and by the next best way while running."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from delivery_office import Recorder, office
from fakes import MemoryStore, make_desk
from store_contract import CHANNEL

from adapters.app.reach import Reach, refuse_unreachable
from adapters.settings import read_settings
from adapters.slack.failures import refusal
from bot.cases import Case, Kind, opened
from bot.errors import DeliveryError, SettingsError, UnreachableError
from bot.knowledge import KnowledgeBase, Ladder
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import Address, Message
from bot.service.desk import Desk
from bot.service.mind import Brain, Mind

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet"}


def test_a_platform_whose_comms_nobody_can_reach_does_not_start() -> None:
    with pytest.raises(SettingsError, match="oslomet, whose communications nobody could reach"):
        refuse_unreachable(read_settings(SLACK))
    refuse_unreachable(read_settings(SLACK | {"HANDBOK_WEB": "1"}))
    refuse_unreachable(read_settings(SLACK | {"HANDBOK_SLACK_COMMS": "oslomet=C0123456789"}))
    refuse_unreachable(read_settings({}))


@pytest.mark.parametrize("name", ["channel_not_found", "not_in_channel", "is_archived"])
def test_a_channel_of_comms_that_is_gone_is_told_apart_from_what_passes(name: str) -> None:
    assert isinstance(refusal(name, 200, {}, comms=True), UnreachableError)
    assert not isinstance(refusal(name, 200, {}, comms=False), UnreachableError)
    assert not isinstance(refusal("ratelimited", 429, {}, comms=True), UnreachableError)


def with_second(knowledge: KnowledgeBase) -> KnowledgeBase:
    first, *rest = knowledge.organisations
    ladder = Ladder(second_channel={"slack": "C-second"}, deputy={"slack": "U-boss"})
    return knowledge.model_copy(update={"organisations": (first.model_copy(update={"ladder": ladder}), *rest)})


@pytest.fixture
def desk(knowledge: KnowledgeBase, matcher: Matcher) -> Desk:
    made = make_desk(knowledge, matcher, None)  # type: ignore[arg-type]  # nothing is reviewed here
    return replace(made, mind=Mind(Brain(with_second(knowledge), matcher), None, None))  # type: ignore[arg-type]


async def a_card(desk: Desk) -> Message:
    case = Case(
        0, Kind.QUESTION, "oslomet", "p-1", False, Language.NB, "Hva nå?", None, False, (), desk.clock(),
    )  # fmt: skip
    async with desk.store.work() as work:
        saved = await work.add_case(case, opened(case), Address("slack", "T1", "D-alva"))
        return await work.add_message(Message("card", "comms", saved.number, 1, desk.comms["oslomet"]))


async def test_the_second_channel_is_told_once_and_readiness_says_so_until_it_is_mended(desk: Desk) -> None:
    message, reach = await a_card(desk), Reach(lambda: desk)
    assert isinstance(desk.store, MemoryStore)
    for _ in range(3):
        await reach.unreached(message, "Slack refuses (is_archived); unarchive the channel")
    (told,) = [each for each in desk.store.kept.messages.values() if each.kind == "unreachable"]
    assert (told.to.conversation, told.audience) == ("C-second", "comms")
    with pytest.raises(UnreachableError, match="is_archived"):
        await reach.check()
    reach.reached(message)
    assert await reach.check() == "reached"


async def test_delivery_tells_of_a_channel_that_takes_nothing_and_goes_on_trying(url: str) -> None:
    gone = UnreachableError("Slack refuses (not_in_channel); invite Handbok", 0.2)
    told: list[str] = []
    arrived = asyncio.Event()

    async def unreached(_message: Message, why: str) -> None:
        told.append(why)

    def reached(_message: Message) -> None:
        arrived.set()

    recorder = Recorder(fails=[gone, DeliveryError("Slack does not answer", 0.1)])
    async with office(url, recorder=recorder, unreached=unreached, reached=reached) as here:
        await here.case(CHANNEL)
        async with asyncio.timeout(20):
            await arrived.wait()
    assert told == [str(gone)]

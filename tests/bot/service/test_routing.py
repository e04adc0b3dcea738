"""Topics that belong elsewhere go there, and a case can be moved there and back with its history."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from fakes import Members
from offices import Office, Questions

from adapters.app.reach import Reach
from adapters.chat import handling
from adapters.chat.hub import Office as Hub
from adapters.chat.members import with_routes
from bot.cases import Claim, Note, State
from bot.errors import InputError
from bot.knowledge import KnowledgeBase, Route
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import CaseCard, Text
from bot.service import casework
from bot.service.mind import Brain, Mind

IT = Route(
    title={"nb": "IT-sikkerhet", "nn": "IT-tryggleik", "sv": "IT-säkerhet", "en": "IT security"},
    topics=("handoff/press",), channel={"slack": "C-it"}, group={"slack": "S0IT"},
)  # fmt: skip


def with_route(knowledge: KnowledgeBase) -> KnowledgeBase:
    first, *rest = knowledge.organisations
    return knowledge.model_copy(update={"organisations": (first.model_copy(update={"routes": {"it": IT}}), *rest)})


@pytest.fixture
def office(office: Office, knowledge: KnowledgeBase, matcher: Matcher) -> Office:
    mind = Mind(Brain(with_route(knowledge), matcher), office.desk.mind.rules, None)
    return replace(office, desk=replace(office.desk, mind=mind))


async def move(office: Office, number: int, to: str) -> Text | None:
    return await handling.sent(Hub(desk=office.desk), office.sender("cleo"), "move", str(number), {"to": to})


async def test_a_topic_that_belongs_elsewhere_goes_there_and_its_group_is_called(
    office: Office, questions: Questions
) -> None:
    number = await office.a_case(questions.handoff)
    await office.deliver()
    assert office.case(number).route == "it"
    told = office.told("C-it")
    assert any(isinstance(block, CaseCard) for block in told)
    assert any(isinstance(block, Text) and block.calls == ("S0IT",) for block in told)
    assert not office.told("C-oslomet")


async def test_a_case_moves_there_and_back_with_its_history(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.unsure)
    await casework.do(office.desk, office.sender("cleo"), number, Claim())
    await casework.do(office.desk, office.sender("cleo"), number, Note("Dette er for IT."))
    await office.deliver()
    assert await move(office, number, "it") is None
    await office.deliver()
    assert (office.case(number).route, office.case(number).state) == ("it", State.WAITING)
    there = [block for block in office.told("C-it") if isinstance(block, CaseCard)]
    assert "Dette er for IT." in [line.text for line in there[-1].history]
    left = office.told("C-oslomet")[-1]
    assert isinstance(left, Text)
    assert "IT-tryggleik" in left.body
    assert await move(office, number, "-") is None
    await office.deliver()
    back = office.told("C-oslomet")[-1]
    assert isinstance(back, CaseCard)
    assert [event.kind for event in office.store.kept.histories[number]].count("moved") == 2


async def test_a_second_move_to_the_same_place_changes_nothing(office: Office, questions: Questions) -> None:
    number = await office.a_case(questions.unsure)
    assert await move(office, number, "it") is None
    before = office.case(number)
    refused = await move(office, number, "it")
    assert isinstance(refused, Text)
    assert office.case(number) == before
    with pytest.raises(InputError):
        await move(office, number, "nowhere")


async def test_a_routed_channel_without_the_bot_brings_the_case_back_with_a_clear_word(
    office: Office, questions: Questions
) -> None:
    number = await office.a_case(questions.handoff)
    (card,) = [each for each in office.store.kept.messages.values() if each.kind == "card"]
    assert await Reach(lambda: office.desk).unreached(card, "Slack refuses (not_in_channel)")
    assert office.case(number).route == ""
    await office.deliver()
    cards = [block for block in office.told("C-oslomet") if isinstance(block, CaseCard)]
    assert cards
    assert office.desk.say("case.route-closed", Language.NN) in cards[-1].history[-1].text


async def test_members_of_the_other_channel_act_on_what_was_sent_there_and_on_nothing_else(
    office: Office, questions: Questions
) -> None:
    who = office.sender("ina")
    async with office.store.work() as work:
        ina = await work.person(who.address, "ina", "Ina", "oslomet")

    class InIt(Members):
        async def in_comms(self, person: str, organisation: str) -> bool:
            return organisation == "oslomet/it" if person == ina.id else await super().in_comms(person, organisation)

    members = InIt()
    members.ids = cast("Members", office.desk.membership).ids
    desk = replace(office.desk, membership=members)
    there, here = await office.a_case(questions.handoff), await office.a_case(questions.unsure, "bo")
    done = await casework.do(desk, office.sender("ina"), there, Claim())
    assert done is not None
    assert done.refused is None
    refused = await casework.do(desk, office.sender("ina"), here, Claim())
    assert refused is not None
    assert refused.refused is not None


def test_routed_channels_are_known_to_their_platform_alone(knowledge: KnowledgeBase) -> None:
    known = with_route(knowledge)
    assert with_routes({"oslomet": ("T1", "C1")}, known, "slack") == {
        "oslomet": ("T1", "C1"), "oslomet/it": ("T1", "C-it"),
    }  # fmt: skip
    assert with_routes({"oslomet": ("T1", "C1")}, known, "teams") == {"oslomet": ("T1", "C1")}

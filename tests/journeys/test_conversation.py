"""What is written in reply to Handbok or to comms is no new question, in Slack, in Teams and on the page alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import slack_staff
import teams_staff
from slack_staff import rules, slack, staff
from teams_says import CLEO, Person
from teams_world import teams_world

from bot.answering import Clarify, Escalate
from bot.cases import AskBack, Case, State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.service import casework
from bot.service.desk import Sender
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY = wording()
NN = Language.NN
ALVA = Person("Alva")
ASKED_BACK = "Hvilken konto gjelder det?"
REPLY = "Det gjelder Instagram-kontoen vår, den med flest følgere"


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


class InSlack:
    """One asker, and comms, in Slack."""

    def __init__(self, staff: slack_staff.Staff) -> None:
        self.staff = staff
        self.store = staff.store
        self.desk = staff.desk

    async def write(self, text: str, **more: Any) -> None:
        await self.staff.write("U-alva", text, **more)

    async def press(self, action: str) -> None:
        await self.staff.press("U-alva", self.said()[-1], action)

    async def comms_asks_back(self, number: int) -> None:
        await self._comms(number)
        await self.staff.deliver()

    async def _comms(self, number: int) -> None:
        who = Sender(f"back-{number}", self.desk.comms["oslomet"], "U-cleo", "Cleo", "oslomet")
        await self.staff.handbok.hub.may_act(who)
        await casework.do(self.desk, who, number, AskBack(ASKED_BACK))

    def said(self) -> list[dict[str, Any]]:
        return self.staff.posted("D-U-alva")

    def words(self) -> str:
        return json.dumps(self.said()[-1]["blocks"], ensure_ascii=False)


class InTeams(InSlack):
    def __init__(self, staff: teams_staff.Staff) -> None:
        self.teams = staff
        self.store = staff.store
        self.desk = staff.desk

    async def write(self, text: str, **more: Any) -> None:
        await self.teams.write(ALVA, text, **more)

    async def press(self, action: str) -> None:
        await self.teams.press(ALVA, self.said()[-1], action)

    async def comms_asks_back(self, number: int) -> None:
        who = Sender(f"back-{number}", self.desk.comms["oslomet"], CLEO.id, "Cleo", "oslomet")
        await self.teams.handbok.hub.may_act(who)
        await casework.do(self.desk, who, number, AskBack(ASKED_BACK))
        await self.teams.deliver()

    def said(self) -> list[dict[str, Any]]:
        return self.teams.said(ALVA)

    def words(self) -> str:
        return teams_staff.words(self.said()[-1])


@pytest.fixture(params=["slack", "teams"])
def here(request: pytest.FixtureRequest, staff: slack_staff.Staff, teams: teams_staff.Staff) -> InSlack:
    return InSlack(staff) if request.param == "slack" else InTeams(teams)


async def a_case(here: InSlack, staff: slack_staff.Staff) -> Case:
    await here.write(staff.first(Escalate))
    (case,) = here.store.kept.cases.values()
    return case


async def test_a_reply_to_what_comms_asked_back_goes_to_that_case(here: InSlack, staff: slack_staff.Staff) -> None:
    case = await a_case(here, staff)
    await here.comms_asks_back(case.number)

    await here.write(REPLY)

    assert list(here.store.kept.cases) == [case.number], "a new case"
    assert here.store.kept.histories[case.number][-1].text == REPLY
    assert not here.store.kept.cases[case.number].urgent
    assert SAY("talk.added", case.language, number=case.number) in here.words()


async def test_what_was_no_reply_becomes_a_question_by_a_press(here: InSlack, staff: slack_staff.Staff) -> None:
    case = await a_case(here, staff)
    await here.comms_asks_back(case.number)
    question = "Kor mange innlegg la dei ut i fjor, tru"
    await here.write(question)

    await here.press("new-question")

    assert question in {asked.text for asked in here.store.kept.questions.values()}
    assert here.store.kept.histories[case.number][-1].kind == "noted"


async def test_a_question_that_the_handbook_answers_is_asked_all_the_same(
    here: InSlack, staff: slack_staff.Staff, knowledge: KnowledgeBase
) -> None:
    case = await a_case(here, staff)
    await here.comms_asks_back(case.number)
    question = next(text for text in knowledge.topic["hashtag"].questions.nb if text.endswith("?"))

    await here.write(question)

    assert [event.kind for event in here.store.kept.histories[case.number]] == ["opened", "asked-back"]
    assert any(asked.text == question for asked in here.store.kept.questions.values())


async def test_thanks_in_between_reopens_nothing(here: InSlack, staff: slack_staff.Staff) -> None:
    case = await a_case(here, staff)
    await here.comms_asks_back(case.number)

    await here.write("Tusen takk!")

    assert here.store.kept.histories[case.number][-1].kind == "asked-back"


async def test_a_language_that_was_asked_for_may_be_typed(here: InSlack) -> None:
    await here.write("språk")
    await here.write("sv")

    assert not here.store.kept.cases
    assert {person.language for person in here.store.kept.people.values()} == {Language.SV}


async def test_an_option_may_be_chosen_in_words(here: InSlack, staff: slack_staff.Staff) -> None:
    await here.write(staff.first(Clarify))
    (asked,) = here.store.kept.questions.values()

    await here.write("den andre")

    chosen = list(here.store.kept.questions.values())[-1]
    assert chosen.entry == asked.options[1]


async def test_none_of_them_in_words_goes_to_a_person(here: InSlack, staff: slack_staff.Staff) -> None:
    await here.write(staff.first(Clarify))

    await here.write("ingen av dem")

    (case,) = here.store.kept.cases.values()
    assert case.state is State.WAITING


@pytest.mark.parametrize("text", ["ja", "nei", "2.", "ingen av dem"])
async def test_a_reply_to_nothing_is_no_question(here: InSlack, text: str) -> None:
    await here.write("hei")
    await here.write(text)

    assert not here.store.kept.cases
    assert SAY("talk.nothing-asked", NN)[:40] in here.words() or SAY("talk.nothing-asked", Language.NB)[:40] in (
        here.words()
    )


async def test_whoever_wants_a_person_gets_one(here: InSlack) -> None:
    await here.write("jeg vil snakke med et menneske")
    assert not here.store.kept.cases

    await here.write("Hvilken emneknagg skal vi bruke på åpen dag?")

    (case,) = here.store.kept.cases.values()
    assert case.text == "Hvilken emneknagg skal vi bruke på åpen dag?"


async def test_a_draft_that_was_asked_for_is_looked_at(here: InSlack) -> None:
    await here.write("kan du sjekke innlegget mitt?")
    await here.write("Ring Kari på 958 12 345, hun er hjemme alene!")

    assert any(SAY("check.stop", language) in here.words() for language in Language)
    assert not here.store.kept.questions
    assert not here.store.kept.cases


async def test_in_the_thread_of_a_case_slack_keeps_to_that_case(staff: slack_staff.Staff) -> None:
    ts = await staff.mention("U-alva", "C-any", staff.first(Escalate))
    (case,) = staff.store.kept.cases.values()

    await staff.mention("U-alva", "C-any", "og det haster ikke", thread=ts)

    assert list(staff.store.kept.cases) == [case.number]
    assert staff.store.kept.histories[case.number][-1].text == "og det haster ikke"
    await staff.mention("U-bo", "C-any", "Hvor mange innlegg la de ut i fjor?", thread=ts)
    assert staff.store.kept.histories[case.number][-1].text == "og det haster ikke", "somebody else's words"

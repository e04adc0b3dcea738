"""The gap queue: what comms sees of it, and an answer written from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import Office

from bot.answering import Answered, Asker, respond
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.lessons import merge
from bot.matching.grafting import Basis, basis, graft
from bot.matching.matcher import Matcher
from bot.messages import Text
from bot.ports import Asked
from bot.proposing import Proposal
from bot.service import asking, gaps
from bot.service.mind import Brain

WAYS = (
    "Hvem har lov til å bestemme over fargen på heisen?", "fargen på heisen, hvem bestemmer den?",
    "Hvem velger fargen på heisen i bygget vårt?",
)  # fmt: skip
SECRET = "Hvem velger fargen på heisen for Kari Nordmann, 01018012345?"


@pytest.fixture(scope="module")
def ground(knowledge: KnowledgeBase, matcher: Matcher) -> Basis:
    return basis(knowledge, matcher)


@pytest.fixture(autouse=True)
def learn_fast(office: Office, ground: Basis, knowledge: KnowledgeBase, matcher: Matcher) -> None:
    """As in a running server, where a change is grafted rather than trained; with few golden questions."""
    few = KnowledgeBase(**{name: getattr(knowledge, name) for name in KnowledgeBase.model_fields} | {"golden": ()})
    office.desk.mind.now = Brain(few, matcher)
    office.desk.mind.learn = lambda wanted: graft(ground, wanted)


@pytest.fixture
async def asked(office: Office) -> Office:
    await office.join_comms("bo")
    for place, text in enumerate((*WAYS, SECRET)):
        await unanswered(office, f"user{place}", text)
    return office


async def unanswered(office: Office, user: str, text: str) -> None:
    who = office.sender(user)
    async with office.store.work() as work:
        person = await work.person(who.address, user, who.name, who.organisation)
        asked = Asked(person.id, "oslomet", Language.NB, text, "escalate", None, (), 0.1, office.clock())
        await work.add_question(asked)


async def shown(office: Office) -> list[gaps.Shown]:
    office.desk.mind.gaps.clear()
    return await gaps.listing(office.desk, "oslomet", Language.NB)


async def test_a_gap_shows_examples_without_people_count_and_trend(asked: Office) -> None:
    (gap,) = await shown(asked)
    assert (gap.times, gap.people, gap.recent, gap.before) == (4, 4, 4, 0)
    told = " ".join((gap.title, *gap.examples))
    assert "heisen" in told
    assert "Kari" not in told
    assert "01018012345" not in told


async def test_an_answer_is_written_with_the_ways_of_asking_filled_in(asked: Office) -> None:
    (gap,) = await shown(asked)
    proposal = await gaps.prepare(asked.desk, asked.sender("bo"), gap.key)
    assert isinstance(proposal, Proposal)
    (ways,) = proposal.variants.values()
    assert set(WAYS) & set(ways)
    written = replace(proposal, answer={Language.NB: "Det gjør eiendomsavdelingen, så spør dem først."})
    done = await gaps.save(asked.desk, asked.sender("bo"), gap.key, written)
    assert done is not None
    assert done.saved is not None, done.told
    assert done.saved.from_case is None
    brain = asked.desk.mind.now
    knowledge = merge(brain.knowledge, asked.store.kept.learned, asked.clock())
    (reply,) = respond(WAYS[0], knowledge, asked.desk.mind.learn(knowledge), Asker("oslomet"))
    assert isinstance(reply.outcome, Answered)
    assert await shown(asked) == []
    assert isinstance(await gaps.prepare(asked.desk, asked.sender("bo"), gap.key), Text), "it is gone"


async def test_what_is_set_aside_comes_back_when_somebody_asks_again(asked: Office) -> None:
    (gap,) = await shown(asked)
    told = await gaps.settle(asked.desk, asked.sender("bo"), gap.key)
    assert told is not None
    assert await shown(asked) == []
    await unanswered(asked, "alva", "Fargen på heisen, hvem gjør noe med den?")
    (again,) = await shown(asked)
    assert again.times == 1


async def test_only_comms_sees_to_gaps(asked: Office) -> None:
    (gap,) = await shown(asked)
    for done in (
        await gaps.prepare(asked.desk, asked.sender("alva"), gap.key),
        await gaps.settle(asked.desk, asked.sender("alva"), gap.key),
    ):
        assert isinstance(done, Text)
    assert len(await shown(asked)) == 1


async def test_what_was_found_is_remembered_for_a_while(asked: Office) -> None:
    (gap,) = await shown(asked)
    await unanswered(asked, "alva", "fargen på heisen?")
    (same,) = await gaps.listing(asked.desk, "oslomet", Language.NB)
    assert same == gap
    asked.clock.advance(minutes=11)
    (later,) = await gaps.listing(asked.desk, "oslomet", Language.NB)
    assert later.times == 5


async def test_the_reason_and_the_owner_of_an_answer_that_did_not_help_are_shown(asked: Office) -> None:
    told = await asking.ask(asked.desk, asked.sender("alva"), "Hvilken hashtag skal jeg bruke?")
    assert told is not None
    await asking.feedback(
        asked.desk, asked.sender("alva"), told.questions[0], helpful=False, missing="Og for Ola Nordmann?"
    )
    found = {gap.answer: gap for gap in await shown(asked)}
    (gap,) = [gap for answer, gap in found.items() if answer]
    assert gap.owner.startswith("avdeling SK")
    assert gap.missing
    assert "Nordmann" not in gap.missing[0]

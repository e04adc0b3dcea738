"""Fixtures of the service's tests."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from fakes import MemoryStore, make_desk
from offices import Office, Questions

from bot.answering import Asker, Clarify, Escalate, Reply, respond
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.review import Rulebook

UNCLEAR = (
    "Can I share this?", "kan jeg poste", "skal jeg svare?", "kan jeg like et innlegg", "kan jeg dele dette",
    "Hvem har lov til å bestemme over fargen på heisen?", "Får jag använda emojis i inlägget?",
    "Er det greit at kollegaen min svarer for meg mens jeg er på ferie?",
)  # fmt: skip


@pytest.fixture(scope="session")
def questions(knowledge: KnowledgeBase, matcher: Matcher) -> Questions:
    replies = [respond(text, knowledge, matcher, Asker("oslomet")) for text in UNCLEAR]
    single = [reply for (reply,) in replies]
    return Questions(
        answered=knowledge.topic["hashtag"].questions.nb[0],
        clarify=_first(reply for reply in single if isinstance(reply.outcome, Clarify)),
        unsure=_first(r for r in single if isinstance(r.outcome, Escalate) and r.outcome.reason == "unsure"),
        handoff=knowledge.topic["handoff/press"].questions.nb[0],
        greeting=knowledge.topic["smalltalk/hello"].questions.nb[0],
    )


def _first(replies: Iterable[Reply]) -> str:
    return next(iter(replies)).question


@pytest.fixture
async def office(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> Office:
    """Alva and Bo ask; Cleo and Dag are in comms."""
    store = MemoryStore()
    office = Office(make_desk(knowledge, matcher, rules, store=store), store)
    await office.join_comms("cleo")
    await office.join_comms("dag")
    return office

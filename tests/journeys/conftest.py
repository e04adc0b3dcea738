"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import browser, server, visit
from store_contract import postgres

from bot.answering import Asker, Clarify, respond
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher

__all__ = ["browser", "postgres", "server", "visit"]


@pytest.fixture(scope="session")
def press_question(knowledge: KnowledgeBase) -> Callable[[Language], str]:
    return lambda language: knowledge.topic["handoff/press"].questions[language][0]


@pytest.fixture(scope="session")
def ambiguous(knowledge: KnowledgeBase, matcher: Matcher) -> str:
    candidates = ("skal jeg svare?", "kan jeg like et innlegg", "kan jeg dele dette", "er det lov")
    for text in candidates:
        (reply, *_) = respond(text, knowledge, matcher, Asker("oslomet"))
        if isinstance(reply.outcome, Clarify):
            return text
    raise AssertionError("none of these is ambiguous any more; write another")

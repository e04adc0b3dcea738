"""Questions to begin with are answered by the organisation's own handbook, at once."""

from __future__ import annotations

import pytest

from bot.answering import Answered, Asker, respond
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.prompts import LONGEST, prompts


@pytest.mark.parametrize("organisation", ["oslomet", "malmo"])
@pytest.mark.parametrize("language", Language)
def test_what_is_offered_is_answered_from_the_own_handbook(
    organisation: OrganisationId, language: Language, knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    offered = prompts(knowledge, organisation, language, 4)

    assert len(set(offered)) == 4
    for text in offered:
        assert len(text) <= LONGEST
        (reply,) = respond(text, knowledge, matcher, Asker(organisation))
        assert isinstance(reply.outcome, Answered)
        assert reply.outcome.whose == organisation

"""Questions to begin with, for whoever does not know yet what to ask."""

from __future__ import annotations

from bot.knowledge import KnowledgeBase, OrganisationId
from bot.language import Language

SHORTEST, LONGEST = 20, 60  # characters of a question that is offered


def prompts(knowledge: KnowledgeBase, organisation: OrganisationId, language: Language, most: int) -> tuple[str, ...]:
    """Questions that the organisation's own handbook answers, as people ask them; ``most`` at most."""
    found = []
    for entry in knowledge.entries:
        if organisation in entry.answers:
            whole = (text for text in entry.questions[language] if text.endswith("?"))
            found += [text for text in whole if SHORTEST <= len(text) <= LONGEST][:1]
    step = max(1, len(found) // most)
    return tuple(found[::step][:most])

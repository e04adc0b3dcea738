"""What the bot knows right now. Learning makes a new one beside it and replaces it whole: nobody waits meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.review import Rulebook, Speller


@dataclass(frozen=True)
class Brain:
    """One state of what is known. ``version`` is the store's, of what was learned; 0 before anything was."""

    knowledge: KnowledgeBase
    matcher: Matcher
    version: int = 0


@dataclass
class Mind:
    """Holds the brain in use, and what reviews drafts."""

    now: Brain
    rules: Rulebook
    speller: Speller | None

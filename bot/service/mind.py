"""What the bot knows right now. Learning makes a new one beside it and replaces it whole: nobody waits meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.gaps import Gap
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.review import Rulebook, Speller


@dataclass(frozen=True)
class Brain:
    """One state of what is known. ``version`` is the store's, of what was learned; 0 before anything was."""

    knowledge: KnowledgeBase
    matcher: Matcher
    version: int = 0


@dataclass(frozen=True)
class Found:
    """What an organisation's handbook lacked at that moment, by what was known then."""

    gaps: tuple[Gap, ...]
    at: datetime
    version: int


def _nobody() -> None:
    """Nobody waits to be told."""


@dataclass
class Mind:
    """Holds the brain in use, and what reviews drafts.

    ``learn``: a matcher for knowledge that differs a little from what is known now; whoever keeps the mind up to date
    puts a faster one here than training anew. ``soon``: told when somebody looks over what could be learned.
    ``changed``: told when something was learned through this very process. ``gaps``: what was found last.
    """

    now: Brain
    rules: Rulebook
    speller: Speller | None
    learn: Callable[[KnowledgeBase], Matcher] = build_matcher
    soon: Callable[[], None] = _nobody
    changed: Callable[[], None] = _nobody
    gaps: dict[OrganisationId, Found] = field(default_factory=dict)

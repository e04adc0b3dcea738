"""What a review says: findings with their places, a verdict, and the draft with its safe mends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bot.knowledge import SectionId
from bot.language import Language

RuleId = str  # "personal-data"
Verdict = Literal["stop", "consider", "ready"]

MAX_SHOWN = 10  # findings in one review; the rest are counted
MAX_QUESTIONS = 3


class Severity(StrEnum):
    """How much a finding weighs."""

    STOP = "stop"  # must not go out like this
    WARN = "warn"  # think it over
    TIP = "tip"  # would make it better

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Finding:
    """One thing that a rule saw in a draft.

    ``start`` and ``end`` are 0-based, half-open, in code points of the draft as it was given. ``match`` is that stretch
    with personal data masked, one dot a character, so that it has the stretch's length.
    """

    rule: RuleId
    severity: Severity
    sections: tuple[SectionId, ...]
    start: int
    end: int
    match: str
    message: str  # what was seen, in the reply's language
    suggestion: str  # one concrete way to mend it
    replacement: str | None = None  # what could stand there instead; "" to leave it out
    safe: bool = False  # the replacement changes no meaning, and is applied in ``Review.improved``


@dataclass(frozen=True)
class Asking:
    """A question that only the author can answer, and the rule that the answer decides."""

    rule: RuleId
    text: str  # in the reply's language


@dataclass(frozen=True)
class Review:
    """What a kind and sharp colleague would say about a draft. Advice, never an approval."""

    verdict: Verdict
    summary: str  # the verdict in words, in the reply's language
    language: Language | None  # what the draft is written in; None for a language that Handbok does not know
    findings: tuple[Finding, ...]  # by severity, then place; MAX_SHOWN at most
    questions: tuple[Asking, ...]  # to the author, where no rule can know; MAX_QUESTIONS at most
    hidden: int  # findings beyond those shown
    notes: tuple[str, ...]  # what was not checked, and why
    improved: str = field(repr=False)  # the draft with the safe mends, and a mark for what is stopped; kept out of logs


@dataclass(frozen=True)
class Sighting:
    """What a detector saw, before it is put into words. Places are of the draft as it was given.

    ``part`` names the rule's part whose message fits (``phone`` of ``personal-data``); None for the rule's own.
    ``secret`` are the stretches that must be masked wherever they are shown, each with how many leading characters
    may stay.
    """

    start: int
    end: int
    part: str | None = None
    replacement: str | None = None
    safe: bool = False
    secret: tuple[tuple[int, int, int], ...] = ()
    values: tuple[tuple[str, str], ...] = ()  # what the message may name beside {match}: ("limit", "280")

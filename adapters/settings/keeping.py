"""How long things are kept, by kind. What a kind holds stands with the tables, in adapters/database/retention.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from adapters.settings.pairs import pairs
from bot.errors import SettingsError

MOST = 36_500  # days


@dataclass(frozen=True)
class Keep:
    """Days; 0: for ever."""

    question: int = 365  # the wording of a question and who asked it; figures stay
    feedback: int = 365  # what somebody said was missing
    case: int = (
        730  # a closed case with its journal, counted from its last change; an answered one that nobody reopened
    )
    draft: int = 180  # the same for drafts, which may hold what was never published
    person: int = 730  # somebody who has not asked for as long, and has no case
    precedent: int = 730  # how a draft was decided
    event: int = 30  # ids of incoming events: platforms repeat theirs for hours at most
    deletion: int = 1095  # the record of what was deleted, which names nobody


def read_keep(environment: Mapping[str, str]) -> Keep:
    """SettingsError for a kind that there is not, or a number that is none."""
    kinds = {field.name for field in fields(Keep)}
    found = {}
    for kind, days in pairs(environment, "HANDBOK_KEEP", "question=365,case=730").items():
        if kind not in kinds:
            raise SettingsError(f"HANDBOK_KEEP names “{kind[:40]}”; there are {', '.join(sorted(kinds))}")
        if not (days.isascii() and days.isdigit() and len(days) < 6 and int(days) <= MOST):
            raise SettingsError(f"HANDBOK_KEEP says {kind}={days[:20]}; write days, 0 to {MOST}, where 0 is for ever")
        found[kind] = int(days)
    return Keep(**found)

"""Whether somebody asks again, or so much at once that it belongs on one card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from bot.cases import Case, Kind, State

WITHIN = timedelta(hours=1)
CROWD = 3  # cases of one person that open within that time; what comes after goes to the last of them
ENOUGH = 30  # questions of one person within that time that reach comms at all: far more than anybody has in earnest
SAME = 93.0  # rapidfuzz's ratio from which on two questions of one person are the same
_NOT_A_WORD = re.compile(r"[^\w]+")


def plain_words(text: str) -> str:
    """A text without capitals, punctuation and space that says nothing."""
    return " ".join(_NOT_A_WORD.sub(" ", text.casefold()).split())


def same_as(text: str, own: Sequence[Case]) -> Case | None:
    """The case of its asker's that holds the same question already. ``own``: the asker's open ones.

    What is urgent, a draft or confidential neither folds nor is folded into.
    """
    words = plain_words(text)
    return next((case for case in _foldable(own) if fuzz.ratio(words, plain_words(case.text)) >= SAME), None)


def crowded(own: Sequence[Case], now: datetime) -> Case | None:
    """The case that a further question goes to, where its asker has several that were just opened; else None."""
    waiting = [case for case in _foldable(own) if case.state is State.WAITING and now - case.opened_at < WITHIN]
    return max(waiting, key=lambda case: case.number) if len(waiting) >= CROWD else None


def _foldable(own: Sequence[Case]) -> list[Case]:
    return [
        case for case in own
        if case.kind is Kind.QUESTION and not case.urgent and case.state in (State.WAITING, State.CLAIMED)
    ]  # fmt: skip

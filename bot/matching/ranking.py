"""What a question may mean, likeliest first: what a matcher gives, and answers are chosen by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge import EntryId
from bot.language import Language
from bot.matching.second import Seen


@dataclass(frozen=True)
class Candidate:
    """An entry, hand-off topic or small talk that a question may mean."""

    entry: EntryId
    probability: float  # calibrated, that it is right, 0–1; over all candidates and «none of these» it adds up to 1


@dataclass(frozen=True)
class Ranking:
    """What a question may mean, likeliest first; ties stand in the order of the knowledge base."""

    candidates: tuple[Candidate, ...]
    languages: Mapping[Language, float]  # shares, adding up to 1
    known: float  # share of the question's words that the vocabulary knows or can read as typos, 0–1
    sure: float = 0.0  # probability that the first candidate is what was asked, by the second look, 0–1
    sure_at: float = 1.01  # from here on it may be answered at once
    seen: Seen | None = None  # what the second look saw of the first candidate
    clause: str = ""  # the one that asks, where it was not the message as a whole that was plain
    asked: float = -1.0  # how much the message sounds like a question for the handbooks, about −1 to 1
    nearest: tuple[Candidate, ...] = ()  # the likeliest entries, hand-off topics and small talk left aside

    @property
    def confidence(self) -> float:
        """Of the first candidate: by the second look where it is an entry, 0–1."""
        if self.seen is not None:
            return self.sure
        return self.candidates[0].probability if self.candidates else 0.0


def is_entry(name: EntryId) -> bool:
    """Whether it is an entry by its name: hand-off topics and small talk stand under theirs (``handoff/press``)."""
    return "/" not in name

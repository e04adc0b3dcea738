"""Who looks after each answer that Handbok ships with, and when it is to be looked over next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.knowledge import AnswerReview, Entry, EntryId, KnowledgeBase, Organisation
from bot.language import Language


@dataclass(frozen=True)
class Kept:
    """An answer of an organisation's own handbook. ``late``: it should have been looked over by now."""

    entry: EntryId
    title: str
    owner: str
    due: date
    late: bool


def kept(knowledge: KnowledgeBase, organisation: Organisation, language: Language, today: date) -> list[Kept]:
    """The organisation's own answers, the first to be looked over first."""
    own = [entry for entry in knowledge.entries if organisation.id in entry.answers]
    found = [_kept(entry, organisation, language, today) for entry in own]
    return sorted(found, key=lambda each: (each.due, each.title))


def owner_of(organisation: Organisation, name: EntryId, language: Language) -> str:
    """A name, a role, or the department."""
    set_apart = organisation.review.answers.get(name, AnswerReview())
    named = set_apart.owner or organisation.review.owner or organisation.fact("department", language)
    return named if isinstance(named, str) else named[language]


def _kept(entry: Entry, organisation: Organisation, language: Language, today: date) -> Kept:
    set_apart = organisation.review.answers.get(entry.id, AnswerReview())
    due = set_apart.due or organisation.review.due or _a_year_after(organisation.edition)
    return Kept(entry.id, entry.title[language], owner_of(organisation, entry.id, language), due, due < today)


def _a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))

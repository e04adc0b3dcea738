"""What comms wants the bot to know: made from a case, looked over by a person, and fit to be kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cases import Case
from bot.cleaning import clean, printable
from bot.knowledge import EntryId, KnowledgeBase, OrganisationId, SectionId
from bot.language import Language
from bot.lessons import Lesson, Some, SomeAnswer, SomeQuestions
from bot.matching.text import tokens
from bot.review import Rulebook

LONGEST_TITLE = 60  # characters


@dataclass(frozen=True)
class Proposal:
    """What comms wants the bot to know. With ``base``, only more ways of asking for what is known already."""

    organisation: OrganisationId
    variants: Mapping[Language, tuple[str, ...]]
    answer: Mapping[Language, str] = field(default_factory=dict)  # in one language or more
    title: Mapping[Language, str] = field(default_factory=dict)
    sections: tuple[SectionId, ...] = ()
    base: EntryId | None = None
    replaces: EntryId | None = None  # the learned entry that this is a new version of
    expires: datetime | None = None


def propose(case: Case, knowledge: KnowledgeBase, rules: Rulebook) -> Proposal:
    """What a case's question and answer would teach, to be looked over by comms."""
    asked = clean(case.text, knowledge.organisation[case.organisation], rules)
    return Proposal(
        organisation=case.organisation,
        variants={case.language: (asked,)} if asked else {},
        answer={case.language: printable(case.answer or "").strip()},
        title={case.language: short(asked)} if asked else {},
    )


def cleaned(proposal: Proposal, knowledge: KnowledgeBase, rules: Rulebook) -> Proposal:
    """The proposal as it may be kept: variants without people and greetings, none twice; texts that print."""
    organisation = knowledge.organisation[proposal.organisation]
    variants = {
        language: tuple(dict.fromkeys(text for each in texts if (text := clean(each, organisation, rules))))
        for language, texts in proposal.variants.items()
    }
    return replace(
        proposal,
        variants={language: texts for language, texts in variants.items() if texts},
        answer=_texts(proposal.answer),
        title=_texts(proposal.title),
    )


def _texts(texts: Mapping[Language, str]) -> dict[Language, str]:
    return {language: plain for language, text in texts.items() if (plain := printable(text).strip())}


def short(text: str) -> str:
    """The first sentence as a title."""
    first = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return first if len(first) <= LONGEST_TITLE else first[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"


def new_id(title: str, taken: Collection[EntryId]) -> EntryId:
    """An id made of the title's words that nothing bears yet."""
    folded = unicodedata.normalize("NFKD", "-".join(tokens(title)[:6])).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", folded).strip("-") or "learned"
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken)


def addition_id(base: EntryId, variants: Sequence[str]) -> EntryId:
    """Names variants added to ``base``: the same words get the same name."""
    words = "\n".join(sorted(" ".join(tokens(text)) for text in variants))
    return f"{base}+{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def to_lesson(proposal: Proposal, taken: Collection[EntryId]) -> Lesson:
    """The proposal (``cleaned``) as it would be kept. What it lacks stays out; ``examine`` objects."""
    questions = SomeQuestions(**{language.value: texts for language, texts in proposal.variants.items()})
    if proposal.base:
        return Lesson(id=proposal.base, questions=questions)
    title = Some(**_by_name(proposal.title)) if proposal.title else None
    named = next(iter(proposal.title.values()), "")
    answers = {}
    if proposal.answer and title:
        answers[proposal.organisation] = SomeAnswer(sources=proposal.sections, **_by_name(proposal.answer))
    return Lesson(id=proposal.replaces or new_id(named, taken), title=title, questions=questions, answers=answers)


def _by_name(texts: Mapping[Language, str]) -> dict[str, str]:
    return {language.value: text for language, text in texts.items()}

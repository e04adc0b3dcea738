"""What people taught, as YAML and as part of the knowledge base.

A lesson is written like an entry of knowledge/entries, but may lack languages; one without answers adds variants to an
entry, hand-off topic or small talk that is there already. The handbooks come first: once an entry of theirs bears the
same id, the lesson with its answer has been taken over and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import Field, model_validator

from bot.cases import CaseNumber, PersonId
from bot.errors import KnowledgeError
from bot.knowledge import (
    Entry,
    EntryId,
    Handoff,
    KnowledgeBase,
    Model,
    NonEmpty,
    OrganisationId,
    Questions,
    SectionId,
    Slug,
    Smalltalk,
    Taught,
    Texts,
)
from bot.language import Language, nearest
from bot.ports import Learned
from bot.yamlfile import Document
from bot.yamlwriting import flow_list, scalar, text_lines

_Topic = TypeVar("_Topic", Entry, Handoff, Smalltalk)

FILE = Path("learned.yaml")  # what faults name: what was learned stands in no file


class Some(Model):
    """One text in some of the languages, in one at least."""

    nb: NonEmpty | None = None
    nn: NonEmpty | None = None
    sv: NonEmpty | None = None
    en: NonEmpty | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Some:
        if not self.written:
            raise ValueError("holds no language; write it in one of nb, nn, sv, en")
        return self

    @property
    def written(self) -> tuple[Language, ...]:
        return tuple(language for language in Language if getattr(self, language.value))

    def __getitem__(self, wanted: Language) -> str:
        """The text in the language nearest to the one that is wanted."""
        text: str = getattr(self, nearest(wanted, self.written).value)
        return text


class SomeAnswer(Some):
    """What comms of one organisation answered."""

    sources: tuple[SectionId, ...] = ()


class SomeQuestions(Model):
    """Variants in some of the languages."""

    nb: tuple[NonEmpty, ...] = ()
    nn: tuple[NonEmpty, ...] = ()
    sv: tuple[NonEmpty, ...] = ()
    en: tuple[NonEmpty, ...] = ()

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        variants: tuple[str, ...] = getattr(self, language.value)
        return variants


class Origin(Model):
    """Where an exported lesson is from: what ``Learned`` tells besides its text."""

    id: str
    version: int
    case: CaseNumber | None = None
    owner: PersonId
    saved_by: PersonId
    at: datetime
    expires: datetime | None = None


class Lesson(Model):
    """An entry that people taught; without answers, more variants for the one that ``id`` names."""

    id: Slug
    title: Some | None = None
    questions: SomeQuestions
    answers: Mapping[OrganisationId, SomeAnswer] = Field(default_factory=dict)
    related: tuple[EntryId, ...] = ()
    learned: Origin | None = None  # in exports alone

    @model_validator(mode="after")
    def _titled(self) -> Lesson:
        if self.answers and self.title is None:
            raise ValueError("has an answer and no title; give it one")
        return self

    def variants(self) -> Iterator[tuple[Language, str]]:
        for language in Language:
            for text in self.questions[language]:
                yield language, text


# ── into the knowledge base ──────────────────────────────────────────────────────────────────────────────────────────
def merge(knowledge: KnowledgeBase, learned: Iterable[Learned], now: datetime) -> KnowledgeBase:
    """``knowledge`` with what was learned and holds ``now``. KnowledgeError where its YAML cannot be read."""
    lessons = [lesson for each in holding(learned, now) for lesson in read_lessons(each.yaml)]
    return teach(knowledge, lessons) if lessons else knowledge


def holding(learned: Iterable[Learned], now: datetime) -> list[Learned]:
    """The newest version of each, where it is neither proposed, withdrawn nor expired; in the order of ids."""
    newest: dict[EntryId, Learned] = {}
    for each in learned:
        if each.id not in newest or newest[each.id].version < each.version:
            newest[each.id] = each
    return [each for _, each in sorted(newest.items()) if not each.withdrawn and not has_expired(each, now)]


def has_expired(learned: Learned, now: datetime) -> bool:
    return learned.expires is not None and learned.expires <= now


def teach(knowledge: KnowledgeBase, lessons: Sequence[Lesson]) -> KnowledgeBase:
    """``knowledge`` with ``lessons``, in the order of their ids; of two with an answer and one id the latter counts.

    More variants for what there is not are passed over.
    """
    lessons = sorted(lessons, key=lambda lesson: lesson.id)
    entries = {entry.id: entry for entry in knowledge.entries}
    for lesson in lessons:
        if lesson.answers and lesson.title and not from_handbook(knowledge, lesson.id):
            entries[lesson.id] = _entry(lesson, lesson.title, knowledge)
    more: dict[EntryId, list[Lesson]] = {}
    for lesson in lessons:
        if not lesson.answers:
            more.setdefault(lesson.id, []).append(lesson)
    return KnowledgeBase(
        organisations=knowledge.organisations,
        entries=tuple(_grown(entry, more) for entry in entries.values()),
        handoffs=tuple(_grown(topic, more) for topic in knowledge.handoffs),
        smalltalk=tuple(_grown(talk, more) for talk in knowledge.smalltalk),
        golden=knowledge.golden,
        calibration=knowledge.calibration,
        pairs=knowledge.pairs,
        lexicon=knowledge.lexicon,
        emergencies=knowledge.emergencies,
        cues=knowledge.cues,
    )


def from_handbook(knowledge: KnowledgeBase, name: EntryId) -> bool:
    """Whether the topic is there, and not because people taught it."""
    match knowledge.topic.get(name):
        case None:
            return False
        case Entry() as entry:
            return not entry.is_taught
        case _:
            return True


def _entry(lesson: Lesson, title: Some, knowledge: KnowledgeBase) -> Entry:
    return Entry(
        id=lesson.id,
        title=Texts(**_filled(title)),
        questions=Questions(**{language.value: lesson.questions[language] for language in Language}),
        answers={
            organisation: Taught(
                sources=tuple(source for source in answer.sources if source in knowledge.section),
                written=answer.written,
                borrowable=False,
                beside=False,
                **{name: _plain(text) for name, text in _filled(answer).items()},
            )
            for organisation, answer in lesson.answers.items()
        },
        related=tuple(other for other in lesson.related if isinstance(knowledge.topic.get(other), Entry)),
    )


def _filled(texts: Some) -> dict[str, str]:
    return {language.value: texts[language] for language in Language}


def _plain(text: str) -> str:
    """Braces as the signs that they are: people who answer name no facts."""
    return text.replace("{", "{{").replace("}", "}}")


def _grown(topic: _Topic, more: Mapping[EntryId, Sequence[Lesson]]) -> _Topic:
    if topic.id not in more:
        return topic
    return topic.model_copy(update={"questions": _together(topic.questions, more[topic.id])})


def _together(questions: Questions, lessons: Sequence[Lesson]) -> Questions:
    """No variant twice."""

    def of(language: Language) -> tuple[str, ...]:
        added = (text for lesson in lessons for text in lesson.questions[language])
        return tuple(dict.fromkeys((*questions[language], *added)))

    return Questions(**{language.value: of(language) for language in Language})


# ── as YAML ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def read_lessons(text: str, file: Path = FILE) -> tuple[Lesson, ...]:
    """The lessons in a YAML text. KnowledgeError with every fault, by line of ``file``."""
    document = Document.parse(text, file)
    found, faults = document.typed(tuple[Lesson, ...])
    if found is None or faults:
        raise KnowledgeError(faults)
    return found


def lessons_yaml(lessons: Iterable[Lesson]) -> str:
    """The YAML text of ``lessons``; reading it gives the same ones."""
    return "".join(line + "\n" for lesson in lessons for line in _lines(lesson)) or "[]\n"


def _lines(lesson: Lesson) -> Iterator[str]:
    yield f"- id: {scalar(lesson.id)}"
    if lesson.title:
        titles = (f"{name}: {scalar(lesson.title[name], in_flow=True)}" for name in lesson.title.written)
        yield f"  title: {{{', '.join(titles)}}}"
    if lesson.answers:
        yield "  answers:"
    for organisation, answer in lesson.answers.items():
        yield f"    {scalar(organisation)}:"
        if answer.sources:
            yield f"      sources: {flow_list(answer.sources)}"
        for language in answer.written:
            yield from text_lines(f"      {language}: ", answer[language])
    if lesson.related:
        yield f"  related: {flow_list(lesson.related)}"
    asked = [language for language in Language if lesson.questions[language]]
    yield "  questions:" if asked else "  questions: {}"
    for language in asked:
        yield f"    {language}:"
        yield from (f"      - {scalar(text)}" for text in lesson.questions[language])
    if lesson.learned:
        yield "  learned:"
        told = lesson.learned.model_dump(mode="json", exclude_none=True)
        yield from (f"    {name}: {value if isinstance(value, int) else scalar(value)}" for name, value in told.items())

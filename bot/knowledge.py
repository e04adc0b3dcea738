"""The knowledge base: what the handbooks say, how staff ask for it, and what always goes to a person.

The YAML in ``knowledge/`` becomes these frozen types (see bot/loading.py): a file's types are the domain's types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.language import Language, nearest

OrganisationId = str  # "oslomet"
SectionId = str  # "oslomet/hashtag"
EntryId = str  # "made-a-mistake"; hand-off topics "handoff/press"; small talk "smalltalk/hello"

NonEmpty = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^(?:(?:handoff|smalltalk)/)?[a-z0-9]+(?:-[a-z0-9]+)*$")]
MAX_ANSWER = 600  # characters, facts filled in
_ENDING = re.compile(r"(?<=\w{4})(?:arna|erna|orna|ene|ane|en|et|ar|er|or|an|na|a|e|n|t|s)+$")  # of a noun


class Model(BaseModel):
    """Frozen, strict, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Texts(Model):
    """One text in each of the four languages."""

    nb: NonEmpty
    nn: NonEmpty
    sv: NonEmpty
    en: NonEmpty

    def __getitem__(self, language: Language) -> str:
        text: str = getattr(self, language.value)
        return text


class Questions(Model):
    """Variants: ways of asking, by language."""

    nb: tuple[NonEmpty, ...]
    nn: tuple[NonEmpty, ...]
    sv: tuple[NonEmpty, ...]
    en: tuple[NonEmpty, ...]

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        variants: tuple[str, ...] = getattr(self, language.value)
        return variants


class Answer(Texts):
    """What one handbook says on a need, in our own words. ``sources``: its sections, the main one first."""

    sources: Annotated[tuple[SectionId, ...], Field(min_length=1)]
    borrowable: bool = False  # holds everywhere: no facts, names, law, department or hashtag of one place
    beside: bool = False  # an attitude or a practical step alone: what the other handbook says completes it


class Taught(Answer):
    """What a person in comms answered, in the languages of ``written``; any other one repeats the nearest of those."""

    sources: tuple[SectionId, ...] = ()
    written: Annotated[tuple[Language, ...], Field(min_length=1)]

    def language(self, wanted: Language) -> Language:
        """The language that the text for ``wanted`` is in."""
        return nearest(wanted, self.written)


class Entry(Model):
    """One need that the bot can answer, whoever asks."""

    id: Slug
    title: Texts
    questions: Questions
    answers: Annotated[Mapping[OrganisationId, Answer], Field(min_length=1)]
    related: tuple[EntryId, ...] = ()

    @property
    def is_taught(self) -> bool:
        """Whether people wrote all its answers, and no handbook any."""
        return all(isinstance(answer, Taught) for answer in self.answers.values())


class Handoff(Model):
    """A topic that always goes to a person, with what to say meanwhile."""

    id: Slug
    title: Texts
    urgent: bool = False  # minutes count
    private: bool = False  # comms hears of it only where its asker says so, or where minutes count
    reply: Texts
    questions: Questions


class Smalltalk(Model):
    """Greetings, thanks, and questions about the bot itself."""

    id: Slug
    reply: Texts
    questions: Questions


class Emergency(Model):
    """Sentences that tell of an emergency, and ones that only sound so: what bot/safety is trained on."""

    topic: EntryId  # the hand-off topic that it belongs to
    sure: float  # score from which on the sentence is an emergency, whatever the entries say
    likely: float  # the same for one that might as well be ordinary, less how plainly the matcher takes it for that
    possible: float  # score from which on it is one where the matcher takes it for the topic, too
    alarm: Questions
    calm: Questions


class Section(Model):
    """A part of a handbook."""

    id: SectionId
    title: Texts
    fingerprints: Annotated[
        tuple[str, ...], Field(min_length=1)
    ]  # of its paragraphs in the edition read, see bot/drift.py


class Hours(Model):
    """When comms is at work on a weekday, local time, as HH:MM."""

    opens: Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    closes: Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Public(Model):
    """An organisation's own public face: never personal data, never a misspelling."""

    domains: tuple[NonEmpty, ...] = ()
    emails: tuple[NonEmpty, ...] = ()
    phones: tuple[NonEmpty, ...] = ()  # E.164, e.g. +4767235000
    addresses: tuple[NonEmpty, ...] = ()
    names: tuple[NonEmpty, ...] = ()
    hashtags: tuple[NonEmpty, ...] = ()


RuleSetting = Literal["off", "stop", "warn", "tip"]


Platform = Literal["slack", "teams", "web"]
Step = Literal["nudge", "mention", "deputy", "second-channel"]


class Rung(Model):
    """One step towards somebody who takes a waiting case: after so many working hours, what is done."""

    after: Annotated[float, Field(gt=0, le=200)]
    do: Step


class Ladder(Model):
    """How a waiting case is called out, further at each step; the last step repeats.

    Whom to call, by platform: ``group`` (a Slack user group's id), ``deputy`` (a person's id there) and
    ``second_channel`` (a channel's id). Where there is none such on the platform, the step is a nudge in the thread.
    """

    waiting: Annotated[tuple[Rung, ...], Field(min_length=1)] = (
        Rung(after=2, do="nudge"),
        Rung(after=2, do="mention"),
        Rung(after=4, do="deputy"),
        Rung(after=8, do="second-channel"),
    )
    group: Mapping[Platform, NonEmpty] = Field(default_factory=dict)
    deputy: Mapping[Platform, NonEmpty] = Field(default_factory=dict)
    second_channel: Mapping[Platform, NonEmpty] = Field(default_factory=dict)


class Route(Model):
    """Where the cases of some topics go instead of comms' own channel: to IT security, HR, data protection.

    By platform: ``channel``, where their cards stand, and whose members may act on them; ``group``, which is mentioned
    there. Where there is no channel on comms' platform, the card stands in comms' own.
    """

    title: Texts
    topics: tuple[EntryId, ...] = ()  # hand-off topics that go there at once
    channel: Mapping[Platform, NonEmpty] = Field(default_factory=dict)
    group: Mapping[Platform, NonEmpty] = Field(default_factory=dict)


class AnswerReview(Model):
    """When an answer is to be looked over, and by whom, where that is not as for the others."""

    due: date | None = None
    owner: NonEmpty | Texts | None = None  # a name or a role


class Reviewing(Model):
    """Who looks after the answers that an organisation's handbook gives. ``due``: of those without a date of their own;
    by default a year after the handbook was read. Their owner is the department, unless another is named."""

    due: date | None = None
    owner: NonEmpty | Texts | None = None
    answers: Mapping[EntryId, AnswerReview] = Field(default_factory=dict)


class Organisation(Model):
    """Whose staff asks: owns a handbook, a language, a comms department, hours, holidays and public facts."""

    id: Slug
    name: NonEmpty
    language: Language
    country: Literal["NO", "SE"]
    time_zone: NonEmpty
    handbook: NonEmpty  # its title, as printed
    edition: date  # when the handbook was read
    facts: Mapping[str, NonEmpty | Texts]  # what may change; answers say {name}
    hours: Mapping[Weekday, Hours]
    public: Public
    ladder: Ladder = Ladder()
    routes: Mapping[Slug, Route] = Field(default_factory=dict)
    review: Reviewing = Reviewing()
    headings: tuple[str, ...] = ()  # fingerprints of the handbook's paragraphs that say nothing by themselves
    rules: Mapping[str, RuleSetting] = Field(default_factory=dict)  # /checkpost rules switched off or changed here
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def fact(self, name: str, language: Language) -> str:
        """The fact as it is said in ``language``. KeyError where the organisation has no such fact."""
        value = self.facts[name]
        return value if isinstance(value, str) else value[language]


class Golden(Model):
    """A question with the result that it must have; a gate in the tests and the measure of the promise."""

    text: str
    org: OrganisationId
    language: Language
    expect: Annotated[tuple[str, ...], Field(min_length=1)]  # entry ids, or "none": must not be answered


Kind = Literal["in", "near", "word", "far", "urgent", "calm"]


class Calibrating(Model):
    """A question by somebody who never read the knowledge: it sets how sure is sure, and is never a way of asking.

    ``kind``: ``in``; ``near``, about the field but in no handbook; ``word``, off the field but built on one of its
    words; ``far``; ``urgent``, an emergency; ``calm``, which only sounds like one.
    """

    author: NonEmpty
    org: OrganisationId
    language: Language
    sections: tuple[SectionId, ...] = ()  # whose answers would be right; none: nothing answers it
    text: NonEmpty
    kind: Kind


class Pair(Model):
    """Two messages by different people, and whether one answer would serve both: what joining them is learnt from.

    ``languages``: of the first and the second; none where nobody noted them. ``retold``: other pairs of its author tell
    the same in other languages, so that two of them, put together by chance, may be the same as well.
    """

    author: NonEmpty
    org: OrganisationId
    languages: tuple[Language, ...] = ()
    same: bool
    retold: bool = False
    a: NonEmpty
    b: NonEmpty


class Concept(Model):
    """Words that mean the same, in the four languages. A trailing ``*`` stands for any ending."""

    concept: NonEmpty
    nb: tuple[NonEmpty, ...] = ()
    nn: tuple[NonEmpty, ...] = ()
    sv: tuple[NonEmpty, ...] = ()
    en: tuple[NonEmpty, ...] = ()
    tie: bool = False  # of social media, or of communication at work: what ties a question to the handbooks' field


class Cue(Concept):
    """The same for words that emergencies are told in."""


def without_ending(word: str) -> str:
    """The word, casefolded, in whichever number or definiteness: “taushetsplikten” is “taushetsplikt”."""
    return _ENDING.sub("", word.casefold())


@dataclass(frozen=True)
class Variant:
    """One way of asking for an entry, a hand-off topic or small talk."""

    entry: EntryId
    language: Language
    text: str


class KnowledgeBase(Model):
    """Everything that the bot knows."""

    organisations: tuple[Organisation, ...]
    entries: tuple[Entry, ...]
    handoffs: tuple[Handoff, ...]
    smalltalk: tuple[Smalltalk, ...]
    golden: tuple[Golden, ...] = ()
    calibration: tuple[Calibrating, ...] = ()
    pairs: tuple[Pair, ...] = ()
    lexicon: tuple[Concept, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    cues: tuple[Cue, ...] = ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with ``update``, and without what was derived from the original."""
        copied = super().model_copy(update=update, deep=deep)
        for derived in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[derived]
        return copied

    @cached_property
    def organisation(self) -> Mapping[OrganisationId, Organisation]:
        return {organisation.id: organisation for organisation in self.organisations}

    @cached_property
    def section(self) -> Mapping[SectionId, Section]:
        return {section.id: section for organisation in self.organisations for section in organisation.sections}

    @cached_property
    def topic(self) -> Mapping[EntryId, Entry | Handoff | Smalltalk]:
        """Every entry, hand-off topic and small talk by its id."""
        topics: tuple[Entry | Handoff | Smalltalk, ...] = (*self.entries, *self.handoffs, *self.smalltalk)
        return {topic.id: topic for topic in topics}

    @cached_property
    def single_words(self) -> frozenset[tuple[EntryId, str]]:
        """Variants of one word, each without its ending, with what it asks for."""
        texts = ((variant.entry, variant.text.strip(" ?!.,")) for variant in self.variants())
        return frozenset((entry, without_ending(text)) for entry, text in texts if " " not in text)

    def variants(self) -> Iterator[Variant]:
        for topic in self.topic.values():
            for language in Language:
                for text in topic.questions[language]:
                    yield Variant(topic.id, language, text)

    def answer_for(self, entry: Entry, organisation: OrganisationId) -> tuple[OrganisationId, Answer]:
        """The own organisation's answer where there is one, else another's; with whose it is."""
        if organisation in entry.answers:
            return organisation, entry.answers[organisation]
        return next(iter(entry.answers.items()))

    def completing(self, entry: Entry, organisation: OrganisationId) -> tuple[OrganisationId, Answer] | None:
        """What another handbook adds to the own organisation's answer; None where that says all there is to say."""
        own = entry.answers.get(organisation)
        others = ((whose, answer) for whose, answer in entry.answers.items() if whose != organisation)
        return next((found for found in others if own and own.beside and found[1].borrowable), None)

    def is_silent(self, entry: Entry, organisation: OrganisationId) -> bool:
        """Whether the organisation's own handbook says nothing on an entry, nor on anything that stands near it."""
        near = (self.topic.get(name) for name in (entry.id, *entry.related))
        return not any(isinstance(topic, Entry) and organisation in topic.answers for topic in near)

    def sections_of(self, topic: EntryId) -> tuple[SectionId, ...]:
        """The sections of all answers of an entry; none for hand-off topics and small talk."""
        match self.topic[topic]:
            case Entry(answers=answers):
                return tuple(dict.fromkeys(section for answer in answers.values() for section in answer.sources))
            case _:
                return ()

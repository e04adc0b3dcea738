"""A rule as it stands in ``knowledge/rules/*.yaml``, and the platforms of ``knowledge/platforms.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.knowledge import Model, NonEmpty, OrganisationId, SectionId, Slug, Texts
from bot.language import Language
from bot.review.findings import RuleId, Severity

PlatformId = str  # "linkedin"
Kind = Literal[
    "existence",  # words or phrases that should not stand there
    "substitution",  # words with a plainer one beside them
    "occurrence",  # the same, from a number of times on
    "metric",  # a figure over a limit
    "detector",  # code in bot/review decides
    "checklist",  # a cue that makes the reviewer ask
]
Patterns = tuple[NonEmpty, ...]
ClassId = str  # "illness", or one of BUILT_IN
BUILT_IN = frozenset({"name", "year", "quote"})  # classes that code in bot/review/frames.py finds


class Tokens(Model):
    """Regular expressions by language; ``any`` for all. Compared without case, at word boundaries."""

    any: Patterns = ()
    nb: Patterns = ()
    nn: Patterns = ()
    sv: Patterns = ()
    en: Patterns = ()

    def __getitem__(self, language: Language) -> Patterns:
        patterns: Patterns = getattr(self, language.value)
        return patterns

    @property
    def empty(self) -> bool:
        return not (self.any or self.nb or self.nn or self.sv or self.en)


class Swap(Model):
    """Officialese and what a person would say."""

    of: NonEmpty  # a regular expression
    to: NonEmpty


class Swaps(Model):
    """Substitutions by language."""

    nb: tuple[Swap, ...] = ()
    nn: tuple[Swap, ...] = ()
    sv: tuple[Swap, ...] = ()
    en: tuple[Swap, ...] = ()

    def __getitem__(self, language: Language) -> tuple[Swap, ...]:
        swaps: tuple[Swap, ...] = getattr(self, language.value)
        return swaps


class Part(Model):
    """One of the things that a rule sees, with words of its own."""

    message: Texts
    suggestion: Texts


class Examples(Model):
    """Drafts by language. A bad one is found by its rule, a good one is not."""

    nb: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]
    nn: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]
    sv: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]
    en: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        examples: tuple[str, ...] = getattr(self, language.value)
        return examples


class BadAndGood(Model):
    """A rule's own examples; they run as tests. ``organisation`` and ``platform`` are those they are reviewed with."""

    organisation: OrganisationId | None = None  # None: the rule's first, else the first that there is
    platform: PlatformId | None = None
    bad: Examples
    good: Examples


class Together(Model):
    """Cues, by name, that mean something only together, in any words between them."""

    of: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]  # the rarest first: it is denied, quoted and shown
    reach: Literal["sentence", "neighbours", "draft"] = (
        "sentence"  # where the others stand; neighbours: one sentence off
    )
    before: tuple[NonEmpty, ...] = ()  # cues that stand before the first, with ``within`` words between at most
    within: int = 3
    not_after: tuple[NonEmpty, ...] = ()  # cues right before the first that make it harmless: ``I am an``
    unless: tuple[NonEmpty, ...] = ()  # cues within the reach that make it harmless
    settled: tuple[NonEmpty, ...] = ()  # cues anywhere in the draft that make it harmless
    excepted: bool = True  # whether the rule's exceptions and contexts silence it


class WordClass(Model):
    """What the rules mean by one word, in four languages: phrases as bot/review/lexicon.py reads them.

    Nynorsk is read with Bokmål's words too, so ``nn`` holds what differs.
    """

    id: Slug
    words: Tokens


class Frame(Model):
    """Word classes that stand together: ``[patient, illness]``. One item may name several, ``patient|client``."""

    of: Annotated[tuple[NonEmpty, ...], Field(min_length=1)]  # in any order, the first is shown and may be denied
    reach: Literal["sentence", "neighbours", "draft"] = "sentence"
    ordered: int | None = None  # in the order of ``of``, with at most so many characters from one to the next
    unless: tuple[NonEmpty, ...] = ()  # classes within the reach that make it harmless
    settled: tuple[NonEmpty, ...] = ()  # classes anywhere in the draft that make it harmless
    part: NonEmpty | None = None  # the rule's part whose message fits

    def classes(self) -> Iterator[tuple[str, str]]:
        """The key and the name of every class that the frame speaks of."""
        for key in ("of", "unless", "settled"):
            for item in getattr(self, key):
                yield from ((key, name) for name in item.split("|"))


class Rule(Model):
    """One thing to look for in a draft."""

    id: Slug
    name: Texts
    kind: Kind
    severity: Severity
    sections: Annotated[tuple[SectionId, ...], Field(min_length=1)]
    organisations: tuple[OrganisationId, ...] = ()  # () for all
    platforms: tuple[PlatformId, ...] = ()  # () for all
    why: Texts  # the handbook's reason, in our words
    message: Texts  # what was seen; may hold {match} and what the detector names
    suggestion: Texts
    parts: Mapping[str, Part] = Field(default_factory=dict)
    tokens: Tokens = Tokens()
    swaps: Swaps = Swaps()
    exceptions: Tokens = Tokens()  # where one matches the same sentence, the tokens are silent there
    contexts: tuple[NonEmpty, ...] = ()  # shared exceptions, of material/contexts.yaml
    cues: Mapping[str, Tokens] = Field(default_factory=dict)  # word groups for the detector, and for together
    together: tuple[Together, ...] = ()
    frames: tuple[Frame, ...] = ()
    unless: tuple[
        ClassId, ...
    ] = ()  # word classes in the same sentence that make all but a detector's findings harmless
    settled: tuple[ClassId, ...] = ()  # word classes anywhere in the draft that do so
    limits: Mapping[str, int] = Field(default_factory=dict)  # figures for the detector
    yields_to: tuple[RuleId, ...] = ()  # rules beside which it says nothing of the same words
    quoted: bool = False  # whether it also sees what stands in quotation marks
    examples: BadAndGood


class Context(Model):
    """Talk *about* a thing: where a pattern matches, rules that name this context are silent in that sentence."""

    id: Slug
    patterns: Tokens


class Asked(Model):
    """A question's own examples, by language: drafts that make the reviewer ask, and drafts that do not."""

    asked: Examples
    not_asked: Examples


class Question(Model):
    """What only the author can know; asked on a cue in the draft, or when one of ``rules`` found something."""

    id: Slug
    about: RuleId  # the rule that the answer decides
    text: Texts
    sections: Annotated[tuple[SectionId, ...], Field(min_length=1)]
    rules: tuple[RuleId, ...] = ()
    frames: tuple[Frame, ...] = ()
    settled: tuple[ClassId, ...] = ()  # word classes anywhere in the draft that answer it
    cues: Tokens = Tokens()
    exceptions: Tokens = Tokens()  # where one matches anywhere in the draft, the cues do not count
    examples: Asked


class Platform(Model):
    """Where a draft is to be published, and how its length is counted there."""

    id: Slug
    name: NonEmpty
    aliases: tuple[NonEmpty, ...] = ()
    limit: Annotated[int, Field(gt=0)]
    counting: Literal["twitter-weighted", "graphemes", "utf16", "characters"]
    link_length: Annotated[int, Field(gt=0)] | None = (
        None  # what every link counts, however long; X's parser knows its own
    )
    hashtags: Annotated[int, Field(gt=0)] | None = None  # most that the platform takes or serves well
    pictures: bool = False  # a post there always carries a picture
    as_of: date  # when these figures were checked
    note: Texts


class Phrases(Model):
    """What the reviewer itself says: ``stop``, ``consider``, ``ready``, and the notes."""

    id: Slug
    text: Texts

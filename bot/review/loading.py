"""Reads ``knowledge/rules/`` and ``knowledge/platforms.yaml``: everything wrong is told at once, with path and line.

::

    rules/*.yaml               the rules, one file a theme
    rules/examples/*.yaml      labelled drafts that the second opinion learns from, one file an author
    rules/material/            classes.yaml · contexts.yaml · questions.yaml · phrases.yaml · cues.yaml · words.yaml ·
                               allow.txt
    platforms.yaml             the platforms and how they count
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot import yamlfile
from bot.errors import Fault, KnowledgeError
from bot.knowledge import Concept, KnowledgeBase
from bot.language import Language
from bot.review import checking
from bot.review.lexicon import Lexicon
from bot.review.opinion import Labelled, Lessons, Opinion, Told, learn
from bot.review.patterns import compile_tokens
from bot.review.rulebook import NEGATION, CompiledQuestion, Rulebook, compile_rule, own_pattern
from bot.review.rules import Context, Phrases, Platform, Question, Rule, WordClass
from bot.review.words import WordLists, Words

T = TypeVar("T")

RULES = "rules"
MATERIAL = "rules/material"
PLATFORMS = "platforms.yaml"
LABELLED = "rules/examples"
CUES = (f"{MATERIAL}/cues.yaml", "safety/cues.yaml", "lexicon.yaml")
ALLOWED = "allow.txt"

Learn = Callable[[Lessons], Opinion]


def load_rules(folder: Path, knowledge: KnowledgeBase, form: Learn = learn) -> Rulebook:
    """The rules in the knowledge folder ``folder``, checked against the organisations and sections of ``knowledge``.

    ``form`` learns the second opinion, or finds one that was learnt from the same before.

    Raises KnowledgeError with every fault: keys, languages, sections, patterns, settings that name unknown rules.
    """
    reader = _Reader(folder)
    material = checking.Material(
        rules=tuple(reader.rules()),
        classes=tuple(reader.read(f"{MATERIAL}/classes.yaml", WordClass)),
        contexts=tuple(reader.read(f"{MATERIAL}/contexts.yaml", Context)),
        questions=tuple(reader.read(f"{MATERIAL}/questions.yaml", Question)),
        phrases=tuple(reader.read(f"{MATERIAL}/phrases.yaml", Phrases)),
        platforms=tuple(reader.read(PLATFORMS, Platform)),
        knowledge=knowledge,
        folder=folder,
    )
    lists, lessons = reader.words(), Lessons(reader.labelled(), tuple(_told(material)), reader.cues())
    if not reader.faults:
        reader.faults.extend(checking.faults(material))
    if reader.faults or lists is None:
        raise KnowledgeError(reader.faults)
    return _rulebook(material, lists, form(lessons))


def _rulebook(material: checking.Material, words: Words, opinion: Opinion) -> Rulebook:
    contexts = {context.id: compile_tokens(context.patterns) for _, context in material.contexts}
    organisations = material.knowledge.organisations
    return Rulebook(
        compiled={rule.id: compile_rule(rule, contexts) for _, rule in material.rules},
        platforms=tuple(platform for _, platform in material.platforms),
        questions=tuple(
            CompiledQuestion(question, compile_tokens(question.cues), compile_tokens(question.exceptions))
            for _, question in material.questions
        ),
        phrases={phrase.id: phrase for _, phrase in material.phrases},
        words=words,
        lexicon=Lexicon([each for _, each in material.classes]),
        negations=contexts[NEGATION],
        opinion=opinion,
        own={organisation.id: own_pattern(organisation) for organisation in organisations},
        organisations=organisations,
    )


def _told(material: checking.Material) -> Iterator[Told]:
    """The rules' and the questions' own examples, each with the rule that it is an example of, if any."""
    sides = [(rule.id, rule.examples.bad, rule.examples.good) for _, rule in material.rules]
    sides += [(each.about, each.examples.asked, each.examples.not_asked) for _, each in material.questions]
    for about, bad, good in sides:
        for language in Language:
            yield from ((text, frozenset({about})) for text in bad[language])
            yield from ((text, frozenset[str]()) for text in good[language])


@dataclass
class _Reader:
    """Reads lists of models and keeps the faults; each item with where it stands."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def read(self, name: str, kind: type[T]) -> list[tuple[checking.Where, T]]:
        path = self.folder / name
        try:
            items: tuple[T, ...] = yamlfile.read(path, tuple[kind, ...])  # type: ignore[valid-type]  # a type made at run time
        except KnowledgeError as error:
            self.faults.extend(error.faults)
            return []
        return [(checking.Where(path, index), item) for index, item in enumerate(items)]

    def rules(self) -> list[tuple[checking.Where, Rule]]:
        paths = sorted((self.folder / RULES).glob("*.yaml"))
        if not paths:
            self.faults.append(Fault(self.folder / RULES, 0, "holds no *.yaml; put the rules there"))
        return [placed for path in paths for placed in self.read(f"{RULES}/{path.name}", Rule)]

    def labelled(self) -> tuple[tuple[Labelled, ...], ...]:
        """The example drafts of each author; a knowledge folder may have none, and no second opinion then."""
        paths = sorted((self.folder / LABELLED).glob("*.yaml"))
        return tuple(tuple(item for _, item in self.read(f"{LABELLED}/{path.name}", Labelled)) for path in paths)

    def cues(self) -> tuple[Concept, ...]:
        """Words that say the same in four languages: those of drafts, and those that questions are matched by."""
        there = [name for name in CUES if (self.folder / name).exists()]
        return tuple(item for name in there for _, item in self.read(name, Concept))

    def words(self) -> Words | None:
        try:
            lists = yamlfile.read(self.folder / MATERIAL / "words.yaml", WordLists)
        except KnowledgeError as error:
            self.faults.extend(error.faults)
            return None
        return Words.of(lists, self._allowed())

    def _allowed(self) -> frozenset[str]:
        path = self.folder / MATERIAL / ALLOWED
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            self.faults.append(Fault(path, 0, f"cannot be read ({error.strerror}); put the allowed words there"))
            return frozenset()
        words = ((number, line.partition("#")[0].strip()) for number, line in enumerate(lines, start=1))
        allowed = {word: number for number, word in words if word}
        self.faults.extend(
            Fault(path, number, f"“{word}” is more than one word; write one word a line")
            for word, number in allowed.items()
            if len(word.split()) > 1
        )
        return frozenset(word.lower() for word in allowed)

"""Reads ``knowledge/`` whole: types by pydantic, then what no type can say (ids that resolve, facts, lengths).

Everything wrong is told at once, and nothing is loaded by half.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot import yamlfile
from bot.errors import Fault, KnowledgeError
from bot.knowledge import MAX_ANSWER, Concept, Entry, Golden, Handoff, KnowledgeBase, Organisation, Smalltalk, Texts
from bot.language import Language

T = TypeVar("T")

HANDBOOKS = "handbooks.yaml"
ENTRIES = "entries"
HANDOFF = "handoff.yaml"
SMALLTALK = "smalltalk.yaml"
GOLDEN = "golden.yaml"
LEXICON = "lexicon.yaml"


def files(folder: Path) -> tuple[Path, ...]:
    """The files that make the knowledge base, in a stable order."""
    singles = (folder / name for name in (HANDBOOKS, HANDOFF, SMALLTALK, GOLDEN, LEXICON))
    return (*singles, *sorted((folder / ENTRIES).glob("*.yaml")))


def load(folder: Path) -> KnowledgeBase:
    """The knowledge base in ``folder``.

    Raises KnowledgeError with every fault of every file, each with its line and a remedy.
    """
    reader = _Reader(folder)
    knowledge = KnowledgeBase(
        organisations=reader.read(HANDBOOKS, Organisation),
        entries=reader.read_folder(ENTRIES, Entry),
        handoffs=reader.read(HANDOFF, Handoff),
        smalltalk=reader.read(SMALLTALK, Smalltalk),
        golden=reader.read(GOLDEN, Golden),
        lexicon=reader.read(LEXICON, Concept),
    )
    if not reader.faults:  # cross-references mean little while files are missing
        reader.faults.extend(_unresolved(knowledge, reader))
    if reader.faults:
        raise KnowledgeError(reader.faults)
    return knowledge


@dataclass
class _Reader:
    """Reads lists of models, keeps the faults, and remembers where each item stands."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, tuple[Path, int]] = field(default_factory=dict)  # id → file, index in its list

    def read(self, name: str, kind: type[T]) -> tuple[T, ...]:
        path = self.folder / name
        try:
            items: tuple[T, ...] = yamlfile.read(path, tuple[kind, ...])  # type: ignore[valid-type]  # a type made at run time
        except KnowledgeError as error:
            self.faults.extend(error.faults)
            return ()
        for index, item in enumerate(items):
            self._place(path, index, item)
        return items

    def read_folder(self, name: str, kind: type[T]) -> tuple[T, ...]:
        paths = sorted((self.folder / name).glob("*.yaml"))
        if not paths:
            self.faults.append(Fault(self.folder / name, 0, "holds no *.yaml; put the entries there"))
        return tuple(item for path in paths for item in self.read(f"{name}/{path.name}", kind))

    def _place(self, path: Path, index: int, item: Any) -> None:
        if (key := _key(item)) is None:
            return
        if key in self.places:
            first, place = self.places[key]
            line = yamlfile.line_of(first, (place,))
            message = f"“{key}” stands at {first.name}:{line} already; rename one of them"
            self.faults.append(Fault(path, yamlfile.line_of(path, (index,)), message))
        self.places.setdefault(key, (path, index))

    def fault(self, key: str, loc: tuple[str | int, ...], message: str) -> Fault:
        path, index = self.places[key]
        return Fault(path, yamlfile.line_of(path, (index, *loc)), message)


def _key(item: Any) -> str | None:
    match item:
        case Golden():
            return f"golden:{item.org}:{item.text}"
        case Concept():
            return f"concept:{item.concept}"
        case _:
            return str(item.id)


def _unresolved(knowledge: KnowledgeBase, reader: _Reader) -> Iterator[Fault]:
    for entry in knowledge.entries:
        yield from _entry_faults(entry, knowledge, reader)
    topics: tuple[Handoff | Smalltalk, ...] = (*knowledge.handoffs, *knowledge.smalltalk)
    for topic in topics:
        yield from _fact_faults(topic.id, ("reply",), topic.reply, knowledge.organisations, reader)
    for golden in knowledge.golden:
        for expected in golden.expect:
            if expected != "none" and expected not in knowledge.topic:
                message = f"“{expected}” is no entry or topic; see `handbok knowledge variants` for those that are"
                yield reader.fault(_key(golden) or "", ("expect",), message)
        if golden.org not in knowledge.organisation:
            message = f"“{golden.org}” is no organisation; there are {', '.join(knowledge.organisation)}"
            yield reader.fault(_key(golden) or "", ("org",), message)
    for organisation in knowledge.organisations:
        for index, section in enumerate(organisation.sections):
            if not section.id.startswith(f"{organisation.id}/"):
                message = f"“{section.id}” must begin with “{organisation.id}/”; rename it"
                yield reader.fault(organisation.id, ("sections", index, "id"), message)


def _entry_faults(entry: Entry, knowledge: KnowledgeBase, reader: _Reader) -> Iterator[Fault]:
    for organisation_id, answer in entry.answers.items():
        loc: tuple[str | int, ...] = ("answers", organisation_id)
        if organisation_id not in knowledge.organisation:
            message = f"“{organisation_id}” is no organisation; there are {', '.join(knowledge.organisation)}"
            yield reader.fault(entry.id, loc, message)
            continue
        for index, source in enumerate(answer.sources):
            if source not in knowledge.section or not source.startswith(f"{organisation_id}/"):
                message = f"“{source}” is no section of {organisation_id}'s handbook; see handbooks.yaml"
                yield reader.fault(entry.id, (*loc, "sources", index), message)
        yield from _fact_faults(entry.id, loc, answer, (knowledge.organisation[organisation_id],), reader)
    for index, other in enumerate(entry.related):
        if other not in {known.id for known in knowledge.entries} or other == entry.id:
            yield reader.fault(entry.id, ("related", index), f"“{other}” is no other entry; name one that is")


def _fact_faults(
    key: str, loc: tuple[str | int, ...], texts: Texts, organisations: Iterable[Organisation], reader: _Reader
) -> Iterator[Fault]:
    """Facts that a text asks for and an organisation lacks; texts too long once the facts are in."""
    for organisation in organisations:
        for language in Language:
            try:
                length = len(fill(texts[language], organisation, language))
            except (KeyError, ValueError) as error:
                message = f"needs {{{error.args[0]}}}; add it to the facts of {organisation.id} in {HANDBOOKS}"
                yield reader.fault(key, (*loc, language.value), message)
                continue
            if length > MAX_ANSWER:
                message = f"has {length} characters with the facts filled in; {MAX_ANSWER} at most"
                yield reader.fault(key, (*loc, language.value), message)


def fill(text: str, organisation: Organisation, language: Language) -> str:
    """``text`` with its ``{facts}`` filled in. KeyError for a fact unknown, ValueError for a lone brace."""
    parts = string.Formatter().parse(text)
    return "".join(literal + (organisation.fact(name, language) if name else "") for literal, name, _, _ in parts)

"""Reads ``knowledge/`` whole: types by pydantic, then what no type can say (ids that resolve, facts, lengths).

Everything wrong is told at once, and nothing is loaded by half.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import Fault, KnowledgeError
from bot.knowledge import (
    MAX_ANSWER,
    Answer,
    Calibrating,
    Concept,
    Cue,
    Emergency,
    Entry,
    Golden,
    Handoff,
    KnowledgeBase,
    Organisation,
    Pair,
    Smalltalk,
    Texts,
)
from bot.language import Language
from bot.yamlfile import Document
from bot.yamlnodes import Loc

T = TypeVar("T")

HANDBOOKS = "handbooks.yaml"
ENTRIES = "entries"
HANDOFF = "handoff.yaml"
SMALLTALK = "smalltalk.yaml"
GOLDEN = "golden.yaml"
CALIBRATION = "calibration"  # a file an author; knowledge without it is calibrated on golden questions alone
PAIRS = "pairs"  # a file an author; without them nothing is judged to be the same but what is in the same words
LEXICON = "lexicon.yaml"
SAFETY = "safety"
CUES = f"{SAFETY}/cues.yaml"


def load(folder: Path) -> KnowledgeBase:
    """The knowledge base in ``folder``.

    Raises KnowledgeError with every fault of every file, each with its line and a remedy.
    """
    found = read_all(folder)
    if found.faults:
        raise KnowledgeError(found.faults)
    return found.knowledge


@dataclass(frozen=True)
class Loaded:
    """What a folder holds: with ``faults``, ``knowledge`` is only what is whole, to be checked and never to be used."""

    knowledge: KnowledgeBase
    places: Places
    faults: tuple[Fault, ...]


def read_all(folder: Path) -> Loaded:
    """Everything in ``folder`` that can be read, and every fault."""
    reader = _Reader(folder)
    knowledge = KnowledgeBase(
        organisations=reader.read(HANDBOOKS, Organisation),
        entries=reader.read_folder(ENTRIES, Entry),
        handoffs=reader.read(HANDOFF, Handoff),
        smalltalk=reader.read(SMALLTALK, Smalltalk),
        golden=reader.read(GOLDEN, Golden),
        calibration=reader.read_folder(CALIBRATION, Calibrating, needed=False),
        pairs=reader.read_folder(PAIRS, Pair, needed=False),
        lexicon=reader.read(LEXICON, Concept),
        **reader.read_safety(),
    )
    if not reader.unread:  # cross-references mean little while files are missing
        reader.faults.extend(_unresolved(knowledge, reader.places))
        reader.faults.extend(_nothing(folder, knowledge, reader.places))
    return Loaded(knowledge, reader.places, tuple(reader.faults))


@dataclass
class Places:
    """Where each item stands: entries, topics and organisations by id, golden questions by ``golden_key``."""

    documents: dict[Path, Document] = field(default_factory=dict)
    known: dict[str, tuple[Path, int]] = field(default_factory=dict)  # id → file, index in its list
    broken: set[str] = field(default_factory=set)  # ids of items with faults of their own

    def fault(self, key: str, loc: Loc, message: str) -> Fault:
        """``message`` at ``loc`` inside the item ``key``. KeyError for an unknown one."""
        path, index = self.known[key]
        return Fault(path, self.documents[path].line((index, *loc)), message)

    def line(self, key: str, loc: Loc = ()) -> str:
        """``file:line`` of an item or of something in it, for messages."""
        found = self.fault(key, loc, "")
        return f"{found.path.name}:{found.line}"


@dataclass
class _Reader:
    """Reads lists of models, keeps the faults, and remembers where each item stands."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    unread: bool = False  # a file is missing or no YAML: what it holds is unknown

    def read(self, name: str, kind: type[T]) -> tuple[T, ...]:
        path = self.folder / name
        try:
            document = Document.read(path)
        except KnowledgeError as error:
            self.faults.extend(error.faults)
            self.unread = True
            return ()
        self.places.documents[path] = document
        items, faults = document.items(kind)
        self.faults.extend(faults)
        self.unread |= not isinstance(document.data, list)
        for index, item in items:
            self._place(path, index, _key(item))
        for index, data in enumerate(document.data if isinstance(document.data, list) else ()):
            if isinstance(data, dict) and isinstance(key := data.get("id"), str) and key not in self.places.known:
                self.places.broken.add(key)
                self.places.known[key] = (path, index)
        return tuple(item for _, item in items)

    def read_folder(self, name: str, kind: type[T], *, needed: bool = True) -> tuple[T, ...]:
        paths = sorted((self.folder / name).glob("*.yaml"))
        if not paths and needed:
            self.faults.append(Fault(self.folder / name, 0, "holds no *.yaml; put the entries there"))
            self.unread = True
        return tuple(item for path in paths for item in self.read(f"{name}/{path.name}", kind))

    def read_safety(self) -> dict[str, Any]:
        """The emergencies with their cues; none where the folder is missing."""
        if not (self.folder / SAFETY).is_dir():
            return {}
        paths = sorted((self.folder / SAFETY).glob("*.yaml"))
        names = [f"{SAFETY}/{path.name}" for path in paths if path.name != Path(CUES).name]
        found = tuple(item for name in names for item in self.read(name, Emergency))
        return {"emergencies": found, "cues": self.read(CUES, Cue)}

    def _place(self, path: Path, index: int, key: str) -> None:
        if key in self.places.known:
            message = f"“{key}” stands at {self.places.line(key)} already; rename one of them"
            self.faults.append(Fault(path, self.places.documents[path].line((index,)), message))
        self.places.known.setdefault(key, (path, index))


def golden_key(item: Golden) -> str:
    """Names a golden question among the ``Places``."""
    return f"golden:{item.org}:{item.text}"


def _calibrating_key(item: Calibrating) -> str:
    return f"calibration:{item.org}:{item.text}"


def _pair_key(item: Pair) -> str:
    return f"pair:{item.org}:{item.a}:{item.b}"


def _key(item: Any) -> str:
    match item:
        case Pair():
            return _pair_key(item)
        case Calibrating():
            return _calibrating_key(item)
        case Golden():
            return golden_key(item)
        case Concept():
            return f"{'cue' if isinstance(item, Cue) else 'concept'}:{item.concept}"
        case Emergency():
            return f"emergency:{item.topic}"
        case _:
            return str(item.id)


def _unresolved(knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    for entry in knowledge.entries:
        yield from _entry_faults(entry, knowledge, places)
    topics: tuple[Handoff | Smalltalk, ...] = (*knowledge.handoffs, *knowledge.smalltalk)
    for topic in topics:
        yield from _fact_faults(topic.id, ("reply",), topic.reply, knowledge.organisations, places)
    for golden in knowledge.golden:
        yield from _golden_faults(golden, knowledge, places)
    for emergency in knowledge.emergencies:
        found = knowledge.topic.get(emergency.topic)
        if not (isinstance(found, Handoff) and found.urgent) and emergency.topic not in places.broken:
            message = f"“{emergency.topic}” is no urgent topic of {HANDOFF}; name one that is"
            yield places.fault(f"emergency:{emergency.topic}", ("topic",), message)
    for question in knowledge.calibration:
        yield from _calibrating_faults(question, knowledge, places)
    for pair in knowledge.pairs:
        if pair.org not in knowledge.organisation and pair.org not in places.broken:
            yield places.fault(_pair_key(pair), ("org",), _no_organisation(pair.org, knowledge))
    for organisation in knowledge.organisations:
        yield from _review_faults(organisation, knowledge, places)
        for index, section in enumerate(organisation.sections):
            if not section.id.startswith(f"{organisation.id}/"):
                message = f"“{section.id}” must begin with “{organisation.id}/”; rename it"
                yield places.fault(organisation.id, ("sections", index, "id"), message)


def _review_faults(organisation: Organisation, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    for name, route in organisation.routes.items():
        for topic_id in route.topics:
            if not isinstance(knowledge.topic.get(topic_id), Handoff) and topic_id not in places.broken:
                message = f"{topic_id} is no hand-off topic; name one of handoff.yaml"
                yield places.fault(organisation.id, ("routes", name, "topics"), message)
    for name in organisation.review.answers:
        topic = knowledge.topic.get(name)
        if not (isinstance(topic, Entry) and organisation.id in topic.answers) and name not in places.broken:
            message = f"“{name}” is no entry with an answer of {organisation.id}; name one that has"
            yield places.fault(organisation.id, ("review", "answers", name), message)


def _nothing(folder: Path, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    """Files without which there is no bot, and which hold an empty list."""
    held = {HANDBOOKS: knowledge.organisations, ENTRIES: knowledge.entries, HANDOFF: knowledge.handoffs}
    for name, items in held.items():
        if not items and not places.broken:
            yield Fault(folder / name, 1, "holds nothing; the bot needs at least one")


def _golden_faults(golden: Golden, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    for index, expected in enumerate(golden.expect):
        if expected != "none" and expected not in knowledge.topic and expected not in places.broken:
            message = f"“{expected}” is no entry or topic; see `handbok knowledge variants` for those that are"
            yield places.fault(golden_key(golden), ("expect", index), message)
    if golden.org not in knowledge.organisation and golden.org not in places.broken:
        yield places.fault(golden_key(golden), ("org",), _no_organisation(golden.org, knowledge))


def _calibrating_faults(question: Calibrating, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    for index, section in enumerate(question.sections):
        if section not in knowledge.section and not places.broken:
            message = f"“{section}” is no section; see {HANDBOOKS} for those that are"
            yield places.fault(_calibrating_key(question), ("sections", index), message)
    if question.org not in knowledge.organisation and question.org not in places.broken:
        yield places.fault(_calibrating_key(question), ("org",), _no_organisation(question.org, knowledge))


def _no_organisation(name: str, knowledge: KnowledgeBase) -> str:
    return f"“{name}” is no organisation; there are {', '.join(knowledge.organisation) or 'none'}"


def _entry_faults(entry: Entry, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    for organisation_id, answer in entry.answers.items():
        loc: Loc = ("answers", organisation_id)
        if organisation_id in places.broken:
            continue
        if organisation_id not in knowledge.organisation:
            yield places.fault(entry.id, loc, _no_organisation(organisation_id, knowledge))
            continue
        for index, source in enumerate(answer.sources):
            if source not in knowledge.section or not source.startswith(f"{organisation_id}/"):
                message = f"“{source}” is no section of {organisation_id}'s handbook; see {HANDBOOKS}"
                yield places.fault(entry.id, (*loc, "sources", index), message)
        yield from _fact_faults(entry.id, loc, answer, (knowledge.organisation[organisation_id],), places)
        yield from _borrowing_faults(entry.id, loc, answer, knowledge, places)
    for index, other in enumerate(entry.related):
        known = isinstance(knowledge.topic.get(other), Entry) or other in places.broken
        if not known or other == entry.id:
            yield places.fault(entry.id, ("related", index), f"“{other}” is no other entry; name one that is")


_OF_A_PLACE = re.compile(
    r"\b(?:norsk|norske|norwegian|svensk|svenska|swedish|norge|noreg|norway|sverige|sweden)\b|#", re.I
)


def _borrowing_faults(key: str, loc: Loc, answer: Answer, knowledge: KnowledgeBase, places: Places) -> Iterator[Fault]:
    """What holds at one place alone, in an answer that the others' staff may get as it stands."""
    if not answer.borrowable:
        return
    names = [name.casefold() for each in knowledge.organisations for name in (each.name, *each.public.names)]
    for language in Language:
        text = answer[language]
        found = next((name for name in names if name in text.casefold()), None)
        if found or "{" in text or _OF_A_PLACE.search(text):
            message = f"holds {found or 'a fact or a law'} of one place; take that out, or do not mark it as borrowable"
            yield places.fault(key, (*loc, language.value), message)


def _fact_faults(
    key: str, loc: Loc, texts: Texts, organisations: Iterable[Organisation], places: Places
) -> Iterator[Fault]:
    """Facts that a text asks for and an organisation lacks; texts too long once the facts are in."""
    for organisation in organisations:
        for language in Language:
            try:
                length = len(fill(texts[language], organisation, language))
            except KeyError as error:
                message = f"needs {{{error.args[0]}}}; add it to the facts of {organisation.id} in {HANDBOOKS}"
                yield places.fault(key, (*loc, language.value), message)
                continue
            except ValueError as error:
                message = f"has a brace by itself ({error}); write a fact as {{name}}, and any other brace twice"
                yield places.fault(key, (*loc, language.value), message)
                continue
            if length > MAX_ANSWER:
                message = f"has {length} characters with the facts filled in; {MAX_ANSWER} at most"
                yield places.fault(key, (*loc, language.value), message)


def fill(text: str, organisation: Organisation, language: Language) -> str:
    """``text`` with its ``{facts}`` filled in. KeyError for a fact unknown, ValueError for a lone brace."""
    parts = string.Formatter().parse(text)
    return "".join(
        literal + (organisation.fact(name, language) if name is not None else "") for literal, name, _, _ in parts
    )

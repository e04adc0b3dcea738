"""What is shown to a person, free of any platform: a closed union of blocks.

Every renderer draws every kind, or does not pass the type check. Bodies are plain text: a renderer escapes, the core
writes no markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.cases import State
from bot.knowledge import EntryId, SectionId
from bot.language import Language


@dataclass(frozen=True)
class Choice:
    """Something to pick: an entry by its id, under its title."""

    entry: EntryId
    label: str


ActionName = Literal[
    "choose", "none-of-these", "helpful", "not-helpful", "ask-comms", "ask-confidentially", "send-draft", "share-post",
    "set-aside",
    "claim", "release", "answer", "ask-back", "note", "close", "save", "decide",
    "hand-over", "take-over", "join", "part", "move", "later", "follow", "unfollow", "reply-new", "reply-edit",
    "reply-drop",
    "add", "withdraw", "reopen", "forget", "language", "more", "accept", "refuse", "undo", "renew",
    "new-question", "person", "add-there", "desk", "settle-gap",
]  # fmt: skip


@dataclass(frozen=True)
class Button:
    """Something that its reader may do. ``value`` goes back with the press; ``asks``: a field for text opens first."""

    action: ActionName
    value: str
    label: str
    style: Literal["plain", "primary", "danger"] = "plain"
    asks: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture beside a text that says the same. ``alt``: all that it shows, in words."""

    png: bytes
    alt: str


@dataclass(frozen=True)
class Text:
    """A paragraph. ``urgent`` ones are set off: minutes count. ``calls``: by the operator's files alone."""

    body: str
    urgent: bool = False
    buttons: tuple[Button, ...] = ()
    calls: tuple[str, ...] = ()  # the platform's own ids of a group or person to be notified
    picture: Picture | None = None
    link: tuple[str, str] | None = None  # what it is called, and its address


@dataclass(frozen=True)
class AnswerCard:
    """An answer with where it comes from, and what a reader may want next."""

    entry: EntryId
    body: str
    source: str  # "From OsloMet's handbook, “Correct your mistakes”"
    sections: tuple[SectionId, ...]
    preface: str  # says whose handbook it is, where it is not the asker's own; else empty
    related: tuple[Choice, ...]
    related_label: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Options:
    """A choice of two or three."""

    prompt: str
    choices: tuple[Choice, ...]
    none_label: str
    question: int = 0  # the question asked, as the store numbers it; 0 where none is kept


@dataclass(frozen=True)
class FoundLine:
    """A finding as it is shown."""

    rule: str
    severity: Literal["stop", "warn", "tip"]
    label: str  # of the severity, in words
    start: int  # code points of the draft, half-open
    end: int
    match: str  # the words concerned; personal data masked
    message: str
    why: str  # the handbook's section, named
    suggestion: str


@dataclass(frozen=True)
class Findings:
    """What was seen in a draft."""

    verdict: Literal["stop", "consider", "ready"]
    headline: str
    advice: str  # that a verdict is advice
    found: tuple[FoundLine, ...]
    more: str  # how many further ones are not shown; empty where all are
    questions_label: str
    questions: tuple[str, ...]  # to the author
    improved_label: str
    improved: str  # the draft with the safe mends; empty where there are none
    notes: tuple[str, ...]  # what could not be checked
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class HistoryLine:
    """One event as it is read."""

    at: datetime  # by the clock of the organisation
    who: str
    what: str
    text: str = ""


VISIBLE, FOLDED = 4, 4  # buttons of a case's card; each platform adds its menu, and the whole case to that


@dataclass(frozen=True)
class CaseCard:
    """A case as comms sees it; changes in place."""

    number: int
    version: int
    language: Language  # that the asker writes in; the labels are in the language that the card was drawn in
    language_label: str  # "writes in Swedish"
    title: str  # "Case 12 · question · OsloMet"
    state: State
    state_label: str
    asker: str  # the name, or "confidential"
    age: str
    urgent: str  # a word for it; empty where it is not
    topic: str
    text: str
    repeats_label: str  # "and 40 more like this"; empty where there are none
    repeats: tuple[str, ...]  # what those say, where it is something else
    guesses_label: str
    guesses: tuple[str, ...]  # "Correct a mistake · 62 %"
    answer_label: str
    answer: str
    findings: tuple[str, ...]
    history: tuple[HistoryLine, ...]
    buttons: tuple[Button, ...]  # what mostly comes next, ``VISIBLE`` at most
    menu: tuple[Button, ...] = ()  # what is rarer, ``FOLDED`` at most, behind “…”
    further: tuple[Button, ...] = ()  # what stands in the whole case alone


@dataclass(frozen=True)
class StatusCard:
    """A case as its asker sees it."""

    number: int
    version: int
    language: Language
    title: str
    state: State
    body: str
    quote: str  # what the asker sent
    answer: str
    steps: tuple[tuple[str, bool], ...]  # proof of delivery: label, reached
    buttons: tuple[Button, ...]


Block: TypeAlias = Text | AnswerCard | Options | Findings | CaseCard | StatusCard

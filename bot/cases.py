"""The life of a case: a small explicit state machine, pure.

    waiting ──claim──▶ claimed ──answer──▶ answered ──close──▶ closed
       ▲                  │                    │                  │
       └──────release─────┘                    │                  │
       └───────────────────────reopen──────────┴──────────────────┘

The asker can withdraw a case that is not closed, add to one that is not closed, and reopen one that is answered or
closed. Comms can answer at once without claiming, ask back, note things for themselves, hand a case to a colleague or
take it over, put the answer off to a time, and close with a reason.
What nobody does in time the ledger does: a silent claim goes back, a silent asker's case closes (bot/ledger.py).
Whoever comes too late changes nothing and is told what is so now: ``Refused`` carries the case as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias, assert_never

from bot.errors import HandbokError
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language

CaseNumber = int
PersonId = str  # opaque; of a confidential asker it leads nowhere without the key

MAX_TEXT = 8000  # characters of anything that a person writes into a case


class Kind(StrEnum):
    """What comms is asked for."""

    QUESTION = "question"  # an answer
    DRAFT = "draft"  # a second opinion before publishing
    SHARE = "share"  # to share a finished post from the main accounts


class State(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"


Closing = Literal["done", "no-answer-needed", "elsewhere", "duplicate", "withdrawn", "unheard"]
HANDBOK: PersonId = "handbok"  # who acts where the ledger does


@dataclass(frozen=True)
class Guess:
    """What the bot would have answered, and how sure it was."""

    entry: EntryId
    confidence: float  # calibrated, 0–1


@dataclass(frozen=True)
class Case:
    """Something for comms. Changed only by ``act``; ``version`` counts the changes, from 1."""

    number: CaseNumber
    kind: Kind
    organisation: OrganisationId
    asker: PersonId
    confidential: bool  # comms never learns who the asker is
    language: Language  # that the asker is spoken to in
    text: str  # the question or draft, as the asker sent it
    topic: EntryId | None  # the hand-off topic, where one is known
    urgent: bool
    guesses: tuple[Guess, ...]
    opened_at: datetime
    state: State = State.WAITING
    claimed_by: PersonId | None = None
    answer: str | None = None  # the latest, as sent to the asker
    answered_by: PersonId | None = None
    closed_as: Closing | None = None
    asked_back: bool = False  # comms waits for the asker
    later_at: datetime | None = None  # when whoever has it said that they would answer
    alike: CaseNumber | None = None  # a case that may be the same need
    joined: CaseNumber | None = None  # the case whose answer is this one's, too
    route: str = ""  # where it was moved to, as handbooks.yaml names it; empty: comms' own channel
    version: int = 1


# ── what people do ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Claim:
    """Comms takes it on."""


@dataclass(frozen=True)
class Release:
    """Whoever claimed it gives it back."""


@dataclass(frozen=True)
class HandOver:
    """Comms gives it to a colleague, whoever has it now. ``name``: the colleague's."""

    to: PersonId
    name: str


@dataclass(frozen=True)
class TakeOver:
    """Somebody in comms takes on what another has: that one is away, or has left."""


@dataclass(frozen=True)
class Later:
    """Whoever takes it on says when the answer will come."""

    at: datetime


@dataclass(frozen=True)
class Join:
    """It is the same need as another open case, whose answer is this one's, too."""

    of: CaseNumber


@dataclass(frozen=True)
class Move:
    """To another channel or group of the organisation, with its history. ``route``: empty for comms' own."""

    route: str
    name: str  # of where it goes


@dataclass(frozen=True)
class Part:
    """It is another need after all, and stands by itself again."""


@dataclass(frozen=True)
class Answer:
    """Comms answers. ``entry``: the entry whose answer was sent, where one of the guesses was."""

    text: str
    entry: EntryId | None = None


@dataclass(frozen=True)
class AskBack:
    """Comms needs to know more."""

    text: str


@dataclass(frozen=True)
class Note:
    """For comms only."""

    text: str


@dataclass(frozen=True)
class Close:
    """Comms is through with it. ``text``: a word to the asker, or none."""

    reason: Closing
    text: str = ""


@dataclass(frozen=True)
class Add:
    """The asker adds something, or answers what comms asked back."""

    text: str


@dataclass(frozen=True)
class Reopen:
    """The asker is not helped yet, or comms takes it up again. ``text``: what is missing."""

    text: str = ""


@dataclass(frozen=True)
class Withdraw:
    """The asker needs it no more."""


@dataclass(frozen=True)
class Return:
    """Whoever claimed it was silent for too long: it is the queue's again. By the ledger."""


@dataclass(frozen=True)
class Expire:
    """The asker was silent: after an answer it closes quietly, after a question back with a word. By the ledger."""


Action: TypeAlias = (
    Claim | Release | HandOver | TakeOver | Later | Join | Part | Move | Answer | AskBack | Note | Close | Add
    | Reopen | Withdraw | Return | Expire
)  # fmt: skip
ByComms = (Claim, Release, HandOver, TakeOver, Later, Join, Part, Move, Answer, AskBack, Note, Close)
ByAsker = (Add, Withdraw)

EventKind = Literal[
    "opened", "claimed", "released", "handed", "taken", "deferred", "answered", "asked-back", "noted", "closed",
    "added", "joined", "parted", "moved", "reopened", "withdrawn", "returned", "rested", "unheard",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One change in a case's history."""

    kind: EventKind
    who: PersonId
    at: datetime
    text: str = ""
    entry: EntryId | None = None
    closed_as: Closing | None = None


Why = Literal[
    "claimed-by-other", "claimed-by-you", "not-claimed", "answered", "answered-already", "withdrawn", "closed", "open",
    "not-yours", "empty", "too-long", "past", "apart", "there-already",
]  # fmt: skip


class Refused(HandbokError):  # noqa: N818  # a refusal is no fault of anybody's
    """The action does not fit the case as it is now; nothing was changed."""

    def __init__(self, why: Why, case: Case) -> None:
        self.why = why
        self.case = case
        super().__init__(f"case {case.number} is {case.state.value}: {why}")


def opened(case: Case) -> Event:
    """The first event of a case."""
    return Event("opened", case.asker, case.opened_at, case.text)


def act(case: Case, action: Action, who: PersonId, at: datetime) -> tuple[Case, Event]:
    """``action`` by ``who`` on ``case``: the case after it, and the event for its history.

    Raises Refused where the action does not fit. Who belongs to comms is for the service to know.
    """
    _check_text(case, action)
    if isinstance(action, ByAsker) and who != case.asker:
        raise Refused("not-yours", case)
    if not isinstance(action, Reopen | Note):
        _check_open(case)
    changes, event = _change(case, action, who, at)
    if not isinstance(action, Note | Add):
        changes = {"later_at": None} | changes
    return replace(case, **changes, version=case.version + 1), event


def _check_text(case: Case, action: Action) -> None:
    text = getattr(action, "text", None)
    if text is None:
        return
    if not text.strip() and isinstance(action, Answer | AskBack | Note | Add):
        raise Refused("empty", case)
    if len(text) > MAX_TEXT:
        raise Refused("too-long", case)


def _check_open(case: Case) -> None:
    if case.state is State.CLOSED:
        raise Refused("withdrawn" if case.closed_as == "withdrawn" else "closed", case)


Changes: TypeAlias = dict[str, Any]  # fields of Case with their new values


def _change(  # noqa: PLR0911, PLR0912  # one for each action
    case: Case, action: Action, who: PersonId, at: datetime
) -> tuple[Changes, Event]:
    match action:
        case Claim():
            return _claim(case, who), Event("claimed", who, at)
        case Release():
            return _release(case, who), Event("released", who, at)
        case HandOver(to=to, name=name):
            return _give(case, to, who), Event("handed", who, at, name)
        case TakeOver():
            if case.state is not State.CLAIMED:
                raise Refused("not-claimed", case)
            return _give(case, who, who), Event("taken", who, at)
        case Later(at=when):
            _unanswered(case)
            _mine_or_free(case, who)
            if when <= at:
                raise Refused("past", case)
            changes: Changes = {"state": State.CLAIMED, "claimed_by": who, "later_at": when}
            return changes, Event("deferred", who, at, when.isoformat())
        case Join(of=of):
            _unanswered(case)
            if of == case.number or case.confidential:
                raise Refused("apart", case)
            return {"joined": of, "alike": None, "state": State.WAITING, "claimed_by": None}, Event(
                "joined", who, at, str(of)
            )
        case Move(route=route, name=name):
            if case.route == route:
                raise Refused("there-already", case)
            changes = {"route": route, "state": _again(case), "claimed_by": None, "asked_back": False}
            return changes, Event("moved", who, at, name)
        case Part():
            if case.joined is None:
                raise Refused("apart", case)
            return {"joined": None}, Event("parted", who, at)
        case Answer(text=text, entry=entry):
            return _answer(case, text, who), Event("answered", who, at, text, entry)
        case AskBack(text=text):
            _unanswered(case)
            _mine_or_free(case, who)
            changes = {"state": State.CLAIMED, "claimed_by": who, "asked_back": True}
            return changes, Event("asked-back", who, at, text)
        case Note(text=text):
            return {}, Event("noted", who, at, text)
        case Close(reason=reason, text=text):
            _mine_or_free(case, who)
            return {"state": State.CLOSED, "closed_as": reason}, Event("closed", who, at, text, closed_as=reason)
        case Add(text=text):
            again = State.WAITING if case.state is State.ANSWERED else case.state
            claimed_by = None if case.state is State.ANSWERED else case.claimed_by
            return {
                "state": again, "claimed_by": claimed_by, "asked_back": False, "joined": None,
            }, Event("added", who, at, text)  # fmt: skip
        case Reopen(text=text):
            return _reopen(case), Event("reopened", who, at, text)
        case Withdraw():
            return {"state": State.CLOSED, "closed_as": "withdrawn"}, Event("withdrawn", who, at)
        case Return():
            _check_by(case, who, case.state is State.CLAIMED and not case.asked_back)
            return {"state": State.WAITING, "claimed_by": None}, Event("returned", who, at)
        case Expire():
            _check_by(case, who, case.state is State.ANSWERED or case.asked_back)
            as_: Closing = "unheard" if case.asked_back else "done"
            kind: EventKind = "unheard" if case.asked_back else "rested"
            return {"state": State.CLOSED, "closed_as": as_, "asked_back": False}, Event(kind, who, at, closed_as=as_)
        case _:
            assert_never(action)


def _again(case: Case) -> State:
    """Whoever had it is elsewhere: it waits there for somebody to take it."""
    return State.WAITING if case.state is State.CLAIMED else case.state


def _check_by(case: Case, who: PersonId, fits: bool) -> None:
    """What the ledger does it does alone, and only where it still fits."""
    if who != HANDBOK or not fits:
        raise Refused("not-claimed" if case.state is State.WAITING else "open", case)


def _claim(case: Case, who: PersonId) -> Changes:
    _unanswered(case)
    if case.state is State.CLAIMED:
        raise Refused("claimed-by-you" if case.claimed_by == who else "claimed-by-other", case)
    return {"state": State.CLAIMED, "claimed_by": who}


def _release(case: Case, who: PersonId) -> Changes:
    _unanswered(case)
    if case.state is not State.CLAIMED:
        raise Refused("not-claimed", case)
    if case.claimed_by != who:
        raise Refused("claimed-by-other", case)
    return {"state": State.WAITING, "claimed_by": None, "asked_back": False}


def _give(case: Case, to: PersonId, who: PersonId) -> Changes:
    _unanswered(case)
    if case.claimed_by == to:
        raise Refused("claimed-by-you" if to == who else "claimed-by-other", case)
    return {"state": State.CLAIMED, "claimed_by": to}


def _answer(case: Case, text: str, who: PersonId) -> Changes:
    if case.state is State.ANSWERED:
        raise Refused("answered-already", case)
    _mine_or_free(case, who)
    return {
        "state": State.ANSWERED, "answer": text, "answered_by": who, "claimed_by": who, "asked_back": False,
    }  # fmt: skip


def _reopen(case: Case) -> Changes:
    if case.state in (State.WAITING, State.CLAIMED):
        raise Refused("open", case)
    return {"state": State.WAITING, "claimed_by": None, "closed_as": None, "asked_back": False, "joined": None}


def _unanswered(case: Case) -> None:
    if case.state is State.ANSWERED:
        raise Refused("answered", case)


def _mine_or_free(case: Case, who: PersonId) -> None:
    if case.state is State.CLAIMED and case.claimed_by != who:
        raise Refused("claimed-by-other", case)

"""What the service needs of the outside, as Protocols: a store, a way to people, and a clock.

One transaction of the store holds everything that belongs together: the case, its event, the id of the incoming event
and the messages to send. Either all of it is saved, or none, and a message is sent only because it was saved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.cases import Case, CaseNumber, Event, PersonId, State
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language

PlatformName = Literal["web", "slack", "teams", "console"]
OutcomeName = Literal["answer", "clarify", "escalate", "greeting"]


Audience = Literal["comms", "asker"]


@dataclass(frozen=True)
class Address:
    """Where something is said: enough for the platform's own adapter to post there again.

    ``conversation``: the channel or conversation; ``thread``: the message that it hangs on, or empty; ``reference``:
    whatever else the platform wants back, as JSON.
    """

    platform: PlatformName
    workspace: str  # Slack team, Teams tenant; "demo" on the web
    conversation: str
    thread: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Person:
    """Someone who asks or answers. ``id`` is ours and opaque; who it is stands in the store alone."""

    id: PersonId
    organisation: OrganisationId
    language: Language | None = None  # the one they chose or used last
    fixed: bool = False  # chosen outright
    name: str = ""  # as the platform shows it; empty for confidential askers


@dataclass(frozen=True)
class Asked:
    """A question with what became of it; kept for feedback, figures and learning."""

    person: PersonId
    organisation: OrganisationId
    language: Language
    text: str
    outcome: OutcomeName
    entry: EntryId | None
    options: tuple[EntryId, ...]
    confidence: float
    at: datetime
    case: CaseNumber | None = None
    id: int = 0  # given by the store
    post: str = ""  # what its message is found again by; empty where nobody may
    platform: str = ""  # where it was asked; empty where nobody knows any more


@dataclass(frozen=True)
class Message:
    """Something to be delivered, and what became of it.

    ``kind`` says what to draw (bot/notices.py); what is drawn is made from the case when it is sent, so that a late
    message shows what is so by then. ``post`` is the platform's own id of it, once delivered.

    A reply to a question belongs to that instead of a case; where the question opened one, to both: it is the case's
    status then. It is posted at once by whoever took the question in; only where that failed does its delivery follow
    (``Work.hand_over_replies``).
    """

    kind: str
    audience: Audience
    case: CaseNumber  # 0: it belongs to ``question``
    event: int  # of the case's history, from 1
    to: Address
    state: Literal["queued", "delivered", "seen", "failed"] = "queued"
    post: str = ""
    at: datetime | None = None  # of the last change of state
    id: int = 0  # given by the store
    question: int = 0

    @property
    def key(self) -> str:
        """The same for the same message, however often posting it is tried."""
        return f"case-{self.case}-message-{self.id}"


@dataclass(frozen=True)
class Learned:
    """An entry that people taught, or further variants for one that the handbooks gave; one version of it.

    ``yaml``: the entry in the knowledge's own format; ``base``: the entry that the variants are added to, if any.
    """

    id: EntryId
    version: int  # from 1; the highest counts. 0: only proposed, and withdrawn until comms accepts it as version 1
    yaml: str
    base: EntryId | None
    owner: PersonId
    from_case: CaseNumber | None
    saved_by: PersonId
    at: datetime
    expires: datetime | None = None
    withdrawn: bool = False  # undone: the entry is no longer known


@dataclass(frozen=True)
class Precedent:
    """A decided draft that others may learn from. The text is de-identified."""

    organisation: OrganisationId
    language: Language
    text: str
    decision: Literal["publish", "change", "do-not-publish"]
    reason: str
    decided_by: PersonId
    at: datetime
    expires: datetime | None
    from_case: CaseNumber | None = None
    id: int = 0  # given by the store


@dataclass(frozen=True)
class SetAside:
    """A finding that somebody did not follow, and why. The draft is not kept; people are taken out of the reason."""

    organisation: OrganisationId
    rule: str
    verdict: Literal["wrong", "accepted"]  # the rule was mistaken; it was right, and the draft is fine all the same
    reason: str
    language: Language
    by_comms: bool
    person: PersonId
    at: datetime
    id: int = 0  # given by the store
    settled: datetime | None = None  # when comms was through with it


@dataclass(frozen=True)
class SavedReply:
    """What comms answers again and again, with fields that are filled in when it is used (bot/saved.py)."""

    organisation: OrganisationId
    name: str
    text: str
    saved_by: PersonId
    at: datetime
    id: int = 0  # given by the store


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to list; empty fields do not filter. Newest change first, urgent ones before them where that is asked
    for. ``overdue``: opened before then, and waiting for comms."""

    organisation: OrganisationId | None = None
    states: tuple[State, ...] = ()
    asker: PersonId | None = None
    claimed_by: PersonId | None = None
    kinds: tuple[str, ...] = ()
    words: str = ""  # in the text or the answer
    most: int = 50
    urgent: bool = False
    overdue: datetime | None = None
    urgent_first: bool = False


@dataclass(frozen=True)
class Happened:
    """What happened in an organisation within a time. A question counts once for its asker, however often it was put
    and whatever was chosen among its answers; greetings do not count."""

    asked: int
    answered: int  # of those, by the bot
    handed: int  # cases opened
    first_answers: tuple[tuple[datetime, datetime], ...]  # when the case was opened, and when comms first answered it
    helped: int
    not_helped: int


@dataclass(frozen=True)
class Piles:
    """How many open cases of an organisation are urgent, somebody's own, unclaimed, and waited for too long."""

    urgent: int
    mine: int
    waiting: int
    overdue: int


@dataclass(frozen=True)
class Tally:
    """How many different questions within a time came to the same, in one language and on one platform."""

    language: Language
    platform: str  # empty where nobody knows any more
    outcome: str  # the best of its outcomes: answer, clarify, escalate
    times: int


Why = Literal["unanswered", "clarified", "asked-back", "not-helpful"]


@dataclass(frozen=True)
class Unmet:
    """A question that got no answer, or none that helped. ``question``: its number; that of a case below zero.

    ``missing``: what its asker says was missing, as they wrote it; ``entry``: the answer that did not help.
    """

    question: int
    text: str
    language: Language
    why: Why
    at: datetime
    person: PersonId
    entry: EntryId = ""
    missing: str = ""


ReminderKind = Literal[
    "claim",  # nobody has claimed it
    "answer",  # claimed, and not answered
    "return",  # claimed and silent: it goes back to the queue
    "asker",  # asked back: the asker is reminded
    "unheard",  # asked back and never heard of: it is closed with a word
    "rest",  # answered long ago: it closes by itself
    "late",  # a word to the asker that it takes longer
]


@dataclass(frozen=True)
class Reminder:
    """Something to look at again later, unless it is settled by then."""

    case: CaseNumber
    kind: ReminderKind
    due: datetime
    version: int  # of the case when it was set
    rung: int = 0  # how often the same was done since the case's last change

    @property
    def name(self) -> str:
        """Of the kind and the rung together, as it is kept: “claim”, “claim:1” …"""
        return f"{self.kind}:{self.rung}" if self.rung else self.kind


def of_name(name: str) -> tuple[str, int]:
    """Kind and rung of a reminder's name."""
    kind, _, rung = name.partition(":")
    return kind, int(rung or 0)


ExpectationKind = Literal["ask-back", "choice", "language", "draft", "person", "vague"]


@dataclass(frozen=True)
class Expectation:
    """What Handbok last asked somebody in a conversation, and until when what they write may be the reply to it.

    ``about``: of an ask-back the case, of a choice the question; else 0.
    """

    kind: ExpectationKind
    until: datetime
    about: int = 0


AHEAD = timedelta(minutes=1)  # from which on what came lies in the future: a clock was put back since


@dataclass(frozen=True)
class Arrival:
    """What a platform sent, as it came, while it waits to be worked off. ``event``: its key.

    ``tries``: how often it was taken up again, because whoever had it did not say that it is done.
    """

    platform: PlatformName
    event: str
    body: str
    at: datetime
    tries: int = 0


class Work(Protocol):
    """One transaction. Leaving it by an exception saves nothing; leaving it well saves all.

    Every method raises StorageError where the database does not answer.
    """

    async def first_time(self, event: str) -> bool:
        """Remembers the id of an incoming event; False where it was seen before."""

    async def seen(self, event: str) -> bool:
        """Whether an incoming event was saved, by whoever; nothing is remembered by asking."""

    async def keep_arrival(self, arrival: Arrival) -> None:
        """Keeps what came until it is worked off; the same once."""

    async def is_kept(self, event: str) -> bool:
        """Whether what came waits to be worked off, by whoever."""

    async def take_arrivals(self, platform: PlatformName, before: datetime, now: datetime) -> list[Arrival]:
        """What came, or was last taken up, until ``before``: taken up now, by nobody else for a while. The oldest
        first. What lies ahead of ``now`` counts as left too: a clock was put back."""

    async def renew_arrivals(self, events: Collection[str], now: datetime) -> None:
        """Whoever has them in hand still works on them."""

    async def drop_arrivals(self, events: Collection[str]) -> None:
        """They are worked off."""

    async def person(self, address: Address, user: str, name: str, organisation: OrganisationId) -> Person:
        """The person behind a platform's user, made where they are new."""

    async def find_account(self, address: Address, user: str) -> Person | None:
        """The person behind a platform's user; None where they are new."""

    async def save_person(self, person: Person) -> None: ...

    async def find_person(self, person: PersonId) -> Person | None: ...

    async def conceal(self, person: PersonId) -> PersonId:
        """A new pseudonym of the person, for one confidential case; only ``reveal`` leads back, with the key."""

    async def reveal(self, person: PersonId) -> PersonId:
        """Whom a pseudonym stands for; any other id is given back as it is."""

    async def forget(self, person: PersonId) -> int:
        """Removes who a person is from all that is kept; how many records were changed."""

    async def everything(self, person: PersonId) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row about the person, by table, under their pseudonyms too; moments as ISO 8601."""

    async def add_question(self, asked: Asked) -> Asked: ...

    async def question(self, number: int) -> Asked | None: ...

    async def questions_of(self, person: PersonId, most: int) -> list[Asked]:
        """The person's latest questions, newest first."""

    async def asked_by(self, post: str, person: PersonId) -> list[Asked]:
        """The person's questions that came in one message."""

    async def wipe_question(self, number: int) -> None:
        """Removes the wording of a question that was taken back; its figures stay."""

    async def wipe_case(self, number: CaseNumber, instead: str) -> None:
        """Puts ``instead`` in the place of what its asker wrote, in the case and in its history."""

    async def questions_of_case(self, case: CaseNumber) -> list[Asked]:
        """Those that became the case or were folded into it, oldest first."""

    async def link_question(self, number: int, case: CaseNumber) -> None:
        """Notes which case a question became. Where that is confidential, the question, and what was said about it,
        belong to the case's pseudonym from then on, and the record of what was posted for it goes."""

    async def add_feedback(self, question: int, person: PersonId, helpful: bool, missing: str, at: datetime) -> None:
        """The latest counts: pressing again changes it."""

    async def happened(self, organisation: OrganisationId, since: datetime, until: datetime) -> Happened:
        """From ``since`` on, and before ``until``."""

    async def tallies(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Tally]:
        """The questions of that time by language, platform and outcome, as ``happened`` counts them."""

    async def piles(self, organisation: OrganisationId, person: PersonId, overdue: datetime) -> Piles:
        """The open cases; ``overdue``: those opened before then are late."""

    async def judge_answer(
        self, number: CaseNumber, person: PersonId, helpful: bool, missing: str, at: datetime
    ) -> None:
        """Whether a person's answer to a case helped its asker. The latest counts."""

    async def reasons(self, number: CaseNumber, entries: Collection[EntryId], most: int) -> list[str]:
        """What was missing in the answer to a case, and in the answers of ``entries``; the latest first."""

    async def unmet(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Unmet]:
        """Questions without an answer that helped, none of a confidential case, hand-off topics left out."""

    async def settle_gap(self, numbers: Sequence[int], person: PersonId, at: datetime) -> None:
        """Somebody in comms says that these questions need no answer in the handbook."""

    async def add_link(self, secret: str, organisation: OrganisationId, person: PersonId, until: datetime) -> None:
        """A way into the figures. The secret itself is not kept."""

    async def use_link(self, secret: str, now: datetime) -> tuple[OrganisationId, PersonId] | None:
        """Whose way it was: once, and in time; else None."""

    async def add_case(self, case: Case, event: Event, asked_at: Address) -> Case:
        """Gives the case its number and saves it with its first event and the place where it was asked."""

    async def case(self, number: CaseNumber) -> Case | None:
        """As it stands, locked until the transaction ends."""

    async def save_case(self, case: Case, event: Event) -> int:
        """The event's place in the history, from 1. StorageError where someone else changed the case meanwhile."""

    async def cases(self, wanted: CaseFilter) -> list[Case]: ...

    async def count_cases(self, wanted: CaseFilter) -> int: ...

    async def history(self, number: CaseNumber) -> list[Event]: ...

    async def asked_at(self, number: CaseNumber) -> Address: ...

    async def joined_to(self, case: CaseNumber) -> list[Case]:
        """Those whose answer is this one's and that are not closed, oldest first."""

    async def follow(self, case: CaseNumber, person: PersonId, own: Address) -> bool:
        """``own``: the person's own conversation. Whether they did not follow it before."""

    async def unfollow(self, case: CaseNumber, person: PersonId) -> bool:
        """Whether they did follow it."""

    async def followers(self, case: CaseNumber) -> list[tuple[PersonId, Address]]: ...

    async def saved_replies(self, organisation: OrganisationId) -> list[SavedReply]:
        """By name."""

    async def keep_reply(self, reply: SavedReply) -> SavedReply:
        """A new one where it has no id, else in the place of the one that has."""

    async def drop_reply(self, reply: int) -> None: ...

    async def expect(self, place: Address, person: PersonId, expected: Expectation, *, sealed: bool = False) -> None:
        """Handbok asked something; what it asked before in the same thread is no longer waited for.

        ``sealed``: nothing that is kept tells what it is about.
        """

    async def expected(
        self, place: Address, person: PersonId, now: datetime, *, anywhere: bool = False
    ) -> Expectation | None:
        """What Handbok last asked the person there and still waits for. ``anywhere``: in whichever thread."""

    async def met(self, place: Address, person: PersonId, *, anywhere: bool = False) -> None:
        """Nothing is waited for there any more."""

    async def told_of(self, place: Address, posts: Collection[str]) -> CaseNumber | None:
        """The case that the asker was told about by one of the ``posts``, or that the thread of ``place`` began with;
        the newest where there are several."""

    async def add_message(self, message: Message) -> Message:
        """Saves the message and enqueues its delivery, in this very transaction; of a reply nothing is enqueued yet."""

    async def hand_over_replies(self, before: datetime) -> int:
        """Enqueues the delivery of replies saved before, and not yet known to stand where they belong; how many."""

    async def change_message(self, number: int) -> None:
        """Enqueues drawing a delivered message anew, in place; several changes that still wait become one."""

    async def catch_up(self, number: int) -> None:
        """Enqueues what was asked of a reply while whoever took its question in posted it, if anything was."""

    async def message(self, number: int) -> Message | None: ...

    async def messages(self, case: CaseNumber) -> list[Message]: ...

    async def case_at(self, place: Address, post: str) -> CaseNumber | None:
        """The case that ``post`` in comms' channel is about."""

    async def question_at(self, place: Address, post: str) -> int | None:
        """The question that ``post`` replies to."""

    async def save_message(self, message: Message) -> None: ...

    async def pulse(self) -> str:
        """Changes whenever a case, a message or what was learned does: open pages compare it to know when to look."""

    async def remind(self, reminder: Reminder) -> None:
        """Enqueues a look at the case at ``due``; another for the same case, kind and version changes nothing."""

    async def cancel_reminders(self, case: CaseNumber) -> None: ...

    async def without_reminder(self) -> list[CaseNumber]:
        """Open cases for which nothing is promised, although something must be."""

    async def add_learned(self, learned: Learned) -> None: ...

    async def learned(self, *, all_versions: bool = False) -> list[Learned]:
        """The highest version of each, or every version."""

    async def knowledge_version(self) -> int:
        """Grows with every change of what was learned: processes compare it to know whether to learn anew."""

    async def hold_knowledge(self) -> int:
        """The knowledge version, after which nobody else changes what was learned until the transaction ends.

        Whoever locks a case as well does so first, so that two works never wait for each other.
        """

    async def add_precedent(self, precedent: Precedent) -> Precedent: ...

    async def precedents(self, organisation: OrganisationId, now: datetime) -> list[Precedent]:
        """Of each case the latest, where it has not expired; in the order that they were decided."""

    async def add_set_aside(self, made: SetAside) -> None: ...

    async def settle_set_aside(self, organisation: OrganisationId, rule: str, at: datetime) -> None:
        """Comms is through with what was set aside of a rule so far."""

    async def set_aside(self, organisation: OrganisationId | None = None) -> list[SetAside]:
        """What was set aside, oldest first; of every organisation where none is named."""


class Store(Protocol):
    """Where everything is kept."""

    def work(self, *, first: bool = False) -> AbstractAsyncContextManager[Work]:
        """A transaction that may write. ``first``: before others that wait, for what a platform waits for."""

    def look(self) -> AbstractAsyncContextManager[Work]:
        """A transaction that only reads what was saved before; on SQLite it waits for nobody who writes."""


class Messenger(Protocol):
    """A platform's way to people. The blocks are drawn by the platform's own renderer."""

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        """Posts and gives the platform's id. ``key`` is the same for the same message, however often it is tried.

        Raises DeliveryError (try again) or UndeliverableError (do not).
        """

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        """Changes what was posted; posts anew where it is gone."""


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, with a time zone."""


class Membership(Protocol):
    """Who may act for comms."""

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool: ...

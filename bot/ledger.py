"""The promise ledger: at every moment of an open case, who has it, and when something happens next.

    queue   nobody has claimed it: up the organisation's ladder (nudge, named group, deputy, second channel), whose last
            rung repeats until a person has it
    person  claimed: reminded (where a time was promised, first then), and at last given back to the queue
    asker   asked back, or answered: reminded once, then closed with a word, or quietly

Urgent cases go by the clock, round it; the others by working hours and holidays. Pure: what is due follows from the
case alone, so that a promise which got lost is made anew by looking at the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.cases import Case, State
from bot.knowledge import Organisation, Rung
from bot.ports import Reminder, ReminderKind
from bot.workhours import after_working_hours

URGENT = timedelta(minutes=15)  # by the clock, at any hour, until a person has it
URGENT_KEPT = 3  # reminders of a claimed urgent case before it goes back to the queue
ANSWER_WITHIN = (4.0, 4.0)  # working hours to the reminders of whoever claimed it, each after the one before
RETURNED_AFTER = 8.0  # working hours after the last of those until it is the queue's again
ASKER_REMINDED = 8.0  # working hours after a question back until the asker is reminded
ASKER_WAITED_FOR = 32.0  # working hours after that until the case is closed with a word
RESTS = 80.0  # working hours after the answer until the case closes by itself
LATE_AFTER = 8.0  # working hours from its opening until the asker gets a word

Owner: TypeAlias = Literal["queue", "person", "asker"]


@dataclass(frozen=True)
class Promise:
    """What happens next, when, and to whom the case belongs until then. ``rung``: how often that was done before."""

    owner: Owner
    kind: ReminderKind
    rung: int
    due: datetime


def owner(case: Case) -> Owner | None:
    """Who has an open case; None for a closed one."""
    match case.state:
        case State.WAITING:
            return "queue"
        case State.CLAIMED:
            return "asker" if case.asked_back else "person"
        case State.ANSWERED:
            return "asker"
        case State.CLOSED:
            return None


def promise(case: Case, organisation: Organisation, now: datetime, rung: int = 0) -> Promise | None:
    """What is promised from ``now`` on, ``rung`` such steps having been taken since the case's last change."""
    whose = owner(case)
    match whose:
        case None:
            return None
        case "queue":
            hours = _at(organisation.ladder.waiting, rung).after
            due = now + URGENT if case.urgent else after_working_hours(organisation, now, hours)
            return Promise(whose, "claim", rung, due)
        case "person":
            return _of_person(case, organisation, now, rung)
        case "asker":
            return _of_asker(case, organisation, now, rung)


def _of_person(case: Case, organisation: Organisation, now: datetime, rung: int) -> Promise:
    if case.later_at and case.later_at > now and not rung:
        return Promise("person", "answer", rung, case.later_at)
    last = URGENT_KEPT if case.urgent else len(ANSWER_WITHIN)
    kind: ReminderKind = "answer" if rung < last else "return"
    hours = ANSWER_WITHIN[rung] if rung < len(ANSWER_WITHIN) else RETURNED_AFTER
    return Promise("person", kind, rung, now + URGENT if case.urgent else after_working_hours(organisation, now, hours))


def _of_asker(case: Case, organisation: Organisation, now: datetime, rung: int) -> Promise:
    if case.state is State.ANSWERED:
        return Promise("asker", "rest", rung, after_working_hours(organisation, now, RESTS))
    kind: ReminderKind = "unheard" if rung else "asker"
    hours = ASKER_WAITED_FOR if rung else ASKER_REMINDED
    return Promise("asker", kind, rung, after_working_hours(organisation, now, hours))


def rung_at(case: Case, organisation: Organisation, rung: int) -> Rung:
    """What to do about a waiting case at a rung: urgent ones take them all in turn, the others stay on the last."""
    ladder = organisation.ladder.waiting
    return ladder[rung % len(ladder)] if case.urgent else _at(ladder, rung)


def _at(ladder: tuple[Rung, ...], rung: int) -> Rung:
    return ladder[min(rung, len(ladder) - 1)]


def reminders(case: Case, organisation: Organisation, now: datetime, rung: int = 0) -> tuple[Reminder, ...]:
    """The promise as it is kept in the store; and, once in a case's life, a word to the asker that it takes longer."""
    made = promise(case, organisation, now, rung)
    if made is None:
        return ()
    found = [Reminder(case.number, made.kind, made.due, case.version, made.rung)]
    late = after_working_hours(organisation, case.opened_at, LATE_AFTER)
    if not rung and made.owner != "asker" and late > now:
        found.append(Reminder(case.number, "late", late, case.version))
    return tuple(found)

"""Fast stand-ins for the outside, with the promises of bot/ports.py: a store in memory, a way to people that records
what it is given, a delivery that runs when it is told to, and a clock that is set by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.cases import Case, CaseNumber, Event, PersonId, State
from bot.errors import HandbokError, StorageError
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.messages import Block
from bot.notices import IN_PLACE
from bot.ports import (
    AHEAD,
    Address,
    Arrival,
    Asked,
    CaseFilter,
    Expectation,
    Happened,
    Learned,
    Message,
    Messenger,
    Person,
    Piles,
    PlatformName,
    Precedent,
    Reminder,
    SavedReply,
    SetAside,
    Tally,
    Unmet,
    Why,
)
from bot.review import Rulebook, Speller
from bot.service.casework import draw_message
from bot.service.desk import Desk
from bot.service.mind import Brain, Mind
from bot.wording import wording

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)  # a Monday


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Kept:
    """All that a store holds. The values are frozen, so copying the containers is a snapshot."""

    events: set[str] = field(default_factory=set)
    people: dict[PersonId, Person] = field(default_factory=dict)
    accounts: dict[tuple[str, str, str], PersonId] = field(default_factory=dict)
    pseudonyms: dict[PersonId, PersonId] = field(default_factory=dict)
    questions: dict[int, Asked] = field(default_factory=dict)
    feedback: dict[tuple[int, PersonId], tuple[bool, str, datetime]] = field(default_factory=dict)
    cases: dict[CaseNumber, Case] = field(default_factory=dict)
    changed: dict[CaseNumber, int] = field(default_factory=dict)  # the change that last touched it
    histories: dict[CaseNumber, tuple[Event, ...]] = field(default_factory=dict)
    places: dict[CaseNumber, Address] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    reminders: dict[tuple[CaseNumber, str, int], Reminder] = field(default_factory=dict)
    follows: dict[tuple[CaseNumber, PersonId], Address] = field(default_factory=dict)
    saved: dict[int, SavedReply] = field(default_factory=dict)
    learned: tuple[Learned, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    expectations: dict[tuple[str, str, str, str, PersonId], Expectation] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    judged: dict[CaseNumber, tuple[PersonId, bool, str, datetime, bool]] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    links: dict[str, tuple[OrganisationId, PersonId, datetime]] = field(default_factory=dict)
    to_deliver: tuple[int, ...] = ()  # messages enqueued, oldest first
    behind: frozenset[int] = frozenset()  # replies that changed while they were being posted

    def copy(self) -> Kept:
        return Kept(
            **{
                each.name: value.copy() if hasattr(value := getattr(self, each.name), "copy") else value
                for each in fields(self)
            }
        )


def _where(place: Address) -> tuple[str, str, str]:
    return place.platform, place.workspace, place.conversation


class MemoryStore:
    """A Store in memory: one work at a time, saved whole or not at all. ``broken``: nothing answers any more."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.broken = False
        self._turn = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._changes = itertools.count(1)

    @asynccontextmanager
    async def work(self, *, first: bool = False) -> AsyncIterator[MemoryWork]:  # noqa: ARG002  # one at a time
        async with self._turn:
            work = MemoryWork(self.kept.copy(), self._numbers, self._changes)
            self._check()
            yield work
            self._check()
            self.kept = work.kept

    @asynccontextmanager
    async def look(self) -> AsyncIterator[MemoryWork]:
        self._check()
        yield MemoryWork(self.kept.copy(), self._numbers, self._changes)

    def _check(self) -> None:
        if self.broken:
            raise StorageError("nothing was saved: the database is gone")


class MemoryWork:
    """A Work on a copy of what is kept."""

    def __init__(self, kept: Kept, numbers: itertools.count[int], changes: itertools.count[int]) -> None:
        self.kept = kept
        self._numbers = numbers  # like a sequence: a number given is never given again
        self._changes = changes

    async def first_time(self, event: str) -> bool:
        first = event not in self.kept.events
        self.kept.events.add(event)
        return first

    async def seen(self, event: str) -> bool:
        return event in self.kept.events

    # people

    async def person(self, address: Address, user: str, name: str, organisation: OrganisationId) -> Person:
        account = (address.platform, address.workspace, user)
        if account not in self.kept.accounts:
            person = Person(f"p-{next(self._numbers)}", organisation, name=name)
            self.kept.accounts[account] = person.id
            self.kept.people[person.id] = person
        found = self.kept.people[self.kept.accounts[account]]
        if name and name != found.name:
            found = replace(found, name=name)
            self.kept.people[found.id] = found
        return found

    async def find_account(self, address: Address, user: str) -> Person | None:
        person = self.kept.accounts.get((address.platform, address.workspace, user))
        return self.kept.people[person] if person else None

    async def save_person(self, person: Person) -> None:
        self.kept.people[person.id] = person

    async def find_person(self, person: PersonId) -> Person | None:
        return self.kept.people.get(person)

    async def conceal(self, person: PersonId) -> PersonId:
        pseudonym = f"hidden-{next(self._numbers)}"
        self.kept.pseudonyms[pseudonym] = person
        return pseudonym

    async def reveal(self, person: PersonId) -> PersonId:
        return self.kept.pseudonyms.get(person, person)

    async def forget(self, person: PersonId) -> int:
        """The name, the account, the places where they asked, and the wording of their questions go."""
        kept = self.kept
        ids = {person, *(alias for alias, whose in kept.pseudonyms.items() if whose == person)}
        before = (kept.people.copy(), kept.questions.copy(), kept.places.copy())
        kept.people.pop(person, None)
        kept.accounts = {account: whose for account, whose in kept.accounts.items() if whose != person}
        kept.pseudonyms = {alias: whose for alias, whose in kept.pseudonyms.items() if whose != person}
        for number, asked in kept.questions.items():
            if asked.person in ids:
                kept.questions[number] = replace(asked, person="forgotten", text="")
                kept.messages = {key: each for key, each in kept.messages.items() if each.question != number}
        for number, case in kept.cases.items():
            if case.asker in ids:
                kept.places[number] = Address("console", "", "")
        for number, (whose, helpful, _, at, settled) in kept.judged.items():
            if whose in ids:
                kept.judged[number] = ("forgotten", helpful, "", at, settled)
        after = (kept.people, kept.questions, kept.places)
        return sum(old.get(key) != new.get(key) for old, new in zip(before, after, strict=True) for key in old)

    async def everything(self, person: PersonId) -> dict[str, list[dict[str, Any]]]:
        """As much of it as a person is told."""
        kept = self.kept
        ids = {person, *(alias for alias, whose in kept.pseudonyms.items() if whose == person)}
        rows: dict[str, list[dict[str, Any]]] = {
            "people": [vars(kept.people[person])] if person in kept.people else [],
            "pseudonyms": [{"id": each} for each in ids - {person}],
            "questions": [vars(each) | {"at": each.at.isoformat()} for each in kept.questions.values()],
            "cases": [vars(each) for each in kept.cases.values() if each.asker in ids or person == each.claimed_by],
            "case_events": [
                {"case": number, "who": event.who}
                for number, history in kept.histories.items()
                for event in history
                if event.who in ids
            ],
        }
        rows["questions"] = [row for row in rows["questions"] if row["person"] in ids]
        return {table: found for table, found in rows.items() if found}

    # questions

    async def add_question(self, asked: Asked) -> Asked:
        saved = replace(asked, id=next(self._numbers))
        self.kept.questions[saved.id] = saved
        return saved

    async def question(self, number: int) -> Asked | None:
        return self.kept.questions.get(number)

    async def questions_of(self, person: PersonId, most: int) -> list[Asked]:
        newest = sorted(self.kept.questions.values(), key=lambda asked: -asked.id)
        return [asked for asked in newest if asked.person == person][:most]

    async def asked_by(self, post: str, person: PersonId) -> list[Asked]:
        return [each for each in self.kept.questions.values() if post and (each.post, each.person) == (post, person)]

    async def questions_of_case(self, case: CaseNumber) -> list[Asked]:
        return [each for each in self.kept.questions.values() if each.case == case]

    async def wipe_question(self, number: int) -> None:
        self.kept.questions[number] = replace(self.kept.questions[number], text="", post="")

    async def wipe_case(self, number: CaseNumber, instead: str) -> None:
        case = replace(self.kept.cases[number], text=instead)
        self.kept.cases[number] = case
        self.kept.histories[number] = tuple(
            replace(event, text=instead) if event.who == case.asker and event.text else event
            for event in self.kept.histories[number]
        )

    async def link_question(self, number: int, case: CaseNumber) -> None:
        asked = replace(self.kept.questions[number], case=case)
        of = self.kept.cases[case]
        if of.confidential:
            for (question, who), said in list(self.kept.feedback.items()):
                if question == number:
                    del self.kept.feedback[question, who]
                    self.kept.feedback[question, of.asker] = said
            asked = replace(asked, person=of.asker, post="")
            self.kept.messages = {key: each for key, each in self.kept.messages.items() if each.question != number}
        self.kept.questions[number] = asked

    async def add_feedback(self, question: int, person: PersonId, helpful: bool, missing: str, at: datetime) -> None:
        asked = self.kept.questions[question]
        who = asked.person if asked.person in self.kept.pseudonyms else person
        self.kept.feedback[question, who] = (helpful, missing, at)

    async def happened(self, organisation: OrganisationId, since: datetime, until: datetime) -> Happened:
        kept = self.kept
        counted = await self.tallies(organisation, since, until)
        cases = [case for case in kept.cases.values() if case.organisation == organisation]
        answers = {
            case.number: [event.at for event in kept.histories[case.number] if event.kind == "answered"]
            for case in cases
        }
        first = [(case.opened_at, min(answers[case.number])) for case in cases if answers[case.number]]
        theirs = {each.id for each in kept.questions.values() if each.organisation == organisation}
        said = [
            helpful
            for (number, _), (helpful, _, at) in kept.feedback.items()
            if number in theirs and since <= at < until
        ]
        said += [
            helpful
            for number, (_, helpful, _, at, _) in kept.judged.items()
            if kept.cases[number].organisation == organisation and since <= at < until
        ]
        return Happened(
            sum(each.times for each in counted),
            sum(each.times for each in counted if each.outcome == "answer"),
            sum(since <= case.opened_at < until for case in cases),
            tuple((opened, answered) for opened, answered in first if since <= answered < until),
            said.count(True),
            said.count(False),
        )

    async def tallies(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Tally]:
        order = ("answer", "clarify", "escalate")
        found: dict[tuple[str, str, int], Asked] = {}
        for each in self.kept.questions.values():
            if each.organisation != organisation or not since <= each.at < until or each.outcome == "greeting":
                continue
            key = (each.person, each.text, 0 if each.text else each.id)
            if key not in found or order.index(each.outcome) < order.index(found[key].outcome):
                found[key] = each
        counts = Counter((each.language, each.platform, each.outcome) for each in found.values())
        return [Tally(*key, times) for key, times in sorted(counts.items())]

    async def piles(self, organisation: OrganisationId, person: PersonId, overdue: datetime) -> Piles:
        open_ones = [
            case
            for case in self.kept.cases.values()
            if case.organisation == organisation and case.state in (State.WAITING, State.CLAIMED)
        ]
        return Piles(
            sum(case.urgent for case in open_ones),
            sum(case.claimed_by == person for case in open_ones),
            sum(case.state is State.WAITING for case in open_ones),
            sum(not case.asked_back and case.opened_at < overdue for case in open_ones),
        )

    async def judge_answer(
        self, number: CaseNumber, person: PersonId, helpful: bool, missing: str, at: datetime
    ) -> None:
        self.kept.judged[number] = (person, helpful, missing, at, False)

    async def reasons(self, number: CaseNumber, entries: Collection[str], most: int) -> list[str]:
        kept = self.kept
        found = [
            (at, missing)
            for case, (_, helpful, missing, at, _) in kept.judged.items()
            if case == number and missing and not helpful
        ]
        found += [
            (at, missing)
            for (question, _), (helpful, missing, at) in kept.feedback.items()
            if kept.questions[question].entry in entries and missing and not helpful
        ]
        return [missing for _, missing in sorted(found, reverse=True)][:most]

    async def unmet(self, organisation: OrganisationId, since: datetime, until: datetime) -> list[Unmet]:
        kept = self.kept
        found = []
        for each in kept.questions.values():
            if each.organisation != organisation or not since <= each.at < until or not each.text:
                continue
            if each.id in kept.settled or (each.case and kept.cases[each.case].confidential):
                continue
            unhelpful = [
                missing for (number, _), (yes, missing, _) in kept.feedback.items() if number == each.id and not yes
            ]
            later = any(
                (other.person, other.text, other.outcome) == (each.person, each.text, "answer") and other.id > each.id
                for other in kept.questions.values()
            )
            open_gap = (each.outcome == "escalate" and not each.entry) or each.outcome == "clarify"
            back = each.case and any(event.kind == "asked-back" for event in kept.histories[each.case])
            why: Why = "asked-back" if back else "clarified" if each.outcome == "clarify" else "unanswered"
            if unhelpful:
                why = "not-helpful"
            elif not open_gap or later:
                continue
            missing = unhelpful[0] if unhelpful else ""
            found.append(Unmet(each.id, each.text, each.language, why, each.at, each.person, each.entry or "", missing))
        for number, (_, helpful, missing, at, settled) in kept.judged.items():
            case = kept.cases[number]
            if helpful or settled or case.confidential or case.organisation != organisation or not since <= at < until:
                continue
            found.append(Unmet(-number, case.text, case.language, "not-helpful", at, case.asker, "", missing))
        return found

    async def settle_gap(self, numbers: Sequence[int], person: PersonId, at: datetime) -> None:  # noqa: ARG002
        for number in numbers:
            if number > 0:
                self.kept.settled.add(number)
            else:
                self.kept.judged[-number] = (*self.kept.judged[-number][:4], True)

    async def add_link(self, secret: str, organisation: OrganisationId, person: PersonId, until: datetime) -> None:
        self.kept.links[secret] = (organisation, person, until)

    async def use_link(self, secret: str, now: datetime) -> tuple[OrganisationId, PersonId] | None:
        organisation, person, until = self.kept.links.pop(secret, ("", "", now))
        return (organisation, person) if until > now else None

    # cases

    async def add_case(self, case: Case, event: Event, asked_at: Address) -> Case:
        saved = replace(case, number=next(self._numbers))
        self.kept.cases[saved.number] = saved
        self.kept.histories[saved.number] = (event,)
        self.kept.places[saved.number] = asked_at
        self.kept.changed[saved.number] = next(self._changes)
        return saved

    async def case(self, number: CaseNumber) -> Case | None:
        return self.kept.cases.get(number)

    async def save_case(self, case: Case, event: Event) -> int:
        if self.kept.cases[case.number].version != case.version - 1:
            raise StorageError(f"nothing was saved: somebody else changed case {case.number} meanwhile")
        self.kept.cases[case.number] = case
        self.kept.histories[case.number] += (event,)
        self.kept.changed[case.number] = next(self._changes)
        return len(self.kept.histories[case.number])

    async def cases(self, wanted: CaseFilter) -> list[Case]:
        newest = sorted(self.kept.cases.values(), key=lambda case: -self.kept.changed[case.number])
        if wanted.urgent_first:
            newest.sort(key=lambda case: not case.urgent)
        return [case for case in newest if _fits(case, wanted)][: wanted.most]

    async def joined_to(self, case: CaseNumber) -> list[Case]:
        return [each for each in self.kept.cases.values() if each.joined == case and each.state != "closed"]

    async def count_cases(self, wanted: CaseFilter) -> int:
        return sum(_fits(case, wanted) for case in self.kept.cases.values())

    async def history(self, number: CaseNumber) -> list[Event]:
        return list(self.kept.histories[number])

    async def asked_at(self, number: CaseNumber) -> Address:
        return self.kept.places[number]

    # what waits for its turn

    async def keep_arrival(self, arrival: Arrival) -> None:
        self.kept.arrivals.setdefault(arrival.event, arrival)

    async def is_kept(self, event: str) -> bool:
        return event in self.kept.arrivals

    async def take_arrivals(self, platform: PlatformName, before: datetime, now: datetime) -> list[Arrival]:
        ahead = now + AHEAD
        waiting = [each for each in self.kept.arrivals.values() if each.platform == platform]
        waiting = [each for each in waiting if each.at <= before or each.at > ahead]
        taken = [replace(each, at=now, tries=each.tries + 1) for each in sorted(waiting, key=lambda each: each.at)]
        self.kept.arrivals |= {each.event: each for each in taken}
        return taken

    async def renew_arrivals(self, events: Collection[str], now: datetime) -> None:
        held = [self.kept.arrivals[event] for event in events if event in self.kept.arrivals]
        self.kept.arrivals |= {each.event: replace(each, at=now) for each in held}

    async def drop_arrivals(self, events: Collection[str]) -> None:
        for event in events:
            self.kept.arrivals.pop(event, None)

    # what helps comms

    async def follow(self, case: CaseNumber, person: PersonId, own: Address) -> bool:
        return self.kept.follows.setdefault((case, person), own) is own

    async def unfollow(self, case: CaseNumber, person: PersonId) -> bool:
        return self.kept.follows.pop((case, person), None) is not None

    async def followers(self, case: CaseNumber) -> list[tuple[PersonId, Address]]:
        return [(person, own) for (number, person), own in self.kept.follows.items() if number == case]

    async def saved_replies(self, organisation: OrganisationId) -> list[SavedReply]:
        theirs = [each for each in self.kept.saved.values() if each.organisation == organisation]
        return sorted(theirs, key=lambda each: each.name)

    async def keep_reply(self, reply: SavedReply) -> SavedReply:
        saved = reply if reply.id else replace(reply, id=next(self._numbers))
        self.kept.saved[saved.id] = saved
        return saved

    async def drop_reply(self, reply: int) -> None:
        self.kept.saved.pop(reply, None)

    # what was asked in a conversation

    async def expect(self, place: Address, person: PersonId, expected: Expectation, *, sealed: bool = False) -> None:  # noqa: ARG002
        self.kept.expectations[(*_where(place), place.thread, person)] = expected

    async def expected(
        self, place: Address, person: PersonId, now: datetime, *, anywhere: bool = False
    ) -> Expectation | None:
        open_ones = [
            each
            for (*where, thread, whose), each in self.kept.expectations.items()
            if (tuple(where), whose) == (_where(place), person)
            and (anywhere or thread == place.thread)
            and each.until > now
        ]
        return max(open_ones, key=lambda each: each.until, default=None)

    async def met(self, place: Address, person: PersonId, *, anywhere: bool = False) -> None:
        self.kept.expectations = {
            key: each
            for key, each in self.kept.expectations.items()
            if (key[:3], key[4]) != (_where(place), person) or not (anywhere or key[3] == place.thread)
        }

    async def told_of(self, place: Address, posts: Collection[str]) -> CaseNumber | None:
        found = [number for number, where in self.kept.places.items() if place.thread and where == place]
        for message in self.kept.messages.values():
            if message.post in posts and message.audience == "asker" and _where(message.to) == _where(place):
                asked = self.kept.questions.get(message.question)
                found.append(message.case or (asked.case if asked and asked.case else 0))
        return max(found, default=0) or None

    # messages and reminders

    async def add_message(self, message: Message) -> Message:
        saved = replace(message, id=next(self._numbers))
        self.kept.messages[saved.id] = saved
        if not saved.question:
            self.kept.to_deliver += (saved.id,)
        return saved

    async def hand_over_replies(self, before: datetime) -> int:
        waiting = [
            message.id
            for message in self.kept.messages.values()
            if message.question and message.state == "queued" and message.at and message.at < before
        ]
        late = [number for number in waiting if number not in self.kept.to_deliver]
        self.kept.to_deliver += tuple(late)
        return len(late)

    async def change_message(self, number: int) -> None:
        message = self.kept.messages[number]
        if message.question and not message.post and message.state == "queued":
            self.kept.behind |= {number}
        elif number not in self.kept.to_deliver:
            self.kept.to_deliver += (number,)

    async def catch_up(self, number: int) -> None:
        if number in self.kept.behind:
            self.kept.behind -= {number}
            await self.change_message(number)

    async def message(self, number: int) -> Message | None:
        return self.kept.messages.get(number)

    async def messages(self, case: CaseNumber) -> list[Message]:
        return [message for message in self.kept.messages.values() if message.case == case]

    async def case_at(self, place: Address, post: str) -> CaseNumber | None:
        there = (
            message for message in self.kept.messages.values() if message.post == post and message.audience == "comms"
        )
        return next((each.case for each in there if _where(each.to) == _where(place)), None)

    async def question_at(self, place: Address, post: str) -> int | None:
        there = (each for each in self.kept.messages.values() if each.post == post and each.question)
        return next((each.question for each in there if _where(each.to) == _where(place)), None)

    async def save_message(self, message: Message) -> None:
        self.kept.messages[message.id] = message

    async def pulse(self) -> str:
        states = [message.state for message in self.kept.messages.values()]
        events = sum(map(len, self.kept.histories.values()))
        counts = "-".join(f"{state}-{states.count(state)}" for state in sorted(set(states)))
        return f"{events}-{len(self.kept.learned)}-{counts}"

    async def remind(self, reminder: Reminder) -> None:
        self.kept.reminders.setdefault((reminder.case, reminder.name, reminder.version), reminder)

    async def cancel_reminders(self, case: CaseNumber) -> None:
        self.kept.reminders = {key: kept for key, kept in self.kept.reminders.items() if key[0] != case}

    async def without_reminder(self) -> list[CaseNumber]:
        promised = {case for case, name, _ in self.kept.reminders if name != "late"}
        return [
            case.number for case in self.kept.cases.values() if case.state != "closed" and case.number not in promised
        ]

    # what was learned

    async def add_learned(self, learned: Learned) -> None:
        self.kept.learned += (learned,)

    async def learned(self, *, all_versions: bool = False) -> list[Learned]:
        newest = {each.id: each for each in sorted(self.kept.learned, key=lambda each: each.version)}
        return list(self.kept.learned) if all_versions else list(newest.values())

    async def knowledge_version(self) -> int:
        return len(self.kept.learned)

    async def hold_knowledge(self) -> int:
        return await self.knowledge_version()  # works come one after the other here

    async def add_precedent(self, precedent: Precedent) -> Precedent:
        saved = replace(precedent, id=next(self._numbers))
        self.kept.precedents += (saved,)
        return saved

    async def precedents(self, organisation: OrganisationId, now: datetime) -> list[Precedent]:
        own = [each for each in self.kept.precedents if each.organisation == organisation]
        latest = {each.from_case or -each.id: each for each in own}
        return [each for each in latest.values() if each.expires is None or each.expires > now]

    async def add_set_aside(self, made: SetAside) -> None:
        self.kept.set_aside += (replace(made, id=next(self._numbers)),)

    async def settle_set_aside(self, organisation: OrganisationId, rule: str, at: datetime) -> None:
        of = (organisation, rule)
        self.kept.set_aside = tuple(
            replace(each, settled=each.settled or at) if (each.organisation, each.rule) == of else each
            for each in self.kept.set_aside
        )

    async def set_aside(self, organisation: OrganisationId | None = None) -> list[SetAside]:
        return [each for each in self.kept.set_aside if organisation in (None, each.organisation)]


def _fits(case: Case, wanted: CaseFilter) -> bool:
    said = f"{case.text}\n{case.answer or ''}".casefold()
    return (
        wanted.organisation in (None, case.organisation)
        and wanted.asker in (None, case.asker)
        and wanted.claimed_by in (None, case.claimed_by)
        and (not wanted.states or case.state in wanted.states)
        and (not wanted.kinds or case.kind in wanted.kinds)
        and all(word in said for word in wanted.words.casefold().split())
        and (case.urgent or not wanted.urgent)
        and (wanted.overdue is None or (not case.asked_back and case.opened_at < wanted.overdue))
    )


# ── the way to people ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sent:
    """Something that reached a platform."""

    to: Address
    block: Block
    post: str
    changed: bool = False  # in place, rather than posted anew


@dataclass
class Recorder:
    """A Messenger that remembers. ``fails``: errors to raise first, one a call."""

    sent: list[Sent] = field(default_factory=list)
    fails: list[HandbokError] = field(default_factory=list)

    async def post(self, to: Address, blocks: Sequence[Any], *, key: str) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.sent += [Sent(to, block, f"post-{key}") for block in blocks]
        return f"post-{key}"

    async def change(self, to: Address, post: str, blocks: Sequence[Any], *, key: str) -> str:  # noqa: ARG002
        if self.fails:
            raise self.fails.pop(0)
        self.sent += [Sent(to, block, post, changed=True) for block in blocks]
        return post


async def deliver(desk: Desk, store: MemoryStore, messenger: Messenger) -> None:
    """Delivers all that is enqueued, in order; cards and statuses change in place once they are posted."""
    while store.kept.to_deliver:
        number = store.kept.to_deliver[0]
        drawn = await draw_message(desk, number)
        if drawn is None:
            store.kept.to_deliver = tuple(each for each in store.kept.to_deliver if each != number)
            continue
        message, blocks = drawn
        message = replace(message, to=_hung(store, message))
        earlier = [
            each.post
            for each in store.kept.messages.values()
            if each.case and each.case == message.case and each.kind == message.kind and each.post
        ]
        if message.kind in IN_PLACE and earlier:
            post = await messenger.change(message.to, earlier[0], blocks, key=message.key)
        else:
            post = await messenger.post(message.to, blocks, key=message.key)
        async with store.work() as work:
            work.kept.to_deliver = tuple(each for each in work.kept.to_deliver if each != number)
            state = "seen" if message.state == "seen" else "delivered"
            kept = work.kept.messages[number]
            await work.save_message(replace(kept, post=post, state=state, at=desk.clock()))


def _hung(store: MemoryStore, message: Message) -> Address:
    """Where delivery sends a message: what follows in comms' channel hangs on the card of its case."""
    to = message.to
    if message.audience != "comms" or message.kind in IN_PLACE or to.thread:
        return to
    theirs = [each for each in store.kept.messages.values() if (each.case, each.kind) == (message.case, "card")]
    posts = (each.post for each in reversed(theirs) if each.to.conversation == to.conversation)
    return replace(to, thread=next(posts, ""))


# ── the rest of a desk ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Clock:
    """Set by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Members:
    """Who may act for comms."""

    ids: set[PersonId] = field(default_factory=set)

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:  # noqa: ARG002
        return person in self.ids


COMMS: Mapping[OrganisationId, Address] = {
    "oslomet": Address("slack", "T1", "C-oslomet"),
    "malmo": Address("teams", "T2", "19:malmo"),
}


def _learning(knowledge: KnowledgeBase, matcher: Matcher) -> Callable[[KnowledgeBase], Matcher]:
    """As a running server learns: what is new is grafted on what is trained."""
    ground = cache(lambda: basis(knowledge, matcher))
    return lambda after: graft(ground(), after)


def make_desk(
    knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, *, store: Any = None, speller: Speller | None = None
) -> Desk:
    """A desk over fakes. A case gets a reminder an hour from now for as long as it is open."""

    def due(case: Case, now: datetime, rung: int) -> tuple[Reminder, ...]:
        kind = {"waiting": "claim", "claimed": "answer"}.get(case.state)
        return (Reminder(case.number, kind, now + timedelta(hours=1), case.version, rung),) if kind else ()

    return Desk(
        store=store or MemoryStore(),
        mind=Mind(Brain(knowledge, matcher), rules, speller, learn=_learning(knowledge, matcher)),
        say=wording(),
        clock=Clock(),
        comms=COMMS,
        membership=Members(),
        due=due,
    )

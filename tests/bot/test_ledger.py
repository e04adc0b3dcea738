"""The promise ledger: an open case always has an owner and a next time, whatever people do or leave undone."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases import (
    HANDBOK,
    Action,
    Add,
    Answer,
    AskBack,
    Case,
    Claim,
    Close,
    Expire,
    Kind,
    Refused,
    Release,
    Reopen,
    Return,
    State,
    Withdraw,
    act,
)
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.ledger import URGENT, owner, promise, reminders, rung_at
from bot.ports import Reminder, of_name

FRIDAY = datetime(2027, 3, 5, 14, 0, tzinfo=UTC)  # 15:00 in Oslo


@pytest.fixture
def case() -> Case:
    return Case(1, Kind.QUESTION, "oslomet", "p-1", False, Language.NB, "?", None, False, (), FRIDAY)


@pytest.fixture
def oslomet(knowledge: KnowledgeBase) -> Organisation:
    return knowledge.organisation["oslomet"]


def due(case: Case, oslomet: Organisation, now: datetime = FRIDAY, rung: int = 0) -> dict[str, datetime]:
    return {each.kind: each.due for each in reminders(case, oslomet, now, rung)}


def test_a_case_that_waits_on_friday_afternoon_is_remembered_on_monday(case: Case, oslomet: Organisation) -> None:
    found = due(case, oslomet)
    assert set(found) == {"claim", "late"}
    assert FRIDAY < found["claim"] < found["late"]
    assert {each.strftime("%A") for each in found.values()} <= {"Monday", "Tuesday"}


@pytest.mark.parametrize("rung", [0, 1, 7, 500])
def test_where_minutes_count_the_clock_counts_until_a_person_has_it(
    case: Case, oslomet: Organisation, rung: int
) -> None:
    assert due(replace(case, urgent=True), oslomet, rung=rung)["claim"] == FRIDAY + URGENT


def test_the_ladder_goes_up_and_stays_on_its_last_rung(case: Case, oslomet: Organisation) -> None:
    steps = [rung_at(case, oslomet, rung).do for rung in range(6)]
    assert steps == ["nudge", "mention", "deputy", "second-channel", "second-channel", "second-channel"]


def test_an_urgent_case_goes_up_the_ladder_again_and_again(case: Case, oslomet: Organisation) -> None:
    steps = [rung_at(replace(case, urgent=True), oslomet, rung).do for rung in range(8)]
    assert steps == ["nudge", "mention", "deputy", "second-channel"] * 2


def test_a_claimed_case_reminds_of_its_answer_and_goes_back_at_last(case: Case, oslomet: Organisation) -> None:
    claimed = replace(case, state=State.CLAIMED, claimed_by="c-1")
    made = [promise(claimed, oslomet, FRIDAY, rung) for rung in range(3)]
    assert [each.kind for each in made if each] == ["answer", "answer", "return"]


def test_a_silent_claim_goes_back_to_the_queue(case: Case) -> None:
    after, event = act(replace(case, state=State.CLAIMED, claimed_by="c-1"), Return(), HANDBOK, FRIDAY)
    assert (after.state, after.claimed_by, event.kind) == (State.WAITING, None, "returned")


def test_an_asker_who_is_asked_back_is_reminded_and_then_told_that_it_is_closed(
    case: Case, oslomet: Organisation
) -> None:
    asked_back = replace(case, state=State.CLAIMED, claimed_by="c-1", asked_back=True)
    made = [promise(asked_back, oslomet, FRIDAY, rung) for rung in range(2)]
    assert [(each.owner, each.kind) for each in made if each] == [("asker", "asker"), ("asker", "unheard")]
    after, event = act(asked_back, Expire(), HANDBOK, FRIDAY)
    assert (after.state, after.closed_as, event.kind) == (State.CLOSED, "unheard", "unheard")


def test_an_answered_case_closes_by_itself(case: Case, oslomet: Organisation) -> None:
    answered = replace(case, state=State.ANSWERED, answer="!", answered_by="c-1")
    assert set(due(answered, oslomet)) == {"rest"}
    assert act(answered, Expire(), HANDBOK, FRIDAY)[0].closed_as == "done"


@pytest.mark.parametrize("action", [Return(), Expire()], ids=["return", "expire"])
def test_nobody_but_the_ledger_does_what_the_ledger_does(case: Case, action: Action) -> None:
    for state in State:
        with pytest.raises(Refused):
            act(replace(case, state=state, claimed_by="c-1"), action, "c-1", FRIDAY)


def test_the_asker_is_told_once_that_it_takes_longer(case: Case, oslomet: Organisation) -> None:
    assert set(due(case, oslomet, FRIDAY + timedelta(days=7))) == {"claim"}
    assert set(due(case, oslomet, rung=1)) == {"claim"}


def test_a_closed_case_promises_nothing(case: Case, oslomet: Organisation) -> None:
    closed = replace(case, state=State.CLOSED)
    assert due(closed, oslomet) == {}
    assert owner(closed) is None


def test_a_reminder_is_known_by_its_name() -> None:
    assert of_name(Reminder(1, "claim", FRIDAY, 1, 3).name) == ("claim", 3)
    assert of_name(Reminder(1, "late", FRIDAY, 1).name) == ("late", 0)


# ── a year of cases ──────────────────────────────────────────────────────────────────────────────────────────────────

LONGEST = timedelta(days=31)  # that anything may be away: ten working days over Christmas and Easter


@dataclass
class Office:
    """A year of comms with a fake clock: people who act, are ill, or forget; reminders that get lost."""

    organisation: Organisation
    seed: int
    now: datetime = datetime(2027, 1, 1, tzinfo=UTC)
    cases: dict[int, Case] = field(default_factory=dict)
    promised: dict[int, Reminder] = field(default_factory=dict)  # the next one of each open case
    due: list[tuple[datetime, int, str, int]] = field(default_factory=list)
    lost: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def run(self, number_of_cases: int) -> None:
        opened = sorted(self.now + timedelta(days=365 * self.chance.random()) for _ in range(number_of_cases))
        for number, at in enumerate(opened, start=1):
            self._until(at)
            urgent = self.chance.random() < 0.05
            new = Case(number, Kind.QUESTION, self.organisation.id, "p", False, Language.NB, "?", None, urgent, (), at)
            self._set(new)
            for _ in range(self.chance.randrange(4)):
                self._somebody_acts()
            self._check()
        self._until(self.now + timedelta(days=400))
        self._check()

    def _until(self, moment: datetime) -> None:
        while self.due and self.due[0][0] <= moment:
            at, number, name, version = heapq.heappop(self.due)
            self.now = max(self.now, at)
            case = self.cases[number]
            if case.version != version or case.state is State.CLOSED:
                continue
            if self.chance.random() < 0.02:  # it got lost: the sweep finds the case without one
                self.lost += 1
                self._promise(case, 0)
                continue
            kind, rung = of_name(name)
            if kind in ("return", "rest", "unheard"):
                self._set(act(case, Return() if kind == "return" else Expire(), HANDBOK, self.now)[0])
            elif kind != "late":
                self._promise(case, rung + 1)
        self.now = max(self.now, moment)

    def _somebody_acts(self) -> None:
        case = self.cases[self.chance.choice(list(self.cases)[-40:])]
        action, who = self.chance.choice(
            [
                (Claim(), "c-1"),
                (Claim(), "c-2"),
                (Release(), "c-1"),
                (Answer("!"), "c-1"),
                (AskBack("?"), "c-2"),
                (Add("!"), "p"),
                (Reopen(), "p"),
                (Withdraw(), "p"),
                (Close("done"), "c-1"),
            ]
        )
        try:
            self._set(act(case, action, who, self.now)[0])
        except Refused:
            return

    def _set(self, case: Case) -> None:
        self.cases[case.number] = case
        self._promise(case, 0)

    def _promise(self, case: Case, rung: int) -> None:
        self.promised.pop(case.number, None)
        for each in reminders(case, self.organisation, self.now, rung):
            heapq.heappush(self.due, (each.due, each.case, each.name, each.version))
            if each.kind != "late":
                self.promised[case.number] = each

    def _check(self) -> None:
        for number, case in self.cases.items():
            if case.state is State.CLOSED:
                assert number not in self.promised
                continue
            kept = self.promised[number]
            assert owner(case) is not None
            assert kept.version == case.version
            assert self.now <= kept.due <= self.now + LONGEST, (case, kept)
            if case.urgent and case.state is State.WAITING:
                assert kept.due <= self.now + URGENT


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("organisation", ["oslomet", "malmo"])
def test_over_a_year_no_open_case_is_ever_without_owner_and_next_time(
    knowledge: KnowledgeBase, organisation: str, seed: int
) -> None:
    office = Office(knowledge.organisation[organisation], seed)
    office.run(600)
    assert office.lost > 0
    claimed_for_good = [case for case in office.cases.values() if case.state is State.CLAIMED]
    assert claimed_for_good == []  # whoever was silent gave it back
    assert all(case.state in (State.WAITING, State.CLOSED) for case in office.cases.values())

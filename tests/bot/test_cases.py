"""The life of a case: every sequence of what three people can do keeps its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.cases import (
    MAX_TEXT,
    Action,
    Add,
    Answer,
    AskBack,
    Case,
    Claim,
    Close,
    Event,
    Kind,
    Note,
    Refused,
    Release,
    Reopen,
    State,
    Withdraw,
    act,
    opened,
)
from bot.language import Language

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ASKER, ADA, BO = "p-asker", "p-ada", "p-bo"
PEOPLE = (ASKER, ADA, BO)
WORDS = st.sampled_from(["Ja", "  ", "", "Nei, spør heller", "x" * MAX_TEXT, "x" * (MAX_TEXT + 1)])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Claim), st.builds(Release), st.builds(Answer, WORDS, st.sampled_from([None, "pets"])),
    st.builds(AskBack, WORDS), st.builds(Note, WORDS), st.builds(Add, WORDS), st.builds(Reopen, WORDS),
    st.builds(Close, st.sampled_from(["done", "no-answer-needed", "elsewhere", "duplicate"]), WORDS),
    st.builds(Withdraw),
)  # fmt: skip


def a_case(**more: Any) -> Case:
    given = {
        "number": 7, "kind": Kind.QUESTION, "organisation": "oslomet", "asker": ASKER, "confidential": False,
        "language": Language.NN, "text": "Kan vi?", "topic": None, "urgent": False, "guesses": (), "opened_at": NOON,
    }  # fmt: skip
    return Case(**(given | more))


class Life(RuleBasedStateMachine):
    """A case, and whatever three people do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.case = a_case()
        self.history = [opened(self.case)]

    @rule(action=ACTIONS, who=st.sampled_from(PEOPLE))
    def does(self, action: Action, who: str) -> None:
        before, at = self.case, NOON + timedelta(minutes=len(self.history))
        try:
            self.case, event = act(before, action, who, at)
        except Refused as refused:
            assert refused.case is before  # noqa: PT017  # it may be refused or not
            self._rightly_refused(before, action, who, refused)
        else:
            self.history.append(event)
            assert (event.who, event.at) == (who, at)
            self._rightly_done(before, action, who)

    def _rightly_done(self, before: Case, action: Action, who: str) -> None:
        case = self.case
        fixed = ("number", "kind", "organisation", "asker", "confidential", "language", "text", "opened_at")
        assert [getattr(case, name) for name in fixed] == [getattr(before, name) for name in fixed]
        if isinstance(action, Add | Withdraw):
            assert who == ASKER
        if before.state is State.CLOSED:
            assert isinstance(action, Reopen | Note)
        if before.state is State.CLAIMED and isinstance(action, Answer | AskBack | Close | Release):
            assert who == before.claimed_by
        if isinstance(action, Answer):
            assert (case.state, case.answer, case.answered_by) == (State.ANSWERED, action.text, who)
            assert before.state is not State.ANSWERED
        if isinstance(action, Note):
            assert case == replace(before, version=case.version)

    def _rightly_refused(self, before: Case, action: Action, who: str, refused: Refused) -> None:
        """A refusal names a reason that holds."""
        text = getattr(action, "text", "")
        holds = {
            "empty": not text.strip(),
            "too-long": len(text) > MAX_TEXT,
            "not-yours": who != ASKER,
            "withdrawn": before.closed_as == "withdrawn",
            "closed": before.state is State.CLOSED,
            "open": before.state in (State.WAITING, State.CLAIMED),
            "answered": before.state is State.ANSWERED,
            "answered-already": before.state is State.ANSWERED,
            "claimed-by-you": before.claimed_by == who,
            "claimed-by-other": before.claimed_by not in (None, who),
            "not-claimed": before.state is not State.CLAIMED,
        }
        assert holds[refused.why]

    @precondition(lambda self: self.case.state is State.CLOSED)
    @rule(action=ACTIONS.filter(lambda action: not isinstance(action, Reopen | Note)), who=st.sampled_from(PEOPLE))
    def nothing_but_reopening_moves_a_closed_case(self, action: Action, who: str) -> None:
        with pytest.raises(Refused):
            act(self.case, action, who, NOON)

    @invariant()
    def each_change_is_one_event_and_one_version(self) -> None:
        assert self.case.version == len(self.history)

    @invariant()
    def the_state_tells_what_is_known(self) -> None:
        case = self.case
        assert (case.closed_as is not None) == (case.state is State.CLOSED)
        if case.state is State.ANSWERED:
            assert case.answer
            assert case.answered_by in PEOPLE
        if case.state is State.CLAIMED:
            assert case.claimed_by in PEOPLE
        if case.state is State.WAITING:
            assert case.claimed_by is None
        if case.asked_back and case.state is not State.CLOSED:
            assert case.state is State.CLAIMED

    @invariant()
    def the_history_leads_to_the_state(self) -> None:
        assert self.case.state is _replayed(self.history)
        answers = [event.text for event in self.history if event.kind == "answered"]
        assert self.case.answer == (answers[-1] if answers else None)


def _replayed(history: list[Event]) -> State:
    state = State.WAITING
    after = {
        "claimed": State.CLAIMED, "asked-back": State.CLAIMED, "released": State.WAITING, "answered": State.ANSWERED,
        "closed": State.CLOSED, "withdrawn": State.CLOSED, "reopened": State.WAITING,
    }  # fmt: skip
    for event in history:
        if event.kind == "added":
            state = State.WAITING if state is State.ANSWERED else state
        else:
            state = after.get(event.kind, state)
    return state


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def test_the_usual_life() -> None:
    case = a_case()
    for action, who in [(Claim(), ADA), (Answer("Ja."), ADA), (Close("done"), ADA)]:
        case, _ = act(case, action, who, NOON)
    assert (case.state, case.answer, case.version) == (State.CLOSED, "Ja.", 4)


@pytest.mark.parametrize(
    ("done", "action", "who", "why"),
    [
        pytest.param([(Claim(), ADA)], Claim(), BO, "claimed-by-other", id="two claim at once"),
        pytest.param([(Claim(), ADA)], Claim(), ADA, "claimed-by-you", id="a second click"),
        pytest.param([(Claim(), ADA)], Answer("Ja"), BO, "claimed-by-other", id="answering what another has"),
        pytest.param([(Answer("Ja"), ADA)], Answer("Nei"), BO, "answered-already", id="two answer at once"),
        pytest.param([(Answer("Ja"), ADA)], Claim(), BO, "answered", id="claiming what is answered"),
        pytest.param([(Answer("Ja"), ADA)], AskBack("Hva?"), BO, "answered", id="asking back on what is answered"),
        pytest.param([(Answer("Ja"), ADA)], Release(), ADA, "answered", id="giving back what is answered"),
        pytest.param([(Withdraw(), ASKER)], Answer("Ja"), ADA, "withdrawn", id="answering what was withdrawn"),
        pytest.param([(Close("done"), ADA)], Answer("Ja"), BO, "closed", id="answering what is closed"),
        pytest.param([], Answer(" \n"), ADA, "empty", id="an empty answer"),
        pytest.param([], Answer("x" * (MAX_TEXT + 1)), ADA, "too-long", id="too long an answer"),
        pytest.param([], Release(), ADA, "not-claimed", id="giving back what nobody has"),
        pytest.param([], Withdraw(), ADA, "not-yours", id="withdrawing another's case"),
        pytest.param([], Reopen(), ASKER, "open", id="reopening what is open"),
    ],
)
def test_whoever_comes_too_late_is_told_what_is_so_now(
    done: list[tuple[Action, str]], action: Action, who: str, why: str
) -> None:
    case = a_case()
    for earlier, by in done:
        case, _ = act(case, earlier, by, NOON)
    with pytest.raises(Refused) as caught:
        act(case, action, who, NOON)
    assert (caught.value.why, caught.value.case) == (why, case)


def test_what_the_asker_adds_to_an_answered_case_brings_it_back() -> None:
    case, _ = act(a_case(), Answer("Ja."), ADA, NOON)
    case, event = act(case, Add("Men hva med bilder?"), ASKER, NOON)
    assert (case.state, case.claimed_by, case.answer, event.kind) == (State.WAITING, None, "Ja.", "added")


def test_what_comms_asked_back_is_settled_by_what_the_asker_adds() -> None:
    case, _ = act(a_case(), AskBack("Hvilken kanal?"), ADA, NOON)
    assert case.asked_back
    case, _ = act(case, Add("Instagram"), ASKER, NOON)
    assert (case.asked_back, case.state, case.claimed_by) == (False, State.CLAIMED, ADA)

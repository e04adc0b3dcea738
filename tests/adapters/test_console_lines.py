"""JSON lines: each is answered in order, a bad one says so, and one object tells of several questions."""

from __future__ import annotations

import json

import pytest
import small_knowledge
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.lines import as_json, parse
from bot.answering import Answered, Clarify, Escalate, Greeting, Outcome, Reply
from bot.errors import InputError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.loading import load
from bot.matching.ranking import Candidate, Ranking
from bot.wording import wording

SAID = {"outcome", "entry", "sections", "confidence", "language", "text", "options", "topic"}
BEST = Candidate("hashtag", 0.61234)
OTHER = Candidate("made-a-mistake", 0.2)
PRESS = Candidate("handoff/press", 0.4)
RANKING = Ranking((BEST, OTHER), dict.fromkeys(Language, 0.25), 1.0)
ANSWERED = Answered("hashtag", "oslomet", ("oslomet/hashtag",), "Bruk #oslomet.", (), 0.98765)
HANDED = Escalate("handoff", "handoff/press", "Spør avdelingen.", True, (BEST, PRESS))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return load(small_knowledge.write(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture(scope="module")
def told(base: KnowledgeBase):
    def tell(*outcomes: Outcome, ranking: Ranking = RANKING, organisation: str = "oslomet") -> dict[str, object]:
        replies = [Reply("spørsmål", Language.NB, outcome, ranking) for outcome in outcomes]
        return as_json(replies, base, base.organisation[organisation], wording())

    return tell


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_lines_keep_their_numbers_and_empty_ones_are_passed_over() -> None:
    found = list(parse(['{"text": "a"}\n', "\n", "  ", '{"text": "b", "org": "malmo"}']))
    assert found == [(1, {"text": "a"}), (4, {"text": "b", "org": "malmo"})]


@pytest.mark.parametrize(
    "line", ["{", "text", '{"text": 5}', '{"org": "malmo"}', "[]", "null", '"text"', "[" * 100_000, "\x00", "﻿{"]
)
def test_a_bad_line_says_which_and_stops_nothing(line: str) -> None:
    (_, before), (number, error), (_, after) = parse(['{"text": "a"}', line, '{"text": "b"}'])
    assert isinstance(error, InputError)
    assert str(error).startswith(f"line {number}: ")
    assert "\n" not in str(error)
    assert (before, number, after) == ({"text": "a"}, 2, {"text": "b"})


@given(st.lists(st.text(st.characters())))
def test_whatever_the_lines_hold_each_has_a_number(lines: list[str]) -> None:
    numbers = [number for number, _ in parse(lines)]
    assert numbers == [number for number, line in enumerate(lines, start=1) if line.strip()]


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "outcome",
    [
        ANSWERED,
        Clarify((BEST, PRESS)),
        HANDED,
        Escalate("unsure", guesses=(BEST,)),
        Greeting("smalltalk/hello", "Hei!"),
    ],
    ids=lambda outcome: type(outcome).__name__,
)
def test_every_outcome_says_the_same_keys(outcome: Outcome, told) -> None:
    found = told(outcome)
    assert set(found) == SAID
    assert found["language"] == "nb"
    assert found["text"]
    json.dumps(found, allow_nan=False)


def test_an_answer_names_its_entry_and_sections(told) -> None:
    found = told(ANSWERED)
    assert (found["outcome"], found["entry"], found["sections"]) == ("answer", "hashtag", ["oslomet/hashtag"])
    assert found["confidence"] == 0.9877
    assert (found["options"], found["topic"]) == ([], None)


def test_a_choice_names_its_options_with_the_sections_that_this_asker_would_get(told) -> None:
    found = told(Clarify((BEST, PRESS)))
    assert (found["outcome"], found["entry"], found["sections"]) == ("clarify", None, [])
    assert found["options"] == [
        {"entry": "hashtag", "sections": ["oslomet/hashtag"], "confidence": 0.6123},
        {"entry": "handoff/press", "sections": [], "confidence": 0.4},
    ]


def test_a_topic_for_a_person_is_named_with_its_own_confidence(told) -> None:
    found = told(HANDED)
    assert (found["outcome"], found["entry"], found["topic"]) == ("escalate", None, "handoff/press")
    assert (found["confidence"], found["text"]) == (0.4, "Spør avdelingen.")


def test_small_talk_is_a_greeting(told) -> None:
    found = told(Greeting("smalltalk/hello", "Hei!"))
    assert (found["outcome"], found["entry"], found["text"]) == ("greeting", "smalltalk/hello", "Hei!")


def test_where_nothing_matched_the_confidence_is_none(told) -> None:
    nothing = Ranking((), dict.fromkeys(Language, 0.25), 0.0)
    assert told(Escalate("empty"), ranking=nothing)["confidence"] == 0


def test_of_several_outcomes_the_most_careful_names_the_whole(told) -> None:
    found = told(ANSWERED, HANDED)
    assert (found["outcome"], found["topic"], found["entry"]) == ("escalate", "handoff/press", None)
    assert found["sections"] == ["oslomet/hashtag"]
    assert found["confidence"] == 0.4
    first, second = told(ANSWERED)["text"], told(HANDED)["text"]
    assert found["text"] == f"{first}\n\n{second}"
    assert set(found) == SAID


def test_another_handbooks_answer_says_whose_it_is(told, base: KnowledgeBase) -> None:
    assert base.organisation["oslomet"].name in told(ANSWERED, organisation="malmo")["text"].split("\n\n")[0]

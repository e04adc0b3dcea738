"""Outcomes as messages: in the reply's language, with the source named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import small_knowledge

from bot.answering import Clarify, Escalate, Greeting, Outcome, Reply, answer, hand_off
from bot.cases import State
from bot.knowledge import Entry, Handoff, KnowledgeBase
from bot.language import Language
from bot.loading import load
from bot.matching.ranking import Candidate, Ranking
from bot.messages import (
    AnswerCard,
    Block,
    CaseCard,
    Choice,
    Findings,
    FoundLine,
    HistoryLine,
    Options,
    StatusCard,
    Text,
)
from bot.review import Asking, Finding, Review, Severity
from bot.showing import answer_card, choices, findings, plain, show
from bot.wording import wording

NOTHING = Ranking((), dict.fromkeys(Language, 0.25), 0.0)
SAY = wording()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return load(small_knowledge.write(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture(scope="module")
def shown(base: KnowledgeBase):
    def drawn(outcome: Outcome, language: Language = Language.NB, organisation: str = "oslomet") -> Block:
        return show(Reply("spørsmål", language, outcome, NOTHING), base, base.organisation[organisation], SAY)

    return drawn


def entry(base: KnowledgeBase, name: str) -> Entry:
    found = base.topic[name]
    assert isinstance(found, Entry)
    return found


@pytest.mark.parametrize(
    ("language", "body", "source"),
    [
        (Language.NB, "Bruk #oslomet.", "Fra OsloMets håndbok, «Emneknaggen»"),
        (Language.NN, "Bruk #oslomet.", "Frå handboka til OsloMet, «Emneknaggen»"),
        (Language.SV, "Använd #oslomet.", "Ur OsloMets handbok, ”Hashtaggen”"),
        (Language.EN, "Use #oslomet.", "From OsloMet's handbook, “The hashtag”"),
    ],
)
def test_an_answer_names_its_source_in_the_language_asked(
    language: Language, body: str, source: str, base: KnowledgeBase, shown
) -> None:
    card = shown(answer(entry(base, "hashtag"), base, base.organisation["oslomet"], language), language)
    assert isinstance(card, AnswerCard)
    assert (card.body, card.source, card.preface) == (body, source, "")
    assert [choice.entry for choice in card.related] == ["made-a-mistake"]
    assert card.sections == ("oslomet/hashtag",)


def lending(base: KnowledgeBase, name: str, **changes: object) -> KnowledgeBase:
    """``base`` with the one answer of an entry changed."""
    given = entry(base, name)
    answers = {whose: said.model_copy(update=changes) for whose, said in given.answers.items()}
    changed = given.model_copy(update={"answers": answers})
    return base.model_copy(update={"entries": tuple(changed if each is given else each for each in base.entries)})


def test_an_answer_that_holds_elsewhere_is_told_of_and_not_given(base: KnowledgeBase, shown) -> None:
    card = shown(answer(entry(base, "hashtag"), base, base.organisation["malmo"], Language.SV), Language.SV, "malmo")
    assert isinstance(card, AnswerCard)
    assert "#oslomet" not in plain(card)
    assert "OsloMet" in card.body
    assert "avdelningen" in card.body
    assert card.sections == ("oslomet/hashtag",)
    assert plain(card) == f"{card.body}\n\n{card.source}"


def test_what_may_be_borrowed_says_whose_it_is_first(base: KnowledgeBase) -> None:
    kinder = lending(base, "made-a-mistake", borrowable=True)
    whose = next(name for name in kinder.organisation if name not in entry(kinder, "made-a-mistake").answers)
    said = answer(entry(kinder, "made-a-mistake"), kinder, kinder.organisation[whose], Language.EN)
    card = answer_card(said, kinder, kinder.organisation[whose], Language.EN, SAY)
    assert not said.elsewhere
    assert card.body == said.text
    (owner,) = entry(kinder, "made-a-mistake").answers
    assert kinder.organisation[owner].name in card.preface


def test_silence_is_claimed_only_where_nothing_near_is_said_either(knowledge: KnowledgeBase) -> None:
    told = {
        (name.id, whose)
        for name in knowledge.entries
        for whose in knowledge.organisation
        if whose not in name.answers
        and SAY("ask.other-handbook", Language.EN, organisation="X", department="D").partition("X")[0]
        in answer_card(
            answer(name, knowledge, knowledge.organisation[whose], Language.EN),
            knowledge,
            knowledge.organisation[whose],
            Language.EN,
            SAY,
        ).preface
    }
    assert ("speculation", "malmo") in told
    for name, whose in told:
        near = (name, *entry(knowledge, name).related)
        assert not [each for each in near if whose in entry(knowledge, each).answers]


def test_an_attitude_is_followed_by_the_other_handbooks_step_each_named(knowledge: KnowledgeBase) -> None:
    malmo = knowledge.organisation["malmo"]
    said = answer(entry(knowledge, "made-a-mistake"), knowledge, malmo, Language.SV)
    card = answer_card(said, knowledge, malmo, Language.SV, SAY)
    assert card.sections == ("malmo/dont-fear-mistakes", "oslomet/correct-mistakes")
    own, other = card.body.split("\n\n")
    assert "ärlig" in own
    assert other.startswith("OsloMets handbok säger också:")
    assert "Malmö stad" in card.source
    assert "OsloMet" in card.source


def test_what_a_person_answered_says_whose_answer_and_in_which_language(base: KnowledgeBase) -> None:
    said = replace(
        answer(entry(base, "hashtag"), base, base.organisation["oslomet"], Language.EN), taught=Language.NB, sections=()
    )
    own, other = (answer_card(said, base, base.organisation[name], Language.EN, SAY) for name in ("oslomet", "malmo"))
    assert own.source == SAY("teach.source", Language.EN, organisation="OsloMet")
    assert own.preface == SAY("teach.in.nb", Language.EN)
    assert other.preface.startswith(
        SAY("teach.other", Language.EN, organisation="OsloMet", department="the department")
    )
    same = answer_card(replace(said, taught=Language.EN), base, base.organisation["oslomet"], Language.EN, SAY)
    assert same.preface == ""


def test_a_choice_shows_titles_and_a_way_out(shown) -> None:
    options = Clarify((Candidate("hashtag", 0.4), Candidate("handoff/press", 0.3)))
    block = shown(options, Language.EN)
    assert block == Options(
        "I'd rather not guess. Are you wondering about one of these?",
        (Choice("hashtag", "Hashtag"), Choice("handoff/press", "The press")),
        "None of these",
    )
    assert plain(block).splitlines()[1:] == ["1. Hashtag", "2. The press"]


def test_a_bare_why_is_asked_what_it_is_about(shown) -> None:
    block = shown(Clarify((Candidate("hashtag", 0.0), Candidate("made-a-mistake", 0.0))), Language.EN)
    assert block.prompt == "What would you like to know more about here?"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", ["unsure", "empty", "too-long", "follow-up"])
def test_not_knowing_is_said_in_every_language(reason: str, language: Language, shown) -> None:
    block = shown(Escalate(reason), language)
    assert isinstance(block, Text)
    assert block.body
    assert "{" not in block.body
    assert not block.urgent


def test_a_topic_for_a_person_shows_its_holding_reply_and_its_urgency(base: KnowledgeBase, shown) -> None:
    press = base.topic["handoff/press"]
    assert isinstance(press, Handoff)
    assert shown(hand_off(press, base.organisation["oslomet"], Language.NN)) == Text("Spør avdelinga.", urgent=True)


def test_small_talk_is_its_reply(shown) -> None:
    assert shown(Greeting("smalltalk/hello", "Hei!")) == Text("Hei!")


def test_only_what_has_a_title_can_be_chosen(base: KnowledgeBase) -> None:
    found = choices(["smalltalk/hello", "hashtag"], base, Language.SV)
    assert found == (Choice("hashtag", "Hashtagg"),)


# ── a draft ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def seen() -> Review:
    found = Finding("anger", Severity.WARN, ("oslomet/hashtag",), 0, 3, "NEI", "Sint?", "Sov på det.")
    asked = (Asking("consent", "Hvem er med?"),)
    return Review("consider", "Et råd.", Language.NB, (found,), asked, 2, ("Ikke sjekket.",), "Nei")


def test_a_review_is_shown_whole(seen: Review, base: KnowledgeBase) -> None:
    block = findings("Nei!!!", seen, base, Language.NB, SAY)
    assert (block.verdict, block.advice, block.improved) == ("consider", "Et råd.", "Nei")
    assert (block.questions, block.notes) == (("Hvem er med?",), ("Ikke sjekket.",))
    assert "2" in block.more
    assert findings("Nei", seen, base, Language.NB, SAY).improved == ""  # nothing was mended
    (line,) = block.found
    assert isinstance(line, FoundLine)
    assert (line.rule, line.severity, line.start, line.end, line.match) == ("anger", "warn", 0, 3, "NEI")
    assert line.why == "Fra OsloMets håndbok, «Emneknaggen»"
    told = plain(block)
    assert all(part in told for part in (block.headline, "Et råd.", "“NEI” Sint? Sov på det.", block.more))


@pytest.mark.parametrize("language", Language)
def test_where_nothing_is_hidden_nothing_more_is_told(language: Language, seen: Review, base: KnowledgeBase) -> None:
    block = findings("Nei!!!", replace(seen, hidden=0, findings=()), base, language, SAY)
    assert (block.more, block.found) == ("", ())
    assert block.headline


# ── plain text ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_cases_are_plain_text_too() -> None:
    at = datetime(2027, 3, 1, 12, tzinfo=UTC)
    card = CaseCard(
        7, 1, Language.NB, "skriver bokmål", "Sak 7", State.WAITING, "Venter", "Kari", "2 min", "", "",
        "Kan jeg filme?", "", (), "Gjett", ("A · 62 %",), "Svar", "", (), (HistoryLine(at, "Kari", "spurte"),), (),
    )  # fmt: skip
    assert plain(card) == "Sak 7\nVenter\nKan jeg filme?"
    status = StatusCard(7, 1, Language.NB, "Sak 7", State.ANSWERED, "Her er svaret.", "Kan jeg filme?", "Ja.", (), ())
    assert plain(status) == "Sak 7\nHer er svaret.\nJa."


def test_plain_text_leaves_no_empty_lines_where_parts_are_missing() -> None:
    card = AnswerCard("hashtag", "Bruk #oslomet.", "Fra håndboken", (), "", (), "Se også")
    assert plain(card) == "Bruk #oslomet.\n\nFra håndboken"
    bare = Findings("ready", "Klart", "Et råd.", (), "", "", (), "", "", ())
    assert plain(bare) == "Klart\nEt råd."

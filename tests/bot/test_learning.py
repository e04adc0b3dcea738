"""From a person's answer to an entry that the bot knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Answered, Asker, respond
from bot.cases import Case, Kind
from bot.cleaning import clean, masked_text
from bot.errors import KnowledgeError
from bot.exporting import learned_yaml
from bot.knowledge import KnowledgeBase, Taught
from bot.language import Language
from bot.learning import Known, Verdict, examine, lost_lines, near_others
from bot.lessons import (
    Lesson,
    Some,
    SomeAnswer,
    SomeQuestions,
    lessons_yaml,
    merge,
    read_lessons,
    teach,
)
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.messages import AnswerCard
from bot.ports import Learned
from bot.proposing import LONGEST_TITLE, Proposal, cleaned, new_id, propose, short, to_lesson
from bot.review import Rulebook
from bot.showing import show
from bot.wording import wording

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
NB, NN, SV, EN = Language.NB, Language.NN, Language.SV, Language.EN


@pytest.fixture(scope="module")
def known(knowledge: KnowledgeBase, matcher: Matcher) -> Known:
    ground = basis(knowledge, matcher)
    return Known(knowledge, matcher, lambda wanted: graft(ground, wanted))


MASCOT = Proposal(
    organisation="oslomet",
    variants={NB: ("Får vi låne maskoten Ugla til en film?", "er Ugla ledig på fredag")},
    answer={NB: "Ja, ta kontakt en uke i forveien, så er Ugla klar."},
    title={NB: "Å låne maskoten"},
    expires=NOW + timedelta(days=100),
)


def learned(lesson: Lesson, version: int = 1, **other: object) -> Learned:
    base = None if lesson.answers else lesson.id
    one = Learned(lesson.id, version, lessons_yaml([lesson]), base, "p-1", 7, "p-1", NOW)
    return replace(one, **other)  # type: ignore[arg-type]  # fields of Learned


# ── what people write, cleaned ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Hei! Kan jeg legge ut bildet? Tusen takk!", "Kan jeg legge ut bildet?"),
        ("Hej alla, får vi svara på det här? Med vänlig hälsning Åsa", "Får vi svara på det här?"),
        ("Hello there, may I share this?\nBest regards, Tom", "May I share this?"),
        ("Kan Kari Nordmann legge ut filmen?", "Kan … legge ut filmen?"),
        ("Ring 912 34 567 om innlegget?", "Ring … om innlegget?"),
        ("Kan jeg skrive til per.hansen@gmail.com?", "Kan jeg skrive til …?"),
        ("Er det greit at 010190 12345 står i posten?", "Er det greit at … står i posten?"),
        ("my name is Zyxw Qwert, may I post?", "My name is …, may I post?"),
        ("@anna kan vi svara?", "… kan vi svara?"),
        ("Skal vi svare på 300 kommentarer i 2026?", "Skal vi svare på 300 kommentarer i 2026?"),
        ("Heisen står, kan jeg poste om det?", "Heisen står, kan jeg poste om det?"),
        ("Kan jeg takke i et innlegg?", "Kan jeg takke i et innlegg?"),
        ("Takk!", ""),
        ("hei", ""),
        ("Kari Nordmann", ""),
        ("  \x00\ud800 ", ""),
    ],
)
def test_a_variant_keeps_the_question_and_nobody_in_it(
    written: str, kept: str, knowledge: KnowledgeBase, rules: Rulebook
) -> None:
    assert clean(written, knowledge.organisation["oslomet"], rules) == kept


def test_of_a_long_story_the_question_is_kept(knowledge: KnowledgeBase, rules: Rulebook) -> None:
    story = "Vi var på tur med hele avdelingen og tok mange bilder. " * 6 + "Kan vi legge ut bildene? Det var fint."
    assert clean(story, knowledge.organisation["oslomet"], rules) == "Kan vi legge ut bildene?"


@given(st.text(max_size=300))
def test_whatever_is_written_is_cleaned_without_an_error_and_cleaning_again_changes_little(
    knowledge: KnowledgeBase, rules: Rulebook, text: str
) -> None:
    kept = clean(text, knowledge.organisation["malmo"], rules)
    assert "\n" not in kept
    assert len(kept) <= max(len(text) * 4, 1)  # composed letters may grow, nothing is added
    kept.encode()


def test_the_organisations_own_public_address_stays(knowledge: KnowledgeBase, rules: Rulebook) -> None:
    own = knowledge.organisation["oslomet"]
    name = own.public.names[0]
    assert name in masked_text(f"Kan vi nevne {name}?", own, rules)


# ── a case becomes a proposal ────────────────────────────────────────────────────────────────────────────────────────
def test_a_case_proposes_its_question_cleaned_and_its_answer(knowledge: KnowledgeBase, rules: Rulebook) -> None:
    case = Case(
        7, Kind.QUESTION, "oslomet", "p-2", False, NN, "Hei! Får vi låne Ugla? Mvh Kari Lie", None, False, (), NOW,
        answer="Ja, gjerne.",
    )  # fmt: skip
    made = propose(case, knowledge, rules)
    assert made.variants == {NN: ("Får vi låne Ugla?",)}
    assert made.answer == {NN: "Ja, gjerne."}
    assert made.title == {NN: "Får vi låne Ugla?"}


def test_what_comms_adds_is_cleaned_too(knowledge: KnowledgeBase, rules: Rulebook) -> None:
    made = cleaned(
        replace(MASCOT, variants={NB: ("Kan Ola Lie låne den?", "Takk!", "Kan Ola Lie låne den?")}), knowledge, rules
    )
    assert made.variants == {NB: ("Kan … låne den?",)}


def test_a_title_is_short_and_an_id_is_new() -> None:
    assert len(short("ord " * 100)) <= LONGEST_TITLE + 1
    assert new_id("Å låne maskoten!", ()) == "a-lane-maskoten"
    assert new_id("Å låne maskoten!", {"a-lane-maskoten", "a-lane-maskoten-2"}) == "a-lane-maskoten-3"
    assert new_id("🎉", ()) == "learned"


# ── as YAML ──────────────────────────────────────────────────────────────────────────────────────────────────────────
nasty = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=80).filter(
    lambda text: bool(text.strip())
)
some = st.dictionaries(st.sampled_from(["nb", "nn", "sv", "en"]), nasty, min_size=1)
lessons = st.builds(
    lambda name, title, answer, asked: Lesson(
        id=name,
        title=Some(**title),
        questions=SomeQuestions(**{language: tuple(texts) for language, texts in asked.items()}),
        answers={"oslomet": SomeAnswer(sources=("oslomet/hashtag",), **answer)},
        related=("made-a-mistake",),
    ),
    st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True),
    some,
    some,
    st.dictionaries(st.sampled_from(["nb", "nn", "sv", "en"]), st.lists(nasty, max_size=3)),
)


@given(st.lists(lessons, max_size=3))
def test_what_was_learned_comes_back_from_yaml_as_it_was(these: list[Lesson]) -> None:
    assert read_lessons(lessons_yaml(these)) == tuple(these)


def test_the_export_holds_what_is_in_use_with_where_it_is_from_and_reads_back() -> None:
    lesson = to_lesson(MASCOT, ())
    more = Lesson(id="hashtag", questions=SomeQuestions(sv=("vilken tagg: den blå?",)))
    gone = Lesson(id="gone", questions=SomeQuestions(nb=("borte",)))
    told = learned_yaml(
        [
            learned(lesson, expires=NOW + timedelta(days=1)),
            learned(more, id="hashtag+1", from_case=None),
            learned(gone, withdrawn=True),
        ],
        {"p-1": "Cleo\n- id: x"},
        NOW,
    )
    read = read_lessons(told)
    assert [each.model_copy(update={"learned": None}) for each in read] == [lesson, more]
    assert [(each.learned.id, each.learned.owner, each.learned.case) for each in read if each.learned] == [
        (lesson.id, "p-1", 7),
        ("hashtag+1", "p-1", None),
    ]
    assert "# case 7; owned by Cleo - id: x; until 2027-03-02\n" in told
    assert "more ways of asking for hashtag" in told
    assert learned_yaml([], {}, NOW) == ""


@pytest.mark.parametrize(
    "text",
    [
        "- id: x\n  questions: {nb: [a]}\n  answer: {nb: b}\n",
        "- id: x\n  questions: {nb: [a]}\n  answers: {oslomet: {nb: b}}\n",
        "- id: x\n  title: {}\n  questions: {nb: [a]}\n",
        "- id: X Y\n  questions: {}\n",
        "- id: x\n  id: y\n  questions: {}\n",
    ],
    ids=["unknown key", "no title", "no language", "no id", "twice"],
)
def test_the_yaml_of_a_lesson_is_strict(text: str) -> None:
    with pytest.raises(KnowledgeError, match=r"learned\.yaml:\d"):
        read_lessons(text)


# ── merged with what the handbooks hold ──────────────────────────────────────────────────────────────────────────────
def test_merging_takes_the_newest_version_that_holds(knowledge: KnowledgeBase) -> None:
    first, second = (to_lesson(replace(MASCOT, answer={NB: text}), ()) for text in ("Ja.", "Nei."))
    both = [learned(first), learned(second, 2)]
    merged = merge(knowledge, both, NOW)
    assert merged.topic[first.id].answers["oslomet"].nb == "Nei."  # type: ignore[union-attr]
    assert len(merged.entries) == len(knowledge.entries) + 1
    for out in ({"withdrawn": True}, {"expires": NOW}):
        assert merge(knowledge, [*both, learned(second, 3, **out)], NOW) is knowledge
    assert merge(knowledge, [learned(first, 0, withdrawn=True)], NOW) is knowledge  # only proposed


def test_variants_are_added_once_and_only_to_what_is_there(knowledge: KnowledgeBase) -> None:
    before = knowledge.topic["hashtag"].questions.nb
    more = Lesson(id="hashtag", questions=SomeQuestions(nb=(before[0], "hvilken knagg da")))
    nowhere = Lesson(id="no-such-entry", questions=SomeQuestions(nb=("hva",)))
    merged = teach(knowledge, [more, nowhere])
    assert merged.topic["hashtag"].questions.nb == (*before, "hvilken knagg da")
    assert "no-such-entry" not in merged.topic


def test_a_hand_off_topic_takes_variants_too(knowledge: KnowledgeBase) -> None:
    merged = teach(knowledge, [Lesson(id="handoff/press", questions=SomeQuestions(en=("the telly is here",)))])
    assert "the telly is here" in merged.topic["handoff/press"].questions.en


def test_the_handbooks_come_first(knowledge: KnowledgeBase) -> None:
    lesson = to_lesson(replace(MASCOT, replaces="hashtag"), ())
    assert teach(knowledge, [lesson]).topic["hashtag"] == knowledge.topic["hashtag"]


def test_a_section_that_is_gone_is_named_no_more(knowledge: KnowledgeBase) -> None:
    lesson = to_lesson(replace(MASCOT, sections=("oslomet/hashtag", "oslomet/gone")), ())
    assert teach(knowledge, [lesson]).topic[lesson.id].answers["oslomet"].sources == ("oslomet/hashtag",)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "wanted", "read"),
    [((NB,), NN, NB), ((NB, SV), SV, SV), ((SV, NN), NB, NN), ((SV,), EN, SV), ((EN, SV), NB, SV)],
)
def test_a_missing_language_is_answered_in_the_nearest(
    written: tuple[Language, ...], wanted: Language, read: Language, knowledge: KnowledgeBase
) -> None:
    lesson = to_lesson(replace(MASCOT, answer={language: f"på {language}" for language in written}), ())
    answer = teach(knowledge, [lesson]).topic[lesson.id].answers["oslomet"]  # type: ignore[union-attr]
    assert isinstance(answer, Taught)
    assert (answer[wanted], answer.language(wanted)) == (f"på {read}", read)


def test_braces_in_an_answer_are_only_braces(knowledge: KnowledgeBase, known: Known) -> None:
    after = teach(knowledge, [to_lesson(replace(MASCOT, answer={NB: "Skriv {navn} og }{ slik."}), ())])
    (reply,) = respond(MASCOT.variants[NB][0], after, known.learn(after), Asker("oslomet"))
    assert isinstance(reply.outcome, Answered)
    assert reply.outcome.text == "Skriv {navn} og }{ slik."


# ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("organisation", "language", "preface"),
    [
        ("oslomet", NB, ""),
        ("oslomet", SV, "Svaret är på norska (bokmål)."),
        ("malmo", NB, "Dette svarte kommunikasjonsavdelingen ved OsloMet."),
    ],
)
def test_an_answer_that_a_person_taught_says_whose_it_is_and_in_which_language(
    organisation: str, language: Language, preface: str, knowledge: KnowledgeBase, known: Known
) -> None:
    after = teach(knowledge, [to_lesson(MASCOT, ())])
    (reply,) = respond(MASCOT.variants[NB][0], after, known.learn(after), Asker(organisation, wanted=language))
    card = show(reply, after, after.organisation[organisation], wording())
    assert isinstance(card, AnswerCard)
    assert card.body == MASCOT.answer[NB]
    assert "OsloMet" in card.source
    assert card.preface.startswith(preface)
    assert bool(card.preface) == bool(preface)


# ── what stands against it ───────────────────────────────────────────────────────────────────────────────────────────
def examined(proposal: Proposal, known: Known, rules: Rulebook) -> Verdict:
    return examine(cleaned(proposal, known.knowledge, rules), known, NOW)


def test_a_good_proposal_passes_and_is_answered_from_then_on(known: Known, rules: Rulebook) -> None:
    verdict = examined(MASCOT, known, rules)
    assert verdict.passes, verdict.told(wording(), EN)
    after = teach(known.knowledge, [verdict.lesson])
    matcher = known.learn(after)
    for _, text in verdict.lesson.variants():
        (reply,) = respond(text, after, matcher, Asker("oslomet"))
        assert isinstance(reply.outcome, Answered)
        assert reply.outcome.entry == verdict.lesson.id
    (reply,) = respond("Er Ugla ledig til en film på fredag?", after, matcher, Asker("oslomet"))
    assert isinstance(reply.outcome, Answered), "every word of it was taught"
    assert reply.outcome.entry == verdict.lesson.id


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answer": {NB: " \n"}}, "no-answer"),
        ({"answer": {NB: "a" * 601}}, "long-answer"),
        ({"title": {}}, "no-title"),
        ({"variants": {NB: ("Takk!", "…")}}, "no-variant"),
        ({"expires": NOW}, "past"),
        ({"sections": ("oslomet/none",)}, "no-section"),
        ({"base": "no-such-entry"}, "no-entry"),
    ],
)
def test_what_is_missing_or_past_stands_against_it(
    change: dict[str, object], why: str, known: Known, rules: Rulebook
) -> None:
    verdict = examined(replace(MASCOT, **change), known, rules)  # type: ignore[arg-type]  # fields of Proposal
    assert why in [each.why for each in verdict.objections]
    for language in Language:
        assert all(verdict.told(wording(), language))


def test_everything_that_stands_against_it_is_told_at_once(known: Known, rules: Rulebook) -> None:
    bad = replace(MASCOT, answer={}, title={}, variants={}, expires=NOW, sections=("a/b",))
    assert len(examined(bad, known, rules).objections) == 5


def test_a_near_duplicate_is_shown_beside_the_other_and_may_be_added_there(known: Known, rules: Rulebook) -> None:
    taken = next(text for text in known.knowledge.topic["hashtag"].questions.nb if len(text) > 25)
    verdict = examined(replace(MASCOT, variants={NB: (taken + " nå",)}), known, rules)
    (alike,) = verdict.alike
    assert (alike.same, alike.entry) == (taken, "hashtag")
    assert taken in verdict.told(wording(), NB)[0]
    title = known.knowledge.topic["hashtag"].title.sv  # type: ignore[union-attr]
    assert title in verdict.told(wording(), SV)[0]
    added = examined(Proposal("oslomet", {NB: (taken + " nå",)}, base="hashtag"), known, rules)
    assert added.alike == ()


def test_what_is_known_already_is_not_learned_again(known: Known, rules: Rulebook) -> None:
    taken = known.knowledge.topic["hashtag"].questions.nb[0]
    verdict = examined(Proposal("oslomet", {NB: (taken,)}, base="hashtag"), known, rules)
    assert [each.why for each in verdict.objections] == ["known-already"]


def test_what_would_make_a_golden_question_worse_is_not_learned(known: Known, rules: Rulebook) -> None:
    asked = [item.text for item in known.knowledge.golden if item.language is NB and "none" not in item.expect]
    lone = Lesson(id="nothing", questions=SomeQuestions(nb=tuple(asked)))
    near = {alike.variant for alike in near_others(lone, known.knowledge)}
    greedy = tuple(text for text in asked if text not in near)[:10]
    verdict = examined(replace(MASCOT, variants={NB: greedy}), known, rules)
    assert {each.why for each in verdict.objections} == {"worse"}
    assert {each.question.text for each in verdict.worse} & set(greedy)
    assert all(each.after != "right" for each in verdict.worse)


def test_what_nobody_could_answer_may_be_answered_once_comms_did(known: Known, rules: Rulebook) -> None:
    unanswerable = next(item for item in known.knowledge.golden if item.expect == ("none",) and item.language is NB)
    verdict = examined(replace(MASCOT, variants={NB: (unanswerable.text,)}), known, rules)
    assert unanswerable.text not in {each.question.text for each in verdict.worse}


def test_ways_of_asking_learned_before_outlast_a_new_version_of_their_entry(known: Known, rules: Rulebook) -> None:
    lesson = to_lesson(MASCOT, ())
    more = Lesson(id=lesson.id, questions=SomeQuestions(nb=("uglemaskot til utlån",)))
    after = teach(
        known.knowledge, [lesson, more, to_lesson(replace(MASCOT, answer={NB: "Nei."}, replaces=lesson.id), ())]
    )
    assert "uglemaskot til utlån" in after.topic[lesson.id].questions.nb
    assert after.topic[lesson.id].answers["oslomet"].nb == "Nei."  # type: ignore[union-attr]


def test_a_line_that_leads_elsewhere_is_shown_with_what_wins_and_why(known: Known) -> None:
    """Saving is proven: every line is asked back, and the one that another need wins is not said to be saved."""
    text = "Hvilken emneknagg skal jeg bruke når jeg poster fra OsloMet?"
    lesson = Lesson(
        id="taught",
        title=Some(nb="Lært"),
        questions=SomeQuestions(nb=(text,)),
        answers={"oslomet": SomeAnswer(nb="Ja.")},
    )
    after = teach(known.knowledge, [lesson])
    (lost,) = lost_lines(lesson, after, known.matcher, "oslomet")  # a training that does not know the lesson yet
    assert (lost.variant, lost.winner) == (text, "hashtag")
    assert "emneknagg" in lost.words
    assert list(lost_lines(lesson, after, known.learn(after), "oslomet")) == []


def test_what_would_be_lost_is_told_in_every_language(known: Known, rules: Rulebook) -> None:
    blind = replace(known, learn=lambda _: known.matcher)
    verdict = examined(replace(MASCOT, variants={NB: ("hvilken emneknagg bruker vi på fagdagen",)}), blind, rules)
    assert not verdict.passes
    assert [each.winner for each in verdict.lost] == ["hashtag"]
    for language in Language:
        (told,) = verdict.told(wording(), language)
        assert "emneknagg" in told

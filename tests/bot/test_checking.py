"""The check tells every fault of the knowledge at its line, and notes what an author may want to see."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest
import small_knowledge
from rapidfuzz import fuzz
from small_knowledge import line, swap

from bot.checking import (
    LEAST_GOLDEN,
    Report,
    check,
    gate_faults,
    golden_notes,
    lost_variants,
    near_duplicates,
    urgent_faults,
)
from bot.errors import Fault
from bot.knowledge import Entry, Golden, KnowledgeBase
from bot.language import Language
from bot.loading import load, read_all
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.matching.text import tokens
from bot.measuring import Figures, measure
from bot.remarks import NOTES, Kind, Placed, Remark, Spot, place

ENTRIES = "entries/all.yaml"


def checked(folder: Path, *, quick: bool = True) -> Report:
    return check(read_all(folder), build_matcher, quick=quick)


def told(report: Report, kind: Kind) -> list[tuple[str, int, str]]:
    found = [remark.fault for remark in report.remarks if remark.kind is kind]
    return [(fault.path.name, fault.line, fault.message) for fault in found]


def test_the_same_variant_twice_under_an_entry_is_a_fault_at_its_line(small: Path) -> None:
    at = swap(small, ENTRIES, "hashtaggen vår]", "hashtaggen vår, Hashtaggen VÅR!]")

    found = told(checked(small), Kind.DUPLICATE)

    message = f"“Hashtaggen VÅR!” stands here already (see all.yaml:{at}); keep it where it belongs"
    assert found == [("all.yaml", at, message)]


def test_the_same_variant_under_two_entries_is_a_fault_at_both_lines(small: Path) -> None:
    at, first = swap(small, ENTRIES, "[I posted", "[Our tag?, I posted"), line(small, ENTRIES, "our tag]")

    found = told(checked(small), Kind.DUPLICATE)

    message = f"“Our tag?” stands under hashtag, too (see all.yaml:{first}); keep it where it belongs"
    assert found == [("all.yaml", at, message)]


def test_the_same_words_in_two_languages_of_an_entry_are_no_fault(small: Path) -> None:
    swap(small, ENTRIES, "nb: [hvilken emneknagg", "nb: [our tag, hvilken emneknagg")

    report = checked(small)

    assert told(report, Kind.DUPLICATE) == []
    assert told(report, Kind.NEAR) == []


def test_the_same_words_under_two_topics_of_two_languages_are_noted(small: Path) -> None:
    at, first = swap(small, ENTRIES, "nb: [jeg la", "nb: [our tag, jeg la"), line(small, ENTRIES, "our tag]")

    what = f"“our tag” (hashtag) is nearly “our tag” (made-a-mistake) (see all.yaml:{at})"
    assert told(checked(small), Kind.NEAR) == [
        ("all.yaml", first, f"{what}; make the difference plain, or keep it where it belongs")
    ]


def test_a_variant_without_words_is_a_fault(small: Path) -> None:
    at = swap(small, ENTRIES, "vår tagg]", 'vår tagg, "?! 🤔"]')

    assert told(checked(small), Kind.EMPTY) == [("all.yaml", at, "“?! 🤔” holds no word; write one, or take it out")]


def test_too_few_ways_of_asking_are_told_by_topic_and_language(small: Path) -> None:
    swap(small, ENTRIES, "vår tagg]", f"vår tagg, {', '.join(f'tagg {number}' for number in range(39))}]")

    found = told(checked(small), Kind.FEW)

    assert len(found) == 4 * len(Language) - 1  # of three things of four kinds; hashtag has enough in sv
    for name, text, message in (
        (ENTRIES, "nb: [jeg la", "made-a-mistake has 2 ways of asking in nb; write 38 more that differ"),
        ("handoff.yaml", "nb: [en journalist", "handoff/press has 2 ways of asking in nb; write 18 more that differ"),
        ("smalltalk.yaml", "nb: [hei", "smalltalk/hello has 2 ways of asking in nb; write 8 more that differ"),
    ):
        assert (Path(name).name, line(small, name, text), message) in found


def test_a_section_that_no_answer_draws_on_is_a_fault_where_it_is_named(small: Path) -> None:
    extra = "    - id: malmo/tools\n      title: {nb: a, nn: b, sv: c, en: d}\n      fingerprints: [x]\n"
    (small / "handbooks.yaml").write_text(small_knowledge.HANDBOOKS + extra, encoding="utf-8")

    message = "no answer draws on malmo/tools; write an entry, or name it among an answer's sources"
    at = line(small, "handbooks.yaml", "- id: malmo/tools")
    assert told(checked(small), Kind.UNCOVERED) == [("handbooks.yaml", at, message)]


def test_too_few_golden_questions_are_a_fault_of_their_file(small: Path) -> None:
    wanted = f"golden.yaml has 2 questions; write {LEAST_GOLDEN - 2} more, apart from the variants"

    assert told(checked(small), Kind.FEW_GOLDEN) == [("golden.yaml", 1, wanted)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"helped": 92.9}, "92.9 % of the golden questions are helped"),
        ({"at_once": 74.9}, "74.9 % of them are right at once"),
        ({"wrong": 3.1}, "3.1 % of them are answered wrongly"),
        ({"unanswerable_answered": 5.1}, "5.1 % of those that nothing answers"),
    ],
)
def test_the_gate_tells_each_promise_that_is_not_kept(change: dict[str, float], message: str) -> None:
    rates = {"helped": 93.0, "at_once": 75.0, "wrong": 3.0, "unanswerable_answered": 5.0, "wrong_of_answered": 3.0}

    assert list(gate_faults(Figures(200, **rates), {})) == []
    short = list(gate_faults(Figures(200, **{**rates, **change}), {}))
    assert len(short) == 1
    assert short[0].what.startswith(message)


def test_the_gate_wants_no_language_to_fall_behind() -> None:
    good, bad = Figures(100, 99.0, 90.0, 0.0, 0.0, 0.0), Figures(100, 93.9, 90.0, 0.0, 0.0, 0.0)
    none = Figures(1, float("nan"), float("nan"), 0.0, 0.0, float("nan"))

    found = list(gate_faults(good, {Language.NB: none, Language.NN: good, Language.SV: bad}))

    assert [remark.what for remark in found] == ["93.9 % are helped in sv, and 99.0 % in another language"]


def test_near_duplicates_of_two_topics_are_noted_nearest_first(small: Path) -> None:
    swap(small, ENTRIES, "our tag]", "our tag, where do I correct the name of a street]")
    swap(
        small,
        ENTRIES,
        "I got a name wrong]",
        "where do I correct the names of a street, the name of a street where do I correct]",
    )

    found = near_duplicates(load(small))

    assert [remark.what.count("“") for remark in found] == [2, 2]
    assert "the name of a street where do I correct" in found[0].what  # the same words in another order
    assert "names of a street" in found[1].what


def test_near_duplicates_are_those_that_comparing_all_pairs_finds(knowledge: KnowledgeBase) -> None:
    some = random.Random(4).sample([*knowledge.topic], 12)
    part = knowledge.model_copy(
        update={
            "entries": tuple(entry for entry in knowledge.entries if entry.id in some),
            "handoffs": tuple(topic for topic in knowledge.handoffs if topic.id in some),
            "smalltalk": tuple(topic for topic in knowledge.smalltalk if topic.id in some),
        }
    )
    ways = [(way, " ".join(sorted(tokens(way.text)))) for way in part.variants()]
    wanted = {
        frozenset((one.text, other.text))
        for place_, (one, letters) in enumerate(ways)
        for other, same in ways[:place_]
        if one.entry != other.entry
        and (fuzz.ratio(letters, same) >= 70 if one.language is other.language else letters == same)
    }

    found = near_duplicates(part, least=70)

    assert wanted
    assert len(found) >= len(wanted)
    assert {frozenset(_quoted(remark)) for remark in found} == wanted


def _quoted(remark: Remark) -> list[str]:
    return [part.split("”")[0] for part in remark.what.split("“")[1:]]


def test_near_duplicates_of_the_shipped_knowledge_take_seconds(knowledge: KnowledgeBase) -> None:
    started = time.process_time()

    near_duplicates(knowledge)

    assert time.process_time() - started < 5


def test_a_variant_that_stands_in_the_wrong_place_is_noted_with_its_winner(knowledge: KnowledgeBase) -> None:
    stray = "may I quote a whole poem"
    entries = {
        entry.id: entry for entry in knowledge.entries if entry.id in {"hashtag", "copyright", "angry-or-stressed"}
    }
    asked = entries["hashtag"].questions
    entries["hashtag"] = entries["hashtag"].model_copy(
        update={"questions": asked.model_copy(update={"en": (*asked.en, stray)})}
    )
    part = knowledge.model_copy(update={"entries": tuple(entries.values()), "handoffs": (), "smalltalk": ()})

    found = lost_variants(part)

    assert len(found) < sum(1 for _ in part.variants()) / 4
    noted = next(remark for remark in found if stray in remark.what)
    assert noted.what == f"“{stray}” (hashtag) would go to copyright if it did not stand here"
    assert noted.spot == Spot("hashtag", ("questions", "en", len(asked.en)))


def test_golden_questions_that_are_not_helped_are_noted_the_wrong_ones_first(
    knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    right = next(item for item in measure(knowledge.golden, knowledge, matcher) if item.verdict == "right").question
    press = Golden(text="en journalist ringer", org="oslomet", language=Language.NB, expect=("four-rules",))
    hello = Golden(text="hei", org="oslomet", language=Language.NB, expect=("hashtag", "four-rules"))

    notes = golden_notes(measure([press, right, hello], knowledge, matcher))

    assert [note.what for note in notes] == [
        "“hei” gets smalltalk/hello rather than hashtag or four-rules",
        "“en journalist ringer” gets handoff/press rather than four-rules",
    ]
    assert notes[0].spot == Spot("golden:oslomet:hei")


def test_knowledge_that_does_not_load_is_checked_as_far_as_that_goes(small: Path) -> None:
    swap(small, ENTRIES, "hashtaggen vår]", "hashtaggen vår, Hashtaggen VÅR!]")
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")

    def never(_: KnowledgeBase) -> Matcher:
        raise AssertionError("knowledge with faults must not be learned from")

    report = check(read_all(small), never)

    assert report.overall is None
    assert [item[:2] for item in told(report, Kind.UNREADABLE)] == [("handoff.yaml", 3)]
    assert len(told(report, Kind.DUPLICATE)) == 1
    assert report.faults == list(report.remarks)


def test_faults_come_before_notes_and_quick_leaves_out_the_slow_ones(small: Path) -> None:
    report = checked(small, quick=False)
    notes = [remark.kind in NOTES for remark in report.remarks]

    assert notes == sorted(notes)
    assert report.faults
    assert len(report.faults) + len(report.notes) == len(report.remarks)
    assert told(checked(small), Kind.LOST) == []


def test_a_remark_tells_where_the_other_place_is(small: Path) -> None:
    places = read_all(small).places
    remark = Remark(Kind.NEAR, Spot("handoff/press"), "this is that", "mend it", Spot("hashtag", ("questions", "sv")))

    also = line(small, ENTRIES, "sv: [vilken")
    fault = Fault(small / "handoff.yaml", 1, f"this is that (see all.yaml:{also}); mend it")
    assert place(remark, places) == Placed(Kind.NEAR, fault)


@pytest.fixture(scope="module")
def shipped(knowledge_folder: Path, matcher: Matcher) -> Report:
    return check(read_all(knowledge_folder), lambda _: matcher, quick=True)


def test_the_shipped_knowledge_has_no_fault(shipped: Report) -> None:
    assert [str(remark.fault) for remark in shipped.faults] == []


def test_the_shipped_notes_stand_at_the_line_of_what_they_quote(shipped: Report) -> None:
    for remark in shipped.notes:
        line = remark.fault.path.read_text(encoding="utf-8").splitlines()[remark.fault.line - 1]
        quoted = remark.fault.message.split("“")[1].split("”")[0]
        assert quoted.split(" ")[0] in line
    assert Counter(remark.kind for remark in shipped.notes)[Kind.LOST] == 0


def test_a_way_of_asking_that_tells_of_an_emergency_is_refused(knowledge: KnowledgeBase) -> None:
    entry = knowledge.topic["encouragement"]
    assert isinstance(entry, Entry)
    worse = entry.questions.model_copy(update={"sv": (*entry.questions.sv, "Jag orkar inte mer!")})
    entries = tuple(
        each.model_copy(update={"questions": worse}) if each is entry else each for each in knowledge.entries
    )
    (found,) = urgent_faults(knowledge.model_copy(update={"entries": entries}))  # and none of those that are shipped
    assert found.kind is Kind.URGENT
    assert "Jag orkar inte mer!" in found.what
    assert "handoff/self-harm" in found.what

"""The Monday digest: when it is due, that its sentences are true, and that its picture says what they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.charts import Bars, png, svg
from bot.digest import Facts, due, last_weeks, number, of_number, sentences
from bot.insights import Week
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.ports import Piles
from bot.wording import wording

say = wording()
NONE = Week(0, 0, 0, None, 0, 0)
EMPTY = Facts(NONE, NONE, Piles(0, 0, 0, 0), 0, 0, 0)
HOSTILE = "</title><script>alert(1)</script>&\"' <!channel>"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2027-03-01 06:59", None),
        ("2027-03-01 07:00", "2027-03-01"),
        ("2027-03-02 12:00", "2027-03-01"),
        ("2027-03-02 14:00", None),
        ("2027-03-06 10:00", None),
        ("2027-03-29 10:00", None),
        ("2027-03-30 06:00", "2027-03-29"),
        ("2027-03-28 10:00", None),
    ],
    ids=[
        "before work", "as work begins", "a day late", "too late", "Saturday", "Easter Monday", "the day after Easter",
        "Easter Sunday",
    ],
)  # fmt: skip
def test_it_is_due_when_work_begins_in_the_week(knowledge: KnowledgeBase, now: str, monday: str | None) -> None:
    oslomet = knowledge.organisation["oslomet"]
    found = due(oslomet, utc(now))
    assert (found.date().isoformat() if found else None) == monday
    if found:
        assert of_number(oslomet, number(found)) == found


def test_the_weeks_before_end_where_the_next_begin(knowledge: KnowledgeBase) -> None:
    monday = of_number(knowledge.organisation["oslomet"], 202713)  # the clocks were changed the day before
    spans = last_weeks(monday, 8)
    assert len(spans) == 8
    assert spans[-1][1] == monday
    assert all(one[1] == other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("language", Language)
def test_of_a_week_in_which_nothing_happened_a_kind_word_is_all(language: Language) -> None:
    assert sentences(EMPTY, say, language) == [say("digest.quiet", language)]


@pytest.mark.parametrize("language", Language)
def test_a_full_week_takes_five_sentences_with_its_numbers(language: Language) -> None:
    now = Week(41, 31, 12, timedelta(minutes=80), 20, 3)
    facts = Facts(now, Week(36, 0, 0, None, 0, 0), Piles(1, 0, 2, 3), 4, 6, 7)
    found = sentences(facts, say, language)
    assert len(found) == 5
    assert all(text.endswith(".") and "{" not in text for text in found)
    assert re.findall(r"\d+", " ".join(found)) == [
        "41",
        "5",
        "31",
        "76",
        "12",
        "1",
        "20",
        "20",
        "3",
        "4",
        "1",
        "3",
        "6",
        "7",
    ]


@pytest.mark.parametrize("language", Language)
def test_what_did_not_happen_is_not_said_to_have(language: Language) -> None:
    waiting = sentences(Facts(NONE, NONE, Piles(0, 0, 1, 0), 1, 0, 0), say, language)
    assert waiting[:3] == [say(f"digest.{key}", language) for key in ("asked-none", "handed-none", "votes-none")]
    assert say("digest.cases-one", language) in waiting[3]
    unanswered = sentences(Facts(Week(1, 0, 1, None, 0, 0), NONE, Piles(0, 0, 0, 0), 0, 0, 0), say, language)
    assert say("digest.questions-one", language) in unanswered[0]
    assert "0 %" in unanswered[0]


def bars(*labels: str) -> Bars:
    return Bars("Spørsmål", labels, (("Spurt", tuple(range(3, 3 + len(labels)))), ("Besvart", (2,) * len(labels))))


def test_the_picture_says_what_its_words_say() -> None:
    made = bars("uke 8", "uke 9")
    drawn = ElementTree.fromstring(svg(made))  # noqa: S314  # our own
    texts = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"uke 8", "uke 9", "2/3", "2/4", "Spurt", "Besvart"} <= set(texts)
    assert made.described == "Spørsmål. uke 8: spurt 3, besvart 2; uke 9: spurt 4, besvart 2."
    tall = [float(each.get("height") or 0) for each in drawn.iter("{http://www.w3.org/2000/svg}rect")][-4:]
    assert tall[0] / tall[2] == pytest.approx(3 / 4, abs=0.01)
    with Image.open(BytesIO(png(made))) as picture:
        assert picture.size == (640, 260)
        assert len(picture.getcolors() or ()) > 4
    assert len(png(made)) < 8_000


def test_hostile_words_stay_words_in_a_picture() -> None:
    drawn = svg(bars(HOSTILE))
    assert "<script" not in drawn
    assert HOSTILE in [each.text for each in ElementTree.fromstring(drawn).iter()]  # noqa: S314


def test_nothing_at_all_can_be_drawn() -> None:
    assert ElementTree.fromstring(svg(Bars("", (), (("a", ()), ("b", ())))))  # noqa: S314
    assert png(Bars("", ("x",), (("a", (0,)), ("b", (0,)))))

"""Messages as Block Kit: within every limit, whatever people write, and nothing in them comes alive."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, TEXTS, decided, longest, offered, say, small
from slack_limits import check_message, check_view

from adapters.chat.forms import FORMS, PICTURE, missing_for_picture
from adapters.slack.forms import decide_form, draft_form, told, write_form
from adapters.slack.home import Home, Queue, home_view
from adapters.slack.kit import modal
from adapters.slack.render import to_blocks, to_message, to_notification, whole_case
from adapters.slack.text import cut, escape, size, split
from bot.insights import Figure
from bot.language import Language
from bot.messages import CaseCard, StatusCard
from bot.ports import Piles
from bot.review import Rulebook

GOLDEN = Path(__file__).with_name("golden")
KINDS = sorted(small(Language.NB))


def more(language: Language) -> str:
    return say("talk.whole", language)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_drawn_as_its_golden_file_shows(kind: str) -> None:
    drawn = to_blocks(small(Language.NB)[kind], more(Language.NB))
    path = GOLDEN / f"{kind}.json"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert drawn == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_limits_in_every_language(kind: str, language: Language) -> None:
    block = small(language)[kind]
    check_message(to_blocks(block, more(language)), to_notification([block]))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", sorted(longest(Language.NB, "x")))
def test_the_longest_texts_are_cut_rather_than_refused(kind: str, text: str) -> None:
    for language in Language:
        block = longest(language, text)[kind]
        check_message(to_blocks(block, more(language)), to_notification([block]))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_card_with_decisions_on_similar_drafts_is_one_message(text: str) -> None:
    for language in Language:
        blocks = [longest(language, text)["case"], *decided(language, text)]
        drawn = to_message(blocks, more(language))
        check_message(drawn, to_notification(blocks))
        assert say("teach.precedent.comms", language) in json.dumps(drawn, ensure_ascii=False)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_findings_with_decisions_on_similar_drafts_are_one_message(text: str) -> None:
    for language in Language:
        blocks = [longest(language, text)["findings"], *decided(language, text)]
        check_message(to_message(blocks, more(language)), to_notification(blocks))


def test_many_blocks_in_one_message_are_no_more_than_slack_takes() -> None:
    assert len(to_message(list(small(Language.NB).values()) * 9, "mer")) == 50


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_whole_case_fits_into_a_window(text: str) -> None:
    card = longest(Language.NB, text)["case"]
    assert isinstance(card, CaseCard)
    check_view(modal("told", "Sak 12", whole_case(card, decided(Language.NB, text)), close="Lukk"))


def test_what_a_person_wrote_is_shown_letter_by_letter() -> None:
    card = small(Language.NB)["case"]
    quoted = next(block for block in to_blocks(card, "mer") if block["type"] == "rich_text")
    assert quoted["elements"][0]["elements"] == [{"type": "text", "text": HOSTILE}]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_window_keeps_the_limits(rules: Rulebook, language: Language, text: str) -> None:
    platforms = tuple(rules.platforms)
    for action in FORMS:
        check_view(write_form(action, say, language, given=text, keep={"value": "x" * 1000}))
    seen = to_blocks(longest(language, text)["findings"], more(language))
    check_view(draft_form(platforms, say, language, draft=text, found=seen, note=text))
    check_view(draft_form(platforms, say, language))
    check_view(write_form("ask-about", say, language, note=text))
    check_view(decide_form(offered(language), say, language, {"value": "12"}))
    check_view(told(text, text, say, language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_home_keeps_the_limits(language: Language, text: str) -> None:
    made = longest(language, text)
    case, status = made["case"], made["status"]
    assert isinstance(case, CaseCard)
    assert isinstance(status, StatusCard)
    home = Home(
        "OsloMet",
        language,
        [text] * 6,
        [status] * 30,
        Queue([case] * 30, Piles(1, 2, 3, 4), [Figure(text, text, text)] * 12),
    )
    check_view(home_view(home, say))


@pytest.mark.parametrize("language", Language)
def test_a_picture_is_asked_about_only_where_there_is_one(language: Language) -> None:
    assert missing_for_picture([], say, language) == ""
    assert missing_for_picture(PICTURE, say, language) == ""
    assert missing_for_picture(["there", "rights"], say, language).count(";") == 1


@given(st.text(), st.integers(20, 300))
def test_a_cut_text_fits_and_is_a_beginning_of_the_whole(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert size(shown) <= limit
    assert text.strip().startswith(shown.removesuffix(" …").rstrip())
    assert size(text.strip()) > limit or shown == text.strip()


@given(st.text(), st.integers(20, 300))
def test_a_split_text_fits_and_loses_nothing(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(size(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_is_cut_after_a_sentence() -> None:
    assert cut("Den første setningen står her. Den andre er for lang til å få plass.", 40) == (
        "Den første setningen står her. …"
    )


@given(st.text())
def test_nothing_comes_alive_in_escaped_text(text: str) -> None:
    assert not set("<>") & set(escape(text))

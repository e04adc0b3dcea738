"""Messages as Adaptive Cards: within every limit, whatever people write, and nothing in them comes alive."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from card_limits import check_card, check_dialog, check_message, parts, size, texts
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, TEXTS, decided, longest, offered, say, small

from adapters.chat.forms import FORMS, PICTURE, asks_for_text, missing_for_picture
from adapters.teams import forms
from adapters.teams.render import REFRESHED, to_activity, to_card, to_notification, whole_case
from adapters.teams.text import cut, harmless
from bot.language import Language
from bot.messages import Button, CaseCard, HistoryLine, Text
from bot.review import Rulebook

GOLDEN = Path(__file__).with_name("golden")
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
KINDS = sorted(small(Language.NB))
TEAMS = "<at>all</at> {{DATE(2027-03-01T12:00:00Z,SHORT)}} [klikk](https://x.no) **fet** &lt;at&gt; <b>x</b>"


def more(language: Language) -> str:
    return say("talk.whole", language)


def case(language: Language = Language.NB) -> CaseCard:
    card = small(language)["case"]
    assert isinstance(card, CaseCard)
    return card


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_drawn_as_its_golden_file_shows(kind: str) -> None:
    drawn = to_activity([small(Language.NB)[kind]], more(Language.NB))
    path = GOLDEN / f"{kind}.json"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert drawn == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("dialogs", [True, False], ids=["dialogs", "no dialogs"])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_limits_in_every_language(kind: str, language: Language, dialogs: bool) -> None:
    check_message(to_activity([small(language)[kind]], more(language), dialogs=dialogs))


@pytest.mark.parametrize("dialogs", [True, False], ids=["dialogs", "no dialogs"])
@pytest.mark.parametrize("text", [*TEXTS.values(), TEAMS * 80], ids=[*TEXTS, "teams"])
@pytest.mark.parametrize("kind", sorted(longest(Language.NB, "x")))
def test_the_longest_texts_are_cut_rather_than_refused(kind: str, text: str, dialogs: bool) -> None:
    for language in Language:
        everyone = [f"29:{'x' * 90}{n}" for n in range(100)]
        block = longest(language, text)[kind]
        check_message(to_activity([block], more(language), refresh=everyone, dialogs=dialogs))


@pytest.mark.parametrize("dialogs", [True, False], ids=["dialogs", "no dialogs"])
@pytest.mark.parametrize("text", [*TEXTS.values(), TEAMS * 80], ids=[*TEXTS, "teams"])
def test_a_card_with_decisions_on_similar_drafts_is_one_message(text: str, dialogs: bool) -> None:
    for language in Language:
        everyone = [f"29:{'x' * 90}{n}" for n in range(100)]
        blocks = [longest(language, text)["case"], *decided(language, text)]
        drawn = to_activity(blocks, more(language), refresh=everyone, dialogs=dialogs)
        check_message(drawn)
        assert say("teach.precedent.comms", language)[:25] in texts(drawn)


def test_many_blocks_in_one_message_are_no_more_than_teams_takes() -> None:
    check_message(to_activity(list(small(Language.NB).values()) * 9, "mer"))


@pytest.mark.parametrize("text", [HOSTILE, TEAMS])
def test_what_a_person_wrote_is_shown_letter_by_letter(text: str) -> None:
    shown = texts(to_card([replace(case(), text=text)], "mer"))
    assert text in shown.replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize(
    "text", ["<at>all</at>", "**fet**", "a_b_c", "[a](https://x.no)", "https://x.no", "- punkt", "1. først", "a\nb"]
)
def test_what_teams_could_read_as_markup_is_never_posted_as_bare_text(text: str) -> None:
    assert "text" not in to_activity([Text(text)], "mer")


def test_an_ordinary_sentence_needs_no_card() -> None:
    assert to_activity([Text("Hei! Spør i vei.")], "mer") == {
        "type": "message", "text": "Hei! Spør i vei.", "textFormat": "plain", "summary": "Hei! Spør i vei.",
    }  # fmt: skip


def test_a_button_that_asks_for_words_opens_a_dialog() -> None:
    (pressed,) = [part for part in parts(to_card([case()], "mer")) if part.get("do") == "answer?"]
    assert pressed == {"msteams": {"type": "task/fetch"}, "do": "answer?", "value": "12"}


def test_where_no_dialog_opens_the_field_unfolds_in_the_card() -> None:
    asking = Button("ask-back", "12", "Spør tilbake", asks=True)
    drawn = to_card([replace(case(), buttons=(asking,), menu=())], "mer", dialogs=False)
    assert not [part for part in parts(drawn) if "msteams" in part and part is not drawn]
    (unfolded,) = [part["card"] for part in parts(drawn) if part.get("type") == "Action.ShowCard"]
    assert unfolded["body"][0]["id"] == "text"
    assert unfolded["actions"][0]["data"] == {"do": "ask-back", "value": "12"}


def test_a_form_that_comes_filled_in_takes_the_cards_place_where_no_dialog_opens() -> None:
    wanted = Button("send-draft", "nb|=Hei", "Send", asks=True)
    (pressed,) = [
        part for part in parts(to_card([Text("Sett.", buttons=(wanted,))], "mer", dialogs=False)) if "verb" in part
    ]
    assert (pressed["type"], pressed["data"]) == ("Action.Execute", {"do": "send-draft?", "value": "nb|=Hei"})


def test_out_of_a_dialog_no_other_opens_so_its_buttons_send_it(rules: Rulebook) -> None:
    found = small(Language.NB)["findings"]
    dialog = forms.draft_form(
        say, Language.NB, "OsloMet", tuple(rules.platforms), given={"draft": "Hei"}, found=[found]
    )
    pressed = [part for part in parts(dialog) if str(part.get("type")).startswith("Action.")]
    assert len(pressed) > 1
    assert {part["type"] for part in pressed} == {"Action.Submit"}
    assert not [part for part in pressed if "msteams" in part["data"]]


def test_the_answer_stands_once_on_a_card() -> None:
    line = HistoryLine(NOON, "Cleo", "svarte", "Ja, gjerne.")
    answered = replace(case(), answer="Ja, gjerne.", history=(line, line))
    for drawn in (to_card([answered], "mer"), whole_case(answered)):
        assert texts(drawn).count("Ja, gjerne.") == 1
        assert "Cleo svarte" in texts(drawn)


def test_a_case_is_drawn_anew_for_no_more_people_than_teams_takes() -> None:
    drawn = to_card([case()], "mer", refresh=[f"29:{n}" for n in range(100)])
    assert len(drawn["refresh"]["userIds"]) == REFRESHED
    assert drawn["refresh"]["action"]["verb"] == "look"
    assert drawn["refresh"]["action"]["data"]["case"] == 12
    check_card(drawn)
    long = [f"29:{'x' * 90}{n}" for n in range(100)]
    assert 20 < len(to_card([case()], "mer", refresh=long)["refresh"]["userIds"]) < REFRESHED
    assert to_card([case()], "mer", refresh=())["refresh"]["userIds"] == []
    assert "refresh" not in to_card([case()], "mer")
    assert "refresh" not in to_card([Text("*")], "mer", refresh=["29:1"])


@pytest.mark.parametrize("text", [*TEXTS.values(), TEAMS * 80], ids=[*TEXTS, "teams"])
def test_a_whole_case_fits_into_a_dialog(text: str) -> None:
    card = longest(Language.NB, text)["case"]
    assert isinstance(card, CaseCard)
    check_dialog(forms.shown("Sak 12", whole_case(card, decided(Language.NB, text))))


def test_an_ordinary_case_is_whole_in_its_dialog() -> None:
    long = "Dette er en setning som noen har skrevet. " * 150
    assert long.strip() in texts(whole_case(replace(case(), text=long)))
    assert long.strip() not in texts(to_card([replace(case(), text=long)], "mer"))


# ── dialogs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_dialog_keeps_the_limits(rules: Rulebook, language: Language, text: str) -> None:
    platforms = tuple(rules.platforms)
    for action in FORMS:
        form = forms.write_form(action, say, language, given=text, keep={"value": "x" * 1000})
        check_dialog(form)
        check_dialog(forms.refused(form, text))
    found = [longest(language, text)["findings"]]
    stood = {"draft": text, "platform": "no such", "reply": "sv", "picture": "there,alt"}
    check_dialog(forms.draft_form(say, language, "OsloMet", platforms, given=stood, found=found))
    check_dialog(forms.draft_form(say, language, text or "x", platforms))
    check_dialog(forms.save_form(say, language, text, [text] * 3, text, {"value": "12"}))
    decided_on = {"decision": "change", "text": text, "until": "2027-12-31"}
    for stands in (None, decided_on):
        form = forms.decide_form(offered(language), say, language, {"value": "12"}, given=stands)
        check_dialog(form)
        check_dialog(forms.refused(form, text))
    check_dialog(forms.told(text, text))


def test_what_was_filled_in_is_read_by_field_and_what_was_kept_is_not_taken_for_it() -> None:
    reply = forms.write_form("ask-comms", say, Language.NB, keep={"value": "7"})
    (data,) = [part["data"] for part in parts(reply) if part.get("type") == "Action.Submit"]
    assert data == {"value": "7", "form": "write", "do": "ask-comms"}
    assert forms.written(data | {"text": " Hei ", "confidential": "yes"}) == {"text": "Hei", "confidential": "yes"}
    assert forms.written({"picture": "there,alt", "msteams": {}}) == {"picture": "there,alt"}


def test_what_stands_against_a_form_is_said_above_what_was_written() -> None:
    form = forms.write_form("answer", say, Language.NB, given="Ja")
    again = forms.refused(form, "Noen andre svarte.")["task"]["value"]["card"]["content"]["body"]
    assert texts(again[0]) == "Noen andre svarte."
    assert again[1:] == form["task"]["value"]["card"]["content"]["body"]


def test_a_form_is_known_for_every_button_that_asks_for_words() -> None:
    assert asks_for_text("answer")
    assert not asks_for_text("claim")
    with pytest.raises(KeyError):
        forms.write_form("claim", say, Language.NB)


def test_a_draft_comes_back_into_its_form_as_it_was_filled_in(rules: Rulebook) -> None:
    place = rules.platforms[0]
    stood = {"draft": "Hei", "platform": place.id, "reply": "sv", "picture": "there,alt"}
    reply = forms.draft_form(say, Language.NB, "OsloMet", tuple(rules.platforms), given=stood)
    values = {part["id"]: part["value"] for part in parts(reply) if str(part.get("type")).startswith("Input.")}
    assert forms.written(values) == stood


@pytest.mark.parametrize("language", Language)
def test_a_picture_is_asked_about_only_where_there_is_one(language: Language) -> None:
    assert missing_for_picture([], say, language) == ""
    assert missing_for_picture(PICTURE, say, language) == ""
    assert missing_for_picture(["there", "rights"], say, language).count(";") == 1


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text(), st.integers(20, 300))
def test_a_cut_text_fits_and_is_a_beginning_of_the_whole(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert text.strip().startswith(shown.removesuffix(" …").rstrip())


@given(st.text(max_size=400))
def test_any_text_makes_a_message_that_teams_takes(text: str) -> None:
    check_message(to_activity([Text(text, buttons=(Button("claim", text, text),))], text))
    check_message(to_activity([Text(text)], text))


@given(st.text())
def test_a_notification_is_one_short_line(text: str) -> None:
    shown = to_notification([Text(text)])
    assert 0 < len(shown) <= 300
    assert "\n" not in shown


def test_harmless_text_may_hold_what_people_write_every_day() -> None:
    assert harmless("Hei, 50 % av oss (ca. 12) er enige – spør «Åsa» kl. 12:30!")
    assert size({"a": "å"}) == 2 * len('{"a": "å"}')

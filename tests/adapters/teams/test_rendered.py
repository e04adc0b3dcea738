"""Cards in Microsoft's own renderer: no warning, and what people wrote is seen as they wrote it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from npm import needs_renderer
from official import CHROMIUM, draw, renderer
from playwright.sync_api import Page
from samples import HOSTILE, TEXTS, decided, longest, offered, say, small
from test_cards import TEAMS, case

from adapters.chat.forms import FORMS
from adapters.teams import forms
from adapters.teams.render import to_card, whole_case
from bot.language import Language
from bot.messages import FOLDED, VISIBLE, Button, CaseCard
from bot.review import load_rules

pytestmark = [needs_renderer, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with renderer() as opened:
        yield opened


@pytest.mark.parametrize("dialogs", [True, False], ids=["dialogs", "no dialogs"])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", sorted(small(Language.NB)))
def test_every_kind_is_drawn_without_a_warning(page: Page, kind: str, language: Language, dialogs: bool) -> None:
    drawn = to_card([small(language)[kind]], say("talk.whole", language), refresh=["29:1"], dialogs=dialogs)
    assert draw(page, drawn)[0] == []


@pytest.mark.parametrize("text", [*TEXTS.values(), TEAMS * 80], ids=[*TEXTS, "teams"])
@pytest.mark.parametrize("kind", sorted(longest(Language.NB, "x")))
def test_the_longest_texts_are_drawn_without_a_warning(page: Page, kind: str, text: str) -> None:
    assert draw(page, to_card([longest(Language.NB, text)[kind]], "mer"))[0] == []


def test_as_much_as_a_case_folds_stands_behind_the_dots_and_more_in_a_row_than_teams_shows_is_told(page: Page) -> None:
    at_hand = tuple(Button("note", "12", f"Knapp {n}") for n in range(VISIBLE))
    folded = tuple(Button("note", "12", f"Foldet {n}") for n in range(FOLDED))
    drawn = to_card([replace(case(), buttons=at_hand, menu=folded)], "mer")
    told, seen, *_ = draw(page, drawn)
    assert told == []
    assert all(each.label in seen for each in at_hand)
    assert "Foldet" not in seen
    page.evaluate("[...document.querySelectorAll('button')].pop().click()")
    opened = page.inner_text("body")
    assert all(each.label in opened for each in folded)
    assert "mer" in opened
    (row,) = (part for part in drawn["body"] if part["type"] == "ActionSet")
    row["actions"] = [{key: value for key, value in each.items() if key != "mode"} for each in row["actions"]]
    assert draw(page, drawn)[0] == ["Maximum number of actions exceeded (6)."]


@pytest.mark.parametrize("text", [HOSTILE, TEAMS, "Første linje\nAndre linje", "![x](https://x.no/y.png)", "# Stor"])
def test_what_a_person_wrote_is_seen_letter_by_letter(page: Page, text: str) -> None:
    told, seen, _, alive = draw(page, to_card([replace(case(), text=text)], "mer"))
    assert told == []
    assert text in seen.replace("\N{WORD JOINER}", "")
    assert alive == 0


def test_every_dialog_is_drawn_without_a_warning(page: Page, knowledge_folder: Path, knowledge: Any) -> None:
    platforms = tuple(load_rules(knowledge_folder, knowledge).platforms)
    for language in Language:
        found = [small(language)["findings"]]
        replies = [forms.write_form(action, say, language, given=HOSTILE) for action in FORMS]
        replies.append(forms.draft_form(say, language, "OsloMet", platforms, given={"draft": "Hei"}, found=found))
        replies.append(forms.save_form(say, language, "Tittel", ["Hva?"], "Svar", {"value": "12"}))
        replies.append(forms.decide_form(offered(language), say, language, {"value": "12"}))
        replies.append(forms.refused(replies[0], HOSTILE))
        replies.append(forms.told("Sak 12", HOSTILE))
        card = small(language)["case"]
        assert isinstance(card, CaseCard)
        replies.append(forms.shown("Sak 12", whole_case(card, decided(language, HOSTILE))))
        for reply in replies:
            assert draw(page, reply["task"]["value"]["card"]["content"])[0] == []


_PRESSED = """() => {
  let sent = null;  // stays so where a required field is empty
  AdaptiveCards.AdaptiveCard.onExecuteAction = action => { sent = action.data; };
  [...document.querySelectorAll('button')].pop().click();
  return sent;
}"""


def test_what_stands_in_a_form_is_sent_letter_by_letter_with_what_was_kept(page: Page) -> None:
    form = forms.write_form("ask-comms", say, Language.NB, given=TEAMS, keep={"value": "7"})
    draw(page, form["task"]["value"]["card"]["content"])
    page.get_by_role("checkbox").check()
    sent = page.evaluate(_PRESSED)
    assert forms.written(sent) == {"text": TEAMS, "confidential": "yes"}
    assert (sent["form"], sent["do"], sent["value"]) == ("write", "ask-comms", "7")


def test_a_form_that_lacks_what_it_needs_is_not_sent(page: Page) -> None:
    form = forms.write_form("answer", say, Language.NB)
    draw(page, form["task"]["value"]["card"]["content"])
    assert page.evaluate(_PRESSED) is None
    assert say("teams.needed", Language.NB) in page.inner_text("body")


def test_a_decision_is_sent_with_its_day_once_it_is_picked(page: Page) -> None:
    form = forms.decide_form(offered(Language.NB), say, Language.NB, {"value": "7"})
    draw(page, form["task"]["value"]["card"]["content"])
    page.locator("textarea").fill("Fordi.")
    assert page.evaluate(_PRESSED) is None
    assert say("teams.choose", Language.NB) in page.inner_text("body")
    page.locator("select").select_option("change")
    sent = page.evaluate(_PRESSED)
    assert forms.written(sent) == {"decision": "change", "text": "Fordi.", "until": "2027-03-01"}
    assert (sent["form"], sent["do"], sent["value"]) == ("decide", "decide", "7")

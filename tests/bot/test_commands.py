"""What is typed besides questions is understood in every language, and a question is never taken for a command."""

from __future__ import annotations

import pytest

from bot.commands import CheckDraft, Command, ForgetMe, Help, MyCases, SpeakIn, for_the_asker, typed
from bot.knowledge import KnowledgeBase
from bot.language import Language


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("checkpost Hei på dere!", CheckDraft("Hei på dere!")),
        ("/CheckPost:\nto linjer\nher", CheckDraft("to linjer\nher")),
        ("checkpost", CheckDraft("")),
        ("saker", MyCases()),
        ("/Ärenden ", MyCases()),
        ("my cases", MyCases()),
        ("språk nynorsk", SpeakIn(Language.NN)),
        ("language EN", SpeakIn(Language.EN)),
        ("språk", SpeakIn(None)),
        ("Glöm mig!", ForgetMe()),
        ("gløym meg", ForgetMe()),
        ("Hjelp!", Help()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_is_understood(text: str, command: Command) -> None:
    assert typed(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "hjelp meg med et innlegg",
        "hvilket språk skal vi skrive på",
        "checkposter finnes",
        "saker vi kan dele",
        "språk finsk",
    ],
)
def test_a_question_is_no_command(text: str) -> None:
    assert typed(text) is None


def test_no_way_of_asking_that_the_knowledge_has_is_a_command(knowledge: KnowledgeBase) -> None:
    entries = [*knowledge.entries, *knowledge.handoffs]
    asked = [text for entry in entries for language in Language for text in entry.questions[language]]

    assert [text for text in asked if typed(text) not in (None, SpeakIn(None))] == []


@pytest.mark.parametrize("text", ["svar: Ja.", "Svar:\n Ja.", "ANSWER: Ja."])
def test_what_stands_after_svar_is_for_the_asker(text: str) -> None:
    assert for_the_asker(text) == "Ja."


def test_the_rest_of_a_thread_is_not() -> None:
    assert for_the_asker("jeg tror svaret er ja") is None

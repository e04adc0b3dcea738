"""A conversation in the terminal, with as little knowledge as can be."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import small_knowledge
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.chat import Chat
from bot.errors import InputError
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.messages import AnswerCard, Block, Choice, Options, Text
from bot.showing import plain
from bot.wording import wording

SAY = wording()
CHOICES = (Choice("hashtag", "Emneknagg"), Choice("handoff/press", "Pressen"))


def review(draft: str, who: Organisation, spoken: Language) -> Iterable[Block]:
    if not draft:
        raise InputError("the draft is empty")
    return [Text(f"{who.id} {spoken.value}: {draft}")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return load(small_knowledge.write(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture(scope="module")
def little(base: KnowledgeBase) -> Matcher:
    return build_matcher(base)


@pytest.fixture
def chat(base: KnowledgeBase, little: Matcher) -> Chat:
    return Chat(base, little, SAY, base.organisation["oslomet"], review=review)


@pytest.fixture
def asked(chat: Chat) -> Chat:
    """The same, with two options on the table."""
    chat._choices = CHOICES
    return chat


def said(blocks: list[Block]) -> str:
    return "\n".join(map(plain, blocks))


def test_a_welcome_names_whose_bot_it_is(chat: Chat) -> None:
    assert "OsloMet" in plain(chat.welcome())
    assert chat.speaks is Language.NN


def test_small_talk_is_answered_in_kind(chat: Chat) -> None:
    assert said(chat.say_to("hei der")) in {"Hei!", "Hello!", "Hej!"}


def test_a_number_picks_an_option(asked: Chat) -> None:
    (card,) = asked.say_to(" 1 ")
    assert isinstance(card, AnswerCard)
    assert card.body == "Bruk #oslomet."


def test_a_topic_for_a_person_can_be_picked_too(asked: Chat) -> None:
    assert asked.say_to("2") == [Text("Spør avdelinga.", urgent=True)]


@pytest.mark.parametrize("number", ["0", "3", "99999"])
def test_none_of_them_is_honest_and_ends_the_choice(number: str, asked: Chat) -> None:
    assert said(asked.say_to(number)) == SAY("ask.unsure", Language.NN, department="avdelinga")
    assert said(asked.say_to("1")) != "Bruk #oslomet."


@pytest.mark.parametrize("number", ["²", "①", "9" * 5000], ids=["superscript", "circled", "too-long"])
def test_a_number_that_is_none_is_no_end_of_the_conversation(number: str, asked: Chat) -> None:
    assert asked.say_to(number)


def test_a_number_without_options_is_a_question_like_any_other(chat: Chat) -> None:
    assert said(chat.say_to("1"))


def test_a_bare_why_after_an_answer_offers_what_stands_near(asked: Chat) -> None:
    asked.say_to("1")
    (options,) = asked.say_to("hvorfor?")
    assert isinstance(options, Options)
    assert [choice.entry for choice in options.choices] == ["hashtag", "made-a-mistake"]
    (card,) = asked.say_to("2")
    assert isinstance(card, AnswerCard)
    assert card.entry == "made-a-mistake"


@pytest.mark.parametrize("command", ["/språk", "/sprak", "/lang", "/language"])
def test_a_language_that_is_chosen_stays(command: str, chat: Chat) -> None:
    assert said(chat.say_to(f"{command} en")) == "I'll answer in English."
    chat.say_to("hei der")
    assert chat.speaks is Language.EN


def test_a_workplace_can_be_changed(chat: Chat) -> None:
    assert "Malmö stad" in said(chat.say_to("/org malmo"))
    assert chat.who.id == "malmo"
    assert chat.speaks is Language.SV


@pytest.mark.parametrize("line", ["/org lund", "/org", "/språk fi", "/nonsense", "/", "/checkpoint"])
def test_a_command_that_cannot_be_followed_tells_what_can(line: str, chat: Chat) -> None:
    told = said(chat.say_to(line))
    assert "/org oslomet|malmo" in told
    assert told != said(chat.say_to("/help"))
    assert (chat.who.id, chat.language) == ("oslomet", None)


def test_a_draft_is_reviewed_for_the_own_workplace(chat: Chat) -> None:
    assert said(chat.say_to("/checkpost  Så gøy!  ")) == "oslomet nn: Så gøy!"
    chat.say_to("/org malmo")
    assert said(chat.say_to("/checkpost Så roligt!")) == "malmo sv: Så roligt!"


def test_what_is_wrong_with_a_draft_is_said_in_the_conversation(chat: Chat) -> None:
    assert said(chat.say_to("/checkpost")) == "the draft is empty"


@given(st.text(st.characters(exclude_categories=["Nd", "No"]), min_size=1))
def test_whatever_is_typed_something_is_said(base: KnowledgeBase, little: Matcher, line: str) -> None:
    chat = Chat(base, little, SAY, base.organisation["malmo"], review=review)
    chat._choices = CHOICES
    assert said(chat.say_to(line))


def test_what_is_said_about_the_talk_is_no_question(asked: Chat) -> None:
    assert said(asked.say_to("den andre")) == "Spør avdelinga."
    assert said(asked.say_to("kan sjefen min se hva jeg spør om?")) == SAY("chat.nothing-kept", Language.NN)
    assert said(asked.say_to("ja")) == SAY("talk.nothing-asked", Language.NN)
    assert said(asked.say_to("svar på engelsk")) == "I'll answer in English."

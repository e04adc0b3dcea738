"""What a person may type means the same in Slack, in Teams, on the web page and in the terminal."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import httpx
import pytest
import slack_staff
import teams_staff
from fakes import MemoryStore, make_desk
from slack_staff import rules, slack, staff
from teams_says import CLEO, Person
from teams_world import teams_world

from adapters.console.chat import Chat
from adapters.web import Live, comms_address, make_app
from bot.answering import Escalate
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
HERE = "http://127.0.0.1:8080"
SAY = wording()
ALVA = Person("Alva")
DRAFT = "Ola Nordmann på lønn, født 01018012345, har fått kreft og er borte til jul."
Typed = Callable[[str], Awaitable[str]]  # what is typed → all that is said to it


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


@pytest.fixture
async def everywhere(
    knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, staff: slack_staff.Staff, teams: teams_staff.Staff
) -> AsyncIterator[dict[str, Typed]]:
    """A new conversation on each platform."""

    async def in_slack(text: str) -> str:
        await staff.write("U-alva", text)
        return json.dumps([each["blocks"] for each in staff.posted("D-U-alva")], ensure_ascii=False)

    async def by_slash(text: str) -> str:
        return json.dumps(await staff.command("U-alva", "/handbok", text), ensure_ascii=False)

    async def in_teams(text: str) -> str:
        await teams.write(ALVA, text)
        return json.dumps(teams.said(ALVA), ensure_ascii=False)

    comms = {each.id: comms_address(each.id) for each in knowledge.organisations}
    desk = replace(make_desk(knowledge, matcher, rules, store=(store := MemoryStore())), comms=comms)
    app = make_app(desk, Live(store), secret="a secret", organisation="oslomet")
    headers = {"origin": HERE, "accept-language": "nn"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers, follow_redirects=True) as browser:

        async def on_the_web(text: str) -> str:
            page = await browser.post("/ask", files={"text": (None, text)})
            assert page.status_code == 200
            return html.unescape(re.sub(r"<[^>]+>", "", page.text))

        chat = Chat(knowledge, matcher, SAY, knowledge.organisation["oslomet"])

        async def in_the_terminal(text: str) -> str:
            return json.dumps([repr(block) for block in chat.say_to(text)], ensure_ascii=False)

        yield {
            "slack": in_slack, "slash": by_slash, "teams": in_teams, "web": on_the_web, "terminal": in_the_terminal,
        }  # fmt: skip


def line(text: str) -> str:
    """The first of it: what comes after is laid out in many ways."""
    return text.split("\n", maxsplit=1)[0]


NN = Language.NN


@pytest.mark.parametrize(
    ("text", "key", "language"),
    [
        ("hjelp", "talk.help", NN), ("språk", "talk.which-language", NN), ("mine saker", "talk.no-cases", NN),
        ("glem meg", "talk.forget-sure", NN), ("kva veit du om meg", "talk.held-nothing", NN),
        ("språk svensk", "chat.language-set", Language.SV),
        ("kø", "refused.not-comms", NN), ("tall", "refused.not-comms", NN), ("lært", "refused.not-comms", NN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
async def test_a_command_is_followed_wherever_it_is_typed(
    everywhere: dict[str, Typed], text: str, key: str, language: Language
) -> None:
    kept = key in ("talk.no-cases", "talk.forget-sure", "talk.held-nothing", "refused.not-comms")
    for name, say_to in everywhere.items():
        expected = "chat.nothing-kept" if name == "terminal" and kept else key
        assert line(SAY(expected, language)) in await say_to(text), name


async def test_a_draft_that_is_typed_is_looked_at_and_no_question_to_anybody(
    everywhere: dict[str, Typed], staff: slack_staff.Staff, teams: teams_staff.Staff
) -> None:
    everywhere.pop("terminal")  # its review is given to it by the command line, and tried there
    for name, say_to in everywhere.items():
        shown = await say_to(f"checkpost {DRAFT}")
        assert any(SAY("check.stop", language) in shown for language in Language), name
    for store in (staff.store, teams.store):
        assert not store.kept.questions
        assert not store.kept.cases


async def test_the_language_is_chosen_by_a_button(staff: slack_staff.Staff, teams: teams_staff.Staff) -> None:
    await staff.write("U-alva", "språk")
    await staff.press("U-alva", staff.posted("D-U-alva")[-1], "language", label="Svenska")
    assert {person.language for person in staff.store.kept.people.values()} == {Language.SV}

    await teams.write(ALVA, "språk")
    await teams.press(ALVA, teams.said(ALVA)[-1], "language", "Svenska")
    assert {person.language for person in teams.store.kept.people.values()} == {Language.SV}


async def test_comms_is_shown_its_queue_figures_and_what_it_has_taught(
    staff: slack_staff.Staff, teams: teams_staff.Staff
) -> None:
    question = staff.first(Escalate)
    await staff.write("U-alva", question)
    await staff.deliver()
    for text, told in (("kø", question), ("tall", SAY("talk.week", NN)), ("lært", SAY("web.learned-none", NN))):
        await staff.write("U-cleo", text)
        assert told in json.dumps(staff.posted("D-U-cleo")[-1]["blocks"], ensure_ascii=False), text
    await staff.write("U-cleo", "hjelp")
    assert "svar:" in json.dumps(staff.posted("D-U-cleo")[-1]["blocks"], ensure_ascii=False)

    await teams.write(ALVA, question)
    await teams.deliver()
    for text, told in (("kø", question), ("tall", SAY("talk.week", NN)), ("lært", SAY("web.learned-none", NN))):
        await teams.write(CLEO, text)
        assert told in json.dumps(teams.said(CLEO)[-1], ensure_ascii=False), text

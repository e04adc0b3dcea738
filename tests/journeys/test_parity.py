"""Slack, Teams, the web page and the terminal are one bot: the same questions and drafts have the same outcomes,
sections and findings, and the same words stand before whoever asked."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
import slack_staff
import teams_staff
import yaml
from fakes import MemoryStore, make_desk
from slack_staff import rules, slack, staff
from teams_says import Person
from teams_world import teams_world

from adapters.console.chat import Chat
from adapters.web import Live, comms_address, make_app
from bot.answering import Answered, Asker, Clarify, Escalate, respond
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import AnswerCard, Block, Options, Text
from bot.ports import Asked
from bot.review import Rulebook, review
from bot.service import checking
from bot.showing import plain
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
HERE = "http://127.0.0.1:8080"
ROOT = Path(__file__).parents[2]
SAY = wording()


def every(path: Path, most: int) -> list[dict[str, Any]]:
    """``most`` lines of a file, spread over all of it, of OsloMet's staff."""
    lines = [line for line in yaml.safe_load(path.read_text(encoding="utf-8")) if line["org"] == "oslomet"]
    return list(lines[:: len(lines) // most][:most])


QUESTIONS = [str(line["text"]) for line in every(ROOT / "knowledge" / "golden.yaml", 50)]
DRAFTS = [str(line["text"]) for line in every(ROOT / "tests" / "bot" / "review" / "drafts.yaml", 20)]


@dataclass(frozen=True)
class Seen:
    """What became of a question, and all that its asker reads."""

    outcome: str
    entry: str | None
    options: tuple[str, ...]
    text: str


class Surface(Protocol):
    async def ask(self, text: str) -> Seen: ...

    async def check(self, draft: str, language: Language) -> str: ...


def words(text: str) -> str:
    """The same words however they are laid out."""
    return " ".join(html.unescape(text).replace("\u200b", "").split())


def strings(drawn: Any) -> Iterator[str]:
    """Every text in a message, whatever its shape."""
    if isinstance(drawn, dict):
        for key, value in drawn.items():
            if key in ("text", "title", "label", "value", "placeholder") and isinstance(value, str):
                yield value
            else:
                yield from strings(value)
    elif isinstance(drawn, list):
        for each in drawn:
            yield from strings(each)


def kept(store: MemoryStore, text: str) -> Seen:
    asked: Asked = store.kept.questions[max(store.kept.questions)]
    return Seen(asked.outcome, asked.entry, asked.options, words(text))


@dataclass
class Terminal:
    """`handbok chat`."""

    knowledge: KnowledgeBase
    matcher: Matcher
    rules: Rulebook

    async def ask(self, text: str) -> Seen:
        who = self.knowledge.organisation["oslomet"]
        (*_, reply) = respond(text, self.knowledge, self.matcher, Asker(who.id))
        chat = Chat(self.knowledge, self.matcher, SAY, who)
        shown = words("\n".join(plain(block) for block in chat.say_to(text)))
        match reply.outcome:
            case Answered(entry=entry):
                return Seen("answer", entry, (), shown)
            case Clarify(options=options):
                return Seen("clarify", None, tuple(each.entry for each in options), shown)
            case Escalate(topic=topic):
                return Seen("escalate", topic, (), shown)
            case other:
                return Seen("greeting", other.entry, (), shown)

    async def check(self, draft: str, language: Language) -> str:
        who = self.knowledge.organisation["oslomet"]
        seen = review(draft, organisation=who, rules=self.rules, speller=None, reply=language)
        return words(plain(checking.findings(draft, seen, self.knowledge, language, SAY)))


@dataclass
class Slack:
    staff: slack_staff.Staff
    asked: int = 0

    async def ask(self, text: str) -> Seen:
        self.asked += 1
        user = f"U-{self.asked}"
        await self.staff.write(user, text)
        posted = self.staff.posted(f"D-{user}")
        return kept(self.staff.store, " ".join(strings(posted)))

    async def check(self, draft: str, language: Language) -> str:  # noqa: ARG002  # that of the draft
        self.asked += 1
        user = f"U-{self.asked}"
        return words(" ".join(strings(await self.staff.command(user, "/checkpost", draft))))


@dataclass
class Teams:
    staff: teams_staff.Staff
    asked: int = 0

    async def ask(self, text: str) -> Seen:
        self.asked += 1
        who = Person(f"Alva{self.asked}")
        await self.staff.write(who, text, locale="nn-NO")  # which decides on words of both forms of Norwegian
        return kept(self.staff.store, " ".join(strings(self.staff.said(who))))

    async def check(self, draft: str, language: Language) -> str:  # noqa: ARG002  # that of the draft
        self.asked += 1
        who = Person(f"Alva{self.asked}")
        await self.staff.write(who, f"checkpost {draft}")
        return words(" ".join(strings(self.staff.said(who))))


@dataclass
class Web:
    app: Any
    store: MemoryStore
    asked: int = field(default=0)

    @asynccontextmanager
    async def browser(self, language: str) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"origin": HERE, "accept-language": language}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=HERE, headers=headers, follow_redirects=True
        ) as browser:
            yield browser

    async def ask(self, text: str) -> Seen:
        async with self.browser("nn") as browser:
            page = await browser.post("/ask", files={"text": (None, text)})
        return kept(self.store, re.sub(r"<[^>]+>", " ", page.text))

    async def check(self, draft: str, language: Language) -> str:
        async with self.browser(language) as browser:
            page = await browser.post("/check", files={"draft": (None, draft), "platform": (None, "")})
        return words(re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


@pytest.fixture
def surfaces(
    knowledge: KnowledgeBase,
    matcher: Matcher,
    rules: Rulebook,
    staff: slack_staff.Staff,
    teams: teams_staff.Staff,
) -> dict[str, Surface]:
    store = MemoryStore()
    comms = {each.id: comms_address(each.id) for each in knowledge.organisations}
    desk = replace(make_desk(knowledge, matcher, rules, store=store), comms=comms)
    app = make_app(desk, Live(store), secret="a secret", organisation="oslomet")
    return {
        "terminal": Terminal(knowledge, matcher, rules),
        "slack": Slack(staff),
        "teams": Teams(teams),
        "web": Web(app, store),
    }


async def test_fifty_questions_have_the_same_outcome_everywhere(
    surfaces: dict[str, Surface], knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    who, terminal = knowledge.organisation["oslomet"], surfaces.pop("terminal")
    outcomes = set()
    for text in QUESTIONS:
        expected = await terminal.ask(text)
        outcomes.add(expected.outcome)
        shown = Chat(knowledge, matcher, SAY, who).say_to(text)
        for name, surface in surfaces.items():
            seen = await surface.ask(text)
            assert (seen.outcome, seen.entry, seen.options) == (
                expected.outcome, expected.entry, expected.options,
            ), f"{name}: {text}"  # fmt: skip
            for said in (part for block in shown for part in read(block, seen)):
                assert words(said) in seen.text, f"{name}: {text}"
    assert {"answer", "clarify", "escalate"} <= outcomes, "the questions no longer reach every outcome"


def read(block: Block, seen: Seen) -> tuple[str, ...]:
    """What must stand before everybody: the answer with its source, the options, the holding reply of a topic."""
    match block:
        case AnswerCard():
            return (block.body, block.source, block.preface)
        case Options():
            return (block.prompt, block.none_label, *(choice.label for choice in block.choices))
        case Text() if seen.outcome == "greeting" or seen.entry:
            return (block.body,)
        case _:  # nobody knows: where there is a case, its number is said instead of whom to ask
            return ()


async def test_twenty_drafts_have_the_same_findings_everywhere(
    surfaces: dict[str, Surface], knowledge: KnowledgeBase, rules: Rulebook
) -> None:
    who = knowledge.organisation["oslomet"]
    surfaces.pop("terminal")
    for draft in DRAFTS:
        language = review(draft, organisation=who, rules=rules, speller=None).language or Language.NB
        seen = review(draft, organisation=who, rules=rules, speller=None, reply=language)
        expected = checking.findings(draft, seen, knowledge, language, SAY)
        for name, surface in surfaces.items():
            shown = await surface.check(draft, language)
            assert words(expected.headline) in shown, f"{name}: {draft}"
            for line in expected.found:
                for said in (line.message, line.suggestion, line.why):
                    assert words(said) in shown, f"{name}: {draft}"

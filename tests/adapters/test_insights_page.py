"""The figures behind a link: who gets in, that pictures and tables say the same, and that nothing in them does harm."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from xml.etree import ElementTree

import httpx
import pytest
from fakes import NOON, Clock, MemoryStore, make_desk
from store_contract import DIRECT, a_case

from adapters.web import make_insights
from adapters.web.insights import plain, to_csv
from bot.cases import Answer, Claim, act, opened
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import Address, Asked
from bot.review import load_rules
from bot.service.desk import Desk, Sender
from bot.service.insighting import link, report
from bot.wording import wording

HERE = "https://handbok.example"
SAY = wording()
EVIL = '=cmd|"/c calc"!A0 <script>alert(1)</script> heisen fargen'
CLEO = Sender("e", Address("slack", "T1", "C1"), "cleo", "Cleo", "oslomet")


@dataclass
class Served:
    desk: Desk
    browser: httpx.AsyncClient

    @property
    def clock(self) -> Clock:
        assert isinstance(self.desk.clock, Clock)
        return self.desk.clock

    async def enter(self) -> httpx.Response:
        path = await link(self.desk, CLEO)
        return await self.browser.post(path)


@pytest.fixture
async def served(knowledge: KnowledgeBase, matcher: Matcher, knowledge_folder: object) -> AsyncIterator[Served]:
    rules = load_rules(knowledge_folder, knowledge)  # type: ignore[arg-type]  # a Path
    desk = make_desk(knowledge, matcher, rules, store=MemoryStore())
    await fill(desk)
    app = make_insights(desk, secret="a secret", hosts=frozenset({"handbok.example"}), safe=True)
    headers = {"origin": HERE, "accept-language": "nb"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE, headers=headers) as browser:
        yield Served(desk, browser)


async def fill(desk: Desk) -> None:
    """A few weeks of asking; one asker is malicious."""
    async with desk.store.work() as work:
        for place in range(30):
            outcome = ("answer", "clarify", "escalate")[place % 3]
            at = NOON - timedelta(days=place)
            language = (Language.NB, Language.SV)[place % 2]
            platform = ("slack", "teams")[place % 2]
            entry = "be-kind" if outcome == "answer" else None
            asked = Asked(
                f"p-{place}", "oslomet", language, f"spørsmål {place}", outcome, entry, (), 0.5, at, platform=platform
            )
            saved = await work.add_question(asked)
            if outcome == "answer":
                await work.add_feedback(saved.id, f"p-{place}", place % 2 == 0, "", at)
        for person in ("p-evil", "p-worse"):
            await work.add_question(Asked(person, "oslomet", Language.NB, EVIL, "escalate", None, (), 0.1, NOON))
        for minutes in (10, 30, 200):
            case = await work.add_case(a_case(opened_at=NOON - timedelta(days=7)), opened(a_case()), DIRECT)
            for action, wait in ((Claim(), 1), (Answer("Ja."), minutes)):
                case, event = act(case, action, "p-c", NOON - timedelta(days=7) + timedelta(minutes=wait))
                await work.save_case(case, event)


async def test_a_link_opens_once_by_a_press_and_the_page_stays_open_for_a_while(served: Served) -> None:
    path = await link(served.desk, CLEO)
    for _ in range(3):  # whoever looks at the link, such as a chat program, opens nothing
        looked = await served.browser.get(path)
        assert looked.status_code == 200
        assert SAY("insights.outcomes", Language.NB) not in looked.text
    entered = await served.browser.post(path)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=strict", "path=/insights"))
    assert (await served.browser.get("/insights")).status_code == 200
    served.clock.advance(minutes=61)
    assert (await served.browser.get("/insights")).status_code == 403
    served.browser.cookies.clear()
    again = await served.browser.post(path)
    assert again.status_code == 410
    assert SAY("insights.closed", Language.NB) in html.unescape(again.text)


@pytest.mark.parametrize("path", ["/insights/guessed", "/insights/" + "x" * 5000, "/insights/%00"])
async def test_no_guess_opens_anything(served: Served, path: str) -> None:
    assert (await served.browser.post(path)).status_code in (404, 410)
    for there in ("/insights", "/insights/figures.csv"):
        assert (await served.browser.get(there)).status_code == 403


@pytest.mark.parametrize("cookie", ["", "a.b", "b3Nsb21ldDo5OTk5OTk5OTk5.00", "é", "." * 3000])
async def test_no_forged_cookie_opens_anything(served: Served, cookie: str) -> None:
    header = {"cookie": f"handbok_figures={cookie}".encode()}
    assert (await served.browser.get("/insights", headers=header)).status_code == 403  # type: ignore[arg-type]


async def test_a_link_is_too_old_after_minutes_and_foreign_sites_press_none(served: Served) -> None:
    path = await link(served.desk, CLEO)
    assert (await served.browser.post(path, headers={"origin": "https://evil.example"})).status_code == 403
    served.clock.advance(minutes=11)
    assert (await served.browser.post(path)).status_code == 410


@pytest.mark.parametrize("language", Language)
async def test_pictures_and_tables_say_the_same(served: Served, language: Language) -> None:
    await served.enter()
    page = await served.browser.get("/insights", headers={"accept-language": language.value})
    sections = re.findall(r"<section.*?</section>", page.text, re.DOTALL)
    pictured = [section for section in sections if "<svg" in section]
    assert len(pictured) == 5
    for section in pictured:
        drawn = ElementTree.fromstring(re.search(r"<svg.*</svg>", section, re.DOTALL)[0])  # type: ignore[index]  # noqa: S314
        texts = [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
        shown = list(zip(texts[3::2], texts[2::2], strict=True))
        body = re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1], re.DOTALL)
        rows = [[html.unescape(each) for each in re.findall(r">([^<]*)</t[hd]>", row)] for row in body]
        assert shown == [(row[0], f"{row[2]}/{row[1]}") for row in rows]


async def test_the_waits_are_median_and_nearest_rank_in_opening_hours(served: Served) -> None:
    tables = {table.name: table for table in await report(served.desk, "oslomet", Language.EN)}
    waits = tables[SAY("insights.waits", Language.EN)]
    assert waits.rows[-1][1:] == ("3", "30 min", "2 h 30 min"), "of 200 minutes 150 were within opening hours"
    outcomes = tables[SAY("insights.outcomes", Language.EN)]
    assert sum(int(row[1]) for row in outcomes.rows) == 32
    by_platform = tables[SAY("insights.by-platform", Language.EN)]
    assert {row[0]: row[1] for row in by_platform.rows} == {"Slack": "15", "Teams": "15", "Unknown": "2"}


async def test_nothing_malicious_does_harm_in_page_or_csv(served: Served) -> None:
    await served.enter()
    page = await served.browser.get("/insights")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text, "it stands there as words"
    found = await served.browser.get("/insights/figures.csv")
    assert found.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(StringIO(found.content.decode("utf-8-sig"))))
    assert all(len(row) == 4 for row in rows)
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r\n" and cell]
    assert any("cmd|" in row[1] for row in rows)


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert plain(f"{start}1+1") == f"'{start}1+1"
    assert plain("–") == "–"


async def test_csv_holds_what_the_tables_do(served: Served) -> None:
    tables = await report(served.desk, "oslomet", Language.NB)
    rows = list(csv.reader(StringIO(to_csv(tables))))
    assert len(rows) == sum(len(table.rows) * (len(table.head) - 1) for table in tables)


async def test_an_organisation_without_anything_has_a_page_that_says_so(served: Served) -> None:
    tables = await report(replace(served.desk, store=MemoryStore()), "malmo", Language.SV)
    assert tables[-1].rows == ()
    assert all(row[1] == "0" for row in tables[0].rows)

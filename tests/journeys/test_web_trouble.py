"""Clicks that come twice, and a database that goes away: nothing is overwritten, lost, or said to be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browsing import Running, Visit, running
from playwright.async_api import Locator, Page, Route, expect
from test_web_journeys import NB, ask, case_of, expect_claimed, fold_of, open_case, press, say

from bot.knowledge import KnowledgeBase
from bot.language import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOT_SAVED = say("ask.not-saved", NB)


@pytest.fixture(scope="session")
def question(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["handoff/press"].questions.nb[0]


def answering(card: Locator) -> Locator:
    return fold_of(card, say("case.do.answer", NB))


async def write_answer(card: Locator, text: str) -> None:
    fold = answering(card)
    await fold.locator("summary").click()
    await fold.locator("textarea").fill(text)


# ── twice ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pause", [0, 100, 300])
async def test_the_second_click_of_two_does_not_hit_what_has_taken_the_first_ones_place(
    visit: Visit, question: str, pause: int
) -> None:
    page = await visit()
    card = await open_case(page, await case_of(await ask(page, question)))
    box = await card.get_by_role("button", name=say("case.do.claim", NB), exact=True).bounding_box()
    assert box
    for _ in range(2):
        await page.mouse.click(box["x"] + 20, box["y"] + 10)
        await page.wait_for_timeout(pause)
    await expect_claimed(card)
    await page.wait_for_timeout(300)
    await expect_claimed(card)
    await expect(card.locator(".history li")).to_have_count(2)
    await press(card, say("case.do.release", NB))  # once it is meant, it is done
    await expect(card).to_contain_text(say("case.state.waiting", NB))


async def test_a_double_click_asks_once(visit: Visit) -> None:
    page = await visit()
    await page.locator("#offers button").first.dblclick()
    await expect(page.locator("#staff article.exchange")).to_have_count(1)
    await page.wait_for_timeout(500)
    await expect(page.locator("#staff article.exchange")).to_have_count(1)


async def test_what_arrived_although_its_answer_was_lost_is_not_sent_twice(visit: Visit, question: str) -> None:
    page = await visit()
    lost: list[str] = []

    async def lose(route: object) -> None:
        if lost:
            await route.continue_()  # type: ignore[attr-defined]
            return
        lost.append((await route.fetch()).headers["x-place"])  # type: ignore[attr-defined]  # it arrived
        await route.abort()  # type: ignore[attr-defined]

    await page.route("**/ask", lose)
    await page.fill("#t-ask", question)
    await page.click("#question button")
    await expect(page.locator("#trouble")).to_have_text(say("web.not-sent", NB))
    await expect(page.locator("#t-ask")).to_have_value(question)
    await page.click("#question button")
    await expect(page.locator("#t-ask")).to_have_value("")
    await expect(page.locator("#staff article.exchange")).to_have_count(1)


async def test_what_is_asked_while_an_answer_is_on_its_way_is_asked_next(visit: Visit, question: str) -> None:
    page = await visit()
    shown = page.locator("#staff article.exchange")

    async def late(route: Route) -> None:
        answered = await route.fetch()
        await expect(shown).to_have_count(1)  # the other way, by the stream
        await page.fill("#t-ask", "hei")
        await page.press("#t-ask", "Enter")
        await route.fulfill(response=answered)

    await page.route("**/ask", late, times=1)
    await page.fill("#t-ask", question)
    await page.press("#t-ask", "Enter")
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_contain_text("hei")
    await expect(page.locator("#t-ask")).to_have_value("")


async def test_what_is_typed_while_an_answer_is_on_its_way_stays(visit: Visit, question: str) -> None:
    page = await visit()

    async def late(route: Route) -> None:
        await page.fill("#t-ask", "Og så")
        await route.continue_()

    await page.route("**/ask", late, times=1)
    await page.fill("#t-ask", question)
    await page.press("#t-ask", "Enter")
    await expect(page.locator("#staff article.exchange")).to_have_count(1)
    await expect(page.locator("#t-ask")).to_have_value("Og så")


# ── without a database ───────────────────────────────────────────────────────────────────────────────────────────────


class Kept:
    """A server's database, which can be taken away and put back."""

    def __init__(self, server: Running, folder: Path) -> None:
        self.address = server.address
        self._folder, self._away = folder, folder / "away"
        self._away.mkdir()

    def take(self) -> None:
        for path in self._folder.glob("handbok.db*"):
            path.rename(self._away / path.name)

    def put_back(self) -> None:
        for path in self._away.iterdir():
            path.rename(self._folder / path.name)


@pytest_asyncio.fixture(loop_scope="session")
async def kept(tmp_path: Path, model_cache: Path) -> AsyncIterator[Kept]:
    with running(tmp_path, model_cache) as server:
        yield Kept(server, tmp_path)


async def an_open_case(visit: Visit, kept: Kept, question: str, **more: object) -> tuple[Page, Locator]:
    page = await visit(address=kept.address, **more)
    return page, await open_case(page, await case_of(await ask(page, question)))


async def test_without_its_database_the_page_says_that_nothing_was_sent_and_keeps_what_was_written(
    visit: Visit, kept: Kept, question: str
) -> None:
    page, card = await an_open_case(visit, kept, question)
    await write_answer(card, "Ring oss.")
    kept.take()
    await answering(card).locator("button").last.click()
    await expect(page.locator("#trouble")).to_have_text(NOT_SAVED)
    await page.fill("#t-ask", "Er du der?")
    await page.click("#question button")
    await expect(page.locator("#trouble")).to_have_text(NOT_SAVED)
    await page.evaluate("refresh()")
    await expect(page.locator("#trouble")).to_have_text(say("web.unread", NB))
    await expect(answering(card).locator("textarea")).to_have_value("Ring oss.")
    await expect(page.locator("#t-ask")).to_have_value("Er du der?")
    newcomer = await visit("sv-SE", address=kept.address)
    await expect(newcomer.locator("#staff .notice")).to_have_text(say("web.unread", Language.SV))
    await expect(newcomer.locator("#no-cases")).to_have_count(0)  # nobody knows that there are none
    kept.put_back()
    await expect(newcomer.locator("#staff .notice")).to_have_count(0)
    await expect(newcomer.locator("article.case")).to_have_count(1)
    await answering(card).locator("button").last.click()
    await expect(page.locator("#staff .human")).to_have_text("Ring oss.")
    await expect(card.locator(".history li")).to_have_count(2)


async def test_without_its_database_and_a_script_the_page_shows_what_was_written(
    visit: Visit, kept: Kept, question: str
) -> None:
    page, card = await an_open_case(visit, kept, question, java_script_enabled=False)
    await write_answer(card, "Ring oss.")
    kept.take()
    await answering(card).locator("button").last.click()
    await expect(page.locator("#comms-notice [role=alert]")).to_have_text(NOT_SAVED)
    await expect(page.locator("#comms-notice .typed")).to_have_text("Ring oss.")
    await page.fill("#t-ask", "Er du der?")
    await page.click("#question button")
    await expect(page.locator("#staff-notice [role=alert]")).to_have_text(NOT_SAVED)
    await expect(page.locator("#t-ask")).to_have_value("Er du der?")
    kept.put_back()
    await page.goto(kept.address)
    await expect(page.locator("article.case")).to_contain_text(say("case.state.waiting", NB))

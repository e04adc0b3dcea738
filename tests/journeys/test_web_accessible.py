"""The page by axe, by keyboard and at every width."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from browsing import Visit
from playwright.async_api import Page, expect
from test_web_journeys import (
    DRAFT,
    ask,
    case_of,
    decide,
    expect_claimed,
    fold_of,
    open_case,
    press,
    say,
    send_draft,
    unfold,
    unfold_and_send,
)

from bot.knowledge import KnowledgeBase
from bot.language import Language

pytestmark = pytest.mark.asyncio(loop_scope="session")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
NB = Language.NB
LOOKS = {
    "light-wide": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "dark-wide": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 900}},
    "light-narrow": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
    "dark-narrow": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
}


async def faults(page: Page) -> list[str]:
    """What axe has against the page as it stands, once nothing moves any more."""
    await page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
    await page.evaluate(AXE)
    seen = await page.evaluate("axe.run().then((found) => JSON.stringify(found.violations))")
    return [f"{each['id']}: {node['html']}" for each in json.loads(seen) for node in each["nodes"]]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
async def test_axe_finds_nothing_in_any_state(visit: Visit, look: dict[str, object], knowledge: KnowledgeBase) -> None:
    page = await visit(reduced_motion="reduce", **look)
    assert await faults(page) == []
    await ask(page, knowledge.topic["hashtag"].questions.nb[0])
    exchange = await ask(page, knowledge.topic["handoff/press"].questions.sv[0])
    number = await case_of(exchange)
    card = await open_case(page, number)
    await press(card, say("case.do.claim", NB))
    await expect_claimed(card)
    for fold in await page.locator("summary").all():
        await fold.click()
    assert await faults(page) == []
    await unfold_and_send_open(page, number)
    await expect(exchange.locator(".human")).to_be_visible()
    assert await faults(page) == []
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", DRAFT)
    await page.click("#draft button")
    await expect(page.locator("#checked")).to_be_visible()
    assert await faults(page) == []
    draft = f"Vi flytter ut på plenen ved {look['color_scheme']} {look['viewport']}. Blir du med? #oslomet"
    card = await open_case(page, await send_draft(page, draft))
    await unfold_and_send(card, say("case.do.answer", NB), "Skriv når.")
    await decide(card, "change", "Klokkeslettet mangler.")
    card = await open_case(page, await send_draft(page, f"{draft} Kom!"))
    await unfold_and_send(card, say("case.do.answer", NB), "Skriv når.")
    await unfold(card, say("teach.decide", NB))
    await page.fill("#t-draft", draft)
    await page.click("#draft button")
    await expect(page.locator(".decided")).to_have_count(2)
    assert await faults(page) == []
    await page.goto(page.url.split("?")[0] + "nowhere")
    assert await faults(page) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
async def test_axe_finds_nothing_on_comms_desk_and_its_figures(
    visit: Visit, look: dict[str, object], knowledge: KnowledgeBase
) -> None:
    page = await visit(reduced_motion="reduce", **look)
    await ask(page, knowledge.topic["hashtag"].questions.nb[0])
    home = page.url.split("?")[0]
    for desk in ("gaps", "entries", "figures"):
        await page.goto(f"{home}?desk={desk}")
        assert await faults(page) == []
    await page.get_by_role("button", name=say("insights.link", NB)).click()
    assert await faults(page) == []
    await page.get_by_role("button", name=say("insights.open", NB)).click()
    await expect(page.locator("h1")).to_contain_text(say("insights.title", NB))
    assert await faults(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


async def unfold_and_send_open(page: Page, number: int) -> None:
    """Answers in a card whose forms are all open already."""
    form = page.locator(f"#case-{number} form[action^='/comms/{number}/answer']")
    await form.locator("textarea").fill("Ring oss.")
    await form.locator("button").last.click()


@pytest.mark.parametrize("width", [320, 480, 960, 1920])
async def test_nothing_is_cut_off_sideways(visit: Visit, width: int, knowledge: KnowledgeBase) -> None:
    page = await visit("sv-SE", viewport={"width": width, "height": 800})
    exchange = await ask(page, knowledge.topic["handoff/press"].questions.sv[0] + " " + "å" * 300)
    card = await open_case(page, await case_of(exchange))
    await unfold_and_send(card, say("case.do.note", Language.SV), "https://example.org/" + "a" * 300)
    await expect(card.locator(".history")).to_contain_text("example.org")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_a_question_is_asked_and_a_case_claimed_by_keyboard_alone(visit: Visit, knowledge: KnowledgeBase) -> None:
    page = await visit()
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip").first).to_be_focused()
    await page.focus("#t-ask")
    await page.keyboard.type(knowledge.topic["handoff/press"].questions.nb[0])
    await page.keyboard.press("Enter")
    exchange = page.locator("#staff article.exchange")
    number = await case_of(exchange)
    await page.locator(f"#case-{number} h3 a").focus()
    await page.keyboard.press("Enter")
    card = page.locator(f"#case-{number}.opened")
    await expect(card.locator("h3 a")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(fold_of(card, say("case.do.answer", NB)).locator("summary")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(card.get_by_role("button", name=say("case.do.claim", NB), exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect_claimed(card)
    assert await page.evaluate(f"document.activeElement.closest('#case-{number}') !== null")


async def test_what_is_new_is_read_out(visit: Visit, knowledge: KnowledgeBase) -> None:
    page = await visit()
    await ask(page, knowledge.topic["hashtag"].questions.nb[0])
    await expect(page.locator("#heard")).to_contain_text("#oslomet")

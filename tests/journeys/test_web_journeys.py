"""What people do on the page, from asking to the answer, in a browser."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from browsing import Visit, free_port, running
from playwright.async_api import Locator, Page, expect

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.wording import wording

pytestmark = pytest.mark.asyncio(loop_scope="session")
say = wording()
NB = Language.NB
expect.set_options(timeout=20_000)
LOCALES = {Language.NB: "nb-NO", Language.NN: "nn-NO", Language.SV: "sv-SE", Language.EN: "en-GB"}
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)> <script>alert(2)</script> </textarea><b>fet</b> {{7*7}} &amp;",
    "pings": "<!channel> <at>all</at> @everyone hjelp meg nå",
    "right-to-left": "\u202eabc שלום \u2066hva gjør jeg\u2069 מה",
    "controls": "a\x00b\x08 \u200b\ufeff hva er dette for noe",
    "long": "hjelp " * 17_000,
}


async def ask(page: Page, text: str) -> Locator:
    """Asks on the left; the exchange that came of it."""
    asked = page.locator("#staff article[id^=q-]").first
    before = await asked.get_attribute("id") if await asked.count() else "none"
    await page.fill("#t-ask", text)
    await page.click("#question button")
    await expect(asked).not_to_have_id(before or "")
    return page.locator(f"#{await asked.get_attribute('id')}")


async def case_of(exchange: Locator) -> int:
    """The number of the case that an exchange became."""
    title = await exchange.locator(".status h4").inner_text()
    return int(re.findall(r"\d+", title)[0])


async def open_case(page: Page, number: int) -> Locator:
    card = page.locator(f"#case-{number}")
    await card.locator("h3 a").click()
    await expect(card).to_have_class(re.compile("opened"))
    return card


def fold_of(inside: Locator | Page, label: str) -> Locator:
    """What asks for a text under ``label``, behind “More” or not."""
    page = inside if isinstance(inside, Page) else inside.page
    named = page.locator("summary", has_text=re.compile(f"^{re.escape(label)}$"))
    return inside.locator("details.ask").filter(has=named)


async def unfold(inside: Locator, label: str) -> Locator:
    """Opens what asks for a text; “More” first, where it is behind that."""
    fold = fold_of(inside, label)
    await fold.wait_for(state="attached")
    more = inside.locator("details.rest:not([open])").filter(has=fold_of(inside.page, label))
    if await more.count():
        await more.locator("> summary").click()
    if await fold.get_attribute("open") is None:
        await fold.locator("summary").click()
    return fold


async def unfold_and_send(inside: Locator, label: str, text: str, *, confidentially: bool = False) -> None:
    """Opens what asks for a text, writes it, and sends it."""
    fold = await unfold(inside, label)
    await fold.locator("textarea[name=text]").fill(text)
    if confidentially:
        await fold.get_by_role("checkbox").check()
    await fold.locator("button").last.click()


async def expect_claimed(card: Locator, language: Language = Language.NB, by: Page | None = None) -> None:
    """The card says that somebody has the case, and who: whoever is ``by``, or at the card's own page."""
    here = (by or card.page).locator("#comms .who")
    name = (await here.inner_text()).removeprefix(say("web.you-are", language, name=""))
    who = say("web.comms-person", language, name=name)
    await expect(card).to_have_class(re.compile(r"\bclaimed\b"))
    await expect(card.locator(".pill.claimed")).to_have_text(say("case.card.held", language, who=who))


def press(inside: Locator, label: str) -> Awaitable[None]:
    return inside.get_by_role("button", name=label, exact=True).click()


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_question_is_answered_and_what_was_missing_is_told(visit: Visit, knowledge: KnowledgeBase) -> None:
    page = await visit()
    exchange = await ask(page, knowledge.topic["hashtag"].questions.nb[0])
    await expect(exchange).to_contain_text("#oslomet")
    await expect(exchange.locator(".source")).to_contain_text("OsloMet")
    await press(exchange, say("ask.not-helpful", NB))
    await expect(exchange.locator(".thanks")).to_have_text(say("ask.noted-missing", NB))
    await exchange.get_by_label(say("web.missing", NB)).fill("Store bokstaver?")
    await exchange.locator("form[action^='/feedback']").get_by_role("button", name=say("web.send", NB)).click()
    await expect(exchange.locator(".thanks")).to_have_text(say("ask.thanks-missing", NB))
    await press(exchange, say("ask.helpful", NB))
    await expect(exchange.locator(".thanks")).to_have_text(say("ask.thanks-helpful", NB))
    await page.reload()
    await expect(page.locator("#staff article.exchange")).to_contain_text("#oslomet")


async def test_options_are_picked_from(visit: Visit, ambiguous: str) -> None:
    page = await visit()
    exchange = await ask(page, ambiguous)
    await exchange.locator(".choices button").first.click()
    await expect(page.locator("#staff article.exchange")).to_have_count(2)
    await expect(page.locator("#staff article.exchange .choices")).to_have_count(1)


async def test_enter_asks_and_a_suggested_question_is_one_click(visit: Visit) -> None:
    page = await visit()
    await page.fill("#t-ask", "hei")
    await page.press("#t-ask", "Enter")
    await expect(page.locator("#staff article.exchange")).to_have_count(1)
    await expect(page.locator("#t-ask")).to_be_focused()
    await expect(page.locator("#t-ask")).to_have_value("")
    await page.locator("#offers button").first.click()
    await expect(page.locator("#staff article.exchange")).to_have_count(2)


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", list(Language))
async def test_what_is_unclear_goes_to_comms_and_comes_back_answered(
    visit: Visit, language: Language, press_question: Callable[[Language], str]
) -> None:
    page = await visit(LOCALES[language])
    await expect(page.locator("html")).to_have_attribute("lang", language.value)
    exchange = await ask(page, press_question(language))
    number = await case_of(exchange)
    card = await open_case(page, number)
    await press(card, say("case.do.claim", language))
    await expect_claimed(card, language)
    await expect(exchange.locator(".status")).to_contain_text(say("case.asker.claimed", language))
    await unfold_and_send(card, say("case.do.answer", language), "Ring 67 23 50 00.")
    await expect(exchange.locator(".human")).to_have_text("Ring 67 23 50 00.")
    await expect(exchange.locator(".steps .reached")).to_have_count(4)
    assert await page.locator("#trouble").is_hidden()


async def test_every_step_proves_itself_to_the_asker(visit: Visit, press_question: Callable[[Language], str]) -> None:
    page = await visit()
    exchange = await ask(page, press_question(NB))
    steps = exchange.locator(".steps .reached")
    await expect(steps).to_have_count(2)  # queued; delivered, once delivery has noted it
    card = await open_case(page, await case_of(exchange))
    await expect(steps).to_have_count(3)  # seen
    await unfold_and_send(card, say("case.do.answer", NB), "Ja.")
    await expect(steps).to_have_count(4)


async def test_comms_asks_back_the_asker_adds_comms_notes_and_the_asker_reopens(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    exchange = await ask(page, press_question(NB))
    card = await open_case(page, await case_of(exchange))
    await unfold_and_send(card, say("case.do.ask-back", NB), "Hvilken avis?")
    await expect(card.locator(".history")).to_contain_text("Hvilken avis?")
    await unfold_and_send(exchange, say("case.do.add", NB), "Det var VG.")
    await expect(card.locator(".history")).to_contain_text("Det var VG.")
    await unfold_and_send(card, say("case.do.note", NB), "Haster visst.")
    await expect(card.locator(".history")).to_contain_text("Haster visst.")
    await expect(page.locator("#staff")).not_to_contain_text("Haster visst.")
    await unfold_and_send(card, say("case.do.answer", NB), "Ring oss.")
    await expect(exchange.locator(".human")).to_have_text("Ring oss.")
    await unfold_and_send(exchange, say("case.do.reopen", NB), "Men hvem?")
    await expect(card).to_contain_text(say("case.state.waiting", NB))
    await expect(card.locator(".history")).to_contain_text("Men hvem?")


async def test_a_withdrawn_case_takes_no_answer_and_what_was_written_is_not_lost(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    exchange = await ask(page, press_question(NB))
    number = await case_of(exchange)
    other = await visit()
    card = await open_case(other, number)
    fold = await unfold(card, say("case.do.answer", NB))
    await fold.locator("textarea").fill("For sent")
    await other.evaluate("disconnect()")  # as on a bad line: this page hears nothing of what happens now
    await press(exchange, say("case.do.withdraw", NB))
    await expect(exchange.locator(".status")).to_contain_text(say("case.asker.withdrawn", NB))
    await fold.locator("button").last.click()
    notice = other.locator("#comms-notice")
    await expect(notice.locator("[role=alert]")).to_have_text(say("refused.withdrawn", NB, number=number))
    await expect(notice.locator(".typed")).to_have_text("For sent")


async def test_two_who_claim_at_once_are_one_claim_and_one_who_is_told(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    number = await case_of(await ask(page, press_question(NB)))
    both = [await visit(), await visit()]
    cards = [await open_case(each, number) for each in both]
    for each in both:
        await each.evaluate("disconnect()")
    await asyncio.gather(*(press(card, say("case.do.claim", NB)) for card in cards))
    for card in cards:
        await expect(card).to_have_class(re.compile(r"\bclaimed\b"))
    told = [await each.locator("#comms-notice").count() for each in both]
    assert sorted(told) == [0, 1]
    for card in cards:
        await expect_claimed(card, by=both[told.index(0)])


async def test_a_confidential_question_shows_nobody_who_asks_and_is_answered_all_the_same(
    visit: Visit, knowledge: KnowledgeBase
) -> None:
    page = await visit()
    name = (await page.locator("#staff .who").inner_text()).split(",")[0].split()[-1]
    exchange = await ask(page, knowledge.topic["hashtag"].questions.nb[1])
    await unfold_and_send(exchange, say("ask.ask-comms", NB), "Sjefen min skriver stygt om meg.", confidentially=True)
    mine = page.locator("#staff article.exchange", has_text="Sjefen min skriver stygt om meg.")
    await expect(mine.locator(".status")).to_be_visible()
    card = await open_case(page, await case_of(mine))
    await expect(card).to_contain_text(say("case.card.confidential", NB))
    await unfold_and_send(card, say("case.do.answer", NB), "Ta kontakt med verneombudet.")
    await expect(mine.locator(".human")).to_have_text("Ta kontakt med verneombudet.")
    assert re.search(rf"\b{name}\b(?! i kommunikasjon)", await card.inner_text()) is None
    stranger = await visit()
    await expect(stranger.locator("#staff article.exchange")).to_have_count(0)


async def test_the_queue_is_filtered(visit: Visit, press_question: Callable[[Language], str]) -> None:
    page = await visit()
    number = await case_of(await ask(page, press_question(NB)))
    await page.select_option("#filter select[name=state]", "answered")
    await expect(page.locator(f"#case-{number}")).to_have_count(0)
    await page.select_option("#filter select[name=state]", "waiting")
    await expect(page.locator(f"#case-{number}")).to_be_visible()
    await page.fill("#filter input[name=words]", "dette står ingen steder")
    await page.press("#filter input[name=words]", "Enter")
    await expect(page.locator("#no-cases")).to_have_text(say("web.none-fit", NB))
    await page.go_back()
    await expect(page.locator(f"#case-{number}")).to_be_visible()


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

DRAFT = "Ring Kari på 412 34 567. Dette er 𝗳𝗲𝘁, og hun er en idiot."


@pytest.mark.parametrize("way", ["typed", "tab"])
async def test_a_draft_is_shown_with_marks_and_sent_with_personal_data_covered(visit: Visit, way: str) -> None:
    page = await visit()
    if way == "typed":
        await page.fill("#t-ask", f"/checkpost {DRAFT}")
        await page.click("#question button")
    else:
        await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
        await page.fill("#t-draft", DRAFT)
        await page.click("#draft button")
    seen = page.locator("#checked")
    await expect(seen.locator(".verdict")).to_have_text(say("check.stop", NB))
    assert "412 34 567" in await seen.locator(".draft mark").all_inner_texts()
    assert (
        "".join(
            await seen.locator(".draft").evaluate(
                "d => [...d.childNodes].filter(n => n.nodeName !== 'SUP').map(n => n.textContent)"
            )
        )
        == DRAFT
    )
    await expect(seen.locator("#improved")).to_contain_text("Dette er fet")
    fold = seen.locator("details").first
    await fold.locator("summary").click()
    assert "34 567" not in await fold.locator("textarea").input_value()
    await fold.get_by_role("checkbox").check()
    await fold.locator("button").last.click()
    mine = page.locator("#staff article[id^=mine-]").first
    await expect(mine.locator(".status")).to_be_visible()
    card = await open_case(page, await case_of(mine))
    await expect(card).to_contain_text(say("case.card.confidential", NB))
    await expect(card.locator(".quote")).to_contain_text("412 ••")


async def test_the_improved_draft_is_copied(visit: Visit) -> None:
    page = await visit(permissions=["clipboard-read", "clipboard-write"])
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", DRAFT)
    await page.click("#draft button")
    await page.click("[data-copy]")
    await expect(page.locator("[data-copy]")).to_have_text(say("web.copied", NB))
    assert await page.evaluate("navigator.clipboard.readText()") == await page.locator("#improved").inner_text()


SUMMER = "Vi flytter sommerfesten til {place} fordi det regner. Ta med deg en venn! Hvem gleder seg? #oslomet"


async def send_draft(page: Page, draft: str) -> int:
    """Checks a draft and sends it to comms; the number of the case that it became."""
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", draft)
    await page.click("#draft button")
    fold = page.locator("#checked details").filter(has=page.locator("summary", has_text=say("check.send", NB)))
    await expect(fold.locator("textarea")).to_have_value(draft)  # not what was found in the draft before it
    await fold.locator("summary").click()
    mine = page.locator("#staff article[id^=mine-]").first
    before = await mine.get_attribute("id") if await mine.count() else "none"
    await fold.locator("button").last.click()
    await expect(mine).not_to_have_id(before or "")
    return await case_of(mine)


async def decide(card: Locator, decision: str, reason: str, until: str = "") -> None:
    fold = await unfold(card, say("teach.decide", NB))
    await fold.locator("select").select_option(decision)
    await fold.locator("textarea").fill(reason)
    if until:
        await fold.locator("#t-decision-until").fill(until)
    await fold.locator("button").last.click()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_a_decided_draft_is_told_to_whoever_writes_a_similar_one(visit: Visit, script: bool) -> None:
    place = "gymsalen" if script else "kantinen"
    page = await visit(java_script_enabled=script)
    number = await send_draft(page, SUMMER.format(place=place))
    card = await open_case(page, number)
    await expect(card.locator("summary", has_text=say("teach.decide", NB))).to_have_count(0)
    await unfold_and_send(card, say("case.do.answer", NB), "Skriv når det begynner.")
    await decide(card, "change", "Noe annet", until="2020-01-01")
    await expect(page.locator("#comms-notice")).to_have_text(say("teach.past", NB))
    await expect(card.locator("#t-decision")).to_have_value("change")
    await decide(card, "change", f"Klokkeslettet mangler i {place}.", until="2099-12-31")
    await expect(page.locator("#comms-notice")).to_have_text(say("teach.precedent.kept", NB))
    await expect(card.locator(".history")).to_contain_text(say("teach.decide.change", NB))
    other = await visit(java_script_enabled=script)
    number = await send_draft(other, SUMMER.format(place=place).replace("en venn", "noen"))
    similar = await open_case(other, number)
    await expect(similar.locator(".decided")).to_contain_text(f"Klokkeslettet mangler i {place}.")
    await expect(similar.locator(".decided")).to_contain_text("sommerfesten")
    await other.fill("#t-draft", SUMMER.format(place=place).replace("en venn", "noen"))
    await other.click("#draft button")
    told = other.locator("#checked .decided")
    await expect(told).to_contain_text(f"Klokkeslettet mangler i {place}.")
    await expect(told).not_to_contain_text("sommerfesten")


async def test_findings_and_their_draft_stay_in_place_while_the_page_changes(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    number = await case_of(await ask(page, press_question(NB)))
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", DRAFT)
    await page.click("#draft button")
    await expect(page.locator("#draft + #checked + #mine-head")).to_be_visible()
    card = await open_case(page, number)
    await press(card, say("case.do.claim", NB))
    await expect(page.locator(f"#mine-{number}")).to_contain_text(say("case.asker.claimed", NB))
    await expect(page.locator("#draft + #checked + #mine-head")).to_be_visible()
    await expect(page.locator("#t-draft")).to_have_value(DRAFT)
    await page.click(f"#staff .tabs >> text={say('web.tab-ask', NB)}")
    await expect(page.locator("#checked")).to_have_count(0)


async def test_what_was_ticked_and_chosen_stays_while_the_page_changes(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    exchange = await ask(page, press_question(NB))
    number = await case_of(exchange)
    card = await open_case(page, number)
    fold = await unfold(card, say("case.do.close", NB))
    await fold.locator("select").select_option("duplicate")
    other = await visit()
    await press(await open_case(other, number), say("case.do.claim", NB))
    await expect_claimed(card, by=other)
    await expect(fold.locator("select")).to_have_value("duplicate")


# ── hostile text, no script, restarts ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_is_text(visit: Visit, text: str, press_question: Callable[[Language], str]) -> None:
    page = await visit()
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    exchange = await ask(page, text)
    await expect(exchange.locator(".asked")).to_contain_text(re.split(r"[\x00-\x1f]", text)[0][:40].strip())
    number = await case_of(await ask(page, press_question(NB)))
    card = await open_case(page, number)
    await unfold_and_send(card, say("case.do.answer", NB), text[:7000])
    answer = page.locator("#staff .human").first
    await expect(answer).to_be_visible()
    assert await page.locator("#staff img, #comms img, #staff b, #comms b, main script").count() == 0
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", text)
    await page.click("#draft button")
    await expect(page.locator("#checked")).to_be_visible()
    assert await page.locator("#staff img, #staff b, main script").count() == 0


async def test_all_of_it_works_without_a_script(visit: Visit, press_question: Callable[[Language], str]) -> None:
    page = await visit(java_script_enabled=False)
    exchange = await ask(page, press_question(NB))
    card = await open_case(page, await case_of(exchange))
    await press(card, say("case.do.claim", NB))
    await unfold_and_send(card, say("case.do.answer", NB), "Ring oss.")
    await expect(exchange.locator(".human")).to_have_text("Ring oss.")
    await unfold_and_send(card, say("case.do.close", NB), "")
    await expect(card).to_contain_text(say("case.state.closed", NB))
    await page.click(f"#staff .tabs >> text={say('web.tab-check', NB)}")
    await page.fill("#t-draft", DRAFT)
    await page.click("#draft button")
    await expect(page.locator("#checked mark")).not_to_have_count(0)
    await page.select_option(".settings select[name=language]", "sv")
    await page.click(".settings button")
    await expect(page.locator("html")).to_have_attribute("lang", "sv")


async def test_a_language_and_a_workplace_are_chosen_and_stay(visit: Visit) -> None:
    page = await visit()
    await page.select_option(".settings select[name=language]", "en")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.select_option(".settings select[name=organisation]", "malmo")
    await expect(page.locator("#staff .who")).to_contain_text("Malmö")
    exchange = await ask(page, "Jeg har lagt ut noe feil, hva gjør jeg?")
    await expect(exchange.locator("> div")).to_have_attribute("lang", "en")


async def test_what_was_typed_and_opened_stays_while_the_page_changes(
    visit: Visit, press_question: Callable[[Language], str]
) -> None:
    page = await visit()
    number = await case_of(await ask(page, press_question(NB)))
    card = await open_case(page, number)
    fold = await unfold(card, say("case.do.answer", NB))
    await fold.locator("textarea").fill("Et halvt sva")
    other = await visit()
    await press(await open_case(other, number), say("case.do.claim", NB))
    await expect_claimed(card, by=other)
    await expect(fold.locator("textarea")).to_have_value("Et halvt sva")
    await expect(fold.locator("textarea")).to_be_focused()


async def test_a_page_left_open_over_a_kill_and_a_restart_misses_nothing(
    visit: Visit, tmp_path: Path, model_cache: Path, press_question: Callable[[Language], str]
) -> None:
    port = free_port()
    with running(tmp_path, model_cache, port) as server:
        page, other = await visit(address=server.address), await visit(address=server.address)
        exchange = await ask(page, press_question(NB))
        number = await case_of(exchange)
        await expect(other.locator(f"#case-{number}")).to_be_visible()
        server.stop(signal.SIGKILL)
        await page.fill("#t-ask", "Er du der?")
        await page.click("#question button")
        await expect(page.locator("#trouble")).to_have_text(say("web.not-sent", NB))
        await expect(page.locator("#t-ask")).to_have_value("Er du der?")
    with running(tmp_path, model_cache, port) as server:
        card = await open_case(other, number)
        await press(card, say("case.do.claim", NB))
        await expect(exchange.locator(".status")).to_contain_text(say("case.asker.claimed", NB))
        assert await page.locator("#t-ask").input_value() == "Er du der?"
        assert server.stop() == 0


async def test_a_server_that_is_told_to_stop_does_so_with_pages_open(
    visit: Visit, tmp_path: Path, model_cache: Path
) -> None:
    with running(tmp_path, model_cache) as server:
        for _ in range(3):
            page = await visit(address=server.address)
            await expect(page.locator("html")).to_have_attribute("data-follows", "yes")
        assert server.stop() == 0


async def test_a_second_server_on_the_same_database_says_what_to_do(tmp_path: Path, model_cache: Path) -> None:
    def second() -> str:
        with running(tmp_path, model_cache), pytest.raises(AssertionError) as told, running(tmp_path, model_cache):
            pass
        return str(told.value)

    said = await asyncio.to_thread(second)
    assert "HANDBOK_DATABASE_URL" in said or "another process" in said
    assert "Traceback" not in said


async def test_what_comms_answered_once_the_bot_answers_the_next_who_asks(visit: Visit) -> None:
    question = "Hvem låner ut den blå heliumballongen på Holbergs plass?"
    page = await visit()
    exchange = await ask(page, question)
    if await exchange.locator(".choices").count():
        await exchange.locator(".choices button.none").click()
        await expect(page.locator("#staff article.exchange")).to_have_count(2)
    elif not await exchange.locator(".status").count():
        await unfold_and_send(exchange, say("ask.ask-comms", NB), question)
        await expect(exchange.locator(".status")).to_be_visible()
    number = await case_of(exchange)
    card = await open_case(page, number)
    await unfold_and_send(card, say("case.do.answer", NB), "Vaktmesteren i P35 låner den ut.")
    await expect(exchange.locator(".human")).to_be_visible()
    fold = await unfold(card, say("case.do.save", NB))
    await expect(fold.locator("#t-save-questions")).to_have_value(question)
    await fold.locator("#t-save-title").fill("Låne heliumballongen")
    await fold.locator("button").last.click()
    await expect(page.locator("#comms-notice")).to_have_text(say("teach.saved", NB))
    await expect(exchange.locator(".steps .reached")).to_have_count(5)  # in the handbook
    other = await visit()

    async def asks_again() -> str:
        return await (await ask(other, question)).locator(".said").first.inner_text()

    async with asyncio.timeout(20):
        while "Vaktmesteren i P35" not in await asks_again():
            await other.reload()
    await page.click("#comms .tabs a >> nth=1")
    learned = page.locator("#comms article", has_text="Låne heliumballongen")
    await expect(learned).to_contain_text(say("teach.state.live", NB))
    fold = await unfold(learned, say("teach.do.edit", NB))
    await fold.locator("textarea[name=text]").fill("Vaktmesteren i P46 låner den ut.")
    await fold.locator("button").last.click()
    await expect(learned.locator(".said")).to_have_text("Vaktmesteren i P46 låner den ut.")
    await press(learned, say("teach.do.undo", NB))
    await expect(learned.locator(".said")).to_have_text("Vaktmesteren i P35 låner den ut.")
    await press(learned, say("teach.do.undo", NB))
    await expect(learned).to_contain_text(say("teach.state.withdrawn", NB))
    await other.reload()
    async with asyncio.timeout(20):
        while "Vaktmesteren i P35" in await asks_again():
            await other.reload()

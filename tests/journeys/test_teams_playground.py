"""What people do in Teams, in Microsoft's own client: each press and each word is theirs, and so is what is drawn."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playground import Client, Office, at_work, needs_playground, opened
from playwright.async_api import Browser, Locator, expect

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.prompts import prompts
from bot.wording import wording

pytestmark = [needs_playground, pytest.mark.asyncio(loop_scope="session")]
say = wording()
NB, NN = Language.NB, Language.NN
expect.set_options(timeout=20_000)
DRAFT = "Jeg gleder meg til å høre fra dere. Ring meg hjemme på 958 12 345, så forteller jeg hvordan dere blir med!"
COVERED = "958 •• •••"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Office]:
    with at_work(tmp_path_factory.mktemp("playground"), model_cache) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alva(browser: Browser, office: Office) -> AsyncIterator[Client]:
    client = await opened(browser, office.clients["alva"])
    yield client
    await client.page.context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cleo(browser: Browser, office: Office) -> AsyncIterator[Client]:
    client = await opened(browser, office.clients["cleo"])
    yield client
    await client.page.context.close()


@pytest.fixture(scope="session")
def hashtag(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["hashtag"].questions.nb[0]


def press(inside: Locator, label: str) -> Locator:
    return inside.get_by_role("button", name=label, exact=True)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_opens_the_chat_is_greeted_with_questions_that_are_answered(
    alva: Client, knowledge: KnowledgeBase
) -> None:
    await expect(alva.posts.first).to_contain_text(say("talk.welcome", NN, organisation="OsloMet"))
    first, *_ = prompts(knowledge, "oslomet", NN, 4)
    await press(alva.page.locator("body"), first).click()
    await expect(alva.card).to_contain_text("📖")


async def test_a_question_is_answered_with_its_source_and_whoever_was_helped_says_so(
    alva: Client, hashtag: str
) -> None:
    reply = await alva.say(hashtag)
    await expect(reply).to_contain_text("#oslomet")
    await expect(reply).to_contain_text("OsloMets håndbok")
    await press(reply, f"👍 {say('ask.helpful', NB)}").click()
    await expect(reply).to_contain_text(say("ask.thanks-helpful", NB))


async def test_what_is_unclear_is_offered_and_what_was_meant_is_answered(alva: Client, ambiguous: str) -> None:
    options = await alva.say(ambiguous)
    choice = options.locator(".ac-adaptiveCard").get_by_role("button").first
    label = await choice.inner_text()
    await choice.click()
    await expect(options).to_contain_text(f"✓ {label}")
    await expect(alva.posts.last).to_contain_text("OsloMets håndbok")


async def test_an_unclear_question_goes_to_comms_and_the_answer_comes_back(
    alva: Client, cleo: Client, ambiguous: str
) -> None:
    options = await alva.say(ambiguous)
    await press(options, say("ask.none-of-these", NB)).click()
    status = alva.posts.filter(has_text=say("case.asker.waiting", NB)).last
    number = await _number(status)

    await cleo.go("Kommunikasjon - General")
    await expect(cleo.page.get_by_text(say("teams.welcome-team", NN, organisation="OsloMet"))).to_be_visible()
    card = cleo.page.locator(".ac-adaptiveCard", has_text=_title(number, "question"))
    await expect(card).to_contain_text(ambiguous)
    await press(card, say("case.do.claim", NN)).click()
    await expect(card).to_contain_text(say("case.card.held", NN, who="Cleo Dahl"))
    await expect(alva.posts.filter(has_text=say("case.asker.claimed", NB))).to_be_visible()

    await card.get_by_role("button", name="More options").click()
    await cleo.page.get_by_role("menuitem", name=say("talk.whole", NN)).click()
    await expect(card).to_contain_text(say("case.event.opened", NN))
    await press(card, say("talk.back", NN)).click()

    await press(card, say("case.do.answer", NN)).click()
    await expect(card).to_contain_text(ambiguous)  # the form, in the card's place, still says what it is about
    await card.get_by_label(say("web.text-answer", NN)).fill("Ja, svar gjerne.")
    await press(card, say("web.send", NN)).click()
    await expect(card).to_contain_text(say("case.state.answered", NN))
    await expect(alva.posts.filter(has_text="Ja, svar gjerne.")).to_have_count(1)  # a message of its own
    standing = alva.posts.filter(has_text=say("case.asker.answered-below", NB))  # and the case in its place
    await expect(standing).to_contain_text(f"✓ {say('case.step.answered', NB)}")


async def test_in_a_channel_the_answer_hangs_on_the_question(cleo: Client, hashtag: str) -> None:
    await cleo.go("Kommunikasjon - Sosiale medier")
    box = cleo.page.get_by_role("textbox").first
    await box.press_sequentially("@Hand")
    await cleo.page.get_by_role("menuitem", name="Handbok").click()
    await box.press_sequentially(f" {hashtag}")
    await press(cleo.page.locator("body"), "Post").click()
    await expect(cleo.card).to_contain_text("#oslomet")
    field = cleo.page.get_by_role("textbox")  # each thread has its own
    thread = (
        cleo.page.locator("div", has_text=hashtag).filter(has=cleo.page.locator(".ac-adaptiveCard")).filter(has=field)
    )
    await expect(thread.last.get_by_role("textbox")).to_have_count(1)


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_typed_draft_is_looked_over_and_sent_with_personal_data_covered(alva: Client, cleo: Client) -> None:
    reply = await alva.say(f"checkpost {DRAFT}")
    await expect(reply).to_contain_text(say("check.stop", NB))
    await press(reply, say("check.send", NB)).click()
    await expect(reply.get_by_role("textbox")).to_have_value(re.compile(COVERED))
    await press(reply, say("web.send", NB)).click()
    number = await _sent(alva, reply)
    await cleo.go("Kommunikasjon - General")
    card = cleo.page.locator(".ac-adaptiveCard", has_text=_title(number, "draft"))
    await expect(card).to_contain_text(COVERED)


async def test_a_post_is_checked_in_a_dialog_and_sent_from_there(alva: Client) -> None:
    await alva.extension("Action Command")
    dialog = await _command(alva, "checkPost")
    await dialog.get_by_role("textbox").fill(DRAFT)
    await press(dialog, say("web.check", NB)).click()
    await expect(dialog).to_contain_text(say("check.stop", NB))
    await expect(dialog.get_by_role("textbox")).to_have_value(DRAFT)
    await press(dialog, say("check.send", NB)).click()
    await expect(dialog.get_by_role("textbox")).to_have_value(re.compile(COVERED))
    await press(dialog, say("web.send", NB)).click()
    await _sent(alva, dialog)
    await _shut(dialog)


@pytest.mark.parametrize("command", ["checkPost", "askAbout"])
async def test_a_message_is_checked_or_asked_about(alva: Client, command: str, hashtag: str) -> None:
    await alva.say(hashtag)
    mine = alva.posts.filter(has_text=hashtag).last
    await mine.get_by_label("Show more information").click()
    await alva.page.get_by_role("menuitem", name="Action Command").click()
    dialog = await _command(alva, command)
    await expect(dialog.get_by_role("textbox")).to_have_value(hashtag)
    await _shut(dialog)


async def test_the_handbook_is_searched_and_an_answer_put_into_a_message(
    alva: Client, knowledge: KnowledgeBase
) -> None:
    title = knowledge.topic["hashtag"].title[NB]
    await alva.extension("Search Command")
    await alva.page.get_by_text("Specify Command ID or Parameter").click()
    await alva.page.get_by_placeholder("Command ID").fill("searchHandbook")
    await alva.page.get_by_placeholder("Parameter name").fill("words")
    await alva.page.get_by_placeholder("Enter a search term").fill("emneknaggen")
    await alva.page.get_by_role("heading", name=title).click()
    await expect(alva.page.get_by_role("textbox").locator(".ac-adaptiveCard")).to_contain_text("#oslomet")
    await alva.page.get_by_role("textbox").fill("")


# ── commands, and coming and going ───────────────────────────────────────────────────────────────────────────────────


async def test_commands_are_done_and_somebody_is_forgotten_who_says_so_twice(alva: Client) -> None:
    await expect(await alva.say("hjelp")).to_contain_text("checkpost TEKST")
    await expect(await alva.say("språk nn")).to_contain_text(say("chat.language-set", NN))
    sure = await alva.say("glem meg")
    await expect(sure).to_contain_text(say("talk.forget-sure", NN))
    await press(sure, say("talk.forget-do", NN)).click()
    await expect(sure).to_contain_text(say("talk.forgotten", NN))
    await expect(await alva.say("saker")).to_contain_text(say("talk.no-cases", NN))


async def test_whoever_removes_handbok_and_comes_back_is_greeted_anew(alva: Client, office: Office) -> None:
    for what in ("Uninstall application", "Install application"):
        await alva.page.get_by_text("Mock an Activity").click()
        await alva.page.get_by_role("menuitem").filter(has_text=re.compile(f"^{what}")).click()
        async with alva.page.expect_response(re.compile("/customActivities$")) as sent:
            await alva.page.get_by_role("button", name="Send activity").click()
        assert (await sent.value).ok
        await expect(alva.page.get_by_role("dialog")).to_have_count(0)
    await expect(alva.posts.filter(has_text=say("talk.welcome", NN, organisation="OsloMet"))).to_have_count(2)
    await expect(await alva.say("hjelp")).to_contain_text("checkpost TEKST")
    assert "ERROR" not in office.handbok.log.read_text()


async def _command(client: Client, command: str) -> Locator:
    """The dialog of an action of the message extension."""
    await client.page.get_by_placeholder("Input command id or leave blanks").fill(command)
    await client.page.get_by_role("button", name="Create", exact=True).click()
    dialog = client.page.get_by_role("dialog")
    await expect(dialog.locator(".ac-adaptiveCard")).to_be_visible()
    return dialog


async def _number(told: Locator) -> int:
    """Of the case that it tells of."""
    await expect(told).to_contain_text(re.compile(r"\bsak \d+", re.IGNORECASE))
    return int(re.findall(r"\bsak (\d+)", await told.inner_text(), re.IGNORECASE)[0])


def _title(number: int, kind: str) -> str:
    return say("case.card.title", NN, number=number, kind=say(f"case.kind.{kind}", NN), organisation="OsloMet")


async def _sent(client: Client, told: Locator) -> int:
    """The number of the case that it tells of, once it stands in the chat too."""
    number = await _number(told)
    assert say("talk.sent", NB, number=number) in await told.inner_text()
    await expect(client.posts.filter(has_text=re.compile(rf"Sak {number}(?!\d)"))).to_be_visible()
    return number


async def _shut(dialog: Locator) -> None:
    await press(dialog, "Close").click()
    await expect(dialog).to_have_count(0)

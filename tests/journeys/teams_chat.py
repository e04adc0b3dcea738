"""docs/teams-chat.png: staff and comms in Microsoft's own client. ``python tests/journeys/teams_chat.py``

Where npm's @fontsource/open-sans and @fontsource/noto-color-emoji are, they stand in for Teams' own fonts.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

from browsing import CHROMIUM, QUIET  # noqa: E402
from playground import FOLDER, Client, at_work, opened  # noqa: E402
from playwright.async_api import Browser, Locator, async_playwright, expect  # noqa: E402

from adapters.settings import read_settings  # noqa: E402
from bot.language import Language  # noqa: E402
from bot.wording import wording  # noqa: E402

say = wording()
NB, NN = Language.NB, Language.NN
ASKED = "Hvilken emneknagg bruker vi?"
UNCLEAR = "Kan vi dele bildet av gravemaskinen fra åpen dag? To av studentene er med på det."
MEANT = "Filme og fotografere folk"
ANSWER = "Ja, om begge studentene har sagt ja. Skriv gjerne hvem som tok bildet."
DRAFT = "Takk for en fin åpen dag! Spørsmål? Ring meg hjemme på 958 12 345!!!"
WIDTH, HEIGHT = 620, 1270  # pixels of a client
TO_THE_END = """card => {
  document.activeElement.blur();
  let list = card;
  while (list && (list.scrollHeight <= list.clientHeight || getComputedStyle(list).overflowY === 'visible'))
    list = list.parentElement;
  list?.scrollTo(0, list.scrollHeight);
}"""


def fonts() -> str:
    """What is there of the fonts, as CSS."""
    folder = FOLDER.parents[1] / "@fontsource"
    letters = [(weight, "open-sans", f"open-sans-latin-{weight}-normal", "U+0-24FF") for weight in (400, 600)]
    emoji = [  # a face of its own for each weight: Chromium joins those of one weight alone
        (weight, "noto-color-emoji", "noto-color-emoji-emoji-400-normal", "U+2600-27BF, U+1F000-1FAFF")
        for weight in (400, 600)
    ]
    faces = [
        (weight, folder / package / "files" / f"{name}.woff2", its) for weight, package, name, its in letters + emoji
    ]
    return "".join(
        f"@font-face {{ font-family: 'Segoe UI'; font-weight: {weight}; unicode-range: {characters};"
        f" src: url(data:font/woff2;base64,{base64.b64encode(face.read_bytes()).decode()}) }}"
        for weight, face, characters in faces
        if face.exists()
    )


def press(inside: Locator, label: str) -> Locator:
    return inside.get_by_role("button", name=label, exact=True)


async def ask(alva: Client) -> None:
    """What the handbook answers, and a draft."""
    reply = await alva.say(ASKED)
    await press(reply, f"👍 {say('ask.helpful', NB)}").click()
    await expect(reply).to_contain_text(say("ask.thanks-helpful", NB))
    await alva.say(f"checkpost {DRAFT}")


async def ask_people(alva: Client, cleo: Client) -> None:
    """What a person answers."""
    await press(await alva.say(UNCLEAR), MEANT).click()
    await cleo.go("Kommunikasjon - General")
    await press(cleo.card, say("case.do.claim", NN)).click()
    await expect(cleo.card).to_contain_text(say("case.state.claimed", NN))
    await press(cleo.card, say("case.do.answer", NN)).click()
    await cleo.card.get_by_role("textbox").fill(ANSWER)
    await press(cleo.card, say("case.do.answer", NN)).last.click()
    await expect(cleo.card).to_contain_text(say("case.state.answered", NN))
    await expect(alva.posts.filter(has_text=ANSWER)).to_have_count(2)


async def dressed(browser: Browser, address: str) -> Client:
    """A client with its fonts, before Chromium remembers which shapes it had none for."""
    client = await opened(browser, address)
    await client.page.add_style_tag(content=fonts())
    await client.page.evaluate("Promise.allSettled([...document.fonts].map(face => face.load())).then(() => true)")
    return client


async def shown(client: Client) -> str:
    """What the client shows below its menu, as an address of the picture; the newest at its end."""
    usual = client.page.viewport_size
    await client.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})  # too narrow for the list of chats
    aside = client.page.get_by_role("region", name="Chat and Teams Channel")
    await expect(aside).not_to_be_in_viewport()
    await client.card.evaluate(TO_THE_END)
    top = await client.page.evaluate("document.querySelector('h1').closest('div').getBoundingClientRect().bottom")
    top += await client.page.evaluate("scrollY")
    bottom = await client.page.evaluate("document.documentElement.scrollHeight")
    taken = await client.page.screenshot(
        full_page=True, clip={"x": 0, "y": top, "width": WIDTH, "height": bottom - top}
    )
    await client.page.set_viewport_size(usual or {"width": WIDTH, "height": HEIGHT})
    return "data:image/png;base64," + base64.b64encode(taken).decode()


async def beside(browser: Browser, pictures: dict[str, str], out: Path) -> None:
    page = await browser.new_page(viewport={"width": len(pictures) * (WIDTH + 24) + 24, "height": 400})
    figures = "".join(
        f"<figure><figcaption>{name}</figcaption><img src='{at}'></figure>" for name, at in pictures.items()
    )
    await page.set_content(
        f"<!doctype html><style>{fonts()} body {{ margin: 0 }} main {{ display: flex; gap: 24px; padding: 24px;"
        " background: #e8ebfa; font: 600 20px 'Segoe UI', sans-serif; color: #242424 } figure { margin: 0 }"
        " figcaption { padding-bottom: 10px } img { border-radius: 8px; display: block }</style>"
        f"<main>{figures}</main>"
    )
    await page.locator("main").screenshot(path=out)


async def main(out: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        with tempfile.TemporaryDirectory() as folder, at_work(Path(folder), read_settings({}).cache) as office:
            alva, cleo = [await dressed(browser, office.clients[who]) for who in ("alva", "cleo")]
            await ask(alva)
            pictures = {"Alva asks Handbok": await shown(alva)}
            await ask_people(alva, cleo)
            pictures |= {
                "What is unclear goes to people": await shown(alva),
                "Communications answers": await shown(cleo),
            }
        await beside(browser, pictures, out)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(ROOT / "docs" / "teams-chat.png"))

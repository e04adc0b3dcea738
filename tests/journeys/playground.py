"""Microsoft's own local client, the Agents Playground, before the real server: one for staff and one for comms."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, Running, free_port, running
from playwright.async_api import Browser, Locator, Page, Route, expect

FOLDER = Path(os.environ.get("HANDBOK_NODE_MODULES", "node_modules")) / "@microsoft" / "m365agentsplayground"
TENANT = "00000000-0000-0000-0000-000000000001"
CHANNEL = "comms-channel"  # where comms works; the first channel of a team has the team's own id
PEOPLE = {
    "alva": "Alva Berg",
    "cleo": "Cleo Dahl",
    "dag": "Dag Lie",
    "eva": "Eva Moe",
    "finn": "Finn Aas",
    "gro": "Gro Vik",
}

BY_HANDBOK = re.compile("^Handbok")  # a post begins with its author's name; one's own has none

needs_playground = pytest.mark.skipif(
    not ((FOLDER / "cli.js").exists() and shutil.which("node") and CHROMIUM),
    reason="npm package @microsoft/m365agentsplayground, Node.js or Chromium is not installed",
)


@dataclass(frozen=True)
class Office:
    """Handbok at work, and where each person's client is."""

    handbok: Running
    clients: dict[str, str]


@contextmanager
def at_work(folder: Path, cache: Path) -> Iterator[Office]:
    """Alva asks; Cleo is in comms. All of it listens on loopback, on ports that were free."""
    ports, server = {who: free_port() for who in ("alva", "cleo")}, free_port()
    settings = {
        "HANDBOK_TEAMS_PLAYGROUND": "1",
        "HANDBOK_TEAMS_ORGANISATIONS": f"{TENANT}=oslomet",
        "HANDBOK_TEAMS_COMMS": f"oslomet={CHANNEL}",
        "HANDBOK_TEAMS_SERVICE_URL": _connector(ports["cleo"]),
    }
    with ExitStack() as stack:
        clients = {
            who: stack.enter_context(_client(folder, who, port, f"http://127.0.0.1:{server}"))
            for who, port in ports.items()
        }
        yield Office(stack.enter_context(running(folder, cache, server, **settings)), clients)


@contextmanager
def _client(folder: Path, who: str, port: int, handbok: str) -> Iterator[str]:
    """One person's client; its address."""
    at = folder / who
    at.mkdir()
    (at / "config.yml").write_text(json.dumps(_world(who)), encoding="utf-8")  # JSON is YAML
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(at),
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(at / "config.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(at / "log"),
    }
    command = [
        "node", "--require", str(Path(__file__).with_name("loopback.cjs")), str(FOLDER.resolve() / "cli.js"), "start",
        "-e", f"{handbok}/api/messages", "-c", "msteams", "-p", str(port), "--service-url", _connector(port),
        "--disable-telemetry",
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=at, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().decode()
            assert said.strip() == f"Listening on {port}", said
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _connector(port: int) -> str:
    return f"http://127.0.0.1:{port}/_connector"


def _world(who: str) -> dict[str, Any]:
    """What ``who``'s client knows: the same people and places for everybody, and a chat of their own."""
    people = {name: _person(name) for name in PEOPLE}
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "handbok", "name": "Handbok"},
        "currentUser": people.pop(who),
        "users": list(people.values()),
        "personalChat": {"id": f"chat-{who}"},
        "groupChat": {"id": "group-chat", "name": "Lunsj"},
        "team": {
            "id": CHANNEL,
            "name": "Kommunikasjon",
            "aadGroupId": TENANT,
            "channels": [{"id": "open-channel", "name": "Sosiale medier"}],
        },
    }


def _person(who: str) -> dict[str, str]:
    given, family = PEOPLE[who].split()
    address = f"{who}@example.com"
    return {
        "id": f"29:{who}",
        "name": PEOPLE[who],
        "userPrincipleName": address,
        "aadObjectId": f"aad-{who}",
        "givenName": given,
        "surname": family,
        "email": address,
    }


# ── a client in a browser ────────────────────────────────────────────────────────────────────────────────────────────


class Client:
    """What a person sees and does in their client."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.posts = page.get_by_label("Message header").locator("xpath=..")

    @property
    def card(self) -> Locator:
        """The newest one."""
        return self.page.locator(".ac-adaptiveCard").last

    async def go(self, place: str) -> None:
        await self.page.get_by_role("treeitem", name=place).click()

    async def say(self, text: str) -> Locator:
        """Writes to Handbok; its next post. The client may show that above one's own, which it stamps later."""
        said, field = self.posts.filter(has_text=BY_HANDBOK), self.page.get_by_role("textbox")
        before = await said.count()
        await field.fill(text)
        await expect(field).to_have_text(text)  # the editor takes a moment, and sends what it has
        await self.page.get_by_role("button", name="Send Message").click()
        reply = said.nth(before)
        await expect(reply).to_be_visible()
        return reply

    async def extension(self, kind: str) -> None:
        await self.page.get_by_label("Trigger Message Extension App").last.click()
        await self.page.get_by_role("menuitem", name=kind).click()


async def opened(browser: Browser, address: str, **more: Any) -> Client:
    context = await browser.new_context(locale="nb-NO", viewport={"width": 1300, "height": 1000}, **more)
    context.set_default_timeout(20_000)
    page = await context.new_page()

    async def gate(route: Route) -> None:
        await (route.continue_() if route.request.url.startswith(address) else route.abort())

    await page.route(re.compile("^http"), gate)  # its fonts come from outside
    await page.goto(address, wait_until="commit")
    await page.get_by_role("textbox").wait_for()
    await page.get_by_title("Toggle Log Panel").click()
    client = Client(page)
    await client.posts.first.wait_for()  # the greeting, which no reply may be taken for
    return client

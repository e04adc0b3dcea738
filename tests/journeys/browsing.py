"""The real server on a real database, and a real browser before it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Running:
    """A server of our own."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout=20)


@contextmanager
def running(folder: Path, cache: Path, port: int = 0, **more: str) -> Iterator[Running]:
    """`handbok run` with a database in ``folder``; ended afterwards, if it still runs. ``more``: settings."""
    port = port or free_port()
    database = f"sqlite:///{folder / 'handbok.db'}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HANDBOK_", "SLACK_"))}
    environment |= {"HANDBOK_DATABASE_URL": database, "HANDBOK_CACHE": str(cache), "HANDBOK_PORT": str(port)} | more
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "adapters.main", "run"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    found = Running(process, f"http://127.0.0.1:{port}", folder / "log")
    try:
        until_answers(found)
        yield found
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=20)


def until_answers(server: Running) -> None:
    """Connections wait in the port's queue from its first moment, so this is no polling of a server that is up."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.address}/static/icon.svg", timeout=60).close()  # noqa: S310
        except urllib.error.HTTPError:
            return  # with Teams alone there is no page
        except OSError:
            time.sleep(0.05)  # the interpreter is still starting
        else:
            return
    raise AssertionError(f"the server did not start: {server.log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server"), model_cache) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


Visit = Callable[..., Any]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, server: Running) -> AsyncIterator[Visit]:
    """Opens the page as somebody new. Whatever a page complains of in its console fails the test."""
    contexts, complaints = [], []

    async def opened(locale: str = "nb-NO", address: str = server.address, **more: Any) -> Page:
        context = await browser.new_context(locale=locale, **more)
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None
        )
        await page.goto(address)
        return page

    yield opened
    for context in contexts:
        await context.close()
    expected = (
        "status of 404",
        "status of 409",
        "status of 400",
        "status of 503",
        "ERR_FAILED",
        "ERR_CONNECTION_REFUSED",
        "ERR_CONNECTION_RESET",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
    )
    unexpected = [each for each in complaints if not any(part in each for part in expected)]
    assert not unexpected, unexpected

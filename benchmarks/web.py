"""What the web page costs, in a real browser: ``python benchmarks/web.py``.

ready    from the command until the page is served, on a database and a trained model that exist
answer   from Enter in the browser until the answer is painted
claim    from the click in one browser until another browser shows it
page     what a browser loads first, compressed
memory   of the whole process, dictionaries loaded, after all of that
idle     the processor's time with one page open, and with none
stop     from SIGTERM until the process is gone, with pages open
"""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.async_api import Browser, Page, async_playwright

from bot.loading import load

QUESTIONS, CLAIMS, STARTS, IDLE = 60, 20, 3, 20.0
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

ASK = """(text) => new Promise((done) => {
  const pane = document.getElementById("staff"), first = () => pane.querySelector("article[id^=q-]")?.id;
  const before = first(), field = document.getElementById("t-ask");
  new MutationObserver((_, watching) => {
    if (first() === before) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  }).observe(pane, { childList: true });
  field.value = text;
  const began = performance.now();
  field.form.requestSubmit();
})"""
WATCH = """(number) => new Promise((done) => {
  const seen = () => document.getElementById(`case-${number}`)?.matches(".claimed");
  new MutationObserver((_, watching) => {
    if (!seen()) return;
    watching.disconnect();
    done(performance.timeOrigin + performance.now());
  }).observe(document.getElementById("comms"), { childList: true, subtree: true });
})"""
CLAIM = """(number) => {
  document.querySelector(`form[action^="/comms/${number}/claim"]`).requestSubmit();
  return performance.timeOrigin + performance.now();
}"""


class Server:
    """`handbok run` on a database of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        database = f"sqlite:///{folder / 'handbok.db'}"
        self._environment = {**os.environ, "HANDBOK_DATABASE_URL": database, "HANDBOK_PORT": port, "HANDBOK_WEB": "1"}

    def start(self) -> float:
        """Seconds until the page is served."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "adapters.main", "run"]
        self.process = subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)
        while True:
            try:
                self.page = urllib.request.urlopen(self.address, timeout=60).read()  # noqa: S310  # our own
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - began > 60:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.01)
            else:
                return time.perf_counter() - began

    def stop(self) -> float:
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.perf_counter() - began

    def idle(self) -> float:
        """Share of one processor that is used while nothing happens."""
        watched = psutil.Process(self.process.pid)
        before = sum(watched.cpu_times()[:2])
        time.sleep(IDLE)
        return (sum(watched.cpu_times()[:2]) - before) / IDLE


async def opened(browser: Browser, address: str) -> Page:
    page = await (await browser.new_context(locale="nb-NO", viewport={"width": 1360, "height": 900})).new_page()
    await page.goto(address)
    await page.locator("html[data-follows=yes]").wait_for()
    return page


async def answers(page: Page) -> list[float]:
    """Milliseconds, for answers, options and cases alike."""
    topics = list(load(KNOWLEDGE).topic.values())
    texts = [topic.questions.nb[number % 3] for number, topic in enumerate(topics[:QUESTIONS])]
    return [await page.evaluate(ASK, text) for text in texts]


async def claims(page: Page, other: Page) -> list[float]:
    """Milliseconds until another browser shows that a case was claimed."""
    took = []
    question = next(iter(load(KNOWLEDGE).handoffs)).questions.nb[0]
    for _ in range(CLAIMS):
        await page.evaluate(ASK, question)
        number = max(
            [
                int((await each.get_attribute("id") or "-0").split("-")[1])
                for each in await page.locator("article.case").all()
            ]
        )
        await page.locator(f"#case-{number} h3 a").click()
        await page.locator(f"#case-{number}.opened").wait_for()
        await other.locator(f"#case-{number}").wait_for()
        seen = asyncio.create_task(other.evaluate(WATCH, number))
        await other.evaluate("1")  # the one before it has begun
        began = await page.evaluate(CLAIM, number)
        took.append(await seen - began)
    return took


def told(name: str, limit: str, *values: str) -> None:
    print(f"{name:9} {'   '.join(values):58} limit {limit}", flush=True)


def spread(values: list[float]) -> tuple[str, str, str]:
    centiles = statistics.quantiles(values, n=20)
    return f"median {statistics.median(values):.0f} ms", f"p95 {centiles[-1]:.0f} ms", f"most {max(values):.0f} ms"


async def main() -> None:
    if CHROMIUM is None:
        raise SystemExit("there is no Chromium here; install one to measure the page")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        first = server.start()
        server.stop()
        ready = [server.start() if number == 0 or server.stop() >= 0 else 0.0 for number in range(STARTS)]
        told("ready", "3 s", f"{min(ready):.2f}–{max(ready):.2f} s", f"{first:.2f} s with a new database")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page, other = await opened(browser, server.address), await opened(browser, server.address)
            await page.evaluate(ASK, "hei")
            told("answer", "100 ms at p95", *spread(await answers(page)))
            told("claim", "500 ms", *spread(await claims(page, other)))
            await other.context.close()
            memory = psutil.Process(server.process.pid).memory_info().rss / 2**20
            one = await asyncio.to_thread(server.idle)
            ended = server.stop()
            await browser.close()
        static = (Path(__file__).parent.parent / "adapters" / "web" / "static").iterdir()
        size = sum(len(gzip.compress(body, 5)) for body in (server.page, *(each.read_bytes() for each in static)))
        told("page", "30 KB", f"{size / 1000:.1f} KB with style, script and icon")
        told("memory", "300 MB", f"{memory:.0f} MB")
        server.start()
        await asyncio.sleep(5)  # dictionaries are loaded
        told("idle", "3 %", f"{one:.1%} with a page open", f"{await asyncio.to_thread(server.idle):.1%} with none")
        told("stop", "3 s", f"{ended:.2f} s with a page open", f"{server.stop():.2f} s with none")


if __name__ == "__main__":
    asyncio.run(main())

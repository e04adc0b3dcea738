"""Slack beside a bare Bolt app, in one run: ``python benchmarks/slack.py``. Everything stays on loopback.

commands   requests a second: Handbok's /checkpost, until its form is open and with a draft, beside a bare command that
           acknowledges
messages   questions a second until the last reply is posted, beside a bare echo that posts one reply; the questions
           are those of OsloMet's staff in benchmarks/data that get an answer or a choice
in time    acknowledgements at 100 requests a second, and in bursts of ten times that; question → reply at 50 a second
refused    thrice 10,000 forged, replayed, malformed and oversize requests, after as many that warm up; memory then

Each server is a process of its own; the one workspace, and whoever sends, are this one. Where others are at work on the
machine, the processor's time for each request says more than requests a second; the load is told with the figures.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import psutil
from aiohttp import web

SECRET, TOKEN = "benchmark", "xoxb-benchmark"
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
DRAFT = (
    "I dag hadde vi åpen dag på Kjeller, og over hundre elever kom innom. De prøvde sveising, robotarmer og en "
    "vindtunnel, og stilte kloke spørsmål hele dagen. Takk til alle som hjalp til! Hva lærte du? #oslomet"
)
PORTS = {"bare": 8572, "handbok": 8573}
AT_ONCE = 32  # requests under way, so that neither server waits for whoever sends
REFUSED = 10_000
numbers = itertools.count(1)


# ── the servers ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def serve(kind: str, port: int, api: str) -> None:
    import uvicorn  # noqa: PLC0415  # the servers' imports are not the sender's
    from starlette.applications import Starlette  # noqa: PLC0415

    make = {"bare": _bare, "handbok": _handbok}[kind]
    async with make(api) as routes:
        config = uvicorn.Config(
            Starlette(routes=routes),
            port=port,
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_keep_alive=120,
        )
        await uvicorn.Server(config).serve()


@asynccontextmanager
async def _bare(api: str) -> AsyncIterator[list[object]]:
    """As Bolt's own documentation has it, with a shared session and without polling for the acknowledgement."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler  # noqa: PLC0415
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(TOKEN, api, session=session)
        app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

        @app.command("/checkpost")
        async def command(ack):  # type: ignore[no-untyped-def]
            await ack("ok")

        @app.event("message")
        async def message(event, client):  # type: ignore[no-untyped-def]
            await client.chat_postMessage(channel=event["channel"], text=event["text"])

        handler = AsyncSlackRequestHandler(app)
        yield [Route("/slack/events", handler.handle, methods=["POST"])]


@asynccontextmanager
async def _handbok(api: str) -> AsyncIterator[list[object]]:
    """The real thing, with its knowledge, dictionaries and a SQLite database that waits for the disk."""
    from adapters.app.parts import build  # noqa: PLC0415
    from adapters.app.starting import give_back, save_memory  # noqa: PLC0415
    from adapters.database import new_key, opened  # noqa: PLC0415
    from adapters.settings import SlackSettings, read_settings  # noqa: PLC0415
    from adapters.slack.serving import connected, listening  # noqa: PLC0415
    from bot.review import find_speller, load_rules  # noqa: PLC0415
    from bot.service.desk import Desk  # noqa: PLC0415
    from bot.service.mind import Brain, Mind  # noqa: PLC0415

    save_memory()
    parts, speller = build(read_settings({})), find_speller()
    if speller:
        speller.warm()
    settings = SlackSettings({"T1": "oslomet"}, {"oslomet": ("T1", "C1")}, TOKEN, SECRET, api=api)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            opened(f"sqlite:///{folder}/handbok.db", new_key()) as database,
            connected(settings, parts.knowledge, parts.say) as connection,
        ):
            mind = Mind(Brain(parts.knowledge, parts.matcher), load_rules(ROOT / "knowledge", parts.knowledge), speller)
            desk = Desk(
                database.store(), mind, parts.say, lambda: datetime.now(UTC), connection.comms, connection.members,
                lambda _case, _now: (),
            )  # fmt: skip
            async with listening(connection, desk) as slack:
                give_back()
                yield list(slack.routes)


# ── the workspace, and whoever sends ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Workspace:
    """Counts replies and windows; ``due``: when each question was sent, by its conversation."""

    posted: int = 0
    opened: int = 0  # windows
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    due: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            given = await request.json() if request.content_type == "application/json" else await request.post()
            self.posted += 1
            self.changed.set()
            if sent := self.due.pop(str(given["channel"]), None):
                self.took.append(time.perf_counter() - sent)
        self.opened += method == "views.open"
        self.changed.set()
        who = {
            "user_id": "UB",
            "bot_id": "B",
            "team_id": "T1",
            "user": {"real_name": "Alva"},
            "ts": f"1.{next(numbers)}",
        }
        return web.json_response({"ok": True, "channel": {"id": "D1"}} | who)

    async def shown(self, opened: int) -> None:
        """Returns when so many windows were opened in all."""
        while self.opened < opened:
            self.changed.clear()
            await self.changed.wait()

    async def answered(self, posted: int = 0) -> None:
        """Returns when every question has its reply, and so many were posted in all."""
        while self.due or self.posted < posted:
            self.changed.clear()
            await self.changed.wait()


@dataclass
class Sender:
    session: aiohttp.ClientSession
    url: str
    process: psutil.Process
    asks: Iterator[str]

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)

    async def send(self, body: bytes, kind: str, at: str = "", signature: str = "") -> tuple[int, float]:
        """The status, and the seconds until it came."""
        at = at or str(int(time.time()))
        signed = signature or "v0=" + hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed, "Content-Type": kind}
        began = time.perf_counter()
        async with self.session.post(self.url, data=body, headers=headers) as reply:
            await reply.read()
            return reply.status, time.perf_counter() - began

    async def command(self, text: str) -> float:
        given = {
            "command": "/checkpost", "text": text, "team_id": "T1", "user_id": "U1", "user_name": "alva",
            "channel_id": "C9",
            "trigger_id": f"t{next(numbers)}", "response_url": "http://127.0.0.1:9/x",
        }  # fmt: skip
        status, took = await self.send(urlencode(given).encode(), "application/x-www-form-urlencoded")
        _expect(status)
        return took

    async def question(self, workspace: Workspace) -> float:
        number = next(numbers)
        channel = f"D{number}"
        workspace.due[channel] = time.perf_counter()
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": channel,
            "user": f"U{number % 50}",
            "text": next(self.asks),
            "ts": "1.1",
        }
        body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}
        status, took = await self.send(json.dumps(body).encode(), "application/json")
        _expect(status)
        return took


def _expect(status: int) -> None:
    if status != 200:
        raise RuntimeError(f"the server answered {status}")


async def closed(send: Callable[[], Awaitable[float]], count: int) -> float:
    """Requests a second, with so many under way all the time."""
    left = iter(range(count))

    async def one() -> None:
        for _ in left:
            await send()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - began)


async def paced(send: Callable[[], Awaitable[float]], rate: float, seconds: float) -> list[float]:
    """Seconds until each acknowledgement, at a fixed rate whatever the server does."""
    tasks, began = [], time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(_timed(send)))  # type: ignore[arg-type]
    return list(await asyncio.gather(*tasks))


async def _timed(send: Callable[[], Awaitable[float]]) -> float:
    return await send()


def share(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] * 1000


def _late(values: list[float]) -> int:
    return sum(value > 3 for value in values)


# ── the runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def main() -> None:
    workspace = Workspace()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", workspace.api)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 8571).start()
    servers = {kind: _start(kind, port) for kind, port in PORTS.items()}
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            asks = itertools.cycle(_questions())
            bare, handbok = (
                Sender(session, f"http://127.0.0.1:{port}/slack/events", psutil.Process(servers[kind].pid), asks)
                for kind, port in PORTS.items()
            )
            await asyncio.gather(_ready(bare), _ready(handbok))
            _load()
            await _commands(workspace, bare, handbok)
            await _messages(workspace, bare, handbok)
            _load()
            await _in_time(workspace, handbok)
            _load()
            await _refused(handbok)
    finally:
        for server in servers.values():
            server.terminate()
            server.wait(10)
        await runner.cleanup()


def _start(kind: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, __file__, "serve", kind, str(port), "http://127.0.0.1:8571/api/"], cwd=ROOT
    )


async def _ready(server: Sender) -> None:
    for _ in range(600):
        try:
            await server.command("")
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not come up")


def _load() -> None:
    """How many processes wanted the processors in the last minute; others' work, where these are more than two."""
    print(f"load      {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _questions() -> list[str]:
    """OsloMet's in Bokmål that get one answer, or a choice; a case would be more than the reply of a bare echo."""
    from adapters.app.parts import build  # noqa: PLC0415
    from adapters.settings import read_settings  # noqa: PLC0415
    from benchmarks.questions import staff_questions  # noqa: PLC0415
    from bot.answering import Answered, Asker, Clarify, respond  # noqa: PLC0415

    parts = build(read_settings({}))
    asked = [item.text for item in staff_questions() if (item.org, item.language) == ("oslomet", "nb")]
    replies = [respond(text, parts.knowledge, parts.matcher, Asker("oslomet")) for text in asked]
    return [
        given[0].question for given in replies if len(given) == 1 and isinstance(given[0].outcome, Answered | Clarify)
    ]


@dataclass
class Measured:
    """Of several rounds, in each of which everything was measured once."""

    rates: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)  # seconds of processor time for each request

    async def round(self, server: Sender, count: int, run: Callable[[], Awaitable[object]]) -> None:
        before, began = server.cpu(), time.perf_counter()
        await run()
        self.rates.append(count / (time.perf_counter() - began))
        self.spent.append((server.cpu() - before) / count)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def beside(self, bare: Measured) -> str:
        cost, least = (1_000_000 * statistics.median(each.spent) for each in (self, bare))
        return f"{self.rate:.0f}/s ({self.rate / bare.rate:.0%}; by processor time {least / cost:.0%}, {cost:.0f} µs)"


async def _commands(workspace: Workspace, bare: Sender, handbok: Sender) -> None:
    async def forms(count: int) -> None:
        before = workspace.opened
        await closed(lambda: handbok.command(""), count)
        await workspace.shown(before + count)

    plain, form, draft = Measured(), Measured(), Measured()
    for _ in range(5):
        await plain.round(bare, 800, lambda: closed(lambda: bare.command("x"), 800))
        await form.round(handbok, 800, lambda: forms(800))
        await draft.round(handbok, 100, lambda: closed(lambda: handbok.command(DRAFT), 100))
    print(f"commands  bare {plain.beside(plain)}")
    print(f"          handbok {form.beside(plain)}")
    print(f"          with a draft {draft.beside(plain)}")


async def _messages(workspace: Workspace, bare: Sender, handbok: Sender) -> None:
    async def run(server: Sender, count: int) -> None:
        before = workspace.posted
        await closed(lambda: server.question(workspace), count)
        await workspace.answered(before + count)

    plain, full = Measured(), Measured()
    await run(handbok, 400)  # so that who the people are is known
    for _ in range(5):
        await plain.round(bare, 800, lambda: run(bare, 800))
        await full.round(handbok, 800, lambda: run(handbok, 800))
    print(f"messages  bare {plain.beside(plain)}")
    print(f"          handbok {full.beside(plain)}")


async def _in_time(workspace: Workspace, handbok: Sender) -> None:
    def question() -> Awaitable[float]:
        return handbok.question(workspace)

    took = await paced(lambda: handbok.command(""), 100, 10)
    print(f"in time   /checkpost at 100/s: p50 {share(took, 50):.0f} ms, p99 {share(took, 99):.0f} ms")
    took = await paced(question, 100, 10)
    print(f"          questions at 100/s: p50 {share(took, 50):.0f} ms, p99 {share(took, 99):.0f} ms")
    took = await paced(lambda: handbok.command(""), 1000, 1)
    print(f"          burst of 1000/s: the last acknowledged after {max(took):.2f} s, {_late(took)} later than 3 s")
    took = await paced(question, 1000, 1)
    print(f"          burst of 1000 questions/s: the last after {max(took):.2f} s, {_late(took)} later than 3 s")
    await workspace.answered()
    workspace.took.clear()
    await paced(question, 50, 10)
    await workspace.answered()
    print(
        f"          question → reply at 50/s: p50 {share(workspace.took, 50):.0f} ms,"
        f" p95 {share(workspace.took, 95):.0f} ms"
    )


async def _refused(handbok: Sender) -> None:
    good = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
    kinds: list[Callable[[], Awaitable[tuple[int, float]]]] = [
        lambda: handbok.send(good, "application/json", signature="v0=" + "0" * 64),
        lambda: handbok.send(good, "application/json", at="1700000000"),
        lambda: handbok.send(b'{"type": [', "application/json"),
        lambda: handbok.send(b"payload=%7B%22", "application/x-www-form-urlencoded"),
        lambda: handbok.send(b"x" * 600_000, "application/json"),
    ]
    statuses: dict[int, int] = {}
    left = itertools.count()

    async def one() -> float:
        status, took = await kinds[next(left) % len(kinds)]()
        statuses[status] = statuses.get(status, 0) + 1
        return took

    await closed(one, REFUSED)
    statuses.clear()
    took = [handbok.process.memory_info().rss / 2**20]
    for _ in range(3):
        await closed(one, REFUSED)
        took.append(handbok.process.memory_info().rss / 2**20)
    print(f"refused   {dict(sorted(statuses.items()))}; memory {' → '.join(f'{each:.0f}' for each in took)} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
    else:
        asyncio.run(main())

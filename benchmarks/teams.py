"""Teams beside botbuilder's own echo bot, in one run: ``python benchmarks/teams.py``. Everything stays on loopback.

answers    messages a second until each has its reply, and processor time a message
in time    message → reply at 50 a second
stalled    the same while the server of keys takes two seconds over new keys, which are due

Each server is a process of its own and checks each token; the connector that both reply to, the keys, and whoever
sends, are this one. ``stock`` is Microsoft's sample: CloudAdapterBase with its own authentication under aiohttp; it is
spared fetching a token for each reply, as it would. ``transport`` is Handbok's way in and out, with the same echo.
``handbok`` is the whole of it: the questions of staff, matched, kept in SQLite (synchronous=FULL) and answered by card.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/adapters/teams"))
from teams_says import Person, message  # noqa: E402
from teams_signing import APP_ID, claims, signed  # noqa: E402
from teams_world import PASSWORD, Fault, World, teams_world  # noqa: E402

PORTS = {"stock": 8581, "transport": 8582, "handbok": 8583}
QUESTIONS = ROOT / "benchmarks/data/staff_questions.jsonl"
PEOPLE = 200  # who ask in turn
STALL = 2.0  # seconds
REPLIED = 30.0  # seconds that a reply may take
numbers = itertools.count(1)


# ── the servers ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def stock(port: int, openid: str, _login: str, _url: str) -> None:
    from aiohttp import web  # noqa: PLC0415  # the servers' imports are not the sender's
    from botbuilder.core import ActivityHandler, CloudAdapterBase, MessageFactory, TurnContext  # noqa: PLC0415
    from botbuilder.schema import Activity  # noqa: PLC0415
    from botframework.connector.auth import (  # noqa: PLC0415
        BotFrameworkAuthenticationFactory,
        ChannelValidation,
        MicrosoftAppCredentials,
        PasswordServiceClientCredentialFactory,
    )
    from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor  # noqa: PLC0415

    class EchoBot(ActivityHandler):  # type: ignore[misc]
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))

    class Adapter(CloudAdapterBase):  # type: ignore[misc]
        pass

    ChannelValidation.open_id_metadata_endpoint = openid
    MicrosoftAppCredentials.get_access_token = lambda _self, _force=False: "token"
    credentials = PasswordServiceClientCredentialFactory(APP_ID, PASSWORD, "tenant")
    adapter, bot = Adapter(BotFrameworkAuthenticationFactory.create(credential_factory=credentials)), EchoBot()

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        reply = await adapter.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
        return web.json_response(data=reply.body, status=reply.status) if reply else web.Response(status=201)

    async def due(_request: web.Request) -> web.Response:
        for kept in JwtTokenExtractor.metadataCache.values():
            kept.last_updated = kept.last_updated.min
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    app.router.add_post("/due", due)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def transport(port: int, openid: str, login: str, url: str) -> None:
    import aiohttp  # noqa: PLC0415
    import uvicorn  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    from adapters.teams.connector import Connector, Place  # noqa: PLC0415
    from adapters.teams.keys import kept_keys  # noqa: PLC0415
    from adapters.teams.serving import route  # noqa: PLC0415
    from adapters.teams.tokens import kept_token  # noqa: PLC0415
    from adapters.teams.trust import Gate  # noqa: PLC0415

    settings = World(url=url, openid=openid, login=login).settings()
    async with aiohttp.ClientSession() as session:
        keys, token = kept_keys(session, openid), kept_token(settings)
        out = Connector(settings, session, token)
        renewing: set[asyncio.Task[Any]] = set()

        async def echo(activity: Any) -> None:
            place = Place(activity["serviceUrl"], activity["conversation"]["id"])
            reply = {"type": "message", "text": f"Echo: {activity['text']}"}
            await out.send(place, reply, reply_to=activity["id"])

        async def due(_request: Request) -> Response:
            renewing.add(asyncio.create_task(keys.anew()))
            return Response()

        async with keys.renewed(), token.renewed():
            app = Starlette(routes=[route(settings, Gate(settings, keys), echo), Route("/due", due, methods=["POST"])])
            config = uvicorn.Config(
                app, port=port, lifespan="off", log_level="error", access_log=False, timeout_keep_alive=120,
                timeout_graceful_shutdown=1,
            )  # fmt: skip
            await uvicorn.Server(config).serve()


async def handbok(port: int, openid: str, login: str, url: str) -> None:
    import uvicorn  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    from adapters.app.parts import build  # noqa: PLC0415
    from adapters.app.starting import give_back  # noqa: PLC0415
    from adapters.database import new_key, opened  # noqa: PLC0415
    from adapters.settings import read_settings  # noqa: PLC0415
    from adapters.teams import joining  # noqa: PLC0415
    from adapters.teams.trust import Gate  # noqa: PLC0415
    from bot.review import load_rules  # noqa: PLC0415
    from bot.service.desk import Desk  # noqa: PLC0415
    from bot.service.mind import Brain, Mind  # noqa: PLC0415

    parts, settings = build(read_settings({})), World(url=url, openid=openid, login=login).settings()
    mind = Mind(Brain(parts.knowledge, parts.matcher), load_rules(ROOT / "knowledge", parts.knowledge), None)
    renewing: set[asyncio.Task[Any]] = set()
    gates: list[Gate] = []

    @asynccontextmanager
    async def gate(given: Any) -> AsyncIterator[Gate]:
        async with admitting(given) as made:
            gates.append(made)
            yield made

    async def due(_request: Request) -> Response:
        renewing.update(asyncio.create_task(each._keys.anew()) for each in gates if each._keys)
        return Response()

    admitting, joining.gate = joining.gate, gate  # to reach its keys
    with tempfile.TemporaryDirectory() as folder:
        async with (
            opened(f"sqlite:///{folder}/handbok.db", new_key()) as database,
            joining.connected(settings, parts.knowledge, parts.say, database.places("teams")) as connection,
        ):
            desk = Desk(
                database.store(), mind, parts.say, lambda: datetime.now(UTC), connection.comms, connection.members,
                lambda _case, _now, _rung: (),
            )  # fmt: skip
            async with joining.listening(connection, desk) as teams:
                app = Starlette(routes=[*teams.routes, Route("/due", due, methods=["POST"])])
                config = uvicorn.Config(
                    app, port=port, lifespan="off", log_level="error", access_log=False, timeout_keep_alive=120,
                    timeout_graceful_shutdown=1,
                )  # fmt: skip
                give_back()
                await uvicorn.Server(config).serve()


SERVERS: dict[str, Callable[[int, str, str, str], Awaitable[None]]] = {
    "stock": stock,
    "transport": transport,
    "handbok": handbok,
}


# ── the connector, and whoever sends: as little as HTTP can be, so that the servers are what is measured ─────────────
@dataclass
class Replies:
    """``due``: when a message was sent in each conversation, and its reply to come."""

    due: dict[str, tuple[float, asyncio.Future[None]]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def expected(self, conversation: str) -> asyncio.Future[None]:
        reply = asyncio.get_running_loop().create_future()
        self.due[conversation] = (time.perf_counter(), reply)
        return reply

    def arrived(self, conversation: str) -> None:
        sent, reply = self.due.pop(conversation, (0.0, None))
        if reply is not None:
            self.took.append(time.perf_counter() - sent)
            reply.set_result(None)


class ReplyTo(asyncio.Protocol):
    """Takes replies: ``POST …/conversations/<id>/activities…``."""

    def __init__(self, replies: Replies) -> None:
        self._replies, self._buffer = replies, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode()
            until = end + 4 + _length(head)
            if len(self._buffer) < until:
                return
            body, self._buffer = self._buffer[end + 4 : until], self._buffer[until:]
            if b'"type": "typing"' not in body:
                self._replies.arrived(unquote(head.split(" ", 2)[1].split("/conversations/")[1].split("/")[0]))
            reply = b'{"id": "1"}'
            self._transport.write(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(reply)
                + reply
            )


def _length(head: str) -> int:
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return next((int(value) for name, _, value in lines if name.lower() == "content-length"), 0)


@dataclass
class Sender:
    """Keeps its connections."""

    port: int
    url: str
    token: str
    replies: Replies
    questions: list[str]
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def say(self) -> None:
        """Returns when it has its reply. RuntimeError where the server does not take it."""
        number = next(numbers)
        who = Person(f"Alva{number % PEOPLE}")
        activity = message(self.url, who, self.questions[number % len(self.questions)], id=f"m{number}")
        reply = self.replies.expected(who.direct)
        await self.post("/api/messages", json.dumps(activity).encode())
        async with asyncio.timeout(REPLIED):
            await reply

    async def post(self, path: str, body: bytes = b"") -> None:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        await reader.readexactly(_length(head))
        self._idle.append((reader, writer))
        if not head.split(" ", 2)[1].startswith("2"):
            raise RuntimeError(f"the server answered {head[:30]}")

    async def closed(self, count: int, at_once: int = 8) -> float:
        """Messages a second, ``at_once`` under way all the time."""
        left = iter(range(count))

        async def one() -> None:
            for _ in left:
                await self.say()

        began = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(at_once)))
        took = time.perf_counter() - began
        return count / took

    async def paced(self, rate: float, seconds: float) -> list[float]:
        """Milliseconds from each message to its reply, at a fixed rate whatever the server does; sorted."""
        self.replies.took.clear()
        tasks, began = [], time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self.say()))
        await asyncio.gather(*tasks)
        return sorted(each * 1000 for each in self.replies.took)


def share(values: list[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)]


# ── the runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@asynccontextmanager
async def running(world: World, replies: Replies) -> AsyncIterator[dict[str, tuple[Sender, psutil.Process]]]:
    listening = await asyncio.get_running_loop().create_server(lambda: ReplyTo(replies), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/teams/"
    token = signed(claims(url), world.keys[0])
    questions = [json.loads(line)["text"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    servers = {
        name: subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, __file__, "serve", name, str(port), world.openid, world.login, url], cwd=ROOT
        )
        for name, port in PORTS.items()
    }
    try:
        found = {
            name: (Sender(port, url, token, replies, questions), psutil.Process(servers[name].pid))
            for name, port in PORTS.items()
        }
        for sender, _ in found.values():
            await _ready(sender)
        yield found
    finally:
        for server in servers.values():
            server.terminate()
            server.wait(10)
        listening.close()


async def _ready(server: Sender) -> None:
    for _ in range(600):
        try:
            await server.say()
        except ConnectionError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not come up")


async def main() -> None:
    replies = Replies()
    async with teams_world() as world, running(world, replies) as servers, asyncio.timeout(300):
        await _answers(servers)
        for name, (sender, _) in servers.items():
            took = await sender.paced(50, 6)
            print(f"in time   {name:10} reply at 50/s: p50 {share(took, 50):.0f} ms, p99 {share(took, 99):.0f} ms")
        for name, (sender, _) in servers.items():
            world.faults["openid"] = [Fault(delay=STALL, done=True)]
            await sender.post("/due")
            took = await sender.paced(50, 4)
            left = "" if not world.faults["openid"] else "; keys were not asked for"
            print(
                f"stalled   {name:10} at 50/s: p50 {share(took, 50):.0f} ms, p99 {share(took, 99):.0f} ms,"
                f" slowest {took[-1]:.0f} ms{left}"
            )
            world.faults["openid"].clear()


async def _answers(servers: dict[str, tuple[Sender, psutil.Process]]) -> None:
    rates: dict[str, list[float]] = {name: [] for name in servers}
    costs: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(3):
        for name, (sender, process) in servers.items():
            count, before = (250 if name == "stock" else 1500), sum(process.cpu_times()[:2])
            rates[name].append(await sender.closed(count))
            costs[name].append((sum(process.cpu_times()[:2]) - before) / count * 1000)
    first = statistics.median(rates["stock"]), statistics.median(costs["stock"])
    for name in servers:
        rate, cost = statistics.median(rates[name]), statistics.median(costs[name])
        print(
            f"answers   {name:10} {rate:.0f}/s ({rate / first[0]:.1f} ×), {cost:.2f} ms of a processor each"
            f" ({first[1] / cost:.1f} × less)"
        )
    print(f"          load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} threads")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(SERVERS[sys.argv[2]](int(sys.argv[3]), *sys.argv[4:7]))  # type: ignore[arg-type]
    else:
        asyncio.run(main())

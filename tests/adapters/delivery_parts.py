"""A platform on loopback that remembers what it was sent, and processes that deliver to it and can be killed.

The processes are forks of one that has imported everything already, so that each starts at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.delivery import Pace
from adapters.settings import ROOT
from bot.errors import DeliveryError
from bot.ports import Address

QUICK = Pace(poll=0.05, later=0.1, sweep=0.2, beat=0.2, channel=0.3, grace=0.5, first_pause=0.05)
Call = dict[str, Any]


@dataclass
class Platform:
    """An HTTP service that takes one JSON a call. ``posts``: key → how often it was posted."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    posts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)  # conversation → keys, as they came
    saved: list[int] = field(default_factory=list)  # cases that a process was told are saved
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self, call: Call) -> Call:
        post: str | None = f"post-{call.get('key')}"
        match call["what"]:
            case "post":
                self.posts[call["key"]] += 1
                self.places.setdefault(call["conversation"], []).append(call["key"])
            case "find" if call["key"] not in self.posts:
                post = None
            case "saved":
                self.saved.append(call["case"])
        self.calls.append(call)
        async with self.changed:
            self.changed.notify_all()
        return {"post": post}

    async def until(self, holds: Any, seconds: float = 30) -> None:
        """Waits until ``holds()``; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(holds)


@asynccontextmanager
async def platform() -> AsyncIterator[Platform]:
    here = Platform()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            call = json.loads(await reader.readline())
            writer.write(json.dumps(await here.answer(call)).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, json.JSONDecodeError):
            pass  # the other side was killed
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here.url = str(server.sockets[0].getsockname()[1])
    async with server:
        yield here


async def call(url: str, **what: Any) -> Call:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url))
        writer.write(json.dumps(what | {"pid": os.getpid()}).encode() + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
    except (OSError, json.JSONDecodeError) as error:
        raise DeliveryError("the platform does not answer") from error
    return dict(answer)


@dataclass
class Client:
    """A Messenger for that platform."""

    url: str

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        answer = await call(self.url, what="post", key=key, conversation=to.conversation, blocks=list(blocks))
        return str(answer["post"])

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        await call(self.url, what="change", key=key, conversation=to.conversation, post=post, blocks=list(blocks))
        return post


@dataclass
class LookingClient(Client):
    """One that can be asked what stands there."""

    async def find(self, to: Address, *, key: str) -> str | None:
        found = (await call(self.url, what="find", key=key, conversation=to.conversation))["post"]
        return None if found is None else str(found)


@dataclass
class Zygote:
    """Forks processes that deliver."""

    process: asyncio.subprocess.Process

    async def start(self, **order: Any) -> int:
        """A process that follows ``order``; its id."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        return int(await self._line())

    async def ended(self, pid: int) -> int:
        """How it ended: the exit code, or minus the signal."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"wait": pid}).encode() + b"\n")
        return int(await self._line())

    async def _line(self) -> bytes:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        assert line, "the mother of the processes is gone"
        return line


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "tests/adapters/delivery_process.py"), cwd=ROOT, start_new_session=True,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/adapters'}"},
    )  # fmt: skip
    try:
        yield Zygote(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with all that it forked
        await process.wait()

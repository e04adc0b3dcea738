"""A process that opens cases and delivers them, until it is told to stop or kills itself at a given point.

Reads orders from its input, one JSON a line, and forks a process for each: ``url``, ``platform``, ``cases`` to open,
``channels`` to spread them over, ``looks``, ``kill``: at the how-many-th event it dies, an event being any statement to
the database, any commit, and the moments before and after a post; or ``posted``: dies after its first post.
``{"wait": pid}`` tells how one ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from delivery_parts import QUICK, Client, LookingClient, call
from sqlalchemy import event
from sqlalchemy.engine import Engine
from store_contract import KEY, a_case, a_message

from adapters.database import SqlStore, opened
from adapters.delivery import Handlers, outbox, running
from bot.cases import opened as opening
from bot.errors import StorageError
from bot.ports import Address, Messenger


class Fate:
    """Counts events, and ends the process at one."""

    def __init__(self, kill: int | str) -> None:
        self._kill = kill
        self.count = 0

    def __call__(self, *_: Any) -> None:
        self.count += 1
        self.meet(self.count)

    def meet(self, point: int | str) -> None:
        if point == self._kill:
            os.kill(os.getpid(), signal.SIGKILL)


class Fated:
    """A Messenger whose process may end just before or just after a post."""

    def __init__(self, messenger: Client, fate: Fate) -> None:
        self._messenger = messenger
        self._fate = fate

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        self._fate()
        post = await self._messenger.post(to, blocks, key=key)
        self._fate.meet("posted")
        self._fate()
        return post

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        return await self._messenger.change(to, post, blocks, key=key)


class FatedLooking(Fated):
    async def find(self, to: Address, *, key: str) -> str | None:
        assert isinstance(self._messenger, LookingClient)
        return await self._messenger.find(to, key=key)


async def open_case(store: SqlStore, to: Address) -> int:
    """Again where nothing was saved: a process that was frozen finds its transaction ended."""
    while True:
        with contextlib.suppress(StorageError):
            async with store.work() as work:
                case = await work.add_case(a_case(), opening(a_case()), Address("web", "T1", "asker"))
                await work.add_message(a_message(case, to=to))
            return case.number


async def deliver(order: dict[str, Any]) -> None:
    fate = Fate(order.get("kill", 0))
    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, fate)
    url, stop = order["platform"], asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client: Messenger = FatedLooking(LookingClient(url), fate) if order.get("looks") else Fated(Client(url), fate)

    async def remind(case: int, kind: str, version: int) -> None:
        await call(url, what="remind", case=case, kind=kind, version=version)

    handlers = Handlers(lambda message: [message.case], {"web": client, "slack": client}, remind)
    async with opened(order["url"], KEY) as database, outbox(database.url) as enqueuing:
        store = database.store(enqueuing)
        async with running(enqueuing, store, handlers, pace=QUICK):
            await call(url, what="running")
            for number in range(order.get("cases", 0)):
                channel = f"C{number % order.get('channels', 1)}"
                await call(
                    url, what="saved", case=await open_case(store, Address(order.get("on", "web"), "T1", channel))
                )
            await stop.wait()
    await call(url, what="stopped", events=fate.count)


def serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            print(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]), flush=True)
        elif pid := os.fork():
            print(pid, flush=True)
        else:
            logging.basicConfig(level=logging.ERROR)
            asyncio.run(deliver(order))
            os._exit(0)


if __name__ == "__main__":
    serve()
